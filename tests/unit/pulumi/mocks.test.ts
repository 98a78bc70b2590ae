import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { TaskRun, type TaskRunArgs } from "../../../provider/src/pulumi/taskRun";
import { TaskRunCompletion } from "../../../provider/src/pulumi/taskRunCompletion";

// What a user's own unit test sees of a program with task runs.

const args: TaskRunArgs = {
  taskId: "task-1",
  featureId: "feature-1",
  resultBucket: "acme-results",
  resultFilePath: "churn/",
};

/** Mocks without a project, a stack or an organization, as the shortest test has them. */
async function mocked(state: Record<string, unknown> = {}) {
  const resources: pulumi.runtime.MockResourceArgs[] = [];
  const calls: pulumi.runtime.MockCallArgs[] = [];
  await pulumi.runtime.setMocks({
    newResource: (resource) => {
      resources.push(resource);
      return { id: `${resource.name}-id`, state: { ...resource.inputs, ...state } };
    },
    call: (call) => {
      calls.push(call);
      throw new Error("nothing calls");
    },
  });
  return { resources, calls };
}

describe("a program with task runs, in a user's unit test with mocks", () => {
  it("shows the mocks the arguments, and nothing of the provider's own", async () => {
    const { resources, calls } = await mocked();
    const run = new TaskRun("scores", args);
    assert.equal(await promised(run.id), "scores-id");
    assert.deepEqual(
      resources.map(({ type, name, inputs }) => ({ type, name, inputs })),
      [{ type: "pulumi-nodejs:dynamic/nclue:TaskRun", name: "scores", inputs: { ...args } }],
    );
    assert.deepEqual(calls, []);
  });

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

  it("lets get be answered by the mocks with the id that it asks for", async () => {
    const { resources, calls } = await mocked({ status: "failed" });
    const run = TaskRun.get("theirs", "run-9");
    assert.equal(await promised(run.status), "failed");
    assert.equal(resources[0]?.id, "run-9");
    assert.deepEqual(resources[0]?.inputs, {});
    assert.deepEqual(calls, []);
  });

  it("shows the mocks the ids of a TaskRunCompletion, and nothing else", async () => {
    const { resources, calls } = await mocked();
    const run = new TaskRun("scores", args);
    const done = new TaskRunCompletion("all", { runIds: [run.id] });
    assert.deepEqual(await promised(done.runIds), ["scores-id"]);
    assert.deepEqual(resources[1]?.inputs, { runIds: ["scores-id"] });
    assert.deepEqual(calls, []);
  });

  it("is told that a resource is a task run", async () => {
    await mocked();
    const run = new TaskRun("scores", args);
    assert.equal(TaskRun.isInstance(run), true);
    assert.equal(TaskRun.isInstance({}), false);
    assert.equal(TaskRun.isInstance(undefined), false);
  });
});

function promised<T>(output: pulumi.Output<T>): Promise<T> {
  return (output as pulumi.Output<T> & { promise(): Promise<T> }).promise();
}
