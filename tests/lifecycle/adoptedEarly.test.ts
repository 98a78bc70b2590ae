import assert from "node:assert/strict";
import { FAMILY_NAMES } from "../../provider/src/domain/family";
import { withLifecycle } from "../support/withLifecycle";

const plan = { registeredMs: 0, pendingMs: 0, inProgressMs: 1000 };

describe("a job that the list shows before it can be read", () => {
  for (const family of FAMILY_NAMES) {
    for (const lateMs of [5000, 60_000]) {
      const switches = { createdReadableAfterMs: lateMs, sources: "ignored" } as const;

      it(`a ${family} of an interrupted attempt is adopted once GET shows it, ${lateMs / 1000} s later`, () =>
        withLifecycle(
          async (bench) => {
            const args = { verify: "off" };
            const submitted = bench.inputsOf(family, { ...args, waitFor: "submitted" });
            const first = await bench.newProcess().of(family).create(submitted);
            await bench.clock.advance(1000);
            const next = await bench.plugin.of(family).create(bench.inputsOf(family, args));
            assert.equal(next.problem, undefined);
            assert.equal(next.id, first.id);
            assert.equal(next.outputs.status, "completed");
          },
          { plan, switches },
        ));

      it(`a ${family} in the state is read once GET shows it, ${lateMs / 1000} s later`, () =>
        withLifecycle(
          async (bench) => {
            const submitted = bench.inputsOf(family, { verify: "off", waitFor: "submitted" });
            const { id, outputs } = await bench.newProcess().of(family).create(submitted);
            const read = await bench.plugin.of(family).read(id, outputs);
            assert.notEqual(read, "gone");
          },
          { plan, switches },
        ));
    }
  }
});
