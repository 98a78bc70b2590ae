import assert from "node:assert/strict";
import { type Deployment, succeeded } from "../support/engine";
import { did, told, withNclue } from "../support/withNclue";

describe("a task run on the engine", () => {
  it("is previewed without anything being asked of the service but reads", async () => {
    await withNclue({}, async ({ stack, runs, requests }) => {
      const preview = succeeded(await stack.preview());
      assert.deepEqual(did(preview), ["create scores"]);
      assert.deepEqual(told(preview), ["info: this update will start 1 new task run"]);
      assert.deepEqual(requests(), []);
      assert.deepEqual(await runs(), []);
    });
  });

  it("is created, and the object that the service wrote is found", async () => {
    await withNclue({}, async ({ stack, buckets, bucket, args, task, feature, runs, requests }) => {
      const up = succeeded(await stack.up());
      assert.deepEqual(did(up), ["create scores"]);
      assert.deepEqual(told(up), []);
      const [run] = await runs();
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
    });
  });

  it("does not change by itself: preview, up and refresh are empty, and leave the state byte for byte", async () => {
    await withNclue({}, async ({ stack, runs, requests }) => {
      succeeded(await stack.up());
      const created = await runs();
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
      assert.deepEqual(await runs(), created);
      assert.equal(requests("POST").length, 1);
      assert.equal(stateText(await stack.exportState()), before);
    });
  });

  it("is not written by the drift check that pipelines use", async () => {
    await withNclue({}, async ({ stack, simulator, runs }) => {
      succeeded(await stack.up());
      const look = "refresh --preview-only --expect-no-changes --non-interactive".split(" ");
      assert.equal((await stack.cli(look)).exitCode, 0);
      const [run] = await runs();
      simulator.deleteJob(run?.id ?? "");
      const before = stateText(await stack.exportState());
      const drifted = await stack.cli(look);
      assert.equal(drifted.exitCode, 7, drifted.output);
      assert.equal(stateText(await stack.exportState()), before);
    });
  });

  it("is destroyed: nothing is left in the service or the state, and the result stays", async () => {
    await withNclue({}, async ({ stack, buckets, bucket, runs, requests }) => {
      succeeded(await stack.up());
      const [run] = await runs();
      const destroy = succeeded(await stack.destroy());
      assert.deepEqual(did(destroy), ["delete scores"]);
      assert.deepEqual(told(destroy), []);
      assert.deepEqual(requests("DELETE"), [`DELETE /task-runs/${run?.id}`]);
      assert.deepEqual(await runs(), []);
      assert.deepEqual(await stack.resources(), []);
      assert.notEqual(await buckets.getObject(bucket, run?.resultKeys[0] ?? ""), "");
    });
  });
});

/** Without the time of writing, and without empty lists of dependencies, which a refresh drops. */
function stateText({ deployment }: Deployment): string {
  return JSON.stringify({ ...deployment, manifest: null }, (key, value) =>
    key === "propertyDependencies" ? undefined : value,
  );
}
