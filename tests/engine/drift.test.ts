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

  it("keeps a result that was not there at first, and finds it later", async () => {
    await withNclue({ switches: { resultDelayMs: 3_600_000 - 60_000 } }, async (n) => {
      const { stack, simulator, runs, program } = n;
      simulator.setDefaultPlan({ inProgressMs: "never" });
      succeeded(await stack.up({ program: program({ waitFor: "submitted" }) }));
      await simulator.completeJob((await runs())[0]?.id ?? "");
      const early = succeeded(await stack.refresh());
      assert.match(told(early).join(), /completed, but no result object was found below its path/);
      assert.equal((await stack.resources())[0]?.outputs?.resultKey, null);
      await simulator.advance(3_600_000);
      assert.deepEqual(told(succeeded(await stack.refresh())), []);
      const found = (await stack.resources())[0]?.outputs?.resultKey;
      assert.equal(found, (await runs())[0]?.resultKeys[0]);
      assert.equal(typeof found, "string");
    });
  });

  it("has no result where several objects could be it, and says so", async () => {
    await withNclue({ switches: { results: "several" } }, async ({ stack }) => {
      const up = succeeded(await stack.up());
      assert.match(
        told(up).join(),
        /3 objects below its path could be its result \(.*\), so none is taken/,
      );
      const [resource] = await stack.resources();
      assert.equal(resource?.outputs?.resultUri, null);
      assert.deepEqual((await stack.preview()).changes, { same: 2 });
    });
  });

  it("does not differ when the service shows its final key as the path", async () => {
    await withNclue({ switches: { resultFilePathInGet: "finalKey" } }, async ({ stack, args }) => {
      succeeded(await stack.up());
      succeeded(await stack.refresh({ args: ["--expect-no-changes"] }));
      const [resource] = await stack.resources();
      assert.equal(resource?.outputs?.resultFilePath, args.resultFilePath);
      succeeded(await stack.preview({ args: ["--expect-no-changes"] }));
    });
  });

  it("is no change where the service says complete, and an unknown word is no success", async () => {
    await withNclue({ switches: { statusWord: "complete" } }, async ({ stack, simulator }) => {
      succeeded(await stack.up());
      assert.equal((await stack.outputs()).status, "completed");
      simulator.addFault({
        match: { method: "GET", path: "/task-runs" },
        times: "always",
        answer: { kind: "edit", fields: { status: "archived" } },
      });
      simulator.addFault({
        match: { method: "GET", path: "/task-runs/*" },
        times: "always",
        answer: { kind: "edit", fields: { status: "archived" } },
      });
      succeeded(await stack.refresh());
      const [resource] = await stack.resources();
      assert.equal(resource?.outputs?.status, "archived");
    });
  });
});
