import assert from "node:assert/strict";
import { succeeded } from "../support/engine";
import { did, told, withNclue } from "../support/withNclue";

describe("a task run that is changed behind the engine's back", () => {
  it("is forgotten by a refresh once it was deleted, and created again by the next up", async () => {
    await withNclue({}, async ({ stack, simulator, runs, requests }) => {
      succeeded(await stack.up());
      const [old] = await runs();
      simulator.deleteJob(old?.id ?? "");
      const unaware = succeeded(await stack.up());
      assert.deepEqual(unaware.changes, { same: 2 });

      const refresh = succeeded(await stack.refresh());
      assert.deepEqual(did(refresh), ["refresh scores"]);
      assert.deepEqual(told(refresh), []);
      assert.deepEqual(await stack.resources(), []);
      assert.deepEqual(did(succeeded(await stack.up())), ["create scores"]);
      const [made, ...others] = await runs();
      assert.deepEqual(others, []);
      assert.notEqual(made?.id, old?.id);
      assert.equal(requests("DELETE").length, 0);
    });
  });

  it("is created again in one go by up --refresh", async () => {
    await withNclue({}, async ({ stack, simulator, runs }) => {
      succeeded(await stack.up());
      const [old] = await runs();
      simulator.deleteJob(old?.id ?? "");
      succeeded(await stack.up({ args: ["--refresh"] }));
      assert.notEqual((await runs())[0]?.id, old?.id);
      assert.equal((await stack.resources())[0]?.id, (await runs())[0]?.id);
    });
  });

  it("is not taken for gone when only the gateway says 404", async () => {
    await withNclue({}, async ({ stack, simulator }) => {
      succeeded(await stack.up());
      const error = { errorCode: "300", message: "Not Found Exception", details: "URL not found." };
      simulator.addFault({
        match: { method: "GET" },
        times: "always",
        answer: { kind: "status", status: 404, body: { error } },
      });
      const refresh = await stack.refresh();
      assert.equal(refresh.exitCode, 1);
      assert.match(refresh.output, /error: reading task run .*: HTTP 404, code 300 .*: the gate/);
      assert.equal((await stack.resources()).length, 1);
    });
  });
});
