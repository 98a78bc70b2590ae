import assert from "node:assert/strict";
import { type Deployment, DRIFT_CHECK, succeeded } from "../support/engine";
import { did, told, withNclue } from "../support/withNclue";

describe("a task run on the engine", () => {
  it("is previewed with reads alone, created with its result, left byte for byte by all that changes nothing, and destroyed", () =>
    withNclue({}, async ({ stack, buckets, bucket, args, task, feature, runs, requests }) => {
      const preview = succeeded(await stack.preview());
      assert.deepEqual(did(preview), ["create scores"]);
      assert.deepEqual(told(preview), ["info: this update will start 1 new task run"]);
      assert.deepEqual(requests(), []);
      assert.deepEqual(await runs(), []);

      const up = succeeded(await stack.up());
      assert.deepEqual(did(up), ["create scores"]);
      assert.deepEqual(told(up), []);
      const created = await runs();
      const [run] = created;
      assert.ok(run);
      assert.deepEqual(requests(), [
        "GET /task-runs",
        "POST /task-runs",
        `GET /task-runs/${run.id}`,
        // Whether another job could have written the result.
        "GET /task-runs",
        "GET /profile/custom-attributes",
      ]);

      const [resource] = await stack.resources();
      assert.ok(resource?.outputs);
      const { __nclue, __provider, createdAt, completedAt, resultEtag, ...outputs } =
        resource.outputs;
      const [key = ""] = run.resultKeys;
      const text = await buckets.getObject(bucket, key);
      assert.equal(resource.id, run.id);
      assert.deepEqual(outputs, {
        ...args,
        runId: run.id,
        name: run.name,
        taskName: task.name,
        featureName: feature.name,
        status: "completed",
        lineCount: 120,
        failMessage: null,
        drift: null,
        resultKey: key,
        resultUri: `s3://${bucket}/${key}`,
        resultSize: text.length,
      });
      assert.match(`${resultEtag}`, /^"[0-9a-f]{32}"$/);
      for (const stamp of [createdAt, completedAt]) {
        assert.match(`${stamp}`, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+09:00$/);
      }
      assert.match(run.name, /^scores-[0-9a-f]{10}$/);
      assert.deepEqual(await stack.outputs(), {
        runId: run.id,
        name: run.name,
        status: "completed",
        resultUri: outputs.resultUri,
      });

      // The inputs now hold what the state held before: nothing at the first update, the run since.
      const second = await stack.up({ args: ["--expect-no-changes"] });
      const before = stateText(await stack.exportState());
      for (const outcome of [
        second,
        await stack.preview({ args: ["--expect-no-changes"] }),
        await stack.up({ args: ["--expect-no-changes"] }),
        await stack.refresh({ args: ["--expect-no-changes"] }),
        await stack.refresh({ args: ["--expect-no-changes", "--run-program"] }),
        await stack.preview({ args: ["--expect-no-changes", "--refresh"] }),
      ]) {
        assert.deepEqual(succeeded(outcome).changes, { same: 2 }, outcome.command);
        assert.deepEqual(told(outcome), [], outcome.command);
      }
      assert.equal((await stack.cli(DRIFT_CHECK)).exitCode, 0);
      assert.deepEqual(await runs(), created);
      assert.equal(requests("POST").length, 1);
      assert.equal(stateText(await stack.exportState()), before);

      const destroy = succeeded(await stack.destroy());
      assert.deepEqual(did(destroy), ["delete scores"]);
      assert.deepEqual(told(destroy), []);
      assert.deepEqual(requests("DELETE"), [`DELETE /task-runs/${run.id}`]);
      assert.deepEqual(await runs(), []);
      assert.deepEqual(await stack.resources(), []);
      assert.notEqual(await buckets.getObject(bucket, key), "");
    }));
});

/** Without the time of writing, and without empty lists of dependencies, which a refresh drops. */
function stateText({ deployment }: Deployment): string {
  return JSON.stringify({ ...deployment, manifest: null }, (key, value) =>
    key === "propertyDependencies" ? undefined : value,
  );
}
