import assert from "node:assert/strict";
import { succeeded } from "../support/engine";
import { type Nclue, told, withNclue } from "../support/withNclue";

const endless = { inProgressMs: "never" } as const;

describe("destroying a task run", () => {
  it("waits until a run that is in progress has ended, and deletes it then", async () => {
    await withRunningRun({}, async ({ stack, simulator, runs, requests }) => {
      const [run] = await runs();
      const destroy = await stack.start("destroy");
      await destroy.waitForText(/in_progress \d+s.*can be deleted when it has ended/);
      assert.deepEqual(requests("DELETE"), [`DELETE /task-runs/${run?.id}`]);
      await simulator.completeJob(run?.id ?? "");
      assert.deepEqual(told(succeeded(await destroy.ended)), []);
      assert.equal(requests("DELETE").length, 2);
      assert.deepEqual(await runs(), []);
      assert.deepEqual(await stack.resources(), []);
    });
  });

  it("waits no longer than customTimeouts.delete, and keeps the run in the state", async () => {
    await withRunningRun(
      { options: { customTimeouts: { delete: "200ms" } } },
      async ({ stack, runs }) => {
        const destroy = await stack.destroy();
        assert.equal(destroy.exitCode, 1);
        assert.match(
          destroy.output,
          /deleting task run ".*" \(.*\): still in_progress after .*\n.*customTimeouts.delete and run "pulumi up".*, or set NCLUE_ON_DELETE_WHILE_RUNNING=abandon/,
        );
        assert.equal((await runs()).length, 1);
        assert.equal((await stack.resources()).length, 1);
      },
    );
  });

  it("leaves a running run behind and says so with its id (abandon)", async () => {
    await withRunningRun({ policy: "abandon" }, async ({ stack, runs }) => {
      const destroy = succeeded(await stack.destroy());
      const [run] = await runs();
      assert.deepEqual(told(destroy), [
        `warning: abandoned task run "${run?.name}" (${run?.id}): it is in_progress and continues at ` +
          "the service, which charges for it; delete it there when it has ended",
      ]);
      assert.equal(run?.status, "in_progress");
      assert.deepEqual(await stack.resources(), []);
    });
  });

  it("follows NCLUE_ON_DELETE_WHILE_RUNNING before the program's policy", async () => {
    await withRunningRun({ policy: "abandon" }, async ({ stack, simulator, runs, requests }) => {
      const failing = await stack.destroy({ env: { NCLUE_ON_DELETE_WHILE_RUNNING: "fail" } });
      assert.equal(failing.exitCode, 1);
      assert.match(failing.output, /it is in_progress, and the service deletes no run/);
      assert.equal(requests("DELETE").length, 1);

      const waiting = await stack.start("destroy", {
        env: { NCLUE_ON_DELETE_WHILE_RUNNING: "wait" },
      });
      await waiting.waitForText("can be deleted when it has ended");
      await simulator.completeJob((await runs())[0]?.id ?? "");
      succeeded(await waiting.ended);
      assert.deepEqual(await runs(), []);
    });
  });

  it("follows the policy that is stored with the run, not one changed in the same up", async () => {
    await withRunningRun({ policy: "abandon" }, async ({ stack, program, runs, simulator }) => {
      const [old] = await runs();
      simulator.setDefaultPlan({ inProgressMs: 0 });
      const up = succeeded(
        await stack.up({ program: program({ triggers: [1], onDeleteWhileRunning: "fail" }) }),
      );
      assert.match(told(up).join(), new RegExp(`abandoned task run ".*" \\(${old?.id}\\)`));
      assert.deepEqual(
        (await runs()).map(({ status }) => status),
        ["in_progress", "completed"],
      );
    });
  });

  it("does not believe that a run is gone when asked with another key", async () => {
    await withNclue({}, async ({ stack, simulator, runs }) => {
      succeeded(await stack.up());
      simulator.addAccount({ accessKey: "other", secretKey: "other-secret" });
      const env = { NCLOUD_ACCESS_KEY: "other", NCLOUD_SECRET_KEY: "other-secret" };
      for (const verb of ["destroy", "refresh"] as const) {
        const outcome = await stack[verb]({ env });
        assert.equal(outcome.exitCode, 1);
        assert.match(outcome.output, /it was last seen with another access key/);
        assert.match(outcome.output, /pulumi state delete/);
      }
      assert.equal((await stack.resources()).length, 1);
      assert.equal((await runs()).length, 1);
    });
  });
});

interface Running {
  readonly policy?: "wait" | "abandon" | "fail";
  readonly options?: Parameters<Nclue["program"]>[1];
}

async function withRunningRun({ policy, options }: Running, fn: (n: Nclue) => Promise<void>) {
  await withNclue({ plan: endless }, async (n) => {
    const onDeleteWhileRunning = policy ?? "wait";
    const program = n.program({ waitFor: "submitted", onDeleteWhileRunning }, options);
    succeeded(await n.stack.up({ program }));
    await fn(n);
  });
}
