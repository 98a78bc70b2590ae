import assert from "node:assert/strict";
import { type LifecycleBench, withLifecycle } from "../support/withLifecycle";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const plan = { registeredMs: 0, pendingMs: 0, inProgressMs: 30_000 };
const endless = { inProgressMs: "never" } as const;
const short = { registeredMs: 0, pendingMs: 0, inProgressMs: SECOND };
const bucket = "acme-results";
const rivalKey = "a/nclue_r1val_2026110109.tsv";

/** A create of the run with this path, under a name of its own. */
function runAt({ inputs }: LifecycleBench, resultFilePath: string, more: object = {}) {
  return inputs(
    { resultFilePath, ...more },
    { logicalName: resultFilePath, urn: resultFilePath, timeouts: { create: "2d" } },
  );
}

/** A run of the account that writes `a/nclue_….tsv` as its stem, started by somebody else. */
function seedRival({ simulator, task, feature }: LifecycleBench, more: object = {}) {
  return simulator.seedTaskRun({
    taskId: task.id,
    featureId: feature.id,
    resultBucket: bucket,
    resultFilePath: "a/nclue",
    plan: endless,
    ...more,
  });
}

/** Runs of other paths, each of its own time, oldest first. */
function seedOthers({ simulator, task, feature, clock }: LifecycleBench, count: number) {
  const createdMs = clock.trueMs() - count * MINUTE;
  for (let n = 0; n < count; n++) {
    simulator.seedTaskRun({
      taskId: task.id,
      featureId: feature.id,
      resultBucket: bucket,
      resultFilePath: `other/${n}`,
      createdAtMs: createdMs + n * MINUTE,
      plan: short,
    });
  }
}

async function assertNotTaken({ plugin }: LifecycleBench, outputs: object, rivalId: string) {
  assert.equal((outputs as { resultKey: unknown }).resultKey, null);
  assert.match(plugin.log.texts("warn").join(), new RegExp(`${rivalId} could have written`));
}

describe("an object below a run's path is not taken where another job could have written it", () => {
  it("that was started after this process has read the list", () =>
    withLifecycle(
      async (bench) => {
        await bench.plugin.create(runAt(bench, "first/"));
        bench.simulator.setSwitches({ results: "none" });
        const rival = seedRival(bench);
        await bench.store.putObject(bucket, rivalKey, "x", bench.clock.trueMs() + 20 * SECOND);
        const { outputs } = await bench.plugin.create(runAt(bench, "a/"));
        await assertNotTaken(bench, outputs, rival.id);
      },
      { plan },
    ));

  it("that was started after the run's end, while its object was waited for", () =>
    withLifecycle(
      async (bench) => {
        const { store, clock } = bench;
        let rivalId = "";
        store.beforeList = async () => {
          if (store.lists.length !== 1) return;
          rivalId = seedRival(bench).id;
          await store.putObject(bucket, rivalKey, "x", clock.trueMs());
        };
        const { outputs } = await bench.plugin.create(runAt(bench, "a/"));
        await assertNotTaken(bench, outputs, rivalId);
      },
      { plan, switches: { results: "none" } },
    ));

  it("of another family that this process has never met", () =>
    withLifecycle(
      async (bench) => {
        const rival = bench.simulator.seedCustomAttributes({
          featureId: bench.feature.id,
          resultBucket: bucket,
          resultFilePath: "a/",
          plan: endless,
        });
        const { outputs } = await bench.plugin.create(runAt(bench, "a/"));
        await assertNotTaken(bench, outputs, rival.id);
      },
      { plan },
    ));

  for (const listOrder of ["newest", "oldest", "byId", "random"] as const) {
    it(`that began long ago, with 130 runs since (listed: ${listOrder})`, () =>
      withLifecycle(
        async (bench) => {
          const rival = seedRival(bench, { createdAtMs: bench.clock.trueMs() - 2 * DAY });
          seedOthers(bench, 130);
          const { outputs } = await bench.plugin.create(runAt(bench, "a/"));
          await assertNotTaken(bench, outputs, rival.id);
        },
        { plan, switches: { listOrder } },
      ));
  }

  it("whose path the service tells without its slash", () =>
    withLifecycle(
      async (bench) => {
        const rival = seedRival(bench, { resultFilePath: "a/" });
        const { outputs } = await bench.plugin.create(runAt(bench, "a/"));
        await assertNotTaken(bench, outputs, rival.id);
      },
      { plan, switches: { trailingSlashInAnswers: "dropped" } },
    ));

  it("that runs, although its end is given as the year 1", () =>
    withLifecycle(
      async (bench) => {
        const rival = seedRival(bench);
        for (const path of ["/task-runs", "/task-runs/*"]) {
          const fields = { completed_at: "0001-01-01T00:00:00Z" };
          const answer = { kind: "edit", fields } as const;
          bench.simulator.addFault({ match: { method: "GET", path }, times: "always", answer });
        }
        const { outputs } = await bench.plugin.create(runAt(bench, "a/"));
        await assertNotTaken(bench, outputs, rival.id);
      },
      { plan },
    ));
});

describe("an object below a run's path is taken", () => {
  it("beside a run of its path that had ended before, even if it was last seen running", () =>
    withLifecycle(
      async (bench) => {
        const before = seedRival(bench, {
          resultFilePath: "a/",
          createdAtMs: bench.clock.trueMs() - 131 * MINUTE,
          plan: { registeredMs: 0, pendingMs: 0, inProgressMs: 132.5 * MINUTE },
        });
        seedOthers(bench, 130);
        const first = await bench.plugin.create(runAt(bench, "first/"));
        assert.notEqual(first.outputs.resultKey, null);
        await bench.clock.advance(MINUTE);
        await bench.simulator.settle(); // writes what has ended
        await bench.clock.advance(10 * MINUTE);
        const { outputs } = await bench.plugin.create(runAt(bench, "a/"));
        assert.notEqual(outputs.resultKey, null, bench.plugin.log.texts("warn").join());
        assert.notEqual(outputs.runId, before.id);
      },
      { plan },
    ));

  it("for two more requests at the end of a lonely run, and none where there is no object", () =>
    withLifecycle(
      async (bench) => {
        const { plugin, simulator, requests } = bench;
        const inputs = runAt(bench, "a/", { waitFor: "submitted" });
        const { id, outputs } = await plugin.create(inputs);
        await bench.clock.advance(MINUTE);
        simulator.clearLog();
        const found = await bench.newProcess().read(id, outputs);
        assert.ok(found !== "gone" && found.outputs.resultKey !== null);
        assert.deepEqual(requests(), [
          "GET /task-runs/*",
          "GET /task-runs",
          "GET /profile/custom-attributes",
        ]);
        await bench.store.deleteObject(bucket, String(found.outputs.resultKey));
        simulator.clearLog();
        const none = await bench.newProcess().read(id, outputs);
        assert.ok(none !== "gone" && none.outputs.resultKey === null);
        assert.deepEqual(requests(), ["GET /task-runs/*"]);
      },
      { plan },
    ));

  it("for two more requests in all, where many runs end together", () =>
    withLifecycle(
      async (bench) => {
        const { plugin, simulator, clock } = bench;
        const all = Array.from({ length: 40 }, (_, n) => runAt(bench, `run-${n}/`));
        const started = await Promise.all(
          all.map((inputs) => plugin.create({ ...inputs, waitFor: "submitted" })),
        );
        await clock.advance(10 * MINUTE);
        simulator.clearLog();
        const next = bench.newProcess();
        const ended = await Promise.all(
          started.map(({ id, outputs }, n) => next.update(id, outputs, all[n] ?? {})),
        );
        for (const { outputs } of ended) assert.notEqual(outputs.resultKey, null);
        assert.deepEqual(
          bench.requests().filter((request) => !/\/\*$/.test(request)).length <= 3,
          true,
          bench.requests().join(),
        );
      },
      { plan },
    ));

  it("after the whole list was read once: a later run of the process reads what is new", () =>
    withLifecycle(
      async (bench) => {
        seedOthers(bench, 330);
        await bench.plugin.create(runAt(bench, "a/"));
        bench.simulator.clearLog();
        const { outputs } = await bench.plugin.create(runAt(bench, "b/"));
        assert.notEqual(outputs.resultKey, null);
        const lists = bench.requests().filter((request) => request === "GET /task-runs");
        assert.equal(lists.length, 1, bench.requests().join());
      },
      { plan },
    ));
});

describe("an object below a run's path, where the lists of jobs", () => {
  for (const list of ["/task-runs", "/profile/custom-attributes"] as const) {
    it(`cannot be read (${list}), is not taken, and the next update searches again`, () =>
      withLifecycle(
        async (bench) => {
          const inputs = runAt(bench, "a/", { onResultMissing: "rerun" });
          const submitted = { ...inputs, waitFor: "submitted" };
          const { id, outputs } = await bench.plugin.create(submitted);
          await bench.clock.advance(MINUTE);
          bench.simulator.addFault({
            match: { method: "GET", path: list },
            times: "always",
            answer: { kind: "status", status: 503 },
          });
          const failed = await bench.newProcess().update(id, outputs, inputs);
          assert.equal(failed.outputs.resultKey, null);
          assert.match(failed.problem?.message ?? "", /whether another job could have written/);
          assert.match(failed.problem?.message ?? "", /searches again and starts no new run/);
          const { changes, replaces } = await bench.newProcess().diff(id, failed.outputs, inputs);
          assert.deepEqual({ changes, replaces }, { changes: true, replaces: [] });
          bench.simulator.clearFaults();
          const next = await bench.newProcess().update(id, failed.outputs, inputs);
          assert.notEqual(next.outputs.resultKey, null);
        },
        { plan },
      ));
  }

  it("are not whole, is not taken, and the search stays open", () =>
    withLifecycle(
      async (bench) => {
        const inputs = runAt(bench, "a/");
        const { id, outputs } = await bench.plugin.create({ ...inputs, waitFor: "submitted" });
        await bench.clock.advance(MINUTE);
        const body = { index: 0, limit: 100, total: 1, profiles: [{}] };
        bench.simulator.addFault({
          match: { method: "GET", path: "/profile/custom-attributes" },
          times: "always",
          answer: { kind: "status", status: 200, body },
        });
        const process = bench.newProcess();
        const failed = await process.update(id, outputs, inputs);
        assert.equal(failed.outputs.resultKey, null);
        assert.match(process.log.texts("warn").join(), /may be incomplete/);
        const { changes } = await bench.newProcess().diff(id, failed.outputs, inputs);
        assert.equal(changes, true);
      },
      { plan },
    ));
});
