import assert from "node:assert/strict";
import fc from "fast-check";
import { buildOutputs, NO_RESULT, type ServiceFacts } from "../../../provider/src/domain/outputs";
import { seeded } from "../../support/seeds";

const facts: ServiceFacts = {
  runId: "1",
  name: "churn-1",
  taskName: "spring-offer",
  featureName: "members",
  status: "registered",
  createdAt: "2026-11-01T09:00:00+09:00",
  completedAt: null,
  lineCount: null,
  failMessage: null,
};

const ALWAYS_PRESENT = [
  "runId",
  "name",
  "taskId",
  "taskName",
  "featureId",
  "featureName",
  "status",
  "createdAt",
  "completedAt",
  "lineCount",
  "failMessage",
  "resultBucket",
  "resultFilePath",
  "resultKey",
  "resultUri",
  "resultSize",
  "resultEtag",
  "drift",
];

describe("buildOutputs", () => {
  it("always holds every output, null where there is nothing", () => {
    const outputs = buildOutputs({}, facts, NO_RESULT, {});
    assert.deepEqual(
      ALWAYS_PRESENT.filter((name) => !(name in outputs)),
      [],
    );
    assert.equal(outputs.resultBucket, null);
  });

  it("copies the arguments as they were given, and takes the rest from the service", () => {
    const args = { taskId: "t", resultFilePath: "runs/", triggers: [{ b: 1 }], waitFor: "started" };
    const outputs = buildOutputs(args, facts, NO_RESULT, { urn: "u" });
    assert.deepEqual({ ...outputs, ...args }, outputs);
    assert.equal(outputs.name, "churn-1");
    assert.deepEqual(outputs.__nclue, { urn: "u" });
  });

  it("keeps a given name although the service tells another", () =>
    assert.equal(buildOutputs({ name: "mine" }, facts, NO_RESULT, {}).name, "mine"));

  it("leaves out arguments that were not given, and everything that is no argument", () => {
    const outputs = buildOutputs(
      { triggers: null, waitFor: undefined, __provider: "text", other: 1 },
      facts,
      NO_RESULT,
      {},
    );
    for (const name of ["triggers", "waitFor", "__provider", "other"]) {
      assert.ok(!(name in outputs), name);
    }
  });

  it("is the same again when it is built from what was stored of it", () =>
    fc.assert(
      fc.property(fc.record({ triggers: fc.array(fc.jsonValue()), name: fc.string() }), (args) => {
        const stored = JSON.parse(
          JSON.stringify(buildOutputs(args, facts, NO_RESULT, { urn: undefined })),
        );
        assert.deepEqual(buildOutputs(stored, facts, NO_RESULT, stored.__nclue), stored);
      }),
      seeded(),
    ));
});
