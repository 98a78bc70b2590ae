import assert from "node:assert/strict";
import { families } from "../../../provider/src/domain/families";
import {
  describeFailure,
  describeJob,
  idWithName,
  nameJob,
  quoted,
} from "../../../provider/src/lifecycle/jobWords";
import { jobOf, runNumber } from "../../support/sampleJobs";

const { customAttributes, feature, task, taskRun } = families;

describe("the name of a job in a message", () => {
  it("is its family, its name and its id", () => {
    assert.equal(nameJob(taskRun, { name: "churn", id: "f475" }), 'task run "churn" (f475)');
    assert.equal(nameJob(customAttributes, { name: null, id: "f475" }), "custom attributes f475");
    assert.equal(idWithName("churn", "f475"), '"churn" (f475)');
    assert.equal(quoted(null), "without a name");
  });

  it("comes with what is known of it", () => {
    assert.equal(
      describeJob(feature, jobOf(feature, { id: "f475", name: "members", status: "completed" })),
      'feature "members" (f475, completed, created 2026-11-01T09:00:00+09:00)',
    );
    const unknown = jobOf(feature, { id: "f475", name: null, status: null, createdAt: null });
    assert.equal(describeJob(feature, unknown), "feature without a name (f475)");
  });

  it("moves no cursor, whatever the service puts into it", () => {
    const job = runNumber(1, { name: "a\u001b[2Jb", id: "x\ny", status: "odd\u0007" });
    for (const text of [nameJob(taskRun, job), describeJob(taskRun, job)]) {
      assert.doesNotMatch(text, /\p{Cc}/u);
    }
  });
});

describe("describeFailure", () => {
  it("says which job failed, what it was created from, why, and what to do", () => {
    const job = runNumber(1, {
      status: "failed",
      failMessage: "OBS_UPLOAD_FAILED",
      fields: { taskId: "t-1", featureId: "f-1" },
      measures: { taskName: "churn", featureName: null },
    });
    const { which, cause, remedy } = describeFailure(taskRun, job);
    assert.equal(which, 'task run "name-1" (run-1) of task "churn" (t-1) on feature f-1 failed');
    assert.match(cause, /^OBS_UPLOAD_FAILED: the result could not be written/);
    assert.match(remedy, /^run it again; /);
  });

  it("names the parents of a task in their parts", () => {
    const job = jobOf(task, {
      id: "1",
      name: "churn",
      fields: { trainFeatureId: "f-1", testFeatureId: "f-2" },
      measures: { trainFeatureName: "members", testFeatureName: "guests" },
    });
    assert.equal(
      describeFailure(task, job).which,
      'task "churn" (1) trained on feature "members" (f-1) tested on feature "guests" (f-2) failed',
    );
  });

  it("is short for a job that is created from data alone", () => {
    const job = jobOf(feature, { id: "1", name: "members", failMessage: null });
    const { which, cause } = describeFailure(feature, job);
    assert.deepEqual(
      [which, cause],
      ['feature "members" (1) failed', "the service gives no reason"],
    );
  });
});
