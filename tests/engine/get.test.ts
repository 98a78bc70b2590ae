import assert from "node:assert/strict";
import * as nclue from "pulumi-nclue";
import { succeeded } from "../support/engine";
import { told, withNclue } from "../support/withNclue";

describe("TaskRun.get", () => {
  it("reads a run that something else owns, with its result", async () => {
    await withNclue({}, async ({ stack, simulator, args, task, feature, requests }) => {
      const { id, name } = simulator.seedTaskRun({ name: "owned-elsewhere", ...args });
      const up = succeeded(await stack.up({ program: reading(id) }));
      assert.deepEqual(told(up), []);
      const { createdAt, completedAt, resultKey, resultUri, resultEtag, ...outputs } =
        await stack.outputs();
      assert.deepEqual(outputs, {
        id,
        runId: id,
        name,
        ...args,
        taskName: task.name,
        featureName: feature.name,
        status: "completed",
        lineCount: 120,
        resultSize: 2267,
        failMessage: null,
        drift: null,
      });
      assert.match(`${createdAt} ${completedAt}`, /^\S+\+09:00 \S+\+09:00$/);
      assert.match(`${resultEtag}`, /^"[0-9a-f]{32}"$/);
      const [key] = (await simulator.job(id))?.resultKeys ?? [];
      assert.equal(resultKey, key);
      assert.equal(resultUri, `s3://${args.resultBucket}/${key}`);
      assert.deepEqual(requests("POST"), []);
    });
  });

  it("keeps it in the state as external, and reads it again at each update", async () => {
    await withNclue({ plan: { inProgressMs: "never" } }, async ({ stack, simulator, args }) => {
      const { id } = simulator.seedTaskRun({ name: "owned-elsewhere", ...args });
      const program = reading(id);
      succeeded(await stack.up({ program }));
      const [resource] = await stack.resources();
      assert.equal(resource?.external, true);
      assert.equal(resource?.id, id);
      assert.equal((await stack.outputs()).status, "in_progress");
      await simulator.completeJob(id);
      succeeded(await stack.preview());
      succeeded(await stack.up());
      const outputs = await stack.outputs();
      assert.equal(outputs.status, "completed");
      assert.equal(outputs.lineCount, 120);
      succeeded(await stack.refresh({ args: ["--expect-no-changes"] }));
    });
  });

  it("shows a failed run as it is", async () => {
    await withNclue({}, async ({ stack, simulator, args }) => {
      const { id } = simulator.seedTaskRun({ name: "owned-elsewhere", ...args });
      simulator.failJob(id, "OBS_UPLOAD_FAILED");
      succeeded(await stack.up({ program: reading(id) }));
      const { status, failMessage, resultUri } = await stack.outputs();
      assert.deepEqual([status, failMessage, resultUri], ["failed", "OBS_UPLOAD_FAILED", null]);
    });
  });

  it("says which id nobody has", async () => {
    await withNclue({}, async ({ stack }) => {
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
    });
  });

  it("leaves the run alone when the stack is destroyed", async () => {
    await withNclue({}, async ({ stack, simulator, args, runs, requests }) => {
      const { id } = simulator.seedTaskRun({ name: "owned-elsewhere", ...args });
      succeeded(await stack.up({ program: reading(id) }));
      succeeded(await stack.destroy());
      assert.deepEqual(await stack.resources(), []);
      assert.deepEqual(
        (await runs()).map((run) => run.id),
        [id],
      );
      assert.deepEqual(requests("DELETE"), []);
    });
  });

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
