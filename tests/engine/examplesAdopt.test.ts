import assert from "node:assert/strict";
import { succeeded } from "../support/engine";
import { type ExampleOptions, withExample } from "../support/withExample";
import { type Nclue, told } from "../support/withNclue";

describe("The adopt example", () => {
  it("takes the run over without a request for a new one, and later needs no id", () =>
    withAdopt(async ({ stack, requests, runs }) => {
      const [run] = await runs();
      const preview = succeeded(await stack.preview());
      assert.deepEqual(preview.changes, { create: 2 });
      const up = succeeded(await stack.up());
      assert.match(told(up).join("\n"), /^info: adopted task run "console-run" .*no new run was/);
      const { name, result } = await stack.outputs();
      assert.equal(name, "console-run");
      assert.equal(result, `s3://${run?.fields.result_bucket}/${run?.resultKeys[0]}`);

      succeeded(await stack.cli(["config", "rm", "runId"]));
      succeeded(await stack.up({ args: ["--expect-no-changes"] }));
      assert.deepEqual(requests("POST"), []);
      assert.deepEqual(requests("DELETE"), []);
    }));

  it("says in the preview which arguments are not those of the run", () =>
    withAdopt(async ({ stack, runs, requests }) => {
      await stack.setConfig({ resultFilePath: "elsewhere/" });
      const preview = await stack.preview();
      assert.equal(preview.failed, true);
      assert.match(
        preview.output,
        /resultFilePath .*is "made-by-hand\/" at the service and "elsewhere\/" in the program/,
      );
      assert.equal((await runs()).length, 1);
      assert.deepEqual(requests("POST"), []);
    }));
});

function withAdopt(fn: (nclue: Nclue) => Promise<void>): Promise<void> {
  const resultFilePath = "made-by-hand/";
  const settings: ExampleOptions["settings"] = ({ simulator, task, feature, bucket }) => {
    const { id } = simulator.seedTaskRun({
      name: "console-run",
      taskId: task.id,
      featureId: feature.id,
      resultBucket: bucket,
      resultFilePath,
    });
    const args = { taskId: task.id, featureId: feature.id, resultBucket: bucket, resultFilePath };
    return { runId: id, ...args };
  };
  return withExample("adopt", { settings }, fn);
}
