import assert from "node:assert/strict";
import * as nclue from "pulumi-nclue";
import { type Outcome, succeeded } from "../support/engine";
import { did, type Nclue, withNclue } from "../support/withNclue";

interface Stage {
  readonly protect?: boolean;
  /** @default "1/" */
  readonly protectedPath?: string;
  readonly isChanged?: boolean;
}

/** A resource for each option, named like it. */
function programOf({ args }: Nclue, { protect = true, protectedPath, isChanged }: Stage) {
  const path = isChanged ? "2/" : "1/";
  return async () => {
    const run = (
      name: string,
      options: ConstructorParameters<typeof nclue.TaskRun>[2],
      more: Partial<nclue.TaskRunArgs> = {},
    ) => new nclue.TaskRun(name, { ...args, resultFilePath: `${name}/`, ...more }, options);
    run("protect", { protect }, { resultFilePath: `protect/${protectedPath ?? "1/"}` });
    run("retainOnDelete", { retainOnDelete: true });
    run(
      "deleteBeforeReplace",
      { deleteBeforeReplace: true },
      { resultFilePath: `deleteBeforeReplace/${path}` },
    );
    run(
      "ignoreChanges",
      { ignoreChanges: ["resultFilePath", "triggers"] },
      { resultFilePath: `ignoreChanges/${path}`, triggers: [path] },
    );
    run("additionalSecretOutputs", { additionalSecretOutputs: ["resultKey"] });
    run("dependsOn", { dependsOn: run("first", {}) });
  };
}

describe("resource options keep their meaning:", () => {
  it("dependsOn, deleteBeforeReplace, ignoreChanges, additionalSecretOutputs, protect and retainOnDelete", async () => {
    await withNclue({}, async (n) => {
      const { stack, runs, requests } = n;
      const created = did(succeeded(await stack.up({ program: programOf(n, {}) })));
      assert.ok(
        created.indexOf("create first") < created.indexOf("create dependsOn"),
        "dependsOn makes one run wait for another",
      );
      const before = new Map((await stack.resources()).map(({ urn, id }) => [nameOf(urn), id]));

      const changed = { isChanged: true };
      const up = await stack.up({ program: programOf(n, changed), args: ["--refresh"] });
      assert.deepEqual(
        stepsOf(succeeded(up), "deleteBeforeReplace"),
        ["delete-replaced", "replace", "create-replacement"],
        "deleteBeforeReplace lets the old run go first",
      );
      const after = new Map((await stack.resources()).map(({ urn, id }) => [nameOf(urn), id]));
      const others = [...before.keys()].filter((name) => name !== "deleteBeforeReplace");
      for (const name of others) assert.equal(after.get(name), before.get(name), name);
      assert.equal(requests("POST").length, before.size + 1, "ignoreChanges leaves the run");
      const secretly = (await stack.resources()).find(
        ({ urn }) => nameOf(urn) === "additionalSecretOutputs",
      );
      assert.equal(typeof secretly?.outputs?.resultKey, "object", "additionalSecretOutputs");
      assert.equal(typeof secretly?.outputs?.resultUri, "string");

      const made = await runs();
      const replacing = programOf(n, { ...changed, protectedPath: "2/" });
      assert.equal((await stack.up({ program: replacing })).failed, true);
      assert.deepEqual(await runs(), made, "protect keeps a run from being replaced");
      const kept = await stack.destroy();
      assert.equal(kept.failed, true);
      assert.match(kept.output, /protected/);
      const ids = (await runs()).map(({ id }) => id);
      assert.ok(
        ids.includes(before.get("protect") ?? ""),
        "protect keeps a run from being deleted",
      );

      succeeded(await stack.up({ program: programOf(n, { ...changed, protect: false }) }));
      const destroyed = did(succeeded(await stack.destroy()));
      assert.ok(destroyed.indexOf("delete dependsOn") < destroyed.indexOf("delete first"));
      assert.deepEqual(
        (await runs()).map(({ id }) => id),
        [before.get("retainOnDelete")],
        "retainOnDelete leaves the run at the service",
      );
    });
  });
});

describe("a saved plan", () => {
  it("holds for a first run, a replacement and no change, and keeps another program from starting a run", async () => {
    await withNclue({}, async ({ stack, program, runs, requests }) => {
      const save = { args: ["--save-plan", "plan.json"] };
      const planned = ["--plan", "plan.json"];
      succeeded(await stack.preview(save));
      succeeded(await stack.up({ args: planned }));
      assert.equal((await runs()).length, 1);

      const changed = program({ resultFilePath: "churn/2/" });
      succeeded(await stack.preview({ program: changed, ...save }));
      const other = program({ resultFilePath: "churn/3/" });
      const refused = await stack.up({ program: other, args: planned });
      assert.equal(refused.failed, true);
      assert.match(refused.output, /violates plan/);
      assert.equal(requests("POST").length, 1);

      succeeded(await stack.up({ program: changed, args: planned }));
      assert.equal(requests("POST").length, 2);
      succeeded(await stack.preview(save));
      succeeded(await stack.up({ args: [...planned, "--expect-no-changes"] }));
      assert.equal((await runs()).length, 1);
    });
  });
});

function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? "";
}

function stepsOf({ steps }: Outcome, wanted: string): readonly string[] {
  const isRefresh = (op: string) => op.startsWith("refresh") || op === "same";
  return steps.filter(({ name, op }) => name === wanted && !isRefresh(op)).map(({ op }) => op);
}
