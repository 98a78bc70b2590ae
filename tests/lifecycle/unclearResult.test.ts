import assert from "node:assert/strict";
import { storeError } from "../support/memoryStore";
import { type LifecycleBench, withLifecycle } from "../support/withLifecycle";

const plan = { registeredMs: 0, pendingMs: 0, inProgressMs: 1000 };

type Trouble = readonly [string, (bench: LifecycleBench) => void, (bench: LifecycleBench) => void];

const troubles: readonly Trouble[] = [
  [
    "a store that cannot be reached",
    ({ store }) => {
      store.listError = storeError({ code: "ECONNREFUSED" });
    },
    ({ store }) => {
      store.listError = undefined;
    },
  ],
  [
    "a bucket that refuses these keys",
    ({ store }) => {
      store.listError = storeError({ $metadata: { httpStatusCode: 403 } });
    },
    ({ store }) => {
      store.listError = undefined;
    },
  ],
  [
    "a date of the job that cannot be read",
    ({ simulator }) => simulator.setSwitches({ timestampForm: "unreadable" }),
    ({ simulator }) => simulator.setSwitches({ timestampForm: "offset" }),
  ],
];

describe("a result that cannot be told for certain", () => {
  for (const [what, begin, end] of troubles) {
    it(`is no reason to pay for another run: ${what}`, () =>
      withLifecycle(
        async (bench) => {
          const inputs = bench.inputs({ onResultMissing: "rerun", verify: "off" });
          begin(bench);
          const { id, outputs, problem } = await bench.plugin.create(inputs);
          assert.equal(problem?.code, "result-missing");
          assert.match(problem?.message ?? "", /searches again and starts no new run/);
          const refreshed = await bench.newProcess().read(id, outputs);
          assert.notEqual(refreshed, "gone");
          if (refreshed === "gone") return;
          for (const before of [outputs, refreshed.outputs]) {
            const { changes, replaces } = await bench.newProcess().diff(id, before, inputs);
            assert.deepEqual({ changes, replaces }, { changes: true, replaces: [] });
          }
          end(bench);
          const readable = await bench.newProcess().read(id, outputs);
          assert.notEqual(readable, "gone");
          if (readable === "gone") return;
          const next = await bench.newProcess().update(id, readable.outputs, inputs);
          assert.equal(next.problem, undefined);
          assert.notEqual(next.outputs.resultKey, null);
          const after = await bench.newProcess().diff(id, next.outputs, inputs);
          assert.equal(after.changes, false);
        },
        { plan },
      ));
  }

  it("that is not there is one", () =>
    withLifecycle(
      async (bench) => {
        const inputs = bench.inputs({ onResultMissing: "rerun" });
        const { id, outputs, problem } = await bench.plugin.create(inputs);
        assert.match(problem?.message ?? "", /the next "pulumi up" creates a new run/);
        const { replaces } = await bench.newProcess().diff(id, outputs, inputs);
        assert.deepEqual(replaces, ["resultKey"]);
      },
      { plan, switches: { results: "none" } },
    ));
});
