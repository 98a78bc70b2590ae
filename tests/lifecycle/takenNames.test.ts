import assert from "node:assert/strict";
import { contentOf, type LifecycleBench, withLifecycle } from "../support/withLifecycle";

const plan = { registeredMs: 0, pendingMs: 0, inProgressMs: 1000 };
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** A run that somebody else has made, of the program's content. */
const theirs = (bench: LifecycleBench, name: string) => ({ ...contentOf(bench), name });

/** The list changes for good: what the service shows besides the runs, nobody can read. */
function blurLists({ simulator }: LifecycleBench, ...runs: readonly object[]): void {
  const body = { index: 0, limit: 100, total: runs.length + 1, runs: [{}, ...runs] };
  simulator.addFault({
    match: { method: "GET", path: "/task-runs" },
    nth: 2,
    times: "always",
    answer: { kind: "status", status: 200, body },
  });
}

describe("a name that somebody takes while it is asked for", () => {
  it("is found on the first page that shows it, however long the list", () =>
    withLifecycle(
      async (bench) => {
        const startMs = bench.clock.trueMs() - DAY;
        for (let n = 0; n < 130; n++) {
          bench.simulator.seedTaskRun({ createdAtMs: startMs + n * MINUTE });
        }
        bench.simulator.changeAfterList({ family: "task-runs", add: [theirs(bench, "weekly")] });
        await assert.rejects(bench.plugin.create(bench.inputs({ name: "weekly" })), {
          code: "name-taken",
          message: /the name belongs to task run "weekly"/,
        });
        const asked = ["GET /task-runs", "POST /task-runs", "GET /task-runs", "GET /task-runs/*"];
        assert.deepEqual(bench.requests(), asked);
      },
      { plan },
    ));

  it("is that of the run in the very same spelling, where the service tells names by their case", () =>
    withLifecycle(
      async (bench) => {
        const { simulator } = bench;
        const add = [theirs(bench, "Weekly"), theirs(bench, "weekly")];
        simulator.changeAfterList({ family: "task-runs", add });
        await assert.rejects(bench.plugin.create(bench.inputs({ name: "weekly" })), {
          code: "name-taken",
          message: /the name belongs to task run "weekly"/,
        });
      },
      { plan, switches: { nameCase: "sensitive" } },
    ));

  it("is that of a run in another case, where the service does not tell names by their case", () =>
    withLifecycle(
      async (bench) => {
        const add = [theirs(bench, "Weekly")];
        bench.simulator.changeAfterList({ family: "task-runs", add });
        await assert.rejects(bench.plugin.create(bench.inputs({ name: "weekly" })), {
          code: "name-taken",
          message: /the name belongs to task run "Weekly"/,
        });
        assert.ok(bench.clock.monotonicMs() < MINUTE);
      },
      { plan, switches: { nameCase: "insensitive" } },
    ));

  it("is that of a run of this update, without another look at the list", () =>
    withLifecycle(
      async ({ plugin, inputs, simulator, requests }) => {
        await plugin.create(inputs({ name: "Weekly" }, { urn: "urn:a" }));
        simulator.clearLog();
        await assert.rejects(plugin.create(inputs({ name: "weekly" }, { urn: "urn:b" })), {
          code: "name-taken",
        });
        assert.deepEqual(requests(), ["POST /task-runs"]);
      },
      { plan, switches: { nameCase: "insensitive" } },
    ));

  it("is said to be taken by nobody to be seen, while the list is late", () =>
    withLifecycle(
      async (bench) => {
        const { id } = bench.simulator.seedTaskRun(theirs(bench, "weekly"));
        await assert.rejects(bench.plugin.create(bench.inputs({ name: "weekly" })), {
          code: "name-taken",
          message: new RegExp(`the name belongs to task run "weekly" \\(${id}`),
        });
        const text = 'the name "weekly" is taken, but the list does not show by which job yet';
        const { urn } = bench.inputs().__nclue as { urn: string };
        assert.deepEqual(bench.plugin.log.steps, [{ urn, key: "churn name", status: text, text }]);
      },
      { plan, switches: { createdListedAfterMs: 5000 } },
    ));
});

describe("a name that is taken, where the list cannot be read in full", () => {
  it("is an error that says so, and no other name is paid for", () =>
    withLifecycle(
      async (bench) => {
        const add = [theirs(bench, "weekly")];
        bench.simulator.changeAfterList({ family: "task-runs", add });
        blurLists(bench);
        await assert.rejects(bench.plugin.create(bench.inputs({ name: "weekly" })), {
          code: "unreadable",
          message:
            'creating task run "weekly": the service refuses the name as taken, and the list of task ' +
            "runs changes while it is read, holds entries without an id, or holds more than are ever " +
            "read, so it may be incomplete: the job that has it may be on it\n" +
            "try again later, or delete jobs that are not needed",
        });
      },
      { plan },
    ));

  it("is still that of a run in another case that the list shows", () =>
    withLifecycle(
      async (bench) => {
        const id = "7d9c1f7e-0000-4000-8000-000000000001";
        const add = [{ ...theirs(bench, "Weekly"), id }];
        bench.simulator.changeAfterList({ family: "task-runs", add });
        blurLists(bench, { run_id: id, run_name: "Weekly", status: "completed" });
        await assert.rejects(bench.plugin.create(bench.inputs({ name: "weekly" })), {
          code: "name-taken",
          message: new RegExp(`the name belongs to task run "Weekly" \\(${id}`),
        });
      },
      { plan, switches: { nameCase: "insensitive" } },
    ));
});

describe("a run that no answer names", () => {
  it("is adopted however old it is, as soon as the service has called its name taken", () =>
    withLifecycle(
      async (bench) => {
        const submitted = bench.inputs({ waitFor: "submitted" });
        const { id } = await bench.newProcess().create(submitted);
        await bench.clock.advance(2 * DAY);
        const startedMs = bench.clock.monotonicMs();
        const next = await bench.plugin.create(bench.inputs());
        assert.equal(next.problem, undefined);
        assert.ok(bench.clock.monotonicMs() - startedMs < MINUTE);
        assert.equal(next.id, id);
        assert.equal((await bench.runs()).length, 1);
      },
      { plan, switches: { omittedFields: "run_name" } },
    ));

  it("is found after a lost answer, although the list shows it only when its name is taken", () =>
    withLifecycle(
      async ({ plugin, inputs, simulator, runs }) => {
        simulator.addFault({ match: { method: "POST" }, when: "after", answer: { kind: "drop" } });
        const { id, problem } = await plugin.create(inputs());
        assert.equal(problem, undefined);
        assert.deepEqual(
          (await runs()).map((run) => run.id),
          [id],
        );
      },
      { plan, switches: { omittedFields: "run_name", createdListedAfterMs: MINUTE } },
    ));
});
