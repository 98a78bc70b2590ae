import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as nclue from "pulumi-nclue";
import { succeeded } from "../support/engine";
import { told, withNclue } from "../support/withNclue";

describe("a renamed or moved task run", () => {
  it("keeps its run when the resource is renamed with an alias: the preview after it is empty", async () => {
    await withNclue({}, async ({ stack, args, runs, requests }) => {
      succeeded(await stack.up());
      const [run] = await runs();
      const renamed = async () => {
        new nclue.TaskRun("churn-scores", args, { aliases: [{ name: "scores" }] });
      };
      const preview = await stack.preview({ program: renamed, args: ["--expect-no-changes"] });
      assert.deepEqual(succeeded(preview).changes, { same: 2 });
      succeeded(await stack.up());
      const again = succeeded(await stack.preview({ args: ["--expect-no-changes"] }));
      assert.deepEqual(told(again), []);
      succeeded(await stack.refresh({ args: ["--expect-no-changes"] }));
      const [resource] = await stack.resources();
      assert.match(resource?.urn ?? "", /::churn-scores$/);
      assert.equal(resource?.id, run?.id);
      assert.equal(requests("POST").length, 1);

      succeeded(await stack.destroy());
      assert.deepEqual(await runs(), []);
    });
  });

  it("keeps its run when the resource moves below a parent with an alias", async () => {
    await withNclue({}, async ({ stack, args, runs, requests }) => {
      succeeded(await stack.up());
      const [run] = await runs();
      const moved = async () => {
        const parent = new pulumi.ComponentResource("acme:index:Pipeline", "pipeline");
        const aliases = [{ parent: pulumi.rootStackResource }];
        new nclue.TaskRun("scores", args, { parent, aliases });
      };
      succeeded(await stack.up({ program: moved }));
      succeeded(await stack.up({ args: ["--expect-no-changes"] }));
      assert.deepEqual(
        (await runs()).map(({ id }) => id),
        [run?.id],
      );
      assert.equal(requests("POST").length, 1);
    });
  });

  it("is given a new run by --replace under its new name", async () => {
    await withNclue({}, async ({ stack, args, runs }) => {
      succeeded(await stack.up());
      const [before] = await runs();
      const renamed = async () => {
        new nclue.TaskRun("churn-scores", args, { aliases: [{ name: "scores" }] });
      };
      succeeded(await stack.up({ program: renamed }));
      const [resource] = await stack.resources();
      succeeded(await stack.up({ args: ["--replace", resource?.urn ?? ""] }));
      const after = await runs();
      assert.equal(after.length, 1);
      assert.notEqual(after[0]?.id, before?.id);
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
      succeeded(await stack.cli(["state", "taint", urn]));
      const preview = succeeded(await stack.preview({ program: renamed }));
      assert.match(told(preview).join("\n"), /this update will start 1 new task run/);
      succeeded(await stack.up({ program: renamed }));
      assert.equal(requests("POST").length, 1);
      assert.ok((await runs()).every((run) => run.id !== id));
    });
  });

  it("gets a new run when a taint and a new parent come in one update, never the old one", async () => {
    await withNclue({}, async ({ stack, args, runs }) => {
      succeeded(await stack.up());
      const [before] = await runs();
      const [resource] = await stack.resources();
      succeeded(await stack.cli(["state", "taint", resource?.urn ?? ""]));
      const moved = async () => {
        const parent = new pulumi.ComponentResource("acme:index:Pipeline", "pipeline");
        const aliases = [{ parent: pulumi.rootStackResource }];
        new nclue.TaskRun("scores", args, { parent, aliases });
      };
      succeeded(await stack.up({ program: moved }));
      const after = await runs();
      assert.equal(after.length, 1);
      assert.notEqual(after[0]?.id, before?.id);
      assert.ok((await stack.resources()).some(({ id }) => id === after[0]?.id));
      succeeded(await stack.up({ args: ["--expect-no-changes"] }));
    });
  });

  it("keeps its run over pulumi stack rename, and destroy knows which row it is", async () => {
    await withNclue({}, async ({ stack, runs, requests }) => {
      succeeded(await stack.up());
      const [run] = await runs();
      await stack.rename("renamed");
      for (const verb of ["preview", "up", "refresh"] as const) {
        const outcome = succeeded(await stack[verb]({ args: ["--expect-no-changes"] }));
        assert.deepEqual(told(outcome), [], verb);
      }
      const [resource] = await stack.resources();
      assert.match(resource?.urn ?? "", /^urn:pulumi:renamed::/);
      assert.equal(resource?.id, run?.id);
      assert.equal(requests("POST").length, 1);
      const destroy = succeeded(await stack.destroy());
      assert.deepEqual(await runs(), []);
      assert.doesNotMatch(destroy.output, /urn:pulumi:dev::/);
    });
  });

  it("keeps its run over pulumi state move into another stack", async () => {
    await withNclue({}, async ({ stack, runs, requests, program }) => {
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
      succeeded(await stack.refresh({ args: ["--expect-no-changes"] }));
      assert.equal(requests("POST").length, 1);
      succeeded(await stack.destroy());
      assert.deepEqual(await runs(), []);
    });
  });
});
