import assert from "node:assert/strict";
import type { JobView } from "../../simulator/src";
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

  it("of a running run goes by the environment, then by the policy stored with the run, and bounds its wait", () =>
    withRunningRun({ policy: "abandon" }, async (n) => {
      const { stack, program, runs, requests } = n;
      const [old] = await runs();
      const abandoned = (run?: JobView) =>
        `warning: abandoned task run "${run?.name}" (${run?.id}): it is in_progress and continues at ` +
        "the service, which charges for it; delete it there when it has ended";
      // The policy that is changed in the same up is that of the new run.
      const changed = program(
        { triggers: [1], waitFor: "submitted", onDeleteWhileRunning: "fail" },
        { customTimeouts: { delete: "200ms" } },
      );
      const up = succeeded(await stack.up({ program: changed }));
      assert.deepEqual(told(up), [abandoned(old)]);
      const [, run] = await runs();
      const deletes = requests("DELETE").length;

      const failing = await stack.destroy();
      assert.equal(failing.exitCode, 1);
      assert.match(failing.output, /it is in_progress, and the service deletes no run/);
      assert.equal(requests("DELETE").length, deletes + 1);

      const waiting = await stack.destroy({ env: { NCLUE_ON_DELETE_WHILE_RUNNING: "wait" } });
      assert.equal(waiting.exitCode, 1);
      assert.match(
        waiting.output,
        /deleting task run ".*" \(.*\): still in_progress after .*\n.*customTimeouts.delete and run "pulumi up".*, or set NCLUE_ON_DELETE_WHILE_RUNNING=abandon/,
      );
      assert.equal((await runs()).length, 2);
      assert.deepEqual(
        (await stack.resources()).map(({ id }) => id),
        [run?.id],
      );

      const abandoning = await stack.destroy({
        env: { NCLUE_ON_DELETE_WHILE_RUNNING: "abandon" },
      });
      assert.deepEqual(told(succeeded(abandoning)), [abandoned(run)]);
      assert.deepEqual(
        (await runs()).map(({ status }) => status),
        ["in_progress", "in_progress"],
      );
      assert.deepEqual(await stack.resources(), []);
    }));

  it("does not believe that a run is gone when asked with another key", async () => {
    await withNclue({}, async ({ stack, simulator, runs }) => {
      succeeded(await stack.up());
      simulator.addAccount({ accessKey: "other", secretKey: "other-secret" });
      const env = { NCLOUD_ACCESS_KEY: "other", NCLOUD_SECRET_KEY: "other-secret" };
      const outcome = await stack.destroy({ env });
      assert.equal(outcome.exitCode, 1);
      assert.match(outcome.output, /it was last seen with another access key/);
      assert.match(outcome.output, /pulumi state delete/);
      assert.equal((await stack.resources()).length, 1);
      assert.equal((await runs()).length, 1);
    });
  });
});

interface Running {
  readonly policy?: "wait" | "abandon" | "fail";
}

async function withRunningRun({ policy }: Running, fn: (n: Nclue) => Promise<void>) {
  await withNclue({ plan: endless }, async (n) => {
    const onDeleteWhileRunning = policy ?? "wait";
    const program = n.program({ waitFor: "submitted", onDeleteWhileRunning });
    succeeded(await n.stack.up({ program }));
    await fn(n);
  });
}
