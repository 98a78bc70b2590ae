import assert from "node:assert/strict";
import * as nclue from "pulumi-nclue";
import { succeeded } from "../support/engine";
import { told, withNclue } from "../support/withNclue";

describe("TaskRun.get", () => {
  it("says which id nobody has, in the preview already", () =>
    withNclue({}, async ({ stack }) => {
      const id = "00000000-0000-4000-8000-000000000000";
      for (const verb of ["preview", "up"] as const) {
        const outcome = await stack[verb]({ program: reading(id) });
        assert.equal(outcome.failed, true);
        assert.match(outcome.output, new RegExp(`reading task run ${id}: .*404`));
        assert.match(
          outcome.output,
          /check the id, and that address and keys are those of its account/,
        );
      }
      assert.deepEqual(await stack.resources(), []);
    }));

  it("reads at each update a run that something else owns, keeps it as external, and leaves it alone at destroy", () =>
    withNclue({ plan: { inProgressMs: "never" } }, async (n) => {
      const { stack, simulator, args, task, feature, runs, requests } = n;
      const seeded = simulator.seedTaskRun({ name: "owned-elsewhere", ...args });
      succeeded(await stack.up({ program: reading(seeded.id) }));
      const [resource] = await stack.resources();
      assert.equal(resource?.external, true);
      assert.equal(resource?.id, seeded.id);
      assert.equal((await stack.outputs()).status, "in_progress");

      await simulator.completeJob(seeded.id);
      const up = succeeded(await stack.up());
      assert.deepEqual(told(up), []);
      const { createdAt, completedAt, resultKey, resultUri, resultEtag, ...outputs } =
        await stack.outputs();
      const [key = ""] = (await simulator.job(seeded.id))?.resultKeys ?? [];
      assert.deepEqual(outputs, {
        id: seeded.id,
        runId: seeded.id,
        name: seeded.name,
        ...args,
        taskName: task.name,
        featureName: feature.name,
        status: "completed",
        lineCount: 120,
        resultSize: Buffer.byteLength(await n.buckets.getObject(n.bucket, key)),
        failMessage: null,
        drift: null,
      });
      assert.match(`${createdAt} ${completedAt}`, /^\S+\+09:00 \S+\+09:00$/);
      assert.match(`${resultEtag}`, /^"[0-9a-f]{32}"$/);
      assert.equal(resultKey, key);
      assert.equal(resultUri, `s3://${args.resultBucket}/${key}`);
      succeeded(await stack.refresh({ args: ["--expect-no-changes"] }));

      // One that has failed is shown as it is.
      const other = simulator.seedTaskRun({ name: "failed-elsewhere", ...args });
      simulator.failJob(other.id, "OBS_UPLOAD_FAILED");
      succeeded(await stack.up({ program: reading(other.id) }));
      const failed = await stack.outputs();
      assert.deepEqual(
        [failed.status, failed.failMessage, failed.resultUri],
        ["failed", "OBS_UPLOAD_FAILED", null],
      );

      succeeded(await stack.destroy());
      assert.deepEqual(await stack.resources(), []);
      assert.deepEqual(
        (await runs()).map((run) => run.id),
        [seeded.id, other.id],
      );
      assert.deepEqual(requests("POST"), []);
      assert.deepEqual(requests("DELETE"), []);
    }));

  it("takes an id that is another resource's output", async () => {
    await withNclue({}, async ({ stack, args }) => {
      const program = async () => {
        const scores = new nclue.TaskRun("scores", args);
        const same = nclue.TaskRun.get("same", scores.id);
        return { own: scores.runId, read: same.runId, status: same.status };
      };
      succeeded(await stack.preview({ program }));
      succeeded(await stack.up());
      const { own, read, status } = await stack.outputs();
      assert.equal(read, own);
      assert.equal(status, "completed");
    });
  });
});

const reading = (runId: string) => async () => {
  const { __pulumiResource, urn, ...outputs } = Object.fromEntries(
    Object.entries(nclue.TaskRun.get("theirs", runId)).filter(([name]) => !name.startsWith("__")),
  );
  return outputs;
};
