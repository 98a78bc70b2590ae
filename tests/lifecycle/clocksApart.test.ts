import assert from "node:assert/strict";
import { withLifecycle } from "../support/withLifecycle";

const plan = { registeredMs: 0, pendingMs: 0, inProgressMs: 1000 };
const MINUTE = 60_000;

describe("a lost answer where the gateway's clock and the service's differ", () => {
  for (const minutes of [-4, -2, 2, 4]) {
    for (const duplicateNames of ["allow", "reject"] as const) {
      for (const name of [undefined, "weekly"]) {
        const switches = { gatewaySkewMs: minutes * MINUTE, duplicateNames };

        it(`leads to the run that was created (${minutes} minutes, ${name ?? "a generated name"}, names: ${duplicateNames})`, () =>
          withLifecycle(
            async (bench) => {
              for (let n = 0; n < 3; n++) bench.simulator.seedTaskRun({ name: `other-${n}` });
              await bench.clock.advance(MINUTE);
              const answer = { kind: "drop" } as const;
              bench.simulator.addFault({ match: { method: "POST" }, when: "after", answer });
              const { id, problem } = await bench.plugin.create(bench.inputs({ name }));
              assert.equal(problem, undefined);
              const made = (await bench.runs()).filter((run) => !run.name.startsWith("other-"));
              assert.deepEqual(
                made.map((run) => run.id),
                [id],
              );
            },
            { plan, switches },
          ));
      }
    }
  }
});
