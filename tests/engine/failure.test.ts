import assert from "node:assert/strict";
import * as nclue from "pulumi-nclue";
import type { JobView } from "../../simulator/src";
import { DRIFT_CHECK, succeeded } from "../support/engine";
import { did, told, warned, withNclue } from "../support/withNclue";

const failing = { outcome: "failed", failMessage: "OBS_UPLOAD_FAILED" } as const;

describe("a task run that fails", () => {
  it("fails the update with its message, stays in the state, and is replaced by each up until one works", () =>
    withNclue({}, async ({ stack, simulator, runs, task, feature, requests }) => {
      const whyOf = (run?: JobView) =>
        `warning: task run "${run?.name}" (${run?.id}) failed: OBS_UPLOAD_FAILED; ` +
        'a new run replaces it (onFailure: "rerun")';
      simulator.queuePlans(failing, failing);
      const up = await stack.up();
      assert.equal(up.exitCode, 1);
      const [first] = await runs();
      const [resource] = await stack.resources();
      assert.equal(resource?.id, first?.id);
      assert.equal(resource?.outputs?.status, "failed");
      assert.equal(resource?.outputs?.failMessage, "OBS_UPLOAD_FAILED");
      assert.deepEqual(resource?.initErrors, [
        `task run "${first?.name}" (${first?.id}) of task "churn" (${task.id}) on feature "customers" (${feature.id}) failed: ` +
          "OBS_UPLOAD_FAILED: the result could not be written to Object Storage, which usually passes\n" +
          "run it again; another try usually helps " +
          "(https://guide.ncloud-docs.com/docs/nclue-troubleshoot-message); " +
          'the next "pulumi up" replaces it by a new run',
      ]);

      const preview = succeeded(await stack.preview());
      assert.equal(preview.changes.replace, 1);
      assert.deepEqual(warned(preview), [whyOf(first)]);
      assert.equal((await stack.up()).failed, true);
      const second = (await runs()).find(({ id }) => id !== first?.id);
      assert.equal(second?.name, `${first?.name}-2`);

      simulator.clearLog();
      const third = succeeded(await stack.up());
      assert.deepEqual(told(third), [whyOf(second)]);
      const [made, ...others] = await runs();
      assert.deepEqual(others, []);
      assert.equal(made?.status, "completed");
      assert.equal(made?.name, `${first?.name}-3`);
      const [list, post, look, ...afterwards] = requests();
      assert.deepEqual(
        [list, post, look],
        ["GET /task-runs", "POST /task-runs", `GET /task-runs/${made?.id}`],
      );
      assert.deepEqual(
        afterwards.sort(),
        [
          // Whether another job could have written the result.
          "GET /task-runs",
          "GET /profile/custom-attributes",
          `DELETE /task-runs/${first?.id}`,
          `DELETE /task-runs/${second?.id}`,
        ].sort(),
      );
      assert.equal((await stack.resources()).length, 1);
      assert.deepEqual((await stack.preview()).changes, { same: 2 });
    }));

  it("stays and fails each up without a request for a new one (onFailure: fail)", async () => {
    await withNclue({ plan: failing }, async ({ stack, simulator, program, runs, requests }) => {
      const stubborn = program({ onFailure: "fail" });
      assert.equal((await stack.up({ program: stubborn })).failed, true);
      const [old] = await runs();
      for (let round = 1; round <= 2; round++) {
        const up = await stack.up();
        assert.deepEqual(did(up), ["update scores"]);
        assert.equal(up.exitCode, 1);
        assert.match(up.output, /failed: OBS_UPLOAD_FAILED: .*\n.*change an argument to ask/);
      }
      assert.equal(requests("POST").length, 1);
      assert.deepEqual(
        (await runs()).map(({ id }) => id),
        [old?.id],
      );

      simulator.setDefaultPlan({ outcome: "completed" });
      const changed = program({ onFailure: "fail", triggers: ["once more"] });
      assert.deepEqual(did(succeeded(await stack.up({ program: changed }))), [
        "create-replacement scores",
        "replace scores",
        "delete-replaced scores",
      ]);
      assert.equal(requests("POST").length, 2);
    });
  });

  it("says how many jobs have not been asked for: those beside it, and those created from it", () =>
    withNclue({}, async ({ stack, args, bucket, simulator }) => {
      const paths = ["a/", "b/", "c/"];
      const beside = async () => {
        for (const path of paths) new nclue.TaskRun(path, { ...args, resultFilePath: path });
      };
      simulator.queuePlans(failing);
      const first = await stack.up({ program: beside, args: ["--parallel=1"] });
      assert.match(first.output, /2 more jobs of this stack had not been asked for/);
      assert.match(first.output, /--continue-on-error/);

      const from = async () => {
        const source = { sourceBucket: bucket, sourceFilePath: "seq/", verify: "off" } as const;
        const { id } = new nclue.Feature("members", source);
        for (const path of paths) {
          new nclue.TaskRun(`${path}from`, { ...args, featureId: id, resultFilePath: path });
        }
      };
      simulator.queuePlans(failing);
      const second = await stack.up({ program: from });
      assert.match(second.output, /3 more jobs of this stack had not been asked for/);
    }));

  it("is found by a refresh when nobody waited for it, and then replaced", async () => {
    await withNclue({ plan: { inProgressMs: "never" } }, async (n) => {
      const { stack, simulator, program, runs } = n;
      succeeded(await stack.up({ program: program({ waitFor: "submitted" }) }));
      const [old] = await runs();
      simulator.failJob(old?.id ?? "", "NOT_EXIST_FILE");
      const seen = await stack.cli(DRIFT_CHECK);
      assert.equal(seen.exitCode, 7, seen.output);
      succeeded(await stack.refresh());
      const up = succeeded(await stack.up());
      assert.match(warned(up).join(), /failed: NOT_EXIST_FILE; a new run replaces it/);
      const [made, ...others] = await runs();
      assert.deepEqual(others, []);
      assert.notEqual(made?.id, old?.id);
    });
  });
});
