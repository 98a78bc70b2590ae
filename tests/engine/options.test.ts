import assert from "node:assert/strict";
import * as nclue from "pulumi-nclue";
import { succeeded } from "../support/engine";
import { did, withNclue } from "../support/withNclue";

describe("resource options keep their meaning:", () => {
  it("protect keeps a run from being deleted or replaced", async () => {
    await withNclue({}, async ({ stack, program, runs }) => {
      succeeded(await stack.up({ program: program({}, { protect: true }) }));
      const made = await runs();
      const destroy = await stack.destroy();
      assert.equal(destroy.failed, true);
      assert.match(destroy.output, /protected/);
      const changed = program({ resultFilePath: "churn/2/" }, { protect: true });
      assert.equal((await stack.up({ program: changed })).failed, true);
      assert.deepEqual(await runs(), made);
      succeeded(await stack.up({ program: program({}, { protect: false }) }));
      succeeded(await stack.destroy());
      assert.deepEqual(await runs(), []);
    });
  });

  it("ignoreChanges leaves the run as it is when that argument changes", async () => {
    await withNclue({}, async ({ stack, program, runs, requests }) => {
      succeeded(await stack.up());
      const ignoring = program(
        { resultFilePath: "churn/2/", triggers: ["new"] },
        { ignoreChanges: ["resultFilePath", "triggers"] },
      );
      succeeded(await stack.preview({ program: ignoring, args: ["--expect-no-changes"] }));
      succeeded(await stack.up({ args: ["--expect-no-changes"] }));
      assert.equal((await runs()).length, 1);
      assert.equal(requests("POST").length, 1);
    });
  });

  it("retainOnDelete leaves the run at the service", async () => {
    await withNclue({}, async ({ stack, program, runs, requests }) => {
      succeeded(await stack.up({ program: program({}, { retainOnDelete: true }) }));
      succeeded(await stack.destroy());
      assert.equal((await runs()).length, 1);
      assert.deepEqual(requests("DELETE"), []);
    });
  });

  it("deleteBeforeReplace lets the old run go first", async () => {
    await withNclue({}, async ({ stack, program }) => {
      const options = { deleteBeforeReplace: true };
      succeeded(await stack.up({ program: program({}, options) }));
      const changed = program({ resultFilePath: "churn/2/" }, options);
      assert.deepEqual(did(succeeded(await stack.up({ program: changed }))), [
        "delete-replaced scores",
        "replace scores",
        "create-replacement scores",
      ]);
    });
  });

  it("additionalSecretOutputs keeps an output encrypted", async () => {
    await withNclue({}, async ({ stack, program }) => {
      const options = { additionalSecretOutputs: ["resultKey"] };
      succeeded(await stack.up({ program: program({}, options) }));
      succeeded(await stack.refresh());
      const [resource] = await stack.resources();
      assert.equal(typeof resource?.outputs?.resultKey, "object");
      assert.equal(typeof resource?.outputs?.resultUri, "string");
    });
  });

  it("dependsOn makes one run wait for another", async () => {
    await withNclue({}, async ({ stack, args }) => {
      const program = async () => {
        const first = new nclue.TaskRun("first", { ...args, resultFilePath: "first/" });
        new nclue.TaskRun("second", { ...args, resultFilePath: "second/" }, { dependsOn: first });
      };
      assert.deepEqual(did(succeeded(await stack.up({ program }))), [
        "create first",
        "create second",
      ]);
      assert.deepEqual(did(succeeded(await stack.destroy())), ["delete second", "delete first"]);
    });
  });
});

describe("a saved plan", () => {
  it("holds for a first run", async () => {
    await withNclue({}, async ({ stack, runs }) => {
      succeeded(await stack.preview({ args: ["--save-plan", "plan.json"] }));
      succeeded(await stack.up({ args: ["--plan", "plan.json"] }));
      assert.equal((await runs()).length, 1);
    });
  });

  it("holds for a replacement and for no change", async () => {
    await withNclue({}, async ({ stack, program, runs }) => {
      succeeded(await stack.up());
      const changed = program({ resultFilePath: "churn/2/" });
      succeeded(await stack.preview({ program: changed, args: ["--save-plan", "plan.json"] }));
      succeeded(await stack.up({ args: ["--plan", "plan.json"] }));
      succeeded(await stack.preview({ args: ["--save-plan", "plan.json"] }));
      succeeded(await stack.up({ args: ["--plan", "plan.json", "--expect-no-changes"] }));
      assert.equal((await runs()).length, 1);
    });
  });

  it("keeps a program that has changed since from starting a run", async () => {
    await withNclue({}, async ({ stack, program, requests }) => {
      succeeded(await stack.preview({ args: ["--save-plan", "plan.json"] }));
      const other = program({ resultFilePath: "churn/2/" });
      const up = await stack.up({ program: other, args: ["--plan", "plan.json"] });
      assert.equal(up.failed, true);
      assert.match(up.output, /violates plan/);
      assert.deepEqual(requests("POST"), []);
    });
  });
});
