import assert from "node:assert/strict";
import { withLifecycle } from "../support/withLifecycle";

const plan = { registeredMs: 0, pendingMs: 0, inProgressMs: 1000 };

describe("an import that was carried out, where the stack's state cannot be read", () => {
  it("is not carried out again by the replacement of its run", () =>
    withLifecycle(
      async (bench) => {
        const { simulator, task, feature, inputs, newProcess } = bench;
        const run = simulator.seedTaskRun({
          name: "made-elsewhere",
          taskId: task.id,
          featureId: feature.id,
          resultBucket: "acme-results",
          resultFilePath: "churn/2026-11/",
        });
        const before = await newProcess().create(inputs({}, { importId: run.id }));
        const change = inputs({ triggers: [1] }, { importId: run.id, stateWasRead: false });
        const update = newProcess();
        const { replaces } = await update.diff(before.id, before.outputs, change);
        assert.deepEqual(replaces, ["triggers"]);
        const next = await update.create(change);
        await update.delete(before.id, before.outputs);
        assert.notEqual(next.id, run.id);
        assert.deepEqual(
          (await bench.runs()).map(({ id }) => id),
          [next.id],
        );
        assert.equal((await newProcess().diff(next.id, next.outputs, change)).changes, false);
      },
      { plan },
    ));
});
