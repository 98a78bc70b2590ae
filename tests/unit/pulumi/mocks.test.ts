import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { CustomAttributes } from "../../../provider/src/pulumi/customAttributes";
import { Feature } from "../../../provider/src/pulumi/feature";
import { ShoppingIntent } from "../../../provider/src/pulumi/shoppingIntent";
import { Task } from "../../../provider/src/pulumi/task";
import { TaskRun, type TaskRunArgs } from "../../../provider/src/pulumi/taskRun";
import { TaskRunCompletion } from "../../../provider/src/pulumi/taskRunCompletion";
import { isKnown, promised } from "../../support/promised";

// What a user's own unit test sees of a program with jobs.

const args: TaskRunArgs = {
  taskId: "task-1",
  featureId: "feature-1",
  resultBucket: "acme-results",
  resultFilePath: "churn/",
};

/** Mocks without a project, a stack or an organization, as the shortest test has them. */
async function mocked(state: Record<string, unknown> = {}, isPreview = false) {
  const resources: pulumi.runtime.MockResourceArgs[] = [];
  const calls: pulumi.runtime.MockCallArgs[] = [];
  const mocks: pulumi.runtime.Mocks = {
    newResource: (resource) => {
      resources.push(resource);
      return { id: `${resource.name}-id`, state: { ...resource.inputs, ...state } };
    },
    call: (call) => {
      calls.push(call);
      throw new Error("nothing calls");
    },
  };
  await pulumi.runtime.setMocks(mocks, undefined, undefined, isPreview);
  return { resources, calls };
}

interface Sample {
  readonly type: string;
  readonly args: object;
  readonly create: () => pulumi.CustomResource;
  readonly get: () => pulumi.CustomResource;
  readonly isInstance: (value: unknown) => boolean;
}

const featureArgs = { sourceBucket: "acme-behaviour", sourceFilePath: "seq/" };
const taskArgs = {
  trainFeatureId: "feature-1",
  trainBucket: "acme-behaviour",
  trainFilePath: "labels.tsv",
  minAuroc: 0.75,
};
const attributesArgs = {
  featureId: "feature-1",
  keywords: ["running", "marathon"],
  resultBucket: "acme-results",
  resultFilePath: "runners/",
};
const intentArgs = { taskId: "task-1" };

const samples: Readonly<Record<string, Sample>> = {
  feature: {
    type: "pulumi-nodejs:dynamic/nclue:Feature",
    args: featureArgs,
    create: () => new Feature("job", featureArgs),
    get: () => Feature.get("job", "theirs"),
    isInstance: Feature.isInstance,
  },
  task: {
    type: "pulumi-nodejs:dynamic/nclue:Task",
    args: taskArgs,
    create: () => new Task("job", taskArgs),
    get: () => Task.get("job", "theirs"),
    isInstance: Task.isInstance,
  },
  "task run": {
    type: "pulumi-nodejs:dynamic/nclue:TaskRun",
    args,
    create: () => new TaskRun("job", args),
    get: () => TaskRun.get("job", "theirs"),
    isInstance: TaskRun.isInstance,
  },
  "custom attributes": {
    type: "pulumi-nodejs:dynamic/nclue:CustomAttributes",
    args: attributesArgs,
    create: () => new CustomAttributes("job", attributesArgs),
    get: () => CustomAttributes.get("job", "theirs"),
    isInstance: CustomAttributes.isInstance,
  },
  "shopping intent": {
    type: "pulumi-nodejs:dynamic/nclue:ShoppingIntent",
    args: intentArgs,
    create: () => new ShoppingIntent("job", intentArgs),
    get: () => ShoppingIntent.get("job", "theirs"),
    isInstance: ShoppingIntent.isInstance,
  },
};

for (const [noun, sample] of Object.entries(samples)) {
  describe(`a program with a resource "${noun}", in a user's unit test with mocks`, () => {
    it("shows the mocks the arguments, and nothing of the provider's own", async () => {
      const { resources, calls } = await mocked();
      assert.equal(await promised(sample.create().id), "job-id");
      assert.deepEqual(
        resources.map(({ type, name, inputs }) => ({ type, name, inputs })),
        [{ type: sample.type, name: "job", inputs: { ...sample.args } }],
      );
      assert.deepEqual(calls, []);
    });

    it("lets get be answered by the mocks with the id that it asks for", async () => {
      const { resources, calls } = await mocked({ status: "failed" });
      const job = sample.get() as pulumi.CustomResource & { status: pulumi.Output<string> };
      assert.equal(await promised(job.status), "failed");
      assert.equal(resources[0]?.id, "theirs");
      assert.deepEqual(resources[0]?.inputs, {});
      assert.deepEqual(calls, []);
    });

    it("finds out that it is one, and no other", async () => {
      await mocked();
      assert.equal(sample.isInstance(sample.create()), true);
      assert.equal(sample.isInstance({}), false);
      assert.equal(sample.isInstance(undefined), false);
      for (const other of Object.values(samples)) {
        if (other !== sample) assert.equal(other.isInstance(sample.create()), false);
      }
    });
  });
}

describe("a program with task runs, in a user's unit test with mocks", () => {
  it("gives the outputs that the mocks make up, and the arguments as they are", async () => {
    await mocked({ status: "completed", lineCount: 7, resultUri: "s3://acme-results/churn/1.tsv" });
    const run = new TaskRun("scores", args);
    assert.equal(await promised(run.status), "completed");
    assert.equal(await promised(run.lineCount), 7);
    assert.equal(await promised(run.resultUri), "s3://acme-results/churn/1.tsv");
    assert.equal(await promised(run.taskId), "task-1");
    assert.equal(await promised(run.resultFilePath), "churn/");
  });

  it("keeps outputs and secrets as arguments what they are", async () => {
    const { resources } = await mocked();
    const run = new TaskRun("scores", {
      ...args,
      taskId: pulumi.output("task-2"),
      resultFilePath: pulumi.secret("hidden/"),
    });
    assert.equal(await promised(run.taskId), "task-2");
    assert.equal(await promised(run.resultFilePath), "hidden/");
    assert.equal(resources[0]?.inputs.taskId, "task-2");
    assert.ok(Object.keys(resources[0]?.inputs ?? {}).every((name) => name in args));
  });

  it("takes every resource option", async () => {
    const { resources } = await mocked();
    const parent = new pulumi.ComponentResource("acme:index:Pipeline", "pipeline");
    const first = new TaskRun("first", args, { parent, protect: true });
    const second = new TaskRun("second", args, {
      dependsOn: first,
      customTimeouts: { create: "4h" },
      aliases: [{ name: "old" }],
      import: "11111111-0000-4000-8000-000000000000",
    });
    await promised(second.id);
    assert.deepEqual(
      resources.filter(({ custom }) => custom).map(({ name }) => name),
      ["first", "second"],
    );
  });

  it("refuses a trigger that would not count", async () => {
    const { resources } = await mocked();
    assert.throws(
      () => new TaskRun("scores", { ...args, triggers: [{ when: new Date(0) }] }),
      /^Error: declaring task run "scores": triggers\[0\]\.when is a Date: use toISOString\(\)$/,
    );
    assert.deepEqual(resources, []);
  });

  it("shows the mocks the ids of a TaskRunCompletion, and nothing else", async () => {
    const { resources, calls } = await mocked();
    const run = new TaskRun("scores", args);
    const done = new TaskRunCompletion("all", { runIds: [run.id] });
    assert.deepEqual(await promised(done.runIds), ["scores-id"]);
    assert.deepEqual(resources[1]?.inputs, { runIds: ["scores-id"] });
    assert.deepEqual(calls, []);
    assert.equal(TaskRunCompletion.isInstance(done), true);
    assert.equal(TaskRunCompletion.isInstance(run), false);
  });
});

const result = {
  status: "completed",
  resultKey: "churn/nclue_1_2026110109.tsv",
  resultUri: "s3://acme-results/churn/nclue_1_2026110109.tsv",
  resultSize: 7,
  resultEtag: null,
};

describe("a result that the program requires", () => {
  it("is described without nulls, but for an ETag that the store does not give", async () => {
    await mocked(result);
    const required = {
      bucket: "acme-results",
      key: result.resultKey,
      uri: result.resultUri,
      size: 7,
      etag: null,
    };
    const run = new TaskRun("scores", args);
    assert.deepEqual(await promised(run.requireResult()), required);
    const attributes = new CustomAttributes("runners", attributesArgs);
    assert.deepEqual(await promised(attributes.requireResult()), required);
  });

  it("fails an update in one sentence without a stack trace where there is none", async () => {
    await mocked({ ...result, resultKey: null, resultUri: null });
    const run = new TaskRun("scores", args);
    await assert.rejects(promised(run.requireResult()), (error: Error) => {
      assert.match(
        error.message,
        /^requiring the result of task run "scores": it is completed, but/,
      );
      assert.equal(error.stack, "");
      return pulumi.RunError.isInstance(error);
    });
  });

  it("says that a job which is not waited for has none yet", async () => {
    await mocked({ ...result, status: "pending", resultKey: null, resultUri: null });
    const run = new TaskRun("scores", { ...args, waitFor: "submitted" });
    await assert.rejects(promised(run.requireResult()), /it is pending, and has no result yet/);
  });

  it("does not say why a job failed where that is secret", async () => {
    const none = { status: "failed", resultKey: null, resultUri: null };
    await mocked({ ...result, ...none, failMessage: pulumi.secret("WORD is wrong") });
    await assert.rejects(promised(new TaskRun("scores", args).requireResult()), (error: Error) => {
      assert.match(error.message, /: it failed, so there will be none /);
      assert.doesNotMatch(error.message, /WORD/);
      return true;
    });
  });

  it("says of a job that failed that there will be none, and why", async () => {
    const failed = { status: "failed", failMessage: "OBS_UPLOAD_FAILED" };
    const none = { resultKey: null, resultUri: null };
    const why = /: it failed, so there will be none \(OBS_UPLOAD_FAILED: the result could not be/;
    await mocked({ ...result, ...none, ...failed });
    await assert.rejects(promised(new TaskRun("scores", args).requireResult()), why);
    await mocked({ runs: { "run-1": { ...none, ...failed } } });
    const done = new TaskRunCompletion("all", { runIds: ["run-1"] });
    await assert.rejects(promised(done.requireResults()), why);
  });

  it("is unknown in a preview where there is none", async () => {
    await mocked({ ...result, resultKey: null, resultUri: null }, true);
    assert.equal(await isKnown(new TaskRun("scores", args).requireResult()), false);
  });

  it("is refused at once where the program says no place for it", async () => {
    await mocked(result);
    const run = new TaskRun("scores", { taskId: "task-1", featureId: "feature-1" });
    assert.throws(
      () => run.requireResult(),
      /the result of task run "scores": it has no resultBucket and resultFilePath/,
    );
  });

  it("of each run is described by the run's id", async () => {
    const { resultSize, resultEtag, ...found } = result;
    await mocked({ runs: { "run-1": { ...found, resultSize, resultEtag } } });
    const done = new TaskRunCompletion("all", { runIds: ["run-1"] });
    assert.deepEqual(await promised(done.requireResults()), {
      "run-1": {
        bucket: "acme-results",
        key: found.resultKey,
        uri: found.resultUri,
        size: resultSize,
        etag: resultEtag,
      },
    });
  });

  it("of a run among many fails the update, and says of which", async () => {
    await mocked({ runs: { "run-1": { status: "completed", resultKey: null, resultUri: null } } });
    const done = new TaskRunCompletion("all", { runIds: ["run-1"] });
    await assert.rejects(promised(done.requireResults()), /the result of task run run-1: /);
  });

  it("of a run among many whose ids are secret names none of them", async () => {
    const without = { status: "completed", resultKey: null, resultUri: null };
    await mocked({ runs: pulumi.secret({ "run-1": without }) });
    const done = new TaskRunCompletion("all", { runIds: pulumi.secret(["run-1"]) });
    await assert.rejects(promised(done.requireResults()), (error: Error) => {
      assert.match(error.message, /the result of task run number 1, whose id is secret: /);
      assert.doesNotMatch(error.message, /run-1/);
      return true;
    });
  });
});
