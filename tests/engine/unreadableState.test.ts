import assert from "node:assert/strict";
import { succeeded } from "../support/engine";
import { withNclue } from "../support/withNclue";

// The class asks the engine what the state holds; who may update a stack but not read its outputs
// gets no answer.

describe("a state that cannot be read", () => {
  it("keeps no run from being created, and lets none be adopted: not by --replace, and a namesake is an error that names the ways out", async () => {
    await withNclue({}, async ({ stack, runs, requests }) => {
      succeeded(await withUnreadableState(() => stack.up()));
      const made = await runs();
      const [{ id = "" } = {}] = made;
      assert.equal(made.length, 1);
      succeeded(await stack.up({ args: ["--expect-no-changes"] }));

      const [resource] = await stack.resources();
      const replace = ["--replace", resource?.urn ?? ""];
      const replaced = await withUnreadableState(() => stack.up({ args: replace }));
      assert.equal(replaced.failed, true);
      assert.deepEqual(await runs(), made);
      assert.equal((await stack.resources())[0]?.id, id);

      const state = await stack.exportState();
      delete state.deployment.resources;
      await stack.importState(state);
      const up = await withUnreadableState(() => stack.up());
      assert.equal(up.failed, true);
      assert.match(up.output, /the stack's state could not be read/);
      assert.ok(up.output.includes(`import: "${id}"`), up.output);
      assert.equal(requests("POST").length, 1);
      assert.deepEqual(await runs(), made);

      const readable = await stack.up();
      assert.match(succeeded(readable).output, /adopted task run/);
    });
  });
});

/** The program runs in this process, and asks after it has returned: so for the whole update. */
async function withUnreadableState<T>(update: () => Promise<T>): Promise<T> {
  const calls: { invoke: (...args: unknown[]) => unknown } = require("@pulumi/pulumi/runtime");
  const { invoke } = calls;
  calls.invoke = () => Promise.reject(new Error("403 Forbidden"));
  try {
    return await update();
  } finally {
    calls.invoke = invoke;
  }
}
