import assert from "node:assert/strict";
import { type LifecycleBench, withLifecycle } from "../support/withLifecycle";

const plan = { registeredMs: 0, pendingMs: 0, inProgressMs: 1000 };
const DAY = 24 * 3_600_000;

function seedOthers({ simulator, clock }: LifecycleBench, count: number): void {
  for (let n = 0; n < count; n++) {
    simulator.seedTaskRun({ name: `other-${n}`, createdAtMs: clock.nowMs() - DAY + n * 1000 });
  }
}

const made = async ({ runs }: LifecycleBench) =>
  (await runs()).filter(({ name }) => !name.startsWith("other-"));

describe("a list of many pages", () => {
  for (const listOrder of ["newest", "oldest", "byId", "random"] as const) {
    for (const indexMeaning of ["offset", "page"] as const) {
      for (const pageSizeCap of [100, 40]) {
        const switches = { listOrder, indexMeaning, pageSizeCap, duplicateNames: "allow" } as const;

        it(`shows the interrupted attempt wherever it is (${listOrder}, ${indexMeaning}, pages of ${pageSizeCap})`, () =>
          withLifecycle(
            async (bench) => {
              seedOthers(bench, 250);
              const submitted = bench.inputs({ waitFor: "submitted" });
              bench.simulator.setSwitches({ listOrder: "newest" });
              const { id } = await bench.newProcess().create(submitted);
              bench.simulator.setSwitches({ listOrder });
              await bench.clock.advance(60_000);
              const next = await bench.plugin.create(bench.inputs()).catch((error) => error);
              // A list that is never the same twice cannot be read in full, and is no ground to pay.
              if (next.code === "unreadable") assert.equal(listOrder, "random");
              else assert.equal(next.id, id);
              assert.equal((await made(bench)).length, 1);
            },
            { plan, switches },
          ));

        it(`does not let an old job of the same name pass for the one whose answer was lost (${listOrder}, ${indexMeaning}, pages of ${pageSizeCap})`, () =>
          withLifecycle(
            async (bench) => {
              const old = await bench.newProcess().create(bench.inputs({ name: "weekly" }));
              await bench.clock.advance(2 * DAY);
              seedOthers(bench, 250);
              bench.simulator.addFault({ match: { method: "POST" }, answer: { kind: "drop" } });
              const inState = { id: "another", createdAt: null };
              const program = bench.inputs({ name: "weekly" }, { inState });
              const ended = await bench.plugin.create(program).catch((error: Error) => error);
              if (!(ended instanceof Error)) assert.notEqual(ended.id, old.id);
            },
            { plan, switches },
          ));
      }
    }
  }
});
