import assert from "node:assert/strict";
import { families } from "../../provider/src/domain/families";
import { listJobs } from "../../provider/src/lifecycle/findJob";
import { withLifecycle } from "../support/withLifecycle";

const plan = { registeredMs: 0, pendingMs: 0, inProgressMs: 1000 };

describe("a page without jobs that comes without its array", () => {
  for (const emptyList of ["null", "absent"] as const) {
    for (const indexMeaning of ["offset", "page"] as const) {
      for (const totalMeaning of ["all", "returned", "absent"] as const) {
        for (const count of [0, 100, 150, 200]) {
          const switches = { emptyList, indexMeaning, totalMeaning };
          const way = `${emptyList}, ${indexMeaning}, total ${totalMeaning}`;

          it(`ends a list of ${count} runs (${way})`, () =>
            withLifecycle(
              async ({ simulator, plugin, clock, inputs }) => {
                for (let n = 0; n < count; n++) simulator.seedTaskRun({ name: `other-${n}` });
                const listed = listJobs(plugin.ctx.clients(), families.taskRun);
                assert.equal((await clock.runUntil(listed)).length, count);
                const { problem } = await plugin.create(inputs());
                assert.equal(problem, undefined);
              },
              { plan, switches },
            ));
        }
      }
    }
  }
});
