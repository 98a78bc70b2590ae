import assert from "node:assert/strict";
import { families } from "../../provider/src/domain/families";
import type { Family, FamilyName } from "../../provider/src/domain/family";
import { NO_RESULT } from "../../provider/src/domain/outputs";
import { findJobById } from "../../provider/src/lifecycle/findJob";
import { findResultOf, searchResultOf } from "../../provider/src/lifecycle/findResultOf";
import { type LifecycleBench, withLifecycle } from "../support/withLifecycle";

// What look-ups and the command line ask: no program says where the result is, only the service.

const MINUTE = 60_000;
const bucket = "acme-results";
const ended = { registeredMs: 0, pendingMs: 0, inProgressMs: 1000 };

/** A run of two minutes ago, which has ended where nothing else is said. */
async function seedRun({ simulator, clock, task, feature }: LifecycleBench, more: object = {}) {
  const { id } = simulator.seedTaskRun({
    taskId: task.id,
    featureId: feature.id,
    resultBucket: bucket,
    resultFilePath: "churn/",
    plan: ended,
    ...more,
  });
  await clock.advance(2 * MINUTE);
  await simulator.settle();
  return id;
}

const familyOf = (name: FamilyName): Family => families[name];

async function find(bench: LifecycleBench, id: string, name: FamilyName = "taskRun") {
  const { clock, plugin } = bench;
  const clients = plugin.ctx.clients();
  const job = await clock.runUntil(findJobById(clients, familyOf(name), id));
  return clock.runUntil(findResultOf(clients, clock, familyOf(name), job));
}

/** What is said of a search. */
async function say(bench: LifecycleBench, id: string) {
  const { clock, plugin } = bench;
  const clients = plugin.ctx.clients();
  const job = await clock.runUntil(findJobById(clients, families.taskRun, id));
  return clock.runUntil(searchResultOf(clients, clock, families.taskRun, job));
}

/** Objects below the run's path that it could have written. */
async function putCandidates({ store, clock }: LifecycleBench, count: number): Promise<void> {
  for (let n = 1; n <= count; n++) {
    await store.putObject(bucket, `churn/nclue_c${n}_2026110109.tsv`, "x", clock.trueMs());
  }
}

describe("the result of a run that somebody asks about", () => {
  it("is the object that the run has written", () =>
    withLifecycle(async (bench) => {
      const id = await seedRun(bench);
      const [key] = (await bench.simulator.job(id))?.resultKeys ?? [];
      const { resultKey, resultUri, resultSize, resultEtag } = await find(bench, id);
      assert.equal(resultKey, key);
      assert.equal(resultUri, `s3://${bucket}/${key}`);
      assert.ok(Number(resultSize) > 0);
      assert.match(resultEtag ?? "", /./);
    }));

  it("is none, and not searched for, where the run has not completed", () =>
    withLifecycle(async (bench) => {
      const id = await seedRun(bench, { plan: { ...ended, inProgressMs: "never" } });
      await putCandidates(bench, 1);
      assert.deepEqual(await find(bench, id), NO_RESULT);
      assert.deepEqual(bench.store.lists, []);
    }));

  it("is searched for once: where there is none, nobody waits", () =>
    withLifecycle(
      async (bench) => {
        const id = await seedRun(bench);
        assert.deepEqual(await find(bench, id), NO_RESULT);
        assert.deepEqual(bench.store.lists, [`${bucket}/churn/nclue_`]);
        assert.deepEqual(await say(bench, id), {
          kind: "none",
          text: "no result object was found below its path",
          isProven: true,
        });
      },
      { switches: { results: "none" } },
    ));

  it("is none where several objects could be it", () =>
    withLifecycle(
      async (bench) => {
        const id = await seedRun(bench);
        await putCandidates(bench, 2);
        assert.deepEqual(await find(bench, id), NO_RESULT);
      },
      { switches: { results: "none" } },
    ));

  for (const [count, named] of [
    [2, "1, 2"],
    [3, "1, 2, 3"],
    [4, "1, 2, 3, …"],
  ] as const) {
    it(`is said to be unclear where ${count} objects could be it, of which at most three are named`, () =>
      withLifecycle(
        async (bench) => {
          const id = await seedRun(bench);
          await putCandidates(bench, count);
          const keys = named.replace(/\d/g, "churn/nclue_c$&_2026110109.tsv");
          assert.deepEqual(await say(bench, id), {
            kind: "none",
            text:
              `${count} objects below its path could be its result (${keys}), so none is taken. ` +
              "Give each run a path of its own",
            isProven: false,
          });
        },
        { switches: { results: "none" } },
      ));
  }

  it("is not sought where the service does not say where it is", () =>
    withLifecycle(
      async (bench) => {
        const id = await seedRun(bench);
        assert.deepEqual(await say(bench, id), { kind: "not-sought" });
        assert.deepEqual(await find(bench, id), NO_RESULT);
        assert.deepEqual(bench.store.lists, []);
      },
      { switches: { omittedFields: "result_bucket" } },
    ));

  it("is none of a family that writes none", () =>
    withLifecycle(async (bench) => {
      const { id } = bench.simulator.seedShoppingIntent({ taskId: bench.task.id, plan: ended });
      await bench.clock.advance(MINUTE);
      assert.deepEqual(await find(bench, id, "shoppingIntent"), NO_RESULT);
      assert.deepEqual(bench.store.lists, []);
    }));

  it("is open where the store cannot be reached, and none is shown", () =>
    withLifecycle(async (bench) => {
      const id = await seedRun(bench);
      bench.store.listError = Object.assign(new Error("no"), { code: "ECONNREFUSED" });
      const search = await say(bench, id);
      assert.equal(search.kind, "open");
      assert.match("text" in search ? search.text : "", /^the result bucket cannot be searched \(/);
      assert.deepEqual(await find(bench, id), NO_RESULT);
    }));
});
