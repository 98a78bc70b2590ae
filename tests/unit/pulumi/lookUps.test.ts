import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import {
  type GetTaskRunArgs,
  getTaskRun,
  getTaskRunOutput,
  getTaskRuns,
  getTaskRunsOutput,
} from "../../../provider/src/pulumi/getTaskRun";

/** What a user's unit test has in place of the engine. */
function mock(call: pulumi.runtime.Mocks["call"], isPreview = false): Promise<void> {
  const newResource: pulumi.runtime.Mocks["newResource"] = ({ name, inputs }) => ({
    id: `${name}-id`,
    state: inputs,
  });
  return pulumi.runtime.setMocks({ newResource, call }, "project", "stack", isPreview);
}

const promised = <T>(output: pulumi.Output<T>) =>
  (output as pulumi.Output<T> & { promise(): Promise<T> }).promise();
const isKnown = (output: pulumi.Output<unknown>) =>
  (output as pulumi.Output<unknown> & { isKnown: Promise<boolean> }).isKnown;

describe("look-ups in a user's unit test", () => {
  it("are answered by the mocks, and what these leave out is null", async () => {
    const calls: unknown[] = [];
    await mock(({ token, inputs }) => {
      calls.push([token, inputs]);
      return token === "nclue:index:getTaskRun"
        ? { runId: "r1", status: "completed" }
        : { runs: [{ runId: "r1" }, { runId: "r2", lineCount: 7 }] };
    });
    const run = await getTaskRun({ name: "scores" });
    assert.deepEqual(
      [run.runId, run.status, run.failMessage, run.lineCount],
      ["r1", "completed", null, null],
    );
    const { runs } = await getTaskRuns({ status: "failed" });
    assert.deepEqual(
      runs.map(({ runId, lineCount, name }) => [runId, lineCount, name]),
      [
        ["r1", null, null],
        ["r2", 7, null],
      ],
    );
    assert.deepEqual(calls, [
      ["nclue:index:getTaskRun", { name: "scores" }],
      ["nclue:index:getTaskRuns", { status: "failed" }],
    ]);
  });

  it("of outputs are outputs, and secret where one of them is", async () => {
    await mock(({ inputs }) => ({ runId: inputs.runId, runs: [] }));
    const found = getTaskRunOutput({ runId: pulumi.secret("r1") });
    assert.equal((await promised(found)).runId, "r1");
    assert.equal(await pulumi.isSecret(found), true);
    const all = getTaskRunsOutput();
    assert.deepEqual(await promised(all), { runs: [] });
    assert.equal(await pulumi.isSecret(all), false);
  });

  it("of something unknown are unknown in a preview, and nobody is asked", async () => {
    const calls: string[] = [];
    await mock(({ token }) => {
      calls.push(token);
      return {};
    }, true);
    const unknown = pulumi.output(pulumi.unknown) as unknown as pulumi.Output<string>;
    assert.equal(await isKnown(getTaskRunOutput({ runId: unknown })), false);
    assert.equal(await isKnown(getTaskRunsOutput({ taskId: unknown })), false);
    assert.deepEqual(calls, []);
  });

  for (const [args, message] of [
    [
      { status: "done" },
      'looking up task runs: "done" is no status; give getTaskRuns registered, pending, in_progress, completed or failed',
    ],
    [{ taskID: "t1" }, "looking up task runs: getTaskRuns takes no taskID; see its documentation"],
  ] as const) {
    it(`refuse to list by ${JSON.stringify(args)}, which no run can meet`, async () => {
      await mock(() => ({ runs: [] }));
      await assert.rejects(getTaskRuns(args as object), (error: unknown) => {
        assert.ok(pulumi.RunError.isInstance(error));
        assert.equal(error.message, message);
        return true;
      });
      await assert.rejects(promised(getTaskRunsOutput(args as object)), { message });
    });
  }

  it("list all where a program in JavaScript gives nothing", async () => {
    await mock(() => ({ runs: [] }));
    for (const nothing of [undefined, null, {}, { status: undefined }]) {
      assert.deepEqual(await getTaskRuns(nothing as never), { runs: [] });
    }
  });

  for (const args of [
    undefined,
    null,
    "scores",
    {},
    { runId: "r1", name: "scores" },
    { runId: "" },
  ]) {
    it(`refuse ${JSON.stringify(args)} in one line`, async () => {
      await mock(() => ({}));
      await assert.rejects(getTaskRun(args as GetTaskRunArgs), (error: unknown) => {
        assert.ok(pulumi.RunError.isInstance(error));
        assert.equal(error.message, "looking up a task run: give getTaskRun either runId or name");
        return true;
      });
    });
  }
});
