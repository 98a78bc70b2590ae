import assert from "node:assert/strict";
import { DRIFT_CHECK, succeeded } from "../support/engine";
import { did, told, withNclue } from "../support/withNclue";

describe("a task run that is changed behind the engine's back", () => {
  it("is kept when only the gateway says 404; deleted, it is forgotten by a refresh, and created again", () =>
    withNclue({}, async ({ stack, simulator, runs, requests }) => {
      succeeded(await stack.up());
      const error = { errorCode: "300", message: "Not Found Exception", details: "URL not found." };
      simulator.addFault({
        match: { method: "GET" },
        times: "always",
        answer: { kind: "status", status: 404, body: { error } },
      });
      const failing = await stack.refresh();
      assert.equal(failing.exitCode, 1);
      assert.match(failing.output, /error: reading task run .*: HTTP 404, code 300 .*: the gate/);
      assert.equal((await stack.resources()).length, 1);
      simulator.clearFaults();

      const [old] = await runs();
      simulator.deleteJob(old?.id ?? "");
      const unaware = succeeded(await stack.up());
      assert.deepEqual(unaware.changes, { same: 2 });
      const before = JSON.stringify((await stack.exportState()).deployment);
      const drifted = await stack.cli(DRIFT_CHECK);
      assert.equal(drifted.exitCode, 7, drifted.output);
      const after = JSON.stringify((await stack.exportState()).deployment);
      assert.equal(after, before, "the drift check that pipelines use writes nothing");

      const refresh = succeeded(await stack.refresh());
      assert.deepEqual(did(refresh), ["refresh scores"]);
      assert.deepEqual(told(refresh), []);
      assert.deepEqual(await stack.resources(), []);
      assert.deepEqual(did(succeeded(await stack.up())), ["create scores"]);
      const [made, ...others] = await runs();
      assert.deepEqual(others, []);
      assert.notEqual(made?.id, old?.id);
      assert.equal(requests("DELETE").length, 0);

      // The same in one go.
      simulator.deleteJob(made?.id ?? "");
      succeeded(await stack.up({ args: ["--refresh"] }));
      const [again] = await runs();
      assert.notEqual(again?.id, made?.id);
      assert.equal((await stack.resources())[0]?.id, again?.id);
    }));
});
