import assert from "node:assert/strict";
import type { FamilyName } from "../../provider/src/domain/family";
import { type LifecycleBench, type Process, withLifecycle } from "../support/withLifecycle";

const MINUTE = 60_000;
const plan = { registeredMs: 0, pendingMs: 1000, inProgressMs: 2 * MINUTE };
const ignored = { sources: "ignored" } as const;

const CHILDREN = {
  task: "trainFeatureId",
  taskRun: "featureId",
  customAttributes: "featureId",
} as const;

/** A feature that is not finished, and the id of which a child is given. */
async function unfinishedFeature(bench: LifecycleBench, plugin: Process): Promise<string> {
  const inputs = bench.inputsOf(
    "feature",
    { verify: "off", waitFor: "submitted" },
    {
      logicalName: "members",
      urn: "urn:members",
    },
  );
  const { id } = await plugin.of("feature").create(inputs);
  return id;
}

const posts = ({ simulator }: LifecycleBench, path: string) =>
  simulator.log().filter((request) => request.method === "POST" && request.path.endsWith(path));

describe("a job whose parent is not completed", () => {
  for (const [status, code] of [
    [409, 10112],
    [400, 99999],
    [404, 10110],
    [422, 12345],
  ] as const) {
    for (const [child, argument] of Object.entries(CHILDREN)) {
      it(`waits for it and is then created (${child}, refused with ${status})`, () =>
        withLifecycle(
          async (bench) => {
            // By another process: one that has seen it would not even ask.
            const id = await unfinishedFeature(bench, bench.newProcess());
            const family = child as FamilyName;
            const inputs = bench.inputsOf(family, { verify: "off", [argument]: id });
            const { problem, outputs } = await bench.plugin.of(family).create(inputs);
            assert.equal(problem, undefined);
            assert.equal(outputs.status, "completed");
            const lines = bench.plugin.log.steps.map(({ text }) => text);
            assert.ok(
              lines.some((line) => /^waiting for feature "members-\w+": in_progress \d/.test(line)),
            );
            const { length } = posts(
              bench,
              child === "task"
                ? "/tasks"
                : child === "taskRun"
                  ? "/task-runs"
                  : "/custom-attributes",
            );
            assert.equal(length, 2);
          },
          {
            plan,
            switches: { ...ignored, parentNotReadyStatus: status, parentNotReadyCode: code },
          },
        ));
    }
  }

  it("is not asked for before that is completed where this process has seen the parent", () =>
    withLifecycle(
      async (bench) => {
        const id = await unfinishedFeature(bench, bench.plugin);
        const inputs = bench.inputsOf("task", { verify: "off", trainFeatureId: id });
        const { problem } = await bench.plugin.of("task").create(inputs);
        assert.equal(problem, undefined);
        assert.equal(posts(bench, "/tasks").length, 1);
      },
      { plan, switches: ignored },
    ));

  it("is created although the service goes on refusing for a moment after its end", () =>
    withLifecycle(
      async (bench) => {
        const id = await unfinishedFeature(bench, bench.plugin);
        const inputs = bench.inputsOf("task", { verify: "off", trainFeatureId: id });
        const { problem } = await bench.plugin.of("task").create(inputs);
        assert.equal(problem, undefined);
      },
      { plan, switches: { ...ignored, parentReadyAfterMs: 40_000 } },
    ));

  it("gives up after some minutes where its parent's dates lie in the future", () =>
    withLifecycle(
      async (bench) => {
        await bench.simulator.advance(9 * 60 * MINUTE);
        const { id } = bench.simulator.seedFeature({ name: "fresh" });
        const startMs = bench.clock.monotonicMs();
        const inputs = bench.inputs({ verify: "off", featureId: id });
        await assert.rejects(bench.plugin.create(inputs), { message: /10113/ });
        const waitedMs = bench.clock.monotonicMs() - startMs;
        assert.ok(waitedMs >= 2 * MINUTE && waitedMs <= 5 * MINUTE, `${waitedMs} ms`);
      },
      { plan, switches: { ...ignored, featureMustBeTasksOwn: true } },
    ));

  it("fails with the parent's name and reason where that fails", () =>
    withLifecycle(
      async (bench) => {
        bench.simulator.queuePlans({ outcome: "failed", failMessage: "NOT_EXIST_FILE" });
        const id = await unfinishedFeature(bench, bench.plugin);
        const inputs = bench.inputsOf("task", { verify: "off", trainFeatureId: id });
        await assert.rejects(bench.plugin.of("task").create(inputs), {
          code: "not-usable",
          message: /it needs feature "members-\w+" .*failed: NOT_EXIST_FILE/,
        });
      },
      { plan, switches: ignored },
    ));

  it("fails with the parent's id where that is deleted meanwhile", () =>
    withLifecycle(
      async (bench) => {
        const id = await unfinishedFeature(bench, bench.plugin);
        void bench.clock.sleep(30_000).then(() => bench.simulator.deleteJob(id));
        const inputs = bench.inputsOf("task", { verify: "off", trainFeatureId: id });
        await assert.rejects(bench.plugin.of("task").create(inputs), new RegExp(id));
        assert.equal((await bench.simulator.jobs("tasks")).length, 1);
      },
      { plan, switches: ignored },
    ));

  it("waits no longer than customTimeouts.create, and starts nothing then", () =>
    withLifecycle(
      async (bench) => {
        bench.simulator.queuePlans({ inProgressMs: "never" });
        const id = await unfinishedFeature(bench, bench.plugin);
        const inputs = bench.inputsOf(
          "task",
          { verify: "off", trainFeatureId: id },
          { timeouts: { create: "10m" } },
        );
        const startMs = bench.clock.monotonicMs();
        await assert.rejects(bench.plugin.of("task").create(inputs), {
          code: "timed-out",
          message: /feature "members-[\s\S]*nothing was started[\s\S]*customTimeouts\.create/,
        });
        assert.ok(bench.clock.monotonicMs() - startMs <= 11 * MINUTE);
      },
      { plan, switches: ignored },
    ));

  it('is a wait and no error under verify: "all", in a preview and before the POST', () =>
    withLifecycle(
      async (bench) => {
        const id = await unfinishedFeature(bench, bench.plugin);
        const inputs = bench.inputsOf("taskRun", { verify: "all", featureId: id });
        assert.deepEqual((await bench.plugin.check({}, inputs, true)).failures, []);
        const { problem } = await bench.plugin.create(inputs);
        assert.equal(problem, undefined);
      },
      { plan, switches: ignored },
    ));

  it("says that another family may have the name, where neither namesake nor parent explains a 409", () =>
    withLifecycle(
      async (bench) => {
        bench.simulator.seedFeature({ name: "weekly" });
        await assert.rejects(bench.plugin.create(bench.inputs({ name: "weekly" })), {
          code: "name-taken",
          message: /a job of another family/,
        });
      },
      { plan, switches: { ...ignored, nameScope: "account" } },
    ));

  it("costs no request where all is well", () =>
    withLifecycle(
      async (bench) => {
        await bench.plugin.create(bench.inputs());
        assert.deepEqual(bench.requests().slice(0, 3), [
          "GET /task-runs",
          "POST /task-runs",
          "GET /task-runs/*",
        ]);
        assert.ok(!bench.requests().some((request) => /tasks|features/.test(request)));
      },
      { plan, switches: ignored },
    ));
});

describe("children that block a delete", () => {
  const stored = async (bench: LifecycleBench, policy: string) => {
    const plugin = bench.plugin.of("feature");
    const args = { verify: "off", onDeleteWhileRunning: policy };
    const feature = await plugin.create(bench.inputsOf("feature", args));
    bench.simulator.seedTask({
      name: "other-task",
      trainFeatureId: feature.id,
      plan: { registeredMs: 0, pendingMs: 0, inProgressMs: 10 * MINUTE },
    });
    bench.simulator.clearLog();
    return feature;
  };

  for (const deleteRefusedStatus of [409, 400, 422]) {
    const options = { plan, switches: { ...ignored, deleteRefusedStatus } };

    it(`are waited for by name (${deleteRefusedStatus})`, () =>
      withLifecycle(async (bench) => {
        const { id, outputs } = await stored(bench, "wait");
        await bench.plugin.of("feature").delete(id, outputs);
        assert.equal(await bench.simulator.job(id), undefined);
        assert.ok(
          bench.plugin.log.steps.some(({ text }) =>
            /task "other-task" \([\w-]+\) uses it/.test(text),
          ),
        );
      }, options));

    it(`leave the parent behind under "abandon" (${deleteRefusedStatus})`, () =>
      withLifecycle(async (bench) => {
        const { id, outputs } = await stored(bench, "abandon");
        await bench.plugin.of("feature").delete(id, outputs);
        assert.ok(await bench.simulator.job(id));
        assert.match(bench.plugin.log.texts("warn").join(), /abandoned feature .*other-task/);
      }, options));

    it(`are listed under "fail" (${deleteRefusedStatus})`, () =>
      withLifecycle(async (bench) => {
        const { id, outputs } = await stored(bench, "fail");
        await assert.rejects(bench.plugin.of("feature").delete(id, outputs), {
          code: "job-busy",
          message: /it is used by task "other-task" \([\w-]+\), in_progress/,
        });
      }, options));
  }

  for (const [family, path, argument, life, [which, status], lists] of [
    [
      "task",
      "task-runs",
      "taskId",
      { inProgressMs: "never" },
      ['task run "theirs"', "in_progress"],
      ["GET /task-runs", "GET /profile/shopping-intents"],
    ],
    [
      "feature",
      "profile/custom-attributes",
      "featureId",
      { pendingMs: "never" },
      ['custom attributes "theirs"', "pending"],
      ["GET /task-runs", "GET /tasks", "GET /profile/custom-attributes"],
    ],
  ] as const) {
    it(`are named by one look at each list that may hold one (${path} of a ${family})`, () =>
      withLifecycle(
        async (bench) => {
          const args = { verify: "off", onDeleteWhileRunning: "fail" };
          const plugin = bench.plugin.of(family);
          const made = await plugin.create(bench.inputsOf(family, args));
          const { id } = bench.simulator.seed(path, {
            name: "theirs",
            [argument]: made.id,
            plan: life,
          });
          bench.simulator.clearLog();
          const deleting = bench.newProcess().of(family).delete(made.id, made.outputs);
          await assert.rejects(deleting, (error: Error) => {
            assert.ok(error.message.includes(`it is used by ${which} (${id}), ${status}`));
            return true;
          });
          const [refused, look, ...asked] = bench.requests();
          assert.deepEqual([refused, look], [`DELETE /${family}s/*`, `GET /${family}s/*`]);
          assert.deepEqual(asked.sort(), [...lists].sort());
        },
        { plan, switches: ignored },
      ));
  }

  it("are looked for only after a refusal, on at most ten pages of each family", () =>
    withLifecycle(
      async (bench) => {
        for (let n = 0; n < 30; n++) bench.simulator.seedTask({ trainFeatureId: bench.feature.id });
        const { id, outputs } = await stored(bench, "fail");
        await assert.rejects(
          bench.plugin.of("feature").delete(id, outputs),
          /other-task|there may be more/,
        );
        const lists = bench.requests().filter((request) => request === "GET /tasks");
        assert.ok(lists.length <= 10, `${lists.length} pages`);
      },
      { plan, switches: { ...ignored, pageSizeCap: 2, firstPageCap: 2 } },
    ));
});

describe("a quality gate", () => {
  const gated = (bench: LifecycleBench, args: object = {}, plumbing: object = {}) =>
    bench.inputsOf("task", { verify: "off", minAuroc: 0.75, ...args }, { ...plumbing });

  for (const auroc of ["0.7499", null]) {
    it(`fails a task with an AUROC of ${auroc}, keeps it, and fails again without a POST`, () =>
      withLifecycle(
        async (bench) => {
          bench.simulator.queuePlans({ auroc });
          const plugin = bench.plugin.of("task");
          const { id, outputs, problem } = await plugin.create(gated(bench));
          assert.equal(problem?.code, "below-gate");
          if (auroc !== null) assert.match(problem?.message ?? "", /0\.7499.*0\.75/);
          const next = bench.newProcess().of("task");
          const { changes, replaces } = await next.diff(id, outputs, gated(bench));
          assert.deepEqual([changes, replaces], [true, []]);
          bench.simulator.clearLog();
          const again = await next.update(id, outputs, gated(bench));
          assert.equal(again.problem?.code, "below-gate");
          assert.deepEqual(posts(bench, "/tasks"), []);
          assert.equal(again.id, id);
        },
        { plan, switches: ignored },
      ));
  }

  it("is looked at again where the service tells the AUROC late, and can be taken out", () =>
    withLifecycle(
      async (bench) => {
        const { simulator } = bench;
        for (const path of ["/tasks", "/tasks/*"]) {
          simulator.addFault({
            match: { method: "GET", path },
            times: "always",
            when: "after",
            answer: { kind: "edit", fields: { AUROC: null } },
          });
        }
        const { id, outputs, problem } = await bench.plugin.of("task").create(gated(bench));
        assert.match(problem?.message ?? "", /gives no AUROC.*\n.*take minAuroc out to accept it/);
        simulator.clearFaults();
        const next = bench.newProcess().of("task");
        const seen = await next.update(id, outputs, gated(bench));
        assert.deepEqual([seen.problem, seen.outputs.auroc], [undefined, 0.8412]);
      },
      { plan, switches: ignored },
    ));

  it("lowered below the AUROC is an update without a request", () =>
    withLifecycle(
      async (bench) => {
        bench.simulator.queuePlans({ auroc: "0.70" });
        const { id, outputs } = await bench.plugin.of("task").create(gated(bench));
        bench.simulator.clearLog();
        const next = bench.newProcess().of("task");
        const lower = gated(bench, { minAuroc: 0.7 });
        assert.deepEqual(await next.diff(id, outputs, lower), { changes: true, replaces: [] });
        const { problem, outputs: now } = await next.update(id, outputs, lower);
        assert.equal(problem, undefined);
        assert.equal(now.minAuroc, 0.7);
        assert.deepEqual(bench.requests(), []);
        assert.deepEqual((await next.diff(id, now, lower)).changes, false);
      },
      { plan, switches: ignored },
    ));

  it("raised above a finished model holds, and so it does on an import", () =>
    withLifecycle(
      async (bench) => {
        bench.simulator.queuePlans({ auroc: "0.8" });
        const { id, outputs, problem } = await bench.plugin.of("task").create(gated(bench));
        assert.equal(problem, undefined);
        const raised = gated(bench, { minAuroc: 0.9 });
        const next = bench.newProcess().of("task");
        assert.equal((await next.diff(id, outputs, raised)).changes, true);
        assert.equal((await next.update(id, outputs, raised)).problem?.code, "below-gate");
        const importing = gated(bench, { minAuroc: 0.9 }, { importId: id });
        const imported = await bench.newProcess().of("task").create(importing);
        assert.equal(imported.problem?.code, "below-gate");
      },
      { plan, switches: ignored },
    ));

  it('holds after waitFor: "submitted" at the first refresh or update that sees the task completed', () =>
    withLifecycle(
      async (bench) => {
        bench.simulator.queuePlans({ auroc: "0.1" });
        const submitted = gated(bench, { waitFor: "submitted" });
        const { id, outputs, problem } = await bench.plugin.of("task").create(submitted);
        assert.equal(problem, undefined);
        await bench.clock.advance(10 * MINUTE);
        const next = bench.newProcess().of("task");
        const seen = await next.read(id, outputs);
        assert.ok(seen !== "gone");
        assert.equal((await next.diff(id, seen.outputs, submitted)).changes, true);
        assert.equal((await next.update(id, seen.outputs, submitted)).problem?.code, "below-gate");
      },
      { plan, switches: ignored },
    ));

  it("that cannot be met makes a refresh no error, and a change of data trains again", () =>
    withLifecycle(
      async (bench) => {
        bench.simulator.queuePlans({ auroc: "0.1" });
        const { id, outputs } = await bench.plugin.of("task").create(gated(bench));
        const other = gated(bench, { trainFilePath: "labels/better.tsv" });
        const { replaces } = await bench.plugin.of("task").diff(id, outputs, other);
        assert.deepEqual(replaces, ["trainFilePath"]);
      },
      { plan, switches: ignored },
    ));
});

describe("one cap for all", () => {
  it("counts jobs of every family together", () =>
    withLifecycle(
      async (bench) => {
        const plugin = bench.newProcess({ NCLUE_MAX_NEW_JOBS: "2" });
        const off = { verify: "off", waitFor: "submitted" };
        await plugin.of("feature").create(bench.inputsOf("feature", off));
        await plugin.of("task").create(bench.inputsOf("task", off));
        await assert.rejects(plugin.create(bench.inputs()), {
          code: "too-many-new-jobs",
          message: /at most 2 new jobs \(started: feature "churn-\w+", task "churn-\w+"\)/,
        });
      },
      { plan, switches: ignored },
    ));
});

describe("keywords", () => {
  const program = (bench: LifecycleBench, keywords: readonly unknown[]) =>
    bench.inputsOf("customAttributes", { keywords });

  it("in another order are no change, and others are a replacement", () =>
    withLifecycle(
      async (bench) => {
        const plugin = bench.plugin.of("customAttributes");
        const { id, outputs } = await plugin.create(program(bench, ["running", "marathon"]));
        const diff = (keywords: readonly string[]) =>
          plugin.diff(id, outputs, program(bench, keywords));
        assert.equal((await diff(["marathon", "running"])).changes, false);
        assert.equal((await diff([" running ", "marathon"])).changes, false);
        assert.deepEqual((await diff(["running"])).replaces, ["keywords"]);
      },
      { plan, switches: ignored },
    ));

  for (const [what, keywords] of [
    ["a line break", ["a\nb"]],
    ["a comma", ["a,b"]],
    ["a blank one", ["a", " "]],
    ["one twice", ["a", "a"]],
    ["none at all", []],
    ["more than 1,000 characters", ["a".repeat(500), "b".repeat(500)]],
    ["what is no text", ["a", 1]],
  ] as const) {
    it(`with ${what} are refused`, () =>
      withLifecycle(async (bench) => {
        const inputs = program(bench, keywords);
        const { failures } = await bench.plugin.of("customAttributes").check({}, inputs);
        assert.equal(failures[0]?.property, "keywords");
      }));
  }

  it("are counted in code points", () =>
    withLifecycle(async (bench) => {
      const inputs = program(bench, ["👟".repeat(499), "b".repeat(500)]);
      const { failures } = await bench.plugin.of("customAttributes").check({}, inputs);
      assert.deepEqual(failures, []);
    }));
});

describe("what is required is required from the start", () => {
  for (const [family, required] of [
    ["feature", ["sourceBucket", "sourceFilePath"]],
    ["task", ["trainFeatureId", "trainBucket", "trainFilePath"]],
    ["taskRun", ["taskId", "featureId"]],
    ["customAttributes", ["featureId", "keywords", "resultBucket", "resultFilePath"]],
    ["shoppingIntent", ["taskId"]],
  ] as const) {
    for (const value of [undefined, null, ""]) {
      it(`for a ${family} (${JSON.stringify(value)})`, () =>
        withLifecycle(async (bench) => {
          const missing = Object.fromEntries(required.map((name) => [name, value]));
          const inputs = bench.inputsOf(family, missing);
          const { failures } = await bench.plugin.of(family).check({}, inputs, true);
          assert.deepEqual([...new Set(failures.map(({ property }) => property))], [...required]);
        }));
    }
  }
});
