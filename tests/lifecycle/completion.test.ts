import assert from "node:assert/strict";
import type { NclueError } from "../../provider/src/kernel/errors";
import * as completion from "../../provider/src/lifecycle/completion";
import type { Settled } from "../../provider/src/lifecycle/settleJob";
import { storeError } from "../support/memoryStore";
import {
  type LifecycleBench,
  type LifecycleOptions,
  type Process,
  UNKNOWN,
  withLifecycle,
} from "../support/withLifecycle";

const MINUTE = 60_000;
const URN = "urn:pulumi:dev::shop::pulumi-nodejs:dynamic/nclue:TaskRunCompletion::all";
const endless = { inProgressMs: "never" } as const;
const quick = { registeredMs: 0, pendingMs: 0, inProgressMs: 0 };

const inputsOf = (runIds: unknown, plumbing: object = {}) => ({
  runIds,
  __nclue: { logicalName: "all", urn: URN, timeouts: {}, ...plumbing },
});

const create = (bench: LifecycleBench, runIds: readonly string[], plumbing: object = {}) =>
  bench.clock.runUntil(completion.create(bench.plugin.ctx, inputsOf(runIds, plumbing)));

const update = (bench: LifecycleBench, olds: object, runIds: readonly string[]) =>
  bench.clock.runUntil(completion.update(bench.plugin.ctx, "all", { ...olds }, inputsOf(runIds)));

const read = ({ clock }: LifecycleBench, { ctx }: Process, outputs: object) =>
  clock.runUntil(completion.read(ctx, "all", { ...outputs }));

const diff = ({ ctx }: Process, olds: object, runIds: unknown) =>
  completion.diff(ctx, "all", { ...olds }, inputsOf(runIds));

/** What the state keeps of the searches that are to go on: the positions of their runs. */
const openSearchesOf = ({ outputs }: Settled) =>
  (outputs.__nclue as { openSearches: unknown }).openSearches;

const runsOf = ({ outputs }: Settled) => outputs.runs as Record<string, completion.CompletedRun>;

const NOBODY = "00000000-0000-4000-8000-000000000000";
const unreachable = storeError();

/** Runs of the bench's task, one for each plan. */
function seed({ simulator, task, feature }: LifecycleBench, plans: readonly object[]): string[] {
  return plans.map(
    (plan, n) =>
      simulator.seedTaskRun({
        name: `segment-${n}`,
        taskId: task.id,
        featureId: feature.id,
        resultBucket: "acme-results",
        resultFilePath: `segments/${n}/`,
        plan,
      }).id,
  );
}

function withBarrier(test: (bench: LifecycleBench) => Promise<void>, options?: LifecycleOptions) {
  return withLifecycle(test, options);
}

describe("the completion of several runs: create", () => {
  it("knows each run by its id once all have completed", () =>
    withBarrier(async (bench) => {
      const ids = seed(bench, [{ inProgressMs: 2 * MINUTE }, { inProgressMs: 9 * MINUTE }]);
      const settled = await create(bench, ids);
      assert.deepEqual([settled.id, settled.problem], ["all", undefined]);
      assert.deepEqual(settled.outputs.runIds, ids);
      const runs = runsOf(settled);
      assert.deepEqual(Object.keys(runs), ids);
      for (const [n, id] of ids.entries()) {
        const { completedAt, resultKey, resultSize, resultEtag, ...others } = runs[
          id
        ] as completion.CompletedRun;
        assert.match(`${completedAt}`, /^\d{4}-.*\+09:00$/);
        assert.ok(resultKey?.startsWith(`segments/${n}/nclue_`), `${resultKey}`);
        assert.ok((resultSize ?? 0) > 0);
        assert.match(resultEtag ?? "", /^"[0-9a-f]{32}"$/);
        assert.deepEqual(others, {
          resultBucket: "acme-results",
          name: `segment-${n}`,
          status: "completed",
          lineCount: 120,
          resultUri: `s3://acme-results/${resultKey}`,
          failMessage: null,
        });
      }
    }));

  it("costs one request a look, however many runs it waits for", () =>
    withBarrier(async (bench) => {
      const plans = Array.from({ length: 90 }, () => ({ inProgressMs: 10 * MINUTE }));
      await create(bench, seed(bench, plans));
      const gets = bench.requests();
      const others = gets.filter((request) => !request.startsWith("GET /task-runs"));
      // Before results are taken, once for all of them.
      assert.deepEqual(others, ["GET /profile/custom-attributes"]);
      assert.ok(gets.length < 100, `${gets.length}`);
    }));

  it("counts an id once that stands twice, and is done at once without any", () =>
    withBarrier(async (bench) => {
      const [id = ""] = seed(bench, [quick]);
      assert.deepEqual(Object.keys(runsOf(await create(bench, [id, id]))), [id]);
      bench.simulator.clearLog();
      const timeouts = { create: undefined, update: undefined, delete: undefined };
      assert.deepEqual(await create(bench, []), {
        id: "all",
        outputs: { runIds: [], runs: {}, __nclue: { timeouts, secrets: [], openSearches: [] } },
      });
      assert.deepEqual(bench.requests(), []);
    }));

  it("waits for the others, then lists every failed one with its reason", () =>
    withBarrier(async (bench) => {
      const failed = { ...quick, outcome: "failed", failMessage: "NOT_EXIST_FILE" };
      const plans = [failed, { inProgressMs: 30 * MINUTE }, ...Array(40).fill(failed)];
      const ids = seed(bench, plans);
      const settled = await create(bench, ids);
      const { code, message } = settled.problem as NclueError;
      assert.equal(code, "job-failed");
      const lines = message.split("\n");
      assert.equal(lines[0], "waiting for the runs of all: 41 of 42 task runs failed");
      assert.equal(lines.length, 1 + 41 + 1);
      const named = ids.filter((_, n) => n !== 1);
      for (const [n, id] of named.entries()) {
        assert.match(lines[n + 1] ?? "", new RegExp(`^- task run "segment-\\d+" \\(${id}\\) of `));
        assert.match(lines[n + 1] ?? "", /NOT_EXIST_FILE/);
      }
      assert.match(lines.at(-1) ?? "", /^"pulumi up --refresh" creates failed runs again/);
      assert.equal(runsOf(settled)[ids[1] ?? ""]?.status, "completed");
      assert.ok(bench.clock.monotonicMs() >= 30 * MINUTE);
    }));

  it("keeps what it has seen when its time is up", () =>
    withBarrier(async (bench) => {
      const [done = "", open = ""] = seed(bench, [quick, endless]);
      const settled = await create(bench, [done, open], { timeouts: { create: "10m" } });
      const { code, message } = settled.problem as NclueError;
      assert.equal(code, "timed-out");
      assert.match(message, /^waiting for the runs of all: 1 of 2 task runs are unfinished\n/);
      assert.match(
        message,
        new RegExp(`\n- task run "segment-1" \\(${open}\\) is still in_progress after 10m`),
      );
      assert.match(message, /"pulumi up" resumes the wait for them$/);
      const { status, completedAt } = runsOf(settled)[open] as completion.CompletedRun;
      assert.deepEqual([status, completedAt], ["in_progress", null]);
      assert.equal(runsOf(settled)[done]?.status, "completed");
      assert.ok(bench.clock.monotonicMs() < 11 * MINUTE);
    }));

  it("ends at once when the engine asks to stop, and keeps what it has seen", () =>
    withBarrier(async (bench) => {
      const ids = seed(bench, [endless, endless]);
      void bench.clock.sleep(MINUTE).then(() => bench.plugin.cancel.abort(new Error("stop")));
      const settled = await create(bench, ids);
      assert.equal(settled.problem?.code, "cancelled");
      assert.match(settled.problem?.message ?? "", /2 of 2 task runs are unfinished/);
      assert.deepEqual(
        Object.values(runsOf(settled)).map(({ status }) => status),
        ["in_progress", "in_progress"],
      );
      assert.ok(bench.clock.monotonicMs() < MINUTE + 1000);
    }));

  it("says that a run is gone, and what makes it again, after the others", () =>
    withBarrier(async (bench) => {
      const [done = ""] = seed(bench, [quick]);
      const missing = NOBODY;
      const settled = await create(bench, [missing, done]);
      const { code, message } = settled.problem as NclueError;
      assert.equal(code, "job-gone");
      assert.match(message, /^waiting for the runs of all: 1 of 2 task runs are gone\n/);
      assert.match(message, new RegExp(`\n- task run ${missing} is gone: HTTP 404`));
      assert.match(
        message,
        /\n"pulumi up --refresh" creates this stack's own runs again that are gone$/,
      );
      assert.deepEqual(runsOf(settled)[missing], {
        name: null,
        status: null,
        lineCount: null,
        completedAt: null,
        resultBucket: null,
        resultKey: null,
        resultUri: null,
        resultSize: null,
        resultEtag: null,
        failMessage: null,
      });
      assert.equal(runsOf(settled)[done]?.status, "completed");
    }));

  it("does not take a run for gone that only the gateway does not find", () =>
    withBarrier(async (bench) => {
      const [id = ""] = seed(bench, [endless]);
      const body = { error: { errorCode: "300", message: "Not Found Exception" } };
      bench.simulator.addFault({
        match: { method: "GET", path: `/task-runs/${id}` },
        when: "before",
        times: "always",
        answer: { kind: "status", status: 404, body },
      });
      const { code, message } = (await create(bench, [id])).problem as NclueError;
      assert.equal(code, "refused");
      assert.match(message, /^waiting for the runs of all: 1 of 1 task runs cannot be read\n/);
      assert.doesNotMatch(message, /gone|goes? on waiting/);
    }));

  it("does not take a run for gone that is still listed", () =>
    withBarrier(async (bench) => {
      const [id = ""] = seed(bench, [endless]);
      bench.simulator.addFault({
        match: { method: "GET", path: `/task-runs/${id}` },
        times: "always",
        answer: { kind: "status", status: 404, body: { error: { errorCode: "10110" } } },
      });
      const { code, message } = (await create(bench, [id])).problem as NclueError;
      assert.equal(code, "refused");
      assert.equal(
        message,
        "waiting for the runs of all: 1 of 1 task runs cannot be read\n" +
          `- task run ${id}: for two minutes the service has listed it, but answered 404 when asked for it\n` +
          "try again later",
      );
    }));

  it("does not take a run for gone that it may not ask for, although no list shows it", () =>
    withBarrier(async (bench) => {
      bench.simulator.addFault({
        match: { method: "GET", path: `/task-runs/${NOBODY}` },
        times: "always",
        answer: { kind: "status", status: 401, body: {} },
      });
      const { code, message } = (await create(bench, [NOBODY])).problem as NclueError;
      assert.equal(code, "refused");
      assert.match(message, new RegExp(`cannot be read\n- task run ${NOBODY}: HTTP 401`));
      assert.ok(!bench.requests().includes("GET /task-runs"));
    }));

  it("says all that is wrong in one message, the gravest first, which a stop does not hide", () =>
    withBarrier(async (bench) => {
      const failed = { ...quick, outcome: "failed", failMessage: "NOT_EXIST_FILE" };
      const ids = seed(bench, [endless, failed]);
      void bench.clock.sleep(1500).then(() => bench.plugin.cancel.abort(new Error("stop")));
      const { code, message } = (await create(bench, ids)).problem as NclueError;
      assert.equal(code, "job-failed");
      const [first, ofFailed, ofEndless, remedy] = message.split("\n");
      assert.equal(
        first,
        "waiting for the runs of all: 1 of 2 task runs failed, 1 of 2 task runs are unfinished",
      );
      assert.match(ofFailed ?? "", /^- task run "segment-1" .* failed: NOT_EXIST_FILE/);
      assert.match(ofEndless ?? "", /^- task run "segment-0" .* is stopped while it is /);
      assert.equal(
        remedy,
        '"pulumi up --refresh" creates failed runs again (by their own onFailure); ' +
          'unfinished runs continue at the service: "pulumi up" resumes the wait for them',
      );
    }));

  it("is unfinished where the engine asks to stop during the search for a result", () =>
    withLifecycle(
      async (bench) => {
        const [id = ""] = seed(bench, [quick]);
        void bench.clock.sleep(5000).then(() => bench.plugin.cancel.abort(new Error("stop")));
        const settled = await create(bench, [id]);
        const text = `task run "segment-0" (${id}) is completed, but the search for its result was stopped`;
        assert.equal(settled.problem?.code, "cancelled");
        assert.equal(
          settled.problem?.message,
          `waiting for the runs of all: 1 of 1 task runs are unfinished\n- ${text}\n` +
            'unfinished runs continue at the service: "pulumi up" resumes the wait for them',
        );
        assert.deepEqual(openSearchesOf(settled), [0]);
      },
      { switches: { results: "none" } },
    ));

  it("is finished where the last search had come to its end when the engine asked to stop", () =>
    withLifecycle(
      async (bench) => {
        const { store, plugin } = bench;
        const ids = seed(bench, [quick]);
        store.beforeList = async () => {
          if (store.lists.length === 4) plugin.cancel.abort(new Error("stop"));
        };
        const settled = await create(bench, ids);
        assert.equal(store.lists.length, 5);
        assert.deepEqual([settled.problem, openSearchesOf(settled)], [undefined, []]);
      },
      { switches: { results: "none" } },
    ));

  it("says once what to do about keys that are refused", () =>
    withBarrier(async (bench) => {
      const ids = seed(bench, [endless, endless]);
      const plugin = bench.newProcess({ NCLOUD_SECRET_KEY: "another" });
      const settled = await bench.clock.runUntil(completion.create(plugin.ctx, inputsOf(ids)));
      const { code, message } = settled.problem as NclueError;
      assert.equal(code, "refused");
      assert.match(message, /^waiting for the runs of all: 2 of 2 task runs cannot be read\n/);
      assert.equal(message.match(/the access key came from/g)?.length, 1);
    }));

  it("has a bound of its own, whatever bounds an update", () =>
    withBarrier(async (bench) => {
      const ids = seed(bench, [{ inProgressMs: 30 * MINUTE }]);
      const settled = await create(bench, ids, { timeouts: { create: "1h", update: "10m" } });
      assert.equal(settled.problem, undefined);
    }));
});

describe("the completion of several runs: update", () => {
  it("asks nothing about what has completed, and waits for the rest", () =>
    withBarrier(async (bench) => {
      const [done = "", open = ""] = seed(bench, [quick, { inProgressMs: 20 * MINUTE }]);
      const timedOut = await create(bench, [done, open], { timeouts: { create: "5m" } });
      bench.simulator.clearLog();
      const settled = await update(bench, timedOut.outputs, [done, open]);
      assert.equal(settled.problem, undefined);
      assert.equal(runsOf(settled)[open]?.status, "completed");
      assert.deepEqual(runsOf(settled)[done], runsOf(timedOut)[done]);
      assert.deepEqual(openSearchesOf(settled), []);
      const [look, ...more] = [...new Set(bench.requests())];
      assert.equal(look, "GET /task-runs/*");
      // Before its result is taken.
      assert.deepEqual(more, ["GET /task-runs", "GET /profile/custom-attributes"]);
    }));

  it("takes its bound from create's where there is none of its own", () =>
    withBarrier(async (bench) => {
      const ids = seed(bench, [endless]);
      const inputs = inputsOf(ids, { timeouts: { create: "3m" } });
      const { ctx } = bench.plugin;
      await bench.clock.runUntil(completion.update(ctx, "all", {}, inputs));
      assert.ok(bench.clock.monotonicMs() >= 3 * MINUTE && bench.clock.monotonicMs() < 4 * MINUTE);
    }));
});

describe("the completion of several runs: a search that could not be made", () => {
  it("is made by a refresh, which leaves nothing to be done", () =>
    withBarrier(async (bench) => {
      const { store, newProcess } = bench;
      const ids = seed(bench, [quick, quick]);
      store.listError = unreachable;
      const { outputs } = await create(bench, ids);
      assert.equal((await diff(newProcess(), outputs, ids)).changes, true);
      store.listError = undefined;
      const found = await read(bench, newProcess(), outputs);
      assert.ok(Object.values(runsOf(found)).every(({ resultKey }) => resultKey !== null));
      assert.equal((await diff(newProcess(), found.outputs, ids)).changes, false);
    }));

  it("is a warning and no problem, and is made by the next update", () =>
    withBarrier(async (bench) => {
      const { store, plugin } = bench;
      const ids = seed(bench, [quick]);
      store.listError = unreachable;
      const made = await create(bench, ids);
      assert.deepEqual([made.problem, openSearchesOf(made)], [undefined, [0]]);
      const [warning = ""] = plugin.log.texts("warn");
      const begin = `task run ${ids[0]} is completed, but the result bucket cannot be searched (`;
      assert.ok(warning.startsWith(begin), warning);
      store.listError = undefined;
      const found = await update(bench, made.outputs, ids);
      assert.match(`${runsOf(found)[ids[0] ?? ""]?.resultKey}`, /^segments\/0\/nclue_/);
      assert.deepEqual(openSearchesOf(found), []);
    }));

  it("stays open for those runs alone whose results a refresh does not find either", () =>
    withBarrier(async (bench) => {
      const { store, newProcess } = bench;
      const ids = seed(bench, [quick, quick, { ...quick, outcome: "failed" }]);
      store.listError = unreachable;
      const made = await create(bench, ids);
      assert.deepEqual(openSearchesOf(made), [0, 1]);
      store.listError = undefined;
      for (const key of store.keys("acme-results")) {
        if (key.startsWith("segments/0/")) await store.deleteObject("acme-results", key);
      }
      const found = await read(bench, newProcess(), made.outputs);
      assert.deepEqual(openSearchesOf(found), [0]);
      assert.deepEqual(
        { ...Object(found.outputs.__nclue), openSearches: [0, 1] },
        made.outputs.__nclue,
      );
    }));
});

describe("the completion of several runs: diff", () => {
  const run = { name: "a", status: "completed" };
  const cases: Record<string, { olds: object; news: unknown; changes: boolean }> = {
    "the same list, all completed": { olds: { a: run }, news: ["a"], changes: false },
    "another order": { olds: { a: run, b: run }, news: ["b", "a"], changes: false },
    "another id": { olds: { a: run }, news: ["b"], changes: true },
    "a new id": { olds: { a: run }, news: ["a", "b"], changes: true },
    "an id less": { olds: { a: run, b: run }, news: ["a"], changes: true },
    "one that failed": { olds: { a: { ...run, status: "failed" } }, news: ["a"], changes: true },
    "one of two that failed": {
      olds: { a: run, b: { ...run, status: "failed" } },
      news: ["a", "b"],
      changes: true,
    },
    "one that is unfinished": {
      olds: { a: { ...run, status: "in_progress" } },
      news: ["a"],
      changes: true,
    },
    "an id that is not known yet": { olds: { a: run }, news: ["a", UNKNOWN], changes: true },
    "a list that is not known yet": { olds: { a: run }, news: UNKNOWN, changes: true },
    "a list that is not known yet in place of none": { olds: {}, news: UNKNOWN, changes: true },
  };
  for (const [what, { olds, news, changes }] of Object.entries(cases)) {
    it(`${what}: ${changes ? "a change" : "no change"}, and never a replacement`, () =>
      withBarrier(async ({ plugin }) => {
        assert.deepEqual(await diff(plugin, { runs: olds }, news), { changes, replaces: [] });
      }));
  }

  for (const runs of [undefined, null, [], "runs"]) {
    it(`does not trust a state that was tampered with: ${JSON.stringify(runs)}`, () =>
      withBarrier(async ({ plugin }) => {
        assert.equal((await diff(plugin, { runs }, ["a"])).changes, true);
      }));
  }
});

describe("the completion of several runs: check, read and delete", () => {
  const bad: Record<string, { runIds: unknown; says: RegExp }> = {
    "no list": { runIds: "run-1", says: /^must be a list of run ids$/ },
    "something else in it": {
      runIds: ["a", 7, "", "b"],
      says: /^must hold ids, as strings; entry 2, 3 is none$/,
    },
  };
  for (const [what, { runIds, says }] of Object.entries(bad)) {
    it(`refuses ${what}`, () =>
      withBarrier(async ({ plugin }) => {
        const { failures } = await completion.check(plugin.ctx, {}, inputsOf(runIds));
        assert.deepEqual(
          failures.map(({ property }) => property),
          ["runIds"],
        );
        assert.match(failures[0]?.reason ?? "", says);
      }));
  }

  it("does not name the property in a failure where its value is secret", () =>
    withBarrier(async ({ plugin }) => {
      const inputs = inputsOf("run-1", { secrets: ["runIds"] });
      const { failures } = await completion.check(plugin.ctx, {}, inputs);
      // The engine prints the value of the property that a failure names.
      assert.deepEqual(failures, [{ property: "", reason: "runIds: must be a list of run ids" }]);
    }));

  for (const runIds of [[], ["a"], ["a", UNKNOWN], UNKNOWN]) {
    it(`takes ${JSON.stringify(runIds)}`, () =>
      withBarrier(async ({ plugin }) => {
        const { failures } = await completion.check(plugin.ctx, {}, inputsOf(runIds));
        assert.deepEqual(failures, []);
      }));
  }

  it("finds a result at a refresh that was not there when the run had ended", () =>
    withLifecycle(
      async (bench) => {
        const ids = seed(bench, [{ inProgressMs: MINUTE }, { ...quick, outcome: "failed" }]);
        const { outputs } = await create(bench, ids);
        const [done = "", failed = ""] = ids;
        const before = outputs.runs as Record<string, completion.CompletedRun>;
        assert.deepEqual([before[done]?.status, before[done]?.resultKey], ["completed", null]);
        await bench.clock.advance(10 * MINUTE);
        const found = await read(bench, bench.newProcess(), outputs);
        assert.match(`${runsOf(found)[done]?.resultKey}`, /^segments\/0\/nclue_/);
        assert.match(`${runsOf(found)[done]?.resultUri}`, /^s3:\/\/acme-results\/segments\/0\//);
        assert.deepEqual(runsOf(found)[failed], before[failed]);
      },
      { switches: { resultDelayMs: 5 * MINUTE } },
    ));

  it("looks once for a result at a refresh, and does not wait for it", () =>
    withLifecycle(
      async (bench) => {
        const ids = seed(bench, [quick]);
        const { outputs } = await create(bench, ids);
        bench.store.lists.length = 0;
        const found = await read(bench, bench.newProcess(), outputs);
        assert.deepEqual(bench.store.lists, ["acme-results/segments/0/nclue_"]);
        assert.deepEqual(found, { id: "all", outputs });
      },
      { switches: { results: "none" } },
    ));

  it("keeps at a refresh what it knows of a run that is gone", () =>
    withLifecycle(
      async (bench) => {
        const [id = ""] = seed(bench, [quick]);
        const { outputs } = await create(bench, [id]);
        bench.simulator.deleteJob(id);
        assert.deepEqual(await read(bench, bench.newProcess(), outputs), { id: "all", outputs });
      },
      { switches: { results: "none" } },
    ));

  it("says of a refresh that fails which runs it was about", () =>
    withLifecycle(
      async (bench) => {
        const { outputs } = await create(bench, seed(bench, [quick]));
        const plugin = bench.newProcess({ NCLOUD_SECRET_KEY: "another" });
        await assert.rejects(read(bench, plugin, outputs), (error: Error) => {
          assert.match(error.message, /^reading the runs of all: HTTP 401/);
          return true;
        });
      },
      { switches: { results: "none" } },
    ));

  const odd: Record<string, object> = {
    "that knows of no runs": { runIds: ["a"], __nclue: {} },
    "that says nothing of open searches": {
      runIds: ["a"],
      runs: { a: { status: "failed" } },
      __nclue: { timeouts: {} },
    },
    "with nothing in the place of a run": { runs: { a: null }, __nclue: {} },
  };
  for (const [what, outputs] of Object.entries(odd)) {
    it(`leaves a state as it is ${what}`, () =>
      withBarrier(async (bench) => {
        assert.deepEqual(await read(bench, bench.plugin, outputs), { id: "all", outputs });
        assert.deepEqual(bench.requests(), []);
      }));
  }

  it("shows no id where the ids are secret, neither while it waits nor at a refresh", () =>
    withBarrier(async (bench) => {
      const { store, newProcess, clock } = bench;
      const [id = ""] = seed(bench, [quick]);
      store.listError = unreachable;
      const inputs = inputsOf([id], { secrets: ["runIds"] });
      const [first, second] = [newProcess(), newProcess()];
      const { outputs } = await clock.runUntil(completion.create(first.ctx, inputs));
      const [warning = ""] = first.log.texts("warn");
      assert.match(warning, /^task run \[secret\] is completed, but the result bucket cannot be /);
      await read(bench, second, outputs);
      for (const { log } of [first, second]) {
        assert.match(log.all(), /\/task-runs\/\[secret\] → HTTP 200/);
        assert.ok(!log.all().includes(id), log.all());
      }
    }));

  it("names no key in a warning: a path may be secret, and it does not know", () =>
    withBarrier(async (bench) => {
      const ids = seed(bench, [quick]);
      await create(bench, ids);
      await bench.store.putObject("acme-results", "segments/0/nclue_other_2026110109.tsv", "x");
      const plugin = bench.newProcess();
      await bench.clock.runUntil(completion.create(plugin.ctx, inputsOf(ids)));
      const [warning = ""] = plugin.log.texts("warn");
      assert.match(warning, /2 objects below its path could be its result, so none is taken/);
    }));

  it("reads what it has seen, and deletes nothing at the service", () =>
    withBarrier(async (bench) => {
      const [id = ""] = seed(bench, [quick]);
      const { outputs } = await create(bench, [id]);
      bench.simulator.clearLog();
      const { ctx } = bench.plugin;
      assert.deepEqual(await completion.read(ctx, "all", outputs), { id: "all", outputs });
      await completion.delete();
      assert.deepEqual(bench.requests(), []);
      assert.equal((await bench.runs()).length, 1);
    }));
});

describe("the completion of several runs: progress", () => {
  const span = String.raw`\d+[ms]( \d+s)?`;

  it("is a line a poll: how many have ended, for how long it waits, when the next poll is due", () =>
    withBarrier(async (bench) => {
      const failed = { ...quick, outcome: "failed" };
      await create(bench, seed(bench, [failed, { inProgressMs: 5 * MINUTE }]));
      const { steps } = bench.plugin.log;
      assert.ok(steps.every(({ urn, key }) => urn === URN && key === "all"));
      const last = steps.at(-1);
      assert.equal(last?.isLast, true);
      assert.match(last?.text ?? "", /^1 of 2 runs completed in 5m \d+s$/);
      const texts = steps.slice(0, -1).map(({ text }) => text);
      const line = new RegExp(`^1 of 2 runs have ended, 1 not completed · ${span} · next poll in `);
      assert.match(texts[0] ?? "", /^0 of 2 runs have ended · 0s · next poll in 2s$/);
      for (const text of texts.slice(1)) assert.match(text, line);
      assert.equal(new Set(texts).size, texts.length);
    }));

  it("says for how long polls have not been answered", () =>
    withBarrier(async (bench) => {
      const ids = seed(bench, [endless]);
      bench.simulator.addFault({
        match: { method: "GET" },
        when: "before",
        times: "always",
        answer: { kind: "status", status: 503 },
      });
      await create(bench, ids, { timeouts: { create: "10m" } });
      const { steps } = bench.plugin.log;
      assert.ok(steps.length > 5, `${steps.length}`);
      for (const { text } of steps.slice(0, -1)) {
        assert.match(
          text,
          /^0 of 1 runs have ended · no answer for \d+[ms]( \d+s)? · next poll in /,
        );
      }
    }));

  it("says how long a run usually takes where all are of one task", () =>
    withBarrier(async (bench) => {
      const { simulator, task, feature } = bench;
      for (const minutes of [12, 13, 15]) {
        simulator.seedTaskRun({
          taskId: task.id,
          featureId: feature.id,
          createdAtMs: simulator.now() - 1000 * MINUTE,
          plan: { registeredMs: 0, pendingMs: 0, inProgressMs: minutes * MINUTE },
        });
      }
      const ids = seed(bench, [{ inProgressMs: 5 * MINUTE }]);
      await create(bench, ids);
      const last = bench.plugin.log.steps.at(-2)?.text ?? "";
      assert.match(
        last,
        new RegExp(`^0 of 1 runs have ended · ${span} · usually 13–15m · next poll `),
      );

      const other = simulator.seedTaskRun({ plan: { inProgressMs: 5 * MINUTE } }).id;
      const next = bench.newProcess();
      const mixed = [...seed(bench, [{ inProgressMs: 5 * MINUTE }]), other];
      await bench.clock.runUntil(completion.create(next.ctx, inputsOf(mixed)));
      assert.doesNotMatch(
        next.log.steps
          .slice(1)
          .map(({ text }) => text)
          .join("\n"),
        /usually/,
      );
    }));
});
