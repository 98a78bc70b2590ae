import assert from "node:assert/strict";
import fc from "fast-check";
import { families } from "../../../provider/src/domain/families";
import {
  buildOutputs,
  type Findings,
  NO_RESULT,
  outputsOf,
} from "../../../provider/src/domain/outputs";
import { jobOf } from "../../support/sampleJobs";
import { seeded } from "../../support/seeds";

const { feature, task, taskRun, customAttributes, shoppingIntent } = families;
const NOTHING: Findings = { result: NO_RESULT, sourceDigest: null, drift: null };
const common = ["status", "createdAt", "completedAt", "failMessage"];
const result = ["resultKey", "resultUri", "resultSize", "resultEtag"];

describe("the outputs", () => {
  const table = [
    [
      feature,
      [
        "featureId",
        "name",
        "sourceBucket",
        "sourceFilePath",
        "userCount",
        "tokenCount",
        "diskUsage",
        ...common,
        "sourceDigest",
        "drift",
      ],
    ],
    [
      task,
      [
        "taskId",
        "name",
        "trainFeatureId",
        "trainBucket",
        "trainFilePath",
        "testFeatureId",
        "testBucket",
        "testFilePath",
        "trainFeatureName",
        "testFeatureName",
        "auroc",
        "lineCount",
        "diskUsage",
        ...common,
        "sourceDigest",
        "drift",
      ],
    ],
    [
      taskRun,
      [
        "runId",
        "name",
        "taskId",
        "featureId",
        "resultBucket",
        "resultFilePath",
        "taskName",
        "featureName",
        "lineCount",
        ...common,
        ...result,
        "drift",
      ],
    ],
    [
      customAttributes,
      [
        "profileId",
        "name",
        "featureId",
        "keywords",
        "resultBucket",
        "resultFilePath",
        "featureName",
        "lineCount",
        ...common,
        ...result,
        "drift",
      ],
    ],
    [
      shoppingIntent,
      ["profileId", "name", "taskId", "taskName", "lineCount", "diskUsage", ...common],
    ],
  ] as const;
  for (const [family, names] of table) {
    it(`of ${family.nouns} are always present, null where there is nothing`, () => {
      assert.deepEqual(outputsOf(family), names);
      const outputs = buildOutputs(family, {}, jobOf(family), NOTHING, {});
      const { __nclue, ...shown } = outputs;
      assert.deepEqual(Object.keys(shown).sort(), [...names].sort());
      assert.ok(Object.values(shown).every((value) => value !== undefined));
    });
  }
});

describe("buildOutputs", () => {
  const job = jobOf(taskRun, {
    id: "1",
    name: "churn-1",
    fields: { resultFilePath: "runs/nclue_ab12_2026110109.tsv" },
    measures: { taskName: "spring-offer", featureName: "members", lineCount: 7 },
  });
  const build = (declared: Readonly<Record<string, unknown>>, keeping: object = {}) =>
    buildOutputs(taskRun, declared, job, NOTHING, keeping);

  it("copies the arguments as they were given, and takes the rest from the service", () => {
    const args = { taskId: "t", resultFilePath: "runs/", triggers: [{ b: 1 }], waitFor: "started" };
    const outputs = build(args, { mark: "m" });
    assert.deepEqual({ ...outputs, ...args }, outputs);
    assert.deepEqual(
      [outputs.runId, outputs.name, outputs.taskName, outputs.lineCount, outputs.status],
      ["1", "churn-1", "spring-offer", 7, "in_progress"],
    );
    assert.deepEqual(outputs.__nclue, { mark: "m" });
  });

  it("holds what was found in Object Storage", () => {
    const found = { resultKey: "k", resultUri: "s3://b/k", resultSize: 1, resultEtag: "e" };
    const findings = { result: found, sourceDigest: null, drift: "result-replaced" } as const;
    const outputs = buildOutputs(taskRun, {}, job, findings, {});
    assert.deepEqual({ ...outputs, ...found, drift: "result-replaced" }, outputs);
    const ofTask = buildOutputs(task, {}, jobOf(task), { ...NOTHING, sourceDigest: "d" }, {});
    assert.equal(ofTask.sourceDigest, "d");
  });

  it("keeps a given name although the service says another", () =>
    assert.equal(build({ name: "mine" }).name, "mine"));

  it("leaves out arguments that were not given, and everything that is no argument", () => {
    const outputs = build({ triggers: null, waitFor: undefined, __provider: "text", other: 1 });
    for (const name of ["triggers", "waitFor", "__provider", "other"]) {
      assert.ok(!(name in outputs), name);
    }
  });

  it("is the same again when it is built from what was stored of it", () =>
    fc.assert(
      fc.property(fc.record({ triggers: fc.array(fc.jsonValue()), name: fc.string() }), (args) => {
        const stored = JSON.parse(JSON.stringify(build(args, { urn: undefined })));
        assert.deepEqual(build(stored, stored.__nclue), stored);
      }),
      seeded(),
    ));
});
