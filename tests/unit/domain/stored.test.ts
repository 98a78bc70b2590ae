import assert from "node:assert/strict";
import fc from "fast-check";
import { families } from "../../../provider/src/domain/families";
import { buildOutputs } from "../../../provider/src/domain/outputs";
import { keepingWith, mergeJob, readStored } from "../../../provider/src/domain/stored";
import { jobOf } from "../../support/sampleJobs";
import { seeded } from "../../support/seeds";

const { task, taskRun, customAttributes } = families;

describe("readStored", () => {
  it("reads back what an update has stored", () => {
    const job = jobOf(task, {
      status: "completed",
      completedAt: "2026-11-01T10:00:00+09:00",
      fields: { trainFeatureId: "f", trainBucket: "acme", trainFilePath: "labels/" },
      measures: {
        trainFeatureName: "members",
        testFeatureName: null,
        auroc: 0.8412,
        lineCount: 7,
        diskUsage: 9,
      },
    });
    const found = { resultKey: null, resultUri: null, resultSize: null, resultEtag: null };
    const findings = { result: found, sourceDigest: "d", drift: "source-changed" } as const;
    const outputs = buildOutputs(task, job.fields, job, findings, { mark: "m" });
    const stored = readStored(task, job.id, outputs);
    assert.deepEqual(stored.job, job);
    assert.deepEqual([stored.sourceDigest, stored.drift], ["d", "source-changed"]);
    assert.equal(stored.keeping.mark, "m");
  });

  it("reads a list of keywords, and a result", () => {
    const found = { resultKey: "k", resultUri: "s3://b/k", resultSize: 1, resultEtag: "e" };
    const stored = readStored(customAttributes, "1", { keywords: ["a", "b"], ...found });
    assert.deepEqual(stored.job.fields.keywords, ["a", "b"]);
    assert.deepEqual(stored.result, found);
  });

  it("takes a result without a key for none", () =>
    assert.deepEqual(readStored(taskRun, "1", { resultKey: "", resultSize: 7 }).result, {
      resultKey: null,
      resultUri: null,
      resultSize: null,
      resultEtag: null,
    }));

  it("has an answer to any state, and knows no drift that it cannot explain", () =>
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(families)), fc.object(), (family, outputs) => {
        const { job, drift } = readStored(family, "1", outputs);
        assert.deepEqual(Object.keys(job.fields), Object.keys(family.fields));
        assert.deepEqual(Object.keys(job.measures), Object.keys(family.measures));
        assert.equal(drift, null);
      }),
      seeded(),
    ));
});

describe("mergeJob", () => {
  const before = jobOf(taskRun, {
    name: "churn",
    status: "pending",
    fields: { taskId: "t", featureId: "f" },
    measures: { taskName: "spring-offer", featureName: "members", lineCount: 7 },
  });

  it("keeps what was known before where the service says nothing", () => {
    const silent = jobOf(taskRun, { name: null, status: null, createdAt: null });
    const { name, status, createdAt, fields, measures } = mergeJob(silent, before);
    assert.deepEqual([name, status, createdAt], ["churn", "pending", before.createdAt]);
    assert.deepEqual([fields.taskId, fields.featureId], ["t", "f"]);
    assert.deepEqual(measures, {
      taskName: "spring-offer",
      featureName: "members",
      lineCount: null,
    });
  });

  it("takes what the service says now", () => {
    const seen = jobOf(taskRun, {
      name: "other",
      status: "completed",
      createdAt: "2026-11-02T09:00:00+09:00",
      fields: { taskId: "u" },
      measures: { taskName: "autumn", featureName: "all", lineCount: 9 },
    });
    assert.deepEqual(mergeJob(seen, before), {
      ...seen,
      fields: { ...seen.fields, featureId: "f" },
    });
  });
});

describe("keepingWith", () => {
  const withChanges = (__nclue: unknown) =>
    keepingWith(readStored(taskRun, "1", { __nclue }), { endpoint: "b" });

  it("changes what it is asked to, and hands on what it does not know", () =>
    assert.deepEqual(withChanges({ endpoint: "a", keyHash: "h", later: 1 }), {
      endpoint: "b",
      keyHash: "h",
      later: 1,
    }));

  for (const nothing of [undefined, null, "text", 7]) {
    it(`lives with ${JSON.stringify(nothing)} in its place`, () =>
      assert.deepEqual(withChanges(nothing), { endpoint: "b" }));
  }
});
