import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { bucketServer } from "./bucketServer";
import { succeeded, withStack } from "./engine";

// A resource whose create waits for ever if `hangs` is set, and fails if `fails` is.
class Thing extends pulumi.dynamic.Resource {
  constructor(name: string, args: { value: number; hangs?: boolean; fails?: boolean }) {
    const provider: pulumi.dynamic.ResourceProvider = {
      create: async (inputs) => {
        if (inputs.fails) throw new Error("this thing fails");
        if (inputs.hangs) {
          console.log("hanging");
          await new Promise((resolve) => setInterval(resolve, 60_000_000));
        }
        return { id: "thing-1", outs: { ...inputs, secret: process.env.THING_SECRET ?? null } };
      },
      diff: async (_id, olds, news) => ({ changes: olds.value !== news.value }),
      update: async (_id, _olds, news) => ({ outs: news }),
      delete: async () => undefined,
    };
    super(provider, name, { ...args }); // it adds the provider to what it is given
  }
}

const thing = (args: { value: number; hangs?: boolean; fails?: boolean }) => async () => {
  new Thing("thing", args);
  return { value: args.value };
};

describe("withStack", () => {
  it("previews, creates, updates, refreshes and destroys", async () => {
    const folder = await withStack(
      { program: thing({ value: 1 }), env: { THING_SECRET: "from the environment" } },
      async (stack) => {
        assert.deepEqual((await stack.preview()).changes, { create: 2 });
        const up = succeeded(await stack.up());
        assert.deepEqual(
          up.steps.map(({ op, name }) => `${op} ${name}`),
          ["create thing"],
        );
        assert.deepEqual(await stack.outputs(), { value: 1 });
        const [resource] = await stack.resources();
        assert.equal(resource?.outputs?.secret, "from the environment");
        assert.equal((await stack.up({ args: ["--expect-no-changes"] })).failed, false);

        assert.equal((await stack.preview({ program: thing({ value: 2 }) })).changes.update, 1);
        assert.equal((await stack.up({ args: ["--expect-no-changes"] })).failed, true);
        succeeded(await stack.refresh({ args: ["--expect-no-changes"] }));
        succeeded(await stack.destroy());
        assert.deepEqual(await stack.resources(), []);
        return stack.folder;
      },
    );
    assert.equal(existsSync(folder), false);
  });

  it("reports a failure of the engine instead of throwing", async () => {
    await withStack({ program: thing({ value: 1, fails: true }) }, async (stack) => {
      const outcome = await stack.up();
      assert.equal(outcome.exitCode, 1);
      assert.match(outcome.diagnostics.join("\n"), /error: .*this thing fails/);
      assert.throws(() => succeeded(outcome), /pulumi up .*exit code 1\n.*Updating \(dev\)/s);
    });
  });

  it("reports a program that fails, also after it was awaited", async () => {
    const throwing = async () => {
      throw new Error("this program throws");
    };
    const rejecting = async () => {
      pulumi.output(1).apply(async () => {
        throw new Error("this apply rejects");
      });
    };
    await withStack({}, async (stack) => {
      assert.match((await stack.up({ program: throwing })).output, /this program throws/);
      assert.match((await stack.up({ program: rejecting })).output, /this apply rejects/);
    });
  });

  it("takes plans, taints, config and whole states", async () => {
    await withStack(
      {
        program: async () => {
          const config = new pulumi.Config();
          return { plain: config.require("plain"), hidden: config.requireSecret("hidden") };
        },
        config: { plain: "one", hidden: { secret: "two" } },
      },
      async (stack) => {
        succeeded(await stack.preview({ args: ["--save-plan", "plan.json"] }));
        succeeded(await stack.up({ args: ["--plan", "plan.json"] }));
        assert.deepEqual(await stack.outputs(), { plain: "one", hidden: "two" });
        const state = await stack.exportState();
        assert.doesNotMatch(JSON.stringify(state), /two/);
        await stack.importState(state);

        succeeded(await stack.up({ program: thing({ value: 1 }) }));
        const [resource] = await stack.resources();
        succeeded(await stack.cli(["state", "taint", resource?.urn ?? ""]));
        assert.deepEqual((await stack.preview()).changes, { same: 1, replace: 1 });
        await stack.rename("renamed");
        assert.equal((await stack.resources()).length, 1);
      },
    );
  });

  it("ends a hanging update at the second signal", async () => {
    await withStack({ program: thing({ value: 1, hangs: true }) }, async (stack) => {
      const up = await stack.start("up");
      await up.waitForText("hanging");
      assert.equal(stack.pluginPids().length, 1);
      up.signal("SIGINT");
      await up.waitForText("^C received");
      up.signal("SIGINT");
      assert.equal((await up.ended).exitCode, 8);
      assert.ok(await stack.pluginsEnd(10_000));
    });
  });

  it("survives the death of the engine, which locks the stack until it is cancelled", async () => {
    await withStack({ program: thing({ value: 1, hangs: true }) }, async (stack) => {
      const up = await stack.start("up");
      await up.waitForText("hanging");
      up.signal("SIGKILL");
      assert.equal((await up.ended).signal, "SIGKILL");
      assert.equal(stack.pluginPids().length, 1);
      const state = await stack.exportState();
      assert.equal(state.deployment.pending_operations?.length, 1);
      assert.match((await stack.up({ program: thing({ value: 1 }) })).output, /currently locked/);
      succeeded(await stack.cancel());
      succeeded(await stack.up());
    });
  });

  it("reports the death of the plugin", async () => {
    await withStack({ program: thing({ value: 1, hangs: true }) }, async (stack) => {
      const up = await stack.start("up");
      await up.waitForText("hanging");
      for (const pid of stack.pluginPids()) process.kill(pid, "SIGKILL");
      assert.equal((await up.ended).failed, true);
    });
  });

  it("keeps its state in a bucket if asked", async () => {
    const server = await bucketServer();
    await server.createBucket("state");
    const backendUrl = `s3://state?endpoint=${server.endpoint}&s3ForcePathStyle=true&region=${server.region}`;
    await withStack(
      { program: thing({ value: 1 }), env: server.awsEnv, backendUrl },
      async (stack) => {
        succeeded(await stack.up());
        assert.equal((await stack.resources()).length, 1);
      },
    );
  });
});
