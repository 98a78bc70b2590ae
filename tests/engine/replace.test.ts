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
      assert.deepEqual((await stack.preview()).changes, { same: 2 });
    });
  });

  it("asks for a new run when the given name changes, and when it is taken away", async () => {
    await withNclue({}, async ({ stack, program, runs }) => {
      succeeded(await stack.up({ program: program({ name: "monthly" }) }));
      const names: (string | undefined)[] = [];
      for (const changed of [program({ name: "weekly" }), program()]) {
        succeeded(await stack.up({ program: changed }));
        names.push(...(await runs()).map(({ name }) => name));
      }
      assert.equal(names[0], "weekly");
      assert.match(names[1] ?? "", /^scores-[0-9a-f]{10}$/);
      assert.equal(names.length, 2);
    });
  });

  it("keeps the old run until the new one has completed", async () => {
    await withNclue({}, async ({ stack, program, runs, requests, simulator }) => {
      succeeded(await stack.up());
      simulator.setDefaultPlan({ inProgressMs: "never" });
      const up = await stack.start("up", { program: program({ resultFilePath: "other/" }) });
      await up.waitForText("in_progress");
      const [old, made] = await runs();
      assert.equal(old?.status, "completed");
      assert.equal(made?.status, "in_progress");
      assert.deepEqual(requests("DELETE"), []);
      await simulator.completeJob(made?.id ?? "");
      succeeded(await up.ended);
      assert.deepEqual(
        (await runs()).map(({ id }) => id),
        [made?.id],
      );
    });
  });

  it("leaves the old run when the new one fails", async () => {
    await withNclue({}, async ({ stack, program, runs, requests, simulator }) => {
      succeeded(await stack.up());
      const [old] = await runs();
      simulator.queuePlans({ outcome: "failed", failMessage: "OBS_UPLOAD_FAILED" });
      const changed = program({ resultFilePath: "other/" });
      const up = await stack.up({ program: changed });
      assert.equal(up.failed, true);
      assert.match(up.output, /task run ".*" \(.*\) of task "churn" .* failed: OBS_UPLOAD_FAILED:/);
      assert.deepEqual(requests("DELETE"), []);
      assert.deepEqual(
        (await runs()).map(({ id, status }) => [id === old?.id, status]),
        [
          [true, "completed"],
          [false, "failed"],
        ],
      );

      // The next update makes another one, and only then are both old ones deleted.
      succeeded(await stack.up());
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
  const family =
    ({ args }: Nclue, changes: Partial<nclue.TaskRunArgs>): Program =>
    async () => {
      const run = (name: string, more: Partial<nclue.TaskRunArgs>) =>
        new nclue.TaskRun(name, { ...args, resultFilePath: `${name}/`, ...more });
      const first = run("first", changes);
      run("by-id", { triggers: [first.id] });
      run("by-echo", { triggers: [first.taskId, first.resultBucket] });
      run("by-derived", { triggers: [first.runId.apply((id) => id.length)] });
    };

  const ways: readonly [string, { name?: string }][] = [
    ["after its replacement is made", {}],
    ["before its replacement is made", { name: "first" }],
  ];
  for (const [how, fixed] of ways) {
    it(`are run again only if what they use has changed (the old run goes ${how})`, async () => {
      await withNclue({}, async (n) => {
        const { stack, runs } = n;
        succeeded(await stack.up({ program: family(n, { ...fixed, resultFilePath: "one/" }) }));
        const before = new Map((await runs()).map(({ name, id }) => [id, name]));
        assert.equal(before.size, 4);
        assert.deepEqual((await stack.preview()).changes, { same: 5 });

        const changed = family(n, { ...fixed, resultFilePath: "two/" });
        const preview = succeeded(await stack.preview({ program: changed }));
        assert.equal(did(preview).includes("create-replacement by-derived"), true);
        const up = succeeded(await stack.up());
        assert.deepEqual(up.changes, { replace: 2, same: 3 });
        const made = (await runs()).filter(({ id }) => !before.has(id));
        assert.deepEqual(
          made.map(({ name }) => name.replace(/-[0-9a-f]{10}$/, "")),
          [fixed.name ?? "first", "by-id"],
        );
        assert.deepEqual((await stack.preview()).changes, { same: 5 });
      });
    });
  }
});
