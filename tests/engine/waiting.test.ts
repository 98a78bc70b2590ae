import assert from "node:assert/strict";
import { succeeded } from "../support/engine";
import { did, told, withNclue } from "../support/withNclue";

// What is shown of a wait: progress.test.ts and tests/terminal.

const endless = { inProgressMs: "never" } as const;

describe("waiting for a task run", () => {
  it("ends at customTimeouts.create with the run kept; a refresh takes the error away, and the next up resumes the wait", async () => {
    await withNclue({ plan: endless }, async ({ stack, simulator, program, runs, requests }) => {
      const impatient = program({}, { customTimeouts: { create: "200ms" } });
      const up = await stack.up({ program: impatient });
      assert.equal(up.exitCode, 1);
      const [run] = await runs();
      assert.match(
        up.output,
        new RegExp(`waiting for task run "${run?.name}" \\(${run?.id}\\): still in_progress after`),
      );
      const [resource] = await stack.resources();
      assert.equal(resource?.id, run?.id);
      assert.equal(resource?.outputs?.status, "in_progress");
      assert.equal(resource?.initErrors?.length, 1);
      const preview = succeeded(await stack.preview({ program: program() }));
      assert.deepEqual(preview.changes, { same: 1, update: 1 });

      succeeded(await stack.refresh());
      assert.equal((await stack.resources())[0]?.initErrors, undefined);
      const resumed = await stack.start("up");
      await resumed.waitForText("in_progress");
      await simulator.completeJob(run?.id ?? "");
      const outcome = succeeded(await resumed.ended);
      assert.deepEqual(did(outcome), ["update scores"]);
      assert.deepEqual(told(outcome), [
        `info: resumed the wait for task run "${run?.name}" (${run?.id}); no new run was started`,
      ]);
      assert.equal(requests("POST").length, 1);
      const [after] = await stack.resources();
      assert.equal(after?.outputs?.status, "completed");
      assert.equal(after?.outputs?.resultKey, (await runs())[0]?.resultKeys[0]);
      assert.equal(after?.initErrors, undefined);
      assert.deepEqual((await stack.preview()).changes, { same: 2 });
    });
  });

  it("goes on when waitFor is raised while the run is unfinished, bounded by customTimeouts.update", async () => {
    await withNclue({ plan: endless }, async ({ stack, simulator, program, runs, requests }) => {
      succeeded(await stack.up({ program: program({ waitFor: "submitted" }) }));
      const raised = program({ waitFor: "completed" });
      const preview = await stack.preview({ program: raised });
      assert.deepEqual(preview.changes, { same: 1, update: 1 });
      const impatient = program({}, { customTimeouts: { update: "200ms" } });
      const bounded = await stack.up({ program: impatient });
      assert.equal(bounded.exitCode, 1);
      assert.match(bounded.output, /still in_progress after/);
      const up = await stack.start("up", { program: raised });
      await up.waitForText("in_progress");
      await simulator.completeJob((await runs())[0]?.id ?? "");
      assert.deepEqual(did(succeeded(await up.ended)), ["update scores"]);
      assert.match(String((await stack.outputs()).resultUri), /^s3:/);
      assert.equal(requests("POST").length, 1);
    });
  });

  it("ends with the request where waitFor is submitted; progress is no change, nor are new policies after the end", async () => {
    await withNclue({ plan: endless }, async ({ stack, simulator, program, runs, requests }) => {
      succeeded(await stack.up({ program: program({ waitFor: "submitted" }) }));
      assert.deepEqual(requests(), ["GET /task-runs", "POST /task-runs"]);
      assert.equal((await stack.outputs()).status, "registered");
      succeeded(await stack.refresh({ args: ["--expect-no-changes"] }));
      assert.equal((await stack.resources())[0]?.outputs?.status, "in_progress");
      succeeded(await stack.up({ args: ["--expect-no-changes"] }));
      await simulator.completeJob((await runs())[0]?.id ?? "");
      const changed = program(
        { waitFor: "started", onFailure: "fail", onDeleteWhileRunning: "fail", verify: "off" },
        { customTimeouts: { create: "5m" } },
      );
      const args = ["--refresh", "--expect-no-changes"];
      succeeded(await stack.up({ program: changed, args }));
      const outputs = await stack.outputs();
      assert.equal(outputs.status, "completed");
      assert.match(String(outputs.resultUri), /^s3:/);
    });
  });
});
