import assert from "node:assert/strict";
import { inspect } from "node:util";
import { families } from "../../provider/src/domain/families";
import type { Job } from "../../provider/src/domain/job";
import {
  findJob,
  findJobById,
  findJobByName,
  type JobFilter,
  listJobs,
} from "../../provider/src/lifecycle/findJob";
import { type LifecycleBench, withLifecycle } from "../support/withLifecycle";

const { taskRun } = families;
const ID = "7d9c1f7e-0000-4000-8000-000000000001";
const OTHER_ID = "7d9c1f7e-0000-4000-8000-000000000002";
const CHECK = "check it, and that address and keys are those of the account that has the run";

type Finder = typeof findJob;

/** Looks up with a process of its own, on the clock of the bench. */
function lookUp({ clock, newProcess }: LifecycleBench, find: Finder, text: string): Promise<Job> {
  return clock.runUntil(find(newProcess().ctx.clients(), taskRun, text));
}

function list({ clock, plugin }: LifecycleBench, filter?: JobFilter): Promise<readonly Job[]> {
  return clock.runUntil(listJobs(plugin.ctx.clients(), taskRun, filter));
}

const refusedKeys = (path: string) =>
  ({ match: { path }, times: "always", answer: { kind: "gateway", code: 210 } }) as const;

describe("what a person types to mean one run", () => {
  const asked = ["GET /task-runs/*"];
  const listed = ["GET /task-runs"];
  const texts = [
    ["its id is asked for alone", {}, ID, asked],
    [
      "its id in capitals is asked for alone",
      {},
      ID.toUpperCase(),
      ["GET /task-runs/7D9C1F7E-0000-4000-8000-000000000001"],
    ],
    ["its name is looked up in the list", { name: "weekly" }, "weekly", listed],
    ["a name that ends with an id is a name", { name: `of ${ID}` }, `of ${ID}`, listed],
    ["a name that begins with an id is a name", { name: `${ID}-2` }, `${ID}-2`, listed],
    ["an id of another form is looked up in the list", { id: "run-7" }, "RUN-7", listed],
    [
      "a name in the form of an id is found too",
      { name: OTHER_ID },
      OTHER_ID,
      [...asked, ...listed],
    ],
  ] as const;
  for (const [what, seed, text, requests] of texts) {
    it(`is found: ${what}`, () =>
      withLifecycle(
        async (bench) => {
          bench.simulator.seedTaskRun({ name: "another" });
          const { id } = bench.simulator.seedTaskRun({ id: ID, ...seed });
          assert.equal((await lookUp(bench, findJob, text)).id.toLowerCase(), id);
          assert.deepEqual(bench.requests(), requests);
        },
        { switches: { echoedIds: "upperCase" } },
      ));
  }

  const unknown = [
    [findJob, ID, `looking up task run ${ID}: the service knows no run of this id`],
    [findJobById, ID, `looking up task run ${ID}: the service knows no run of this id`],
    [findJob, "daily", 'looking up task run "daily": the service lists no run of this name or id'],
    [findJobByName, "daily", 'looking up task run "daily": the service lists no run of this name'],
  ] as const;
  for (const [find, text, message] of unknown) {
    it(`is an error where the service has no such run (${find.name} of ${text})`, () =>
      withLifecycle(async (bench) => {
        bench.simulator.seedTaskRun({ name: "weekly" });
        await assert.rejects(lookUp(bench, find, text), {
          code: "job-gone",
          message: `${message}\n${CHECK}`,
        });
      }));
  }

  const several = [
    [findJobByName, "weekly", { name: "weekly" }, "name"],
    [findJob, "weekly", { name: "weekly" }, "name"],
    [findJob, OTHER_ID, { name: OTHER_ID }, "name"],
    [findJob, "weekly", { id: "weekly" }, "name or id"],
  ] as const;
  for (const [find, text, second, what] of several) {
    it(`is an error that names each run, newest first, where two have the ${what} (${find.name} of ${text})`, () =>
      withLifecycle(
        async (bench) => {
          const { simulator, clock } = bench;
          const a = simulator.seedTaskRun({ name: text });
          await clock.advance(1000);
          const b = simulator.seedTaskRun(second);
          await assert.rejects(lookUp(bench, find, text), {
            code: "several-jobs",
            facts: { jobIds: [b.id, a.id] },
            message:
              `looking up task run "${text}": 2 task runs have the ${what}: ` +
              `${b.id} (registered, created 2026-11-01T09:00:01+09:00), ` +
              `${a.id} (registered, created 2026-11-01T09:00:00+09:00)\n` +
              "name the one that is meant by its id",
          });
        },
        { plan: { registeredMs: "never" }, switches: { duplicateNames: "allow" } },
      ));
  }

  it("is not found by a name that the service does not tell", () =>
    withLifecycle(
      async (bench) => {
        bench.simulator.seedTaskRun({ name: "weekly" });
        await assert.rejects(lookUp(bench, findJobByName, "weekly"), { code: "job-gone" });
      },
      { switches: { omittedFields: "run_name" } },
    ));
});

describe("a look-up that ends with an error", () => {
  for (const find of [findJob, findJobById]) {
    it(`does not call a run unknown where the keys are refused (${find.name})`, () =>
      withLifecycle(async (bench) => {
        bench.simulator.addFault(refusedKeys("/task-runs/*"));
        await assert.rejects(lookUp(bench, find, ID), {
          code: "refused",
          message: new RegExp(`^looking up task run ${ID}: `),
        });
        assert.deepEqual(bench.requests(), ["GET /task-runs/*"]);
      }));
  }

  it("ends with the very reason for which it was stopped", () =>
    withLifecycle(async ({ clock, plugin }) => {
      const reason = new Error("stop");
      const stopped = findJobById(plugin.ctx.clients(), taskRun, ID, AbortSignal.abort(reason));
      await assert.rejects(clock.runUntil(stopped), (error) => error === reason);
    }));
});

describe("a list of runs", () => {
  it("holds all of them, newest first, whatever the order of the service", () =>
    withLifecycle(
      async (bench) => {
        await seedThree(bench);
        assert.deepEqual(names(await list(bench)), ["c", "b", "a"]);
      },
      { switches: { listOrder: "oldest" } },
    ));

  const filters = [
    [{ status: "failed" }, ["b"]],
    [{ status: "complete" }, ["a"]],
    [{ status: "pending" }, []],
    [{ status: undefined, fields: { taskId: undefined } }, ["c", "b", "a"]],
    [{ fields: { resultFilePath: "c/" } }, ["c"]],
    [{ status: "failed", fields: { resultFilePath: "c/" } }, []],
  ] as const;
  for (const [filter, expected] of filters) {
    it(`is narrowed by ${inspect(filter)}`, () =>
      withLifecycle(async (bench) => {
        await seedThree(bench);
        assert.deepEqual(names(await list(bench, filter)), expected);
      }));
  }

  it("of one task is empty where the service does not tell tasks", () =>
    withLifecycle(
      async (bench) => {
        await seedThree(bench);
        assert.deepEqual(await list(bench, { fields: { taskId: bench.task.id } }), []);
      },
      { switches: { omittedFields: "task_id" } },
    ));

  it("is an error, and no shorter list, where the service holds entries that nobody can read", () =>
    withLifecycle(async (bench) => {
      const body = { index: 0, limit: 100, total: 1, runs: [{}] };
      bench.simulator.addFault({
        match: { path: "/task-runs" },
        times: "always",
        answer: { kind: "status", status: 200, body },
      });
      await assert.rejects(list(bench), {
        code: "unreadable",
        message:
          "listing task runs: the list of task runs changes while it is read, holds entries without " +
          "an id, or holds more than are ever read, so it may be incomplete\n" +
          "try again later, or delete jobs that are not needed",
      });
    }));

  it("is an error that says what was listed where the keys are refused", () =>
    withLifecycle(async (bench) => {
      bench.simulator.addFault(refusedKeys("/task-runs"));
      await assert.rejects(list(bench), { code: "refused", message: /^listing task runs: / });
    }));
});

const names = (jobs: readonly Job[]) => jobs.map(({ name }) => name);

/** `a` has completed, `b` has failed, and `c` has not begun; each has its path. */
async function seedThree({ simulator, clock }: LifecycleBench): Promise<void> {
  const seed = async (name: string) => {
    const { id } = simulator.seedTaskRun({
      name,
      resultBucket: "acme-results",
      resultFilePath: `${name}/`,
    });
    await clock.advance(1000);
    return id;
  };
  await simulator.completeJob(await seed("a"));
  simulator.failJob(await seed("b"));
  await seed("c");
}
