import assert from "node:assert/strict";
import { succeeded } from "../support/engine";
import { type ExampleOptions, withExample } from "../support/withExample";
import { type Nclue, told } from "../support/withNclue";

describe("The adopt example", () => {
  it("says which arguments are not those of the run, takes it over without a request for a new one, and later needs no id", () =>
    withAdopt(async ({ stack, requests, runs }) => {
      await stack.setConfig({ resultFilePath: "elsewhere/" });
      const differing = await stack.preview();
      assert.equal(differing.failed, true);
      assert.match(
        differing.output,
        /resultFilePath .*is "made-by-hand\/" at the service and "elsewhere\/" in the program/,
      );
      const [run, ...others] = await runs();
      assert.deepEqual(others, []);
      await stack.setConfig({ resultFilePath: "made-by-hand/" });
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
