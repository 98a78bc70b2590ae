import assert from "node:assert/strict";
import { families } from "../../provider/src/domain/families";
import type { Family } from "../../provider/src/domain/family";
import type { Job } from "../../provider/src/domain/job";
import { NO_RESULT } from "../../provider/src/domain/outputs";
import type { Clock } from "../../provider/src/kernel/ports";
import { findJobById } from "../../provider/src/lifecycle/findJob";
import { findResultOf, searchResultOf } from "../../provider/src/lifecycle/findResultOf";
import type { Clients } from "../../provider/src/lifecycle/jobContext";
import { storeError } from "../support/memoryStore";
import { contentOf, type LifecycleBench, withLifecycle } from "../support/withLifecycle";

// What look-ups and the command line ask: no program says where the result is, only the service.

const MINUTE = 60_000;
const bucket = "acme-results";
const ended = { registeredMs: 0, pendingMs: 0, inProgressMs: 1000 };

/** A run of two minutes ago, which has ended where nothing else is said. */
async function seedRun(bench: LifecycleBench, more: object = {}) {
  const { simulator, clock } = bench;
  const content = { ...contentOf(bench), resultFilePath: "churn/" };
  const { id } = simulator.seedTaskRun({ ...content, plan: ended, ...more });
  await clock.advance(2 * MINUTE);
  await simulator.settle();
  return id;
}

/** Looks the job up, and asks for its result. */
function ask<T>(
  { clock, plugin }: LifecycleBench,
  how: (clients: Clients, clock: Clock, family: Family, job: Job) => Promise<T>,
  id: string,
  family: Family,
): Promise<T> {
  const clients = plugin.ctx.clients();
  const found = findJobById(clients, family, id);
  return clock.runUntil(found.then((job) => how(clients, clock, family, job)));
}

const find = (bench: LifecycleBench, id: string, family: Family = families.taskRun) =>
  ask(bench, findResultOf, id, family);

/** What is said of a search. */
const say = (bench: LifecycleBench, id: string) => ask(bench, searchResultOf, id, families.taskRun);

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
      assert.deepEqual(await find(bench, id, families.shoppingIntent), NO_RESULT);
      assert.deepEqual(bench.store.lists, []);
    }));

  it("is open where the store cannot be reached, and none is shown", () =>
    withLifecycle(async (bench) => {
      const id = await seedRun(bench);
      bench.store.listError = storeError();
      const search = await say(bench, id);
      assert.equal(search.kind, "open");
      assert.match("text" in search ? search.text : "", /^the result bucket cannot be searched \(/);
      assert.deepEqual(await find(bench, id), NO_RESULT);
    }));
});
