import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as nclue from "pulumi-nclue";
import { succeeded, type TestStack } from "../support/engine";
import { told, withNclue } from "../support/withNclue";

const NOTHING_NEW = ["--refresh", "--expect-no-changes"];

describe("a renamed or moved task run", () => {
  it("keeps its run over a rename with an alias and pulumi stack rename, and --replace and destroy know its new name", async () => {
    await withNclue({}, async ({ stack, args, runs, requests }) => {
      succeeded(await stack.up());
      const [run] = await runs();
      const renamed = async () => {
        new nclue.TaskRun("churn-scores", args, { aliases: [{ name: "scores" }] });
      };
      const preview = await stack.preview({ program: renamed, args: ["--expect-no-changes"] });
      assert.deepEqual(succeeded(preview).changes, { same: 2 });
      succeeded(await stack.up());
      const [resource] = await stack.resources();
      assert.match(resource?.urn ?? "", /::churn-scores$/);
      assert.equal(resource?.id, run?.id);

      await stack.rename("renamed");
      const again = succeeded(await stack.up({ args: NOTHING_NEW }));
      assert.deepEqual(told(again), []);
      const [moved] = await stack.resources();
      assert.match(moved?.urn ?? "", /^urn:pulumi:renamed::.*::churn-scores$/);
      assert.equal(moved?.id, run?.id);
      assert.equal(requests("POST").length, 1);

      succeeded(await stack.up({ args: ["--replace", moved?.urn ?? ""] }));
      const after = await runs();
      assert.equal(after.length, 1);
      assert.notEqual(after[0]?.id, run?.id);
      const destroy = succeeded(await stack.destroy());
      assert.deepEqual(await runs(), []);
      assert.doesNotMatch(destroy.output, /urn:pulumi:dev::/);
    });
  });

  it("keeps its run over pulumi state move and below a new parent; a taint and a parent in one update give a new one", async () => {
    await withNclue({}, async ({ stack, args, runs, requests, program }) => {
      succeeded(await stack.up());
      const [run] = await runs();
      const [resource] = await stack.resources();
      succeeded(await stack.cli(["stack", "init", "other"]));
      const move = ["state", "move", "--source", "dev", "--dest", "other", "--yes"];
      succeeded(await stack.cli([...move, resource?.urn ?? ""]));
      assert.deepEqual(await stack.resources(), []);
      stack.select("other");
      const [moved] = await stack.resources();
      assert.match(moved?.urn ?? "", /^urn:pulumi:other::/);
      assert.equal(moved?.id, run?.id);
      const up = succeeded(await stack.up({ program: program() }));
      assert.deepEqual(
        up.steps.map(({ op }) => op),
        ["same"],
      );

      const below = (name: string, oldParent: pulumi.Resource | string) => async () => {
        const parent = new pulumi.ComponentResource("acme:index:Pipeline", name);
        new nclue.TaskRun("scores", args, { parent, aliases: [{ parent: oldParent }] });
      };
      succeeded(await stack.up({ program: below("first", pulumi.rootStackResource) }));
      succeeded(await stack.up({ args: NOTHING_NEW }));
      const only = await runs();
      assert.deepEqual(
        only.map(({ id }) => id),
        [run?.id],
      );
      assert.equal(requests("POST").length, 1);

      const resources = await stack.resources();
      const parent = resources.find(({ custom }) => !custom)?.urn ?? "";
      await taint(stack, resources.find(({ custom }) => custom)?.urn);
      succeeded(await stack.up({ program: below("second", parent) }));
      const after = await runs();
      assert.equal(after.length, 1);
      assert.notEqual(after[0]?.id, run?.id);
      assert.ok((await stack.resources()).some(({ id }) => id === after[0]?.id));
      succeeded(await stack.up({ args: NOTHING_NEW }));
      succeeded(await stack.destroy());
      assert.deepEqual(await runs(), []);
    });
  });

  it("keeps what it has imported in the past when the component around it is renamed", async () => {
    await withNclue({}, async (nclueOf) => {
      const { stack, args, runs, simulator, requests } = nclueOf;
      const seeded = { taskId: args.taskId, featureId: args.featureId } as Record<string, string>;
      const { id } = simulator.seedTaskRun({
        ...seeded,
        resultBucket: String(args.resultBucket),
        resultFilePath: String(args.resultFilePath),
      });
      simulator.completeJob(id);
      const pipeline = (name: string, aliases: pulumi.Alias[]) => async () => {
        const parent = new pulumi.ComponentResource("acme:index:Pipeline", name, {}, { aliases });
        new nclue.TaskRun(`${name}-run`, args, { parent, import: id });
      };
      succeeded(await stack.up({ program: pipeline("pipeA", []) }));
      const renamed = pipeline("pipeB", [{ name: "pipeA" }]);
      const urn = (await stack.resources()).find((resource) => resource.id === id)?.urn ?? "";
      await taint(stack, urn);
      const preview = succeeded(await stack.preview({ program: renamed }));
      assert.match(told(preview).join("\n"), /this update will start 1 new task run/);
      succeeded(await stack.up({ program: renamed }));
      assert.equal(requests("POST").length, 1);
      assert.ok((await runs()).every((run) => run.id !== id));
    });
  });
});

/** What `pulumi state taint` writes: forcedReplacement.test.ts runs the command. */
async function taint(stack: TestStack, urn: string | undefined): Promise<void> {
  const state = await stack.exportState();
  const resource = state.deployment.resources?.find((each) => each.urn === urn);
  assert.ok(resource);
  resource.taint = true;
  await stack.importState(state);
}
