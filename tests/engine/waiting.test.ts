import assert from "node:assert/strict";
import { succeeded } from "../support/engine";
import { did, told, withNclue } from "../support/withNclue";

const endless = { inProgressMs: "never" } as const;

describe("waiting for a task run", () => {
  it("shows what the run is doing on its own line, and ends when it is completed", async () => {
    await withNclue({ clock: { frozen: true }, plan: { pendingMs: 10_000 } }, async (n) => {
      const { stack, simulator, runs } = n;
      simulator.setDefaultPlan({ registeredMs: 10_000, inProgressMs: 10_000 });
      const up = await stack.start("up");
      for (const status of ["registered", "pending", "in_progress"]) {
        await up.waitForText(new RegExp(`scores creating .*${status} \\d+s · `));
        await simulator.advance(10_000);
      }
      succeeded(await up.ended);
      assert.equal((await runs())[0]?.status, "completed");
      assert.deepEqual(told(await up.ended), []);
      assert.match(String((await stack.outputs()).resultUri), /^s3:/);
    });
  });

  it("ends at customTimeouts.create with the run kept, and the next up resumes the wait", async () => {
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
      const p = succeeded(await stack.preview({ program: program() }));
      assert.deepEqual(p.changes, { same: 1, update: 1 });
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

  it("is bounded by customTimeouts.update when it is resumed", async () => {
    await withNclue({ plan: endless }, async ({ stack, program, requests }) => {
      succeeded(await stack.up({ program: program({ waitFor: "submitted" }) }));
      const up = await stack.up({ program: program({}, { customTimeouts: { update: "200ms" } }) });
      assert.equal(up.exitCode, 1);
      assert.match(up.output, /still in_progress after/);
      assert.equal(requests("POST").length, 1);
    });
  });

  it("is resumed after a refresh too, which takes the error of the last update away", async () => {
    await withNclue({ plan: endless }, async ({ stack, simulator, program, runs, requests }) => {
      const impatient = program({}, { customTimeouts: { create: "200ms" } });
      assert.equal((await stack.up({ program: impatient })).failed, true);
      succeeded(await stack.refresh());
      const [run] = await runs();
      await simulator.completeJob(run?.id ?? "");
      assert.deepEqual(did(succeeded(await stack.up({ program: program() }))), ["update scores"]);
      assert.equal(requests("POST").length, 1);
    });
  });

  it("ends with the request where waitFor is submitted, and progress is no change", async () => {
    await withNclue({ plan: endless }, async ({ stack, simulator, program, runs, requests }) => {
      succeeded(await stack.up({ program: program({ waitFor: "submitted" }) }));
      assert.deepEqual(requests(), ["GET /task-runs", "POST /task-runs"]);
      assert.equal((await stack.outputs()).status, "registered");
      const noChange = { args: ["--expect-no-changes"] };
      succeeded(await stack.refresh(noChange));
      assert.equal((await stack.resources())[0]?.outputs?.status, "in_progress");
      succeeded(await stack.up(noChange));
      await simulator.completeJob((await runs())[0]?.id ?? "");
      succeeded(await stack.refresh(noChange));
      succeeded(await stack.up(noChange));
      const outputs = await stack.outputs();
      assert.equal(outputs.status, "completed");
      assert.match(String(outputs.resultUri), /^s3:/);
    });
  });
});

describe("updating a task run", () => {
  it("waits further when waitFor is raised while the run is unfinished", async () => {
    await withNclue({ plan: endless }, async ({ stack, simulator, program, runs, requests }) => {
      succeeded(await stack.up({ program: program({ waitFor: "submitted" }) }));
      const raised = program({ waitFor: "completed" });
      const preview = await stack.preview({ program: raised });
      assert.deepEqual(preview.changes, { same: 1, update: 1 });
      const up = await stack.start("up");
      await up.waitForText("in_progress");
      await simulator.completeJob((await runs())[0]?.id ?? "");
      assert.deepEqual(did(succeeded(await up.ended)), ["update scores"]);
      assert.match(String((await stack.outputs()).resultUri), /^s3:/);
      assert.equal(requests("POST").length, 1);
    });
  });

  it("changes nothing once the run is completed", async () => {
    await withNclue({}, async ({ stack, program }) => {
      succeeded(await stack.up());
      const changed = program(
        { waitFor: "started", onFailure: "fail", onDeleteWhileRunning: "fail", verify: "off" },
        { customTimeouts: { create: "5m" } },
      );
      const args = ["--expect-no-changes"];
      succeeded(await stack.up({ program: changed, args }));
    });
  });
});
