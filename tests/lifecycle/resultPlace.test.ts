import assert from "node:assert/strict";
import { type LifecycleBench, withLifecycle } from "../support/withLifecycle";

const SECOND = 1000;
const HOUR = 60 * 60 * SECOND;
const MONTH = 30 * 24 * HOUR;
const plan = { registeredMs: 0, pendingMs: 0, inProgressMs: 30_000 };
const bucket = "acme-results";

/** A create of the run with this path, under a name of its own. */
function runAt({ inputs }: LifecycleBench, resultFilePath: string, more: object = {}) {
  return inputs({ resultFilePath, ...more }, { logicalName: resultFilePath, urn: resultFilePath });
}

async function writtenBy({ simulator }: LifecycleBench, id: string): Promise<readonly string[]> {
  return (await simulator.job(id))?.resultKeys ?? [];
}

describe("where the service gives the key of a result back, that object alone is the result", () => {
  const switches = { resultFilePathInGet: "finalKey" } as const;
  const strangers = [
    ["churn/", "churn/nclue_0ther_2026110109.tsv"],
    ["scores/churn", "scores/churn_0ther_2026110109.tsv"],
  ] as const;

  for (const [path, stranger] of strangers) {
    it(`and is found beside another object below ${path}`, () =>
      withLifecycle(
        async (bench) => {
          await bench.store.putObject(bucket, stranger, "x", bench.clock.trueMs() + 5 * SECOND);
          const { id, outputs } = await bench.plugin.create(runAt(bench, path));
          assert.deepEqual([outputs.resultKey], await writtenBy(bench, id));
          assert.deepEqual(bench.plugin.log.texts("warn"), []);
        },
        { plan, switches },
      ));

    it(`and is waited for, whatever else is below ${path}`, () =>
      withLifecycle(
        async (bench) => {
          await bench.store.putObject(bucket, stranger, "x", bench.clock.trueMs() + 5 * SECOND);
          hideOwn(bench, path, 3);
          const { id, outputs } = await bench.plugin.create(runAt(bench, path));
          assert.deepEqual([outputs.resultKey], await writtenBy(bench, id));
        },
        { plan, switches },
      ));

    it(`and where it is missing, that is said, and no other below ${path} is taken`, () =>
      withLifecycle(
        async (bench) => {
          await bench.store.putObject(bucket, stranger, "x", bench.clock.trueMs() + 5 * SECOND);
          hideOwn(bench, path, Number.POSITIVE_INFINITY);
          const { id, outputs } = await bench.plugin.create(runAt(bench, path));
          assert.equal(outputs.resultKey, null);
          const [own = ""] = await writtenBy(bench, id);
          const warned = bench.plugin.log.texts("warn").join();
          assert.ok(warned.includes(`the service names ${own} as its result`), warned);
          assert.equal(bench.store.lists.length, 5);
        },
        { plan, switches },
      ));
  }

  it("and is asked for by no list of jobs, since no other job can have written it", () =>
    withLifecycle(
      async (bench) => {
        const { outputs } = await bench.plugin.create(runAt(bench, "churn/"));
        assert.notEqual(outputs.resultKey, null);
        assert.ok(!bench.requests().includes("GET /profile/custom-attributes"));
      },
      { plan, switches },
    ));

  it("and is not named where its path is secret", () =>
    withLifecycle(
      async (bench) => {
        hideOwn(bench, "churn/", Number.POSITIVE_INFINITY);
        const inputs = bench.inputs({ resultFilePath: "churn/" }, { secrets: ["resultFilePath"] });
        await bench.plugin.create(inputs);
        const warned = bench.plugin.log.texts("warn").join();
        assert.match(warned, /the service names the object as its result/);
        assert.doesNotMatch(warned, /churn\/nclue/);
      },
      { plan, switches },
    ));
});

/** Takes what the service writes below the path away for the first looks of the store. */
function hideOwn({ store, simulator }: LifecycleBench, path: string, looks: number) {
  const put = store.putObject.bind(store);
  let hidden: readonly [string, string] | undefined;
  store.putObject = async (to, key, body, modifiedMs) => {
    const isOwn = modifiedMs === undefined && key.startsWith(path) && looks > 0;
    if (isOwn) hidden = [key, body];
    else await put(to, key, body, modifiedMs);
  };
  store.beforeList = async () => {
    await simulator.settle();
    looks -= 1;
    if (looks === 0 && hidden !== undefined) await put(bucket, ...hidden);
  };
}

describe("where the service's dates do not say when a run began", () => {
  for (const timestampForm of ["zero", "epoch", "date", "hour", "unreadable", "absent"] as const) {
    it(`no object is taken, and the warning says so (${timestampForm})`, () =>
      withLifecycle(
        async (bench) => {
          const { store, clock, plugin } = bench;
          bench.simulator.setSwitches({ results: "none" });
          await store.putObject(
            bucket,
            "churn/nclue_0ld_2026100109.tsv",
            "x",
            clock.trueMs() - MONTH,
          );
          await clock.advance(HOUR / 2);
          await store.putObject(
            bucket,
            "new/nclue_0ld_2026110109.tsv",
            "x",
            clock.trueMs() - 60_000,
          );
          for (const path of ["churn/", "new/"]) {
            const { outputs, problem } = await plugin.create(runAt(bench, path));
            assert.equal(problem, undefined);
            assert.equal(outputs.resultKey, null);
            assert.match(
              plugin.log.texts("warn").at(-1) ?? "",
              /which object it wrote is not clear/,
            );
          }
        },
        { plan, switches: { timestampForm } },
      ));
  }

  it("nothing is paid again for it", () =>
    withLifecycle(
      async (bench) => {
        const inputs = runAt(bench, "churn/", { onResultMissing: "rerun" });
        const { id, outputs } = await bench.plugin.create(inputs);
        const { replaces } = await bench.newProcess().diff(id, outputs, inputs);
        assert.deepEqual(replaces, []);
      },
      { plan, switches: { timestampForm: "zero" } },
    ));

  for (const completed of [
    "0001-01-01T00:00:00Z",
    "2026-11-01",
    "9999-12-31T00:00:00Z",
    "2026-10-01T00:00:00Z",
  ]) {
    it(`but only when it ended (${completed}), its object is found`, () =>
      withLifecycle(
        async (bench) => {
          for (const path of ["/task-runs", "/task-runs/*"]) {
            const answer = { kind: "edit", fields: { completed_at: completed } } as const;
            bench.simulator.addFault({ match: { method: "GET", path }, times: "always", answer });
          }
          const { id, outputs } = await bench.plugin.create(runAt(bench, "churn/"));
          assert.deepEqual([outputs.resultKey], await writtenBy(bench, id));
        },
        { plan },
      ));
  }

  it("since it lies far ahead, none is taken", () =>
    withLifecycle(
      async (bench) => {
        for (const path of ["/task-runs", "/task-runs/*"]) {
          const answer = { kind: "edit", fields: { created_at: "2034-03-01T00:00:00Z" } } as const;
          bench.simulator.addFault({ match: { method: "GET", path }, times: "always", answer });
        }
        const inputs = runAt(bench, "churn/", { onResultMissing: "rerun" });
        const { id, outputs } = await bench.plugin.create(inputs);
        assert.equal(outputs.resultKey, null);
        const { replaces } = await bench.newProcess().diff(id, outputs, inputs);
        assert.deepEqual(replaces, []);
      },
      { plan },
    ));
});

describe("a path of an unusual form", () => {
  const paths = ["/a//b/", "/a//b", "//a/b/", "a//b//", "/", "//", "/x"];
  for (const leadingSlash of ["kept", "stripped"] as const) {
    for (const doubledSlashes of ["kept", "collapsed"] as const) {
      const switches = { leadingSlash, doubledSlashes };
      for (const path of paths) {
        it(`leads to the result of "${path}" (leading slash ${leadingSlash}, doubled ones ${doubledSlashes})`, () =>
          withLifecycle(
            async (bench) => {
              const inputs = runAt(bench, path, { onResultMissing: "rerun" });
              const { id, outputs, problem } = await bench.plugin.create(inputs);
              assert.equal(problem, undefined);
              assert.deepEqual([outputs.resultKey], await writtenBy(bench, id));
            },
            { plan, switches },
          ));
      }
    }
  }

  for (const path of ["/a/", "a//b", "a/./b/", "a/../b", "/", "//", "./a"]) {
    it(`is no reason to pay again where "${path}" leads to no result`, () =>
      withLifecycle(
        async (bench) => {
          const inputs = runAt(bench, path, { onResultMissing: "rerun" });
          const { id, outputs, problem } = await bench.plugin.create(inputs);
          assert.match(problem?.message ?? "", /may have read in its own way/);
          assert.match(problem?.message ?? "", /searches again and starts no new run/);
          const { replaces } = await bench.newProcess().diff(id, outputs, inputs);
          assert.deepEqual(replaces, []);
        },
        { plan, switches: { results: "none" } },
      ));
  }

  it("of another run is known in each of its forms", () =>
    withLifecycle(
      async (bench) => {
        const rival = bench.simulator.seedTaskRun({
          resultBucket: bucket,
          resultFilePath: "/a//nclue",
          plan: { inProgressMs: "never" },
        });
        for (const path of ["a/", "/a//", "/a/", "a//"]) {
          const { outputs } = await bench.plugin.create(runAt(bench, path));
          assert.equal(outputs.resultKey, null, path);
          assert.match(bench.plugin.log.texts("warn").at(-1) ?? "", new RegExp(rival.id));
        }
      },
      { plan },
    ));
});

describe("a run of another path whose end looks like the key of a result", () => {
  const path = "scores/churn";
  const other = "scores/churn_vip_20261101.tsv";
  const lives = [
    ["runs", { inProgressMs: "never" }, 0],
    ["ended on another day", { registeredMs: 0, pendingMs: 0, inProgressMs: 1 }, MONTH],
    ["failed", { registeredMs: 0, pendingMs: 0, inProgressMs: 1, outcome: "failed" }, 0],
  ] as const;

  for (const [what, life, ageMs] of lives) {
    const seed = ({ simulator, task, feature, clock }: LifecycleBench, more: object = {}) =>
      simulator.seedTaskRun({
        taskId: task.id,
        featureId: feature.id,
        resultBucket: bucket,
        resultFilePath: other,
        createdAtMs: clock.trueMs() - ageMs,
        plan: life,
        ...more,
      });

    it(`is not imported for "${path}": it ${what}`, () =>
      withLifecycle(
        async (bench) => {
          const { id } = seed(bench);
          await bench.clock.advance(SECOND);
          const inputs = bench.inputs({ resultFilePath: path }, { importId: id });
          await assert.rejects(bench.plugin.create(inputs), /resultFilePath/);
        },
        { plan },
      ));

    it(`is not adopted for "${path}": it ${what}`, () =>
      withLifecycle(
        async (bench) => {
          const { id } = seed(bench, { name: "weekly" });
          await bench.clock.advance(SECOND);
          const inputs = bench.inputs({
            resultFilePath: path,
            name: "weekly",
            onDuplicateName: "adopt",
          });
          const adopted = await bench.plugin.create(inputs).catch(() => undefined);
          assert.notEqual(adopted?.id, id);
        },
        { plan },
      ));
  }
});
