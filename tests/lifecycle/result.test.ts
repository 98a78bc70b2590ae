import assert from "node:assert/strict";
import { storeError } from "../support/memoryStore";
import { withLifecycle } from "../support/withLifecycle";

const MINUTE = 60_000;
const nothing = { resultKey: null, resultUri: null, resultSize: null, resultEtag: null };

const resultOf = ({ resultKey, resultUri, resultSize, resultEtag }: Record<string, unknown>) => ({
  resultKey,
  resultUri,
  resultSize,
  resultEtag,
});

describe("the result of a run", () => {
  it("is looked for four times more, a little later each time, then given up with a warning", () =>
    withLifecycle(
      async ({ plugin, inputs, store, clock }) => {
        const { outputs, problem } = await plugin.create(inputs());
        assert.equal(problem, undefined);
        assert.deepEqual(resultOf(outputs), nothing);
        assert.equal(store.lists.length, 5);
        assert.deepEqual(clock.slept.slice(-4), [1000, 2000, 4000, 8000]);
        assert.match(
          plugin.log.texts("warn")[0] ?? "",
          /is completed, but no result object was found.*"pulumi refresh" searches again/,
        );
      },
      { switches: { results: "none" } },
    ));

  it("is found where it becomes visible a little late", () =>
    withLifecycle(
      async ({ plugin, inputs, store, simulator, clock }) => {
        // The stand-in writes when it is asked for something, and nobody asks it meanwhile.
        store.beforeList = () => simulator.settle();
        const { outputs } = await plugin.create(inputs());
        assert.equal(outputs.resultKey, store.keys("acme-results")[0]);
        assert.notEqual(outputs.resultKey, null);
        assert.ok(clock.monotonicMs() < 2 * MINUTE);
      },
      { switches: { resultDelayMs: 3000 } },
    ));

  it("is not guessed among several: none is taken, and the warning says how many there are", () =>
    withLifecycle(
      async ({ plugin, inputs }) => {
        const { outputs } = await plugin.create(inputs());
        assert.deepEqual(resultOf(outputs), nothing);
        assert.match(
          plugin.log.texts("warn")[0] ?? "",
          /3 objects below its path could be its result.*Give each run a path of its own/,
        );
      },
      { switches: { results: "several" } },
    ));

  it("may be empty", () =>
    withLifecycle(
      async ({ plugin, inputs }) => {
        const { outputs } = await plugin.create(inputs());
        assert.equal(outputs.resultSize, 0);
        assert.notEqual(outputs.resultKey, null);
      },
      { switches: { results: "empty" } },
    ));

  it("is not an older object, nor a much later one, nor one of another name", () =>
    withLifecycle(
      async ({ plugin, inputs, store, clock }) => {
        const put = (key: string, modifiedMs: number) =>
          store.putObject("acme-results", `churn/2026-11/${key}`, "x", modifiedMs);
        await put("nclue_old1_2026110108.tsv", clock.nowMs() - 2000);
        await put("nclue_late_2026110112.tsv", clock.nowMs() + 3 * 60 * MINUTE);
        await put("other_ab12_2026110109.tsv", clock.nowMs() + 1000);
        const { outputs } = await plugin.create(inputs());
        assert.deepEqual(resultOf(outputs), nothing);
        await put("nclue_this_2026110109.tsv", clock.nowMs());
        const found = await plugin.read(String(outputs.runId), outputs);
        assert.ok(found !== "gone");
        assert.equal(found.outputs.resultKey, "churn/2026-11/nclue_this_2026110109.tsv");
      },
      { switches: { results: "none" } },
    ));

  it("is left open with a warning where the store cannot be asked: the run has not failed", () =>
    withLifecycle(async ({ plugin, inputs, store }) => {
      store.listError = storeError({
        name: "AccessDenied",
        code: "AccessDenied",
        $metadata: { httpStatusCode: 403 },
      });
      const { outputs, problem } = await plugin.create(inputs());
      assert.equal(problem, undefined);
      assert.equal(outputs.status, "completed");
      assert.deepEqual(resultOf(outputs), nothing);
      assert.match(
        plugin.log.texts("warn")[0] ?? "",
        /the result bucket cannot be searched \(HTTP 403, AccessDenied.*\)/,
      );
    }));

  for (const missing of [{ resultBucket: undefined }, { resultFilePath: undefined }]) {
    it(`is not looked for without ${Object.keys(missing)[0]}`, () =>
      withLifecycle(
        async ({ plugin, inputs, store }) => {
          const { outputs } = await plugin.create(inputs(missing));
          assert.deepEqual(resultOf(outputs), nothing);
          assert.deepEqual(store.lists, []);
          assert.deepEqual(plugin.log.texts("warn"), []);
        },
        { switches: { resultRequired: false } },
      ));
  }

  it("of a failed run is not looked for, even where it left something", () =>
    withLifecycle(
      async ({ plugin, inputs, store }) => {
        const { outputs } = await plugin.create(inputs());
        assert.deepEqual(resultOf(outputs), nothing);
        assert.deepEqual(store.lists, []);
      },
      { plan: { outcome: "failed" }, switches: { failedRunLeavesResult: true } },
    ));

  it("that was deleted is drift, which the next update accepts", () =>
    withLifecycle(async ({ plugin, inputs, store }) => {
      const { id, outputs } = await plugin.create(inputs());
      await store.deleteObject("acme-results", String(outputs.resultKey));
      const found = await plugin.read(id, outputs);
      assert.ok(found !== "gone");
      assert.equal(found.outputs.drift, "result-missing");
      const reason = `the result of task run "${outputs.name}" (${id}) is missing; an update accepts that (onResultMissing: "accept")`;
      assert.deepEqual(await plugin.diff(id, found.outputs, inputs()), {
        changes: true,
        replaces: [],
        reason,
      });
      assert.deepEqual(plugin.log.texts("warn"), [reason]);
      const { outputs: accepted, problem } = await plugin.update(id, found.outputs, inputs());
      assert.equal(problem, undefined);
      assert.deepEqual(resultOf(accepted), nothing);
      assert.equal((await plugin.diff(id, accepted, inputs())).changes, false);
    }));

  it("that was replaced is drift, which the next update accepts", () =>
    withLifecycle(async ({ plugin, inputs, store }) => {
      const { id, outputs } = await plugin.create(inputs());
      await store.putObject("acme-results", String(outputs.resultKey), "other");
      const found = await plugin.read(id, outputs);
      assert.ok(found !== "gone");
      assert.equal(found.outputs.drift, "result-replaced");
      assert.match(
        (await plugin.diff(id, found.outputs, inputs())).reason ?? "",
        /was replaced; an update/,
      );
      const { outputs: accepted } = await plugin.update(id, found.outputs, inputs());
      assert.equal(accepted.resultSize, 5);
      assert.equal(accepted.drift, null);
      assert.deepEqual(await plugin.read(id, accepted), { id, outputs: accepted });
    }));

  it("that is missing asks for a new run where the program says so", () =>
    withLifecycle(async ({ plugin, inputs, store }) => {
      const program = inputs({ onResultMissing: "rerun" });
      const { id, outputs } = await plugin.create(program);
      await store.deleteObject("acme-results", String(outputs.resultKey));
      const found = await plugin.read(id, outputs);
      assert.ok(found !== "gone");
      assert.deepEqual((await plugin.diff(id, found.outputs, program)).replaces, ["resultKey"]);
    }));

  it("that was deleted moments ago does not make its job a rival of the new run", () =>
    withLifecycle(async (bench) => {
      const { plugin, store } = bench;
      const program = bench.inputs({ onResultMissing: "rerun" });
      const { id, outputs } = await plugin.create(program);
      await store.deleteObject("acme-results", String(outputs.resultKey));
      const next = bench.newProcess();
      const found = await next.read(id, outputs);
      assert.ok(found !== "gone");
      await next.diff(id, found.outputs, program);
      const inState = { id, createdAt: String(outputs.createdAt), importedIds: [] };
      const again = await next.create(
        bench.inputs({ onResultMissing: "rerun" }, { stateWasRead: true, inState }),
      );
      assert.notEqual(again.id, id);
      assert.equal(again.problem, undefined);
      assert.notEqual(again.outputs.resultKey, null);
    }));
});
