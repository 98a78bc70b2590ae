import assert from "node:assert/strict";
import { families } from "../../provider/src/domain/families";
import { listJobs } from "../../provider/src/lifecycle/findJob";
import { withLifecycle } from "../support/withLifecycle";

describe("a service that gives ids back in capitals", () => {
  for (const echoedIds of ["upperCase", "upperCaseParents"] as const) {
    it(`lists the runs of a task all the same (${echoedIds})`, () =>
      withLifecycle(
        async ({ simulator, task, plugin, clock }) => {
          for (let n = 0; n < 3; n++) simulator.seedTaskRun({ taskId: task.id });
          simulator.seedTaskRun({});
          const fields = { taskId: task.id };
          const found = listJobs(plugin.ctx.clients(), families.taskRun, { fields });
          assert.equal((await clock.runUntil(found)).length, 3);
        },
        { switches: { echoedIds } },
      ));
  }
});
