import assert from "node:assert/strict";
import { withLifecycle } from "../support/withLifecycle";

describe("create", () => {
  it("makes the run, waits until it is completed and finds its result", () =>
    withLifecycle(async ({ plugin, inputs, runs, store }) => {
      const { id, outputs, problem } = await plugin.create(inputs());
      const [run] = await runs();
      assert.equal(problem, undefined);
      assert.equal(id, run?.id);
      assert.equal(outputs.status, "completed");
      assert.equal(outputs.resultKey, store.keys("acme-results")[0]);
    }));
});
