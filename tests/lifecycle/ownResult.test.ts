import assert from "node:assert/strict";
import { storeError } from "../support/memoryStore";
import { type LifecycleBench, withLifecycle } from "../support/withLifecycle";

const MONTH = 30 * 24 * 3_600_000;
const plan = { registeredMs: 0, pendingMs: 0, inProgressMs: 30_000 };

/** A create of the run with this path, under a name of its own. */
function runAt({ inputs }: LifecycleBench, resultFilePath: string, more: object = {}) {
  return inputs({ resultFilePath, ...more }, { logicalName: resultFilePath, urn: resultFilePath });
}

async function writtenBy({ simulator }: LifecycleBench, id: string): Promise<readonly string[]> {
  return (await simulator.job(id))?.resultKeys ?? [];
}

describe("a result belongs to exactly its job", () => {
  const neighbours = [
    ["scores/churn", "scores/churn_vip"],
    ["scores/churn", "scores/churn_vip/"],
    ["scores/churn", "scores/churn_vip_gold"],
    ["a/", "a/nclue"],
    ["a/", "a/nclue_b"],
    ["a", "a_1_2"],
  ] as const;
  for (const [short, long] of neighbours) {
    for (const [first, second] of [
      [short, long],
      [long, short],
    ] as const) {
      it(`of two at one time, ${first} (which ends first) and ${second}, each takes its own or none`, () =>
        withLifecycle(
          async (bench) => {
            const later = { waitFor: "submitted" };
            bench.simulator.queuePlans({ inProgressMs: 10_000 }, { inProgressMs: 20_000 });
            const one = await bench.plugin.create(runAt(bench, first, later));
            const two = await bench.plugin.create(runAt(bench, second, later));
            await bench.clock.advance(60_000);
            for (const [path, { id, outputs }] of [
              [first, one],
              [second, two],
            ] as const) {
              const found = await bench.newProcess().update(id, outputs, runAt(bench, path));
              const own = await writtenBy(bench, id);
              const { resultKey } = found.outputs;
              assert.ok(resultKey === null || own.includes(String(resultKey)), String(resultKey));
            }
          },
          { plan },
        ));
    }
  }

  it("is found beside the object of a neighbour with a longer path", () =>
    withLifecycle(
      async (bench) => {
        const vip = await bench.plugin.create(runAt(bench, "scores/churn_vip"));
        const churn = await bench.plugin.create(runAt(bench, "scores/churn"));
        assert.deepEqual([churn.outputs.resultKey], await writtenBy(bench, churn.id));
        assert.deepEqual([vip.outputs.resultKey], await writtenBy(bench, vip.id));
        assert.deepEqual(bench.plugin.log.texts("warn"), []);
      },
      { plan },
    ));

  it("is not taken where two jobs could have written the same object, and the warning names the other", () =>
    withLifecycle(
      async (bench) => {
        const other = bench.simulator.seedTaskRun({
          resultBucket: "acme-results",
          resultFilePath: "a/nclue",
          plan: { inProgressMs: "never" },
        });
        const { outputs, problem } = await bench.plugin.create(runAt(bench, "a/"));
        assert.equal(problem, undefined);
        assert.equal(outputs.resultKey, null);
        assert.match(bench.plugin.log.texts("warn").join(), new RegExp(`${other.id} could have`));
      },
      { plan },
    ));

  it("is not taken where a run whose own is still missing in the state may have written it late", () =>
    withLifecycle(
      async (bench) => {
        bench.simulator.setSwitches({ results: "none" });
        const before = await bench.newProcess().create(runAt(bench, "a/"));
        bench.simulator.setSwitches({ results: "one" });
        await bench.plugin.diff(before.id, before.outputs, runAt(bench, "a/"));
        const inputs = bench.inputs({ resultFilePath: "a/" }, { logicalName: "b", urn: "urn:b" });
        const { outputs } = await bench.plugin.create(inputs);
        assert.equal(outputs.resultKey, null);
        assert.match(bench.plugin.log.texts("warn").join(), new RegExp(`${before.id} could have`));
      },
      { plan },
    ));

  it("is not taken where custom attributes at the same time could have written it", () =>
    withLifecycle(
      async (bench) => {
        const { id } = bench.simulator.seedCustomAttributes({
          resultBucket: "acme-results",
          resultFilePath: "a/",
          plan: { inProgressMs: "never" },
        });
        const attributes = bench.plugin.of("customAttributes");
        await attributes.read(id, {}); // known to this process
        const { outputs } = await bench.plugin.create(runAt(bench, "a/"));
        assert.equal(outputs.resultKey, null);
      },
      { plan },
    ));

  for (const timestampForm of [
    "zone",
    "shortOffset",
    "basicOffset",
    "seconds",
    "milliseconds",
    "space",
    "utc",
    "fraction",
    "bare",
  ] as const) {
    it(`is found where the service writes its times in the form "${timestampForm}", and an older object is not`, () =>
      withLifecycle(
        async (bench) => {
          const old = "churn/nclue_0ld_2026100109.tsv";
          await bench.store.putObject("acme-results", old, "x", bench.clock.nowMs() - MONTH);
          const { id, outputs } = await bench.plugin.create(runAt(bench, "churn/"));
          assert.deepEqual([outputs.resultKey], await writtenBy(bench, id));
        },
        { plan, switches: { timestampForm } },
      ));
  }

  for (const timestampForm of ["unreadable", "absent"] as const) {
    it(`is not taken where the beginning is unknown (${timestampForm}), and the warning says so`, () =>
      withLifecycle(
        async (bench) => {
          const { outputs } = await bench.plugin.create(runAt(bench, "churn/"));
          assert.equal(outputs.resultKey, null);
          assert.match(bench.plugin.log.texts("warn").join(), /creation, so which object it wrote/);
        },
        { plan, switches: { timestampForm } },
      ));
  }
});

describe("the search for a result", () => {
  it("that was stopped is resumed by the next update, which says so", () =>
    withLifecycle(
      async (bench) => {
        const { plugin, store } = bench;
        store.beforeList = async () => plugin.cancel.abort(new Error("stop"));
        const { id, outputs, problem } = await plugin.create(bench.inputs());
        store.beforeList = async () => {};
        assert.equal(problem?.code, "cancelled");
        assert.equal(outputs.resultKey, null);
        const next = bench.newProcess();
        const { changes, reason } = await next.diff(id, outputs, bench.inputs());
        assert.equal(changes, true);
        assert.match(reason ?? "", /search for the result .* was cut short/);
        store.beforeList = () => bench.simulator.settle();
        const updated = await next.update(id, outputs, bench.inputs());
        assert.deepEqual([updated.outputs.resultKey], await writtenBy(bench, id));
        assert.match(next.log.texts("info").join(), /resumed the search for the result/);
      },
      { plan, switches: { resultDelayMs: 500 } },
    ));

  it("that met a store that cannot be reached is resumed; one that was refused has ended", () =>
    withLifecycle(
      async (bench) => {
        const { store } = bench;
        const errors = [
          [storeError(), true],
          [storeError({ $metadata: { httpStatusCode: 503 } }), true],
          [storeError({ $metadata: { httpStatusCode: 403 } }), false],
        ] as const;
        for (const [index, [error, isOpen]] of errors.entries()) {
          const inputs = runAt(bench, `run-${index}/`);
          store.listError = error;
          const plugin = bench.newProcess();
          const { id, outputs, problem } = await plugin.create(inputs);
          store.listError = undefined;
          assert.equal(problem, undefined);
          assert.match(plugin.log.texts("warn").join(), /cannot be searched/);
          const { changes } = await bench.newProcess().diff(id, outputs, inputs);
          assert.equal(changes, isOpen, error.message);
        }
      },
      { plan },
    ));

  for (const form of ["empty", "quoted", "bare", "weak"] as const) {
    it(`leaves nothing to compare again once a drift is accepted (ETags ${form})`, () =>
      withLifecycle(
        async (bench) => {
          const { plugin, store } = bench;
          store.etagForm = form;
          const { id, outputs } = await plugin.create(bench.inputs());
          store.etagForm = form === "quoted" ? "weak" : form;
          const same = await bench.newProcess().read(id, outputs);
          assert.ok(same !== "gone");
          assert.equal(same.outputs.drift, null);
          await store.putObject("acme-results", String(outputs.resultKey), "another, longer text");
          const drifted = await bench.newProcess().read(id, outputs);
          assert.ok(drifted !== "gone");
          assert.equal(drifted.outputs.drift, "result-replaced");
          const accepted = await bench.newProcess().update(id, drifted.outputs, bench.inputs());
          assert.equal(accepted.outputs.drift, null);
          const again = await bench.newProcess().read(id, accepted.outputs);
          assert.ok(again !== "gone");
          assert.equal(again.outputs.drift, null);
        },
        { plan },
      ));
  }
});
