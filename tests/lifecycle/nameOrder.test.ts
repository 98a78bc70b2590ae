import assert from "node:assert/strict";
import { type LifecycleBench, withLifecycle } from "../support/withLifecycle";

const plan = { registeredMs: 0, pendingMs: 0, inProgressMs: 1000 };
const DAY = 24 * 3_600_000;

/** Runs whose ids begin alike, and whose dates rise with their ids. */
function seedSeries({ simulator, clock }: LifecycleBench, digit: string, ageMs: number): void {
  for (let n = 0; n < 150; n++) {
    const id = `${digit.repeat(8)}-0000-4000-8000-${String(n).padStart(12, "0")}`;
    simulator.seedTaskRun({ id, createdAtMs: clock.nowMs() - ageMs + n * 1000 });
  }
}

describe("a list by name, whose dates rise on the first page", () => {
  it("is read in full before anything is paid for", () =>
    withLifecycle(
      async (bench) => {
        seedSeries(bench, "0", DAY);
        seedSeries(bench, "f", 2 * DAY);
        const submitted = bench.inputs({ waitFor: "submitted" });
        const { id } = await bench.newProcess().create(submitted);
        await bench.clock.advance(60_000);
        const next = await bench.plugin.create(bench.inputs());
        assert.equal(next.id, id);
        assert.equal((await bench.runs()).length, 301);
      },
      { plan, switches: { listOrder: "byId", duplicateNames: "allow" } },
    ));
});
