import assert from "node:assert/strict";
import * as nclue from "pulumi-nclue";
import { type Program, succeeded } from "../support/engine";
import { did, type Nclue, told, withNclue } from "../support/withNclue";

const newOneFirst = ["create-replacement scores", "replace scores", "delete-replaced scores"];

describe("replacing a task run", () => {
  // Which changes replace is the domain's to know: tests/unit/domain/jobDiff.test.ts.
  it("asks for a new run when an argument changes, and then deletes the old one", async () => {
    await withNclue({}, async (n) => {
      const { stack, program, runs, requests, simulator } = n;
      succeeded(await stack.up());
      const [old] = await runs();
      const changed = program({ resultFilePath: "other/", triggers: [{ month: "2026-11" }] });
      assert.equal((await stack.preview({ program: changed })).changes.replace, 1);
      simulator.clearLog();

      const up = succeeded(await stack.up());
      assert.deepEqual(did(up), newOneFirst);
      assert.deepEqual(told(up), []);
      const [made, ...others] = await runs();
      assert.deepEqual(others, []);
      assert.notEqual(made?.id, old?.id);
      assert.deepEqual(requests(), [
        "GET /task-runs",
        "POST /task-runs",
        `GET /task-runs/${made?.id}`,
        // Whether another job could have written the result.
        "GET /task-runs",
        "GET /profile/custom-attributes",
        `DELETE /task-runs/${old?.id}`,
      ]);
      assert.equal((await stack.resources())[0]?.id, made?.id);
    });
  });

  it("keeps the old run where the new one fails, and until another one has completed", async () => {
    await withNclue({}, async ({ stack, program, runs, requests, simulator }) => {
      succeeded(await stack.up());
      const [old] = await runs();
      simulator.queuePlans({ outcome: "failed", failMessage: "OBS_UPLOAD_FAILED" });
      const changed = program({ resultFilePath: "other/" });
      const failing = await stack.up({ program: changed });
      assert.equal(failing.failed, true);
      assert.match(
        failing.output,
        /task run ".*" \(.*\) of task "churn" .* failed: OBS_UPLOAD_FAILED:/,
      );
      const seen = async () => (await runs()).map(({ id, status }) => [id === old?.id, status]);
      const both = [
        [true, "completed"],
        [false, "failed"],
      ];
      assert.deepEqual(await seen(), both);

      // The next update makes another one, and only then are both old ones deleted.
      simulator.setDefaultPlan({ inProgressMs: "never" });
      const up = await stack.start("up");
      await up.waitForText("in_progress");
      assert.deepEqual(await seen(), [...both, [false, "in_progress"]]);
      assert.deepEqual(requests("DELETE"), []);
      await simulator.completeJob((await runs()).at(-1)?.id ?? "");
      succeeded(await up.ended);
      const [made, ...others] = await runs();
      assert.deepEqual([made?.status, others], ["completed", []]);
      assert.match(made?.name ?? "", /-2$/);
      assert.equal(requests("DELETE").length, 2);
      assert.equal((await stack.resources()).length, 1);
    });
  });
});

describe("dependents of a task run that is replaced", () => {
  // Three runs that hang on the first by a trigger: its id, an argument that its outputs echo, and
  // a value that is made from an output and does not change.
  const family = ({ args }: Nclue, prefix: string, changes: Partial<nclue.TaskRunArgs>) => {
    const run = (name: string, more: Partial<nclue.TaskRunArgs>) => {
      const resultFilePath = `${prefix}${name}/`;
      return new nclue.TaskRun(`${prefix}${name}`, { ...args, resultFilePath, ...more });
    };
    const first = run("first", changes);
    run("by-id", { triggers: [first.id] });
    run("by-echo", { triggers: [first.taskId, first.resultBucket] });
    run("by-derived", { triggers: [first.runId.apply((id) => id.length)] });
  };

  it("are run again only if what they use has changed, whether the old run goes after the new one or before", async () => {
    await withNclue({}, async (n) => {
      const { stack, runs, requests, simulator } = n;
      const program =
        (path: string): Program =>
        async () => {
          family(n, "", { resultFilePath: `${path}/` });
          family(n, "fixed-", { name: "fixed", resultFilePath: `${path}-fixed/` });
        };
      succeeded(await stack.up({ program: program("one") }));
      const before = new Map((await runs()).map(({ name, id }) => [id, name]));
      assert.equal(before.size, 8);

      const preview = succeeded(await stack.preview({ program: program("two") }));
      for (const prefix of ["", "fixed-"]) {
        assert.ok(did(preview).includes(`create-replacement ${prefix}by-derived`), prefix);
      }
      simulator.clearLog();
      const up = succeeded(await stack.up());
      assert.deepEqual(up.changes, { replace: 4, same: 5 });
      const made = (await runs()).filter(({ id }) => !before.has(id));
      assert.deepEqual(made.map(({ name }) => name.replace(/-[0-9a-f]{10}$/, "")).sort(), [
        "by-id",
        "first",
        "fixed",
        "fixed-by-id",
      ]);
      const idOf = (wanted: string) => [...before].find(([, name]) => name.startsWith(wanted))?.[0];
      const changing = requests().filter((line) => !line.startsWith("GET"));
      const at = (wanted: string) => changing.indexOf(`DELETE /task-runs/${idOf(wanted)}`);
      assert.ok(at("fixed") >= 0 && at("fixed") < changing.lastIndexOf("POST /task-runs"));
      assert.ok(at("first-") > changing.lastIndexOf("POST /task-runs"));
      assert.deepEqual((await stack.preview()).changes, { same: 9 });
    });
  });
});
