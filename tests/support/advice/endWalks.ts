import assert from "node:assert/strict";
import { busy, stoppedAfter } from "./lifecycleWalks";
import { endless, MINUTE, quick, type Walk, type Walker, walk } from "./walk";

/** Remedies of jobs that have ended, or whose wait or search has. */

const UNREACHABLE = Object.assign(new Error("no"), { code: "ECONNREFUSED" });
const FORBIDDEN = Object.assign(new Error("no"), { $metadata: { httpStatusCode: 403 } });
const KEY = "churn/2026-11/nclue_ab12cd34_2026110109.tsv";

/** A run without a result, which somebody writes afterwards. */
async function withoutResult({ advised, inputs }: Walker, onResultMissing: string) {
  const program = inputs({ onResultMissing });
  const made = await advised((plugin) => plugin.create(program));
  assert.ok(made !== undefined);
  return { ...made, program };
}

/** Searching again is what the next update does, and no more. */
async function searchesAgain(walker: Walker, onResultMissing: string) {
  const { id, outputs, program } = await withoutResult(walker, onResultMissing);
  await walker.store.putObject("acme-results", KEY, "u1\t1\n");
  const { changes, replaces } = await walker.newProcess().diff(id, outputs, program);
  assert.deepEqual({ changes, replaces }, { changes: true, replaces: [] });
  const before = walker.requests("POST").length;
  const updated = await walker.fine((plugin) => plugin.update(id, outputs, program));
  assert.equal(updated.outputs.resultKey, KEY);
  assert.equal(walker.requests("POST").length, before);
}

/** The store cannot be reached while the run ends. */
async function openSearch(walker: Walker) {
  const { advised, fine, inputs, store, newProcess } = walker;
  store.listError = UNREACHABLE;
  const made = await advised((plugin) => plugin.create(inputs()));
  store.listError = undefined;
  assert.ok(made !== undefined);
  assert.equal((await newProcess().diff(made.id, made.outputs, inputs())).changes, true);
  const updated = await fine((plugin) => plugin.update(made.id, made.outputs, inputs()));
  assert.equal(typeof updated.outputs.resultKey, "string");
}

/** It is said by the create, and again by each refresh that finds none. */
async function nextRefreshFinds({ advised, inputs, store, newProcess }: Walker) {
  const made = await advised((plugin) => plugin.create(inputs()));
  assert.ok(made !== undefined);
  await advised((plugin) => plugin.read(made.id, made.outputs));
  await store.putObject("acme-results", KEY, "u1\t1\n");
  const found = await newProcess().read(made.id, made.outputs);
  assert.ok(found !== "gone");
  assert.equal(found.outputs.resultKey, KEY);
  assert.equal((await newProcess().diff(made.id, found.outputs, inputs())).changes, false);
}

const trained = { minAuroc: 0.5, verify: "off" };

export const endWalks: Readonly<Record<string, Walk>> = {
  'lifecycle: The next "pulumi refresh" searches again': walk(nextRefreshFinds, {
    switches: { results: "none" },
  }),
  'lifecycle: check the bucket and its rights, then run "pulumi up" again': walk(
    async ({ advised, fine, inputs, store, newProcess }) => {
      const { id, outputs } = await fine((plugin) => plugin.create(inputs()));
      await store.deleteObject("acme-results", String(outputs.resultKey));
      const refreshed = await newProcess().read(id, outputs);
      assert.ok(refreshed !== "gone");
      store.listError = FORBIDDEN;
      await advised((plugin) => plugin.update(id, refreshed.outputs, inputs()));
      store.listError = undefined;
      const updated = await fine((plugin) => plugin.update(id, refreshed.outputs, inputs()));
      assert.equal(updated.outputs.drift, null);
    },
  ),
  'lifecycle: the next "pulumi up" searches again': walk(openSearch),
  "lifecycle: nothing is lost: …": walk(
    async (walker) => {
      const { advised, fine, inputs, store, simulator } = walker;
      const stopped = stoppedAfter(4000, walker);
      const made = await advised((plugin) => plugin.create(inputs()), stopped);
      assert.ok(made !== undefined);
      simulator.resetSwitches();
      await store.putObject("acme-results", KEY, "u1\t1\n");
      const updated = await fine((plugin) => plugin.update(made.id, made.outputs, inputs()));
      assert.equal(updated.outputs.resultKey, KEY);
    },
    { switches: { results: "none" } },
  ),
  'lifecycle: the next "pulumi up" creates a new …': walk(
    async (walker) => {
      const { id, outputs, program } = await withoutResult(walker, "rerun");
      const { replaces } = await walker.newProcess().diff(id, outputs, program);
      assert.deepEqual(replaces, ["resultKey"]);
      walker.simulator.setSwitches({ results: "one" });
      await walker.clock.advance(10 * MINUTE); // so that the old run cannot have written it late
      const inState = { id, createdAt: outputs.createdAt };
      const again = walker.inputs({ onResultMissing: "rerun" }, { inState });
      const { outputs: after } = await walker.fine((plugin) => plugin.create(again));
      assert.equal(typeof after.resultKey, "string");
    },
    { switches: { results: "none" } },
  ),
  "lifecycle: … and starts no new …": walk((walker) => searchesAgain(walker, "fail"), {
    switches: { results: "none" },
  }),
  'lifecycle: onResultMissing is "…": …': walk((walker) => searchesAgain(walker, "fail"), {
    switches: { results: "none" },
  }),
  "lifecycle: it is kept, and nothing is started on it: change its data or another argument to train again, or … to accept it":
    walk(
      async ({ advised, fine, inputsOf, simulator, newProcess }) => {
        simulator.queuePlans({ ...quick, auroc: "0.1" });
        const inputs = inputsOf("task", trained);
        const made = await advised((plugin) => plugin.of("task").create(inputs));
        assert.ok(made !== undefined);
        const { id, outputs } = made;
        const lower = inputsOf("task", { ...trained, minAuroc: 0.05 });
        await fine((plugin) => plugin.of("task").update(id, outputs, lower));
        const other = inputsOf("task", { ...trained, trainFilePath: "labels/other.tsv" });
        const task = newProcess().of("task");
        assert.deepEqual((await task.diff(id, outputs, other)).replaces, ["trainFilePath"]);
        await fine((plugin) => plugin.of("task").create(other));

        simulator.queuePlans({ ...quick, auroc: null });
        const third = inputsOf("task", { ...trained, trainFilePath: "labels/third.tsv" });
        const unknown = await advised((plugin) => plugin.of("task").create(third));
        assert.ok(unknown !== undefined);
        const { minAuroc, ...ungated } = third;
        await fine((plugin) => plugin.of("task").update(unknown.id, unknown.outputs, ungated));
      },
      { switches: { sources: "ignored" } },
    ),
  'lifecycle: it keeps running at the service: run "pulumi up" again to resume the wait, or raise customTimeouts.create':
    walk(
      async (walker) => {
        const { advised, fine, inputs, clock } = walker;
        const short = inputs({}, { timeouts: { create: "1m" } });
        const made = await advised((plugin) => plugin.create(short));
        assert.ok(made !== undefined);
        const { id, outputs } = made;
        const long = inputs({}, { timeouts: { create: "1h" } });
        await fine((plugin) => plugin.update(id, outputs, long));
        await clock.advance(10 * MINUTE);
        await fine((plugin) => plugin.update(id, outputs, short));
        assert.equal(walker.requests("POST").length, 1);
      },
      { plan: { ...quick, inProgressMs: 10 * MINUTE } },
    ),
  'lifecycle: it keeps running at the service: run "pulumi up" again to resume the wait': walk(
    async (walker) => {
      const { advised, fine, inputs } = walker;
      const stopped = stoppedAfter(MINUTE, walker);
      const made = await advised((plugin) => plugin.create(inputs()), stopped);
      assert.ok(made !== undefined);
      await fine((plugin) => plugin.update(made.id, made.outputs, inputs()));
      assert.equal(walker.requests("POST").length, 1);
    },
    { plan: { ...quick, inProgressMs: 10 * MINUTE } },
  ),
  'lifecycle: run "pulumi up --refresh" to create it again': walk(
    async (walker) => {
      const { advised, fine, inputs, simulator, newProcess } = walker;
      const { id, outputs } = await busy(walker);
      simulator.deleteJob(id);
      await advised((plugin) => plugin.update(id, outputs, inputs()));
      assert.equal(await newProcess().read(id, outputs), "gone");
      simulator.setDefaultPlan(quick);
      assert.notEqual((await fine((plugin) => plugin.create(inputs()))).id, id);
    },
    { plan: endless },
  ),
  'lifecycle: the next "pulumi up" replaces it by a new …': walk(
    async ({ advised, fine, inputs, simulator, newProcess }) => {
      simulator.queuePlans({ ...quick, outcome: "failed", failMessage: "COMMON_ERROR" });
      const made = await advised((plugin) => plugin.create(inputs()));
      assert.ok(made !== undefined);
      const { id, outputs } = made;
      assert.deepEqual((await newProcess().diff(id, outputs, inputs())).replaces, ["status"]);
      const inState = { id, createdAt: outputs.createdAt };
      await fine((plugin) => plugin.create(inputs({}, { inState })));
    },
  ),
  'lifecycle: onFailure is "fail": change an argument to ask for a new …': walk(
    async ({ advised, fine, inputs, simulator, newProcess }) => {
      simulator.queuePlans({ ...quick, outcome: "failed", failMessage: "COMMON_ERROR" });
      const kept = inputs({ onFailure: "fail" });
      const made = await advised((plugin) => plugin.create(kept));
      assert.ok(made !== undefined);
      const { id, outputs } = made;
      assert.deepEqual((await newProcess().diff(id, outputs, kept)).replaces, []);
      const inState = { id, createdAt: outputs.createdAt };
      const changed = inputs({ onFailure: "fail", triggers: ["again"] }, { inState });
      assert.deepEqual((await newProcess().diff(id, outputs, changed)).replaces, ["triggers"]);
      await fine((plugin) => plugin.create(changed));
    },
  ),
  "lifecycle: ; in a replacement old and new need room at once: deleteBeforeReplace deletes the old one first":
    walk(async ({ advised, fine, inputsOf, simulator, newProcess }) => {
      const program = (plumbing: object = {}, n = 1) =>
        inputsOf("shoppingIntent", { triggers: [n] }, { ...plumbing });
      const { id, outputs } = await fine((plugin) => plugin.of("shoppingIntent").create(program()));
      simulator.setSwitches({ storageFullAt: 3 });
      const inState = { id, createdAt: outputs.createdAt };
      const failed = await advised((plugin) =>
        plugin.of("shoppingIntent").create(program({ inState }, 2)),
      );
      assert.ok(failed !== undefined);
      await newProcess().of("shoppingIntent").delete(failed.id, failed.outputs);
      await newProcess().of("shoppingIntent").delete(id, outputs);
      await fine((plugin) => plugin.of("shoppingIntent").create(program({ inState }, 3)));
    }),
  "lifecycle: the bucket does not exist (404): create it, or name another": walk(
    async ({ advised, fine, inputs, store }) => {
      store.states.set("acme-results", { kind: "missing" });
      await advised((plugin) => plugin.create(inputs()));
      await fine((plugin) => plugin.create(inputs({ resultBucket: "other-results" })));
      store.states.clear();
      await fine((plugin) => plugin.create(inputs()));
    },
  ),
  'lifecycle: the bucket is forbidden… (403): it exists but belongs to someone else, or these keys may not see it. Name another, give the keys the right to it, or set verify: "off" where NCLUE may write although these keys may not look':
    walk(async ({ advised, fine, inputs, store }) => {
      // Only these keys may not see it: the service may.
      const forbidden = new Set(["acme-results"]);
      const look = store.lookAtBucket.bind(store);
      store.lookAtBucket = async (bucket) =>
        forbidden.has(bucket) ? { kind: "forbidden" } : look(bucket);
      await advised((plugin) => plugin.create(inputs()));
      await fine((plugin) => plugin.create(inputs({ resultBucket: "other-results" })));
      await fine((plugin) => plugin.create(inputs({ verify: "off", name: "unseen" })));
      forbidden.clear();
      await fine((plugin) => plugin.create(inputs()));
    }),
  "lifecycle: the bucket is in another region: NCLUE works with Korea (kr-standard) only": walk(
    async ({ advised, fine, inputs, store }) => {
      store.states.set("acme-results", { kind: "elsewhere" });
      await advised((plugin) => plugin.create(inputs()));
      await fine((plugin) => plugin.create(inputs({ resultBucket: "korean-results" })));
    },
  ),
  "lifecycle: Object Storage cannot be reached (…): check the network and nclue:objectStorageEndpoint (NCLOUD_OBS_ENDPOINT)":
    walk(async ({ advised, fine, inputs, store }) => {
      store.states.set("acme-results", { kind: "unreachable", cause: "no connection" });
      await advised((plugin) => plugin.create(inputs()));
      store.states.clear();
      await fine((plugin) => plugin.create(inputs()));
    }),
};
