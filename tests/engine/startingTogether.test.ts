import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as nclue from "pulumi-nclue";
import { succeeded } from "../support/engine";
import { told, withNclue } from "../support/withNclue";

describe("several task runs of one program", () => {
  it("start together, each configured, with keys that only the stack's config has", async () => {
    const env = { NCLOUD_ACCESS_KEY: undefined, NCLOUD_SECRET_KEY: undefined };
    await withNclue({ env }, async ({ stack, buckets, args, runs, requests }) => {
      await stack.setConfig({
        "nclue:accessKey": { secret: buckets.accessKey },
        "nclue:secretKey": { secret: buckets.secretKey },
      });
      const program = async () => {
        for (const name of names) {
          new nclue.TaskRun(name, { ...args, resultFilePath: `${name}/` });
        }
      };
      const up = succeeded(await stack.up({ program }));
      assert.equal(up.changes.create, names.length + 1);
      assert.deepEqual(told(up), []);
      assert.equal((await runs()).length, names.length);
      assert.equal(requests("POST").length, names.length);
      for (const outcome of [
        await stack.refresh({ args: ["--expect-no-changes"] }),
        await stack.refresh({ args: ["--expect-no-changes", "--run-program"] }),
        await stack.up({ args: ["--expect-no-changes"] }),
      ]) {
        assert.deepEqual(told(succeeded(outcome)), []);
      }
      succeeded(await stack.destroy());
      assert.deepEqual(await runs(), []);
    });
  });

  it("ask for the list once, however many they are", async () => {
    await withNclue({}, async ({ stack, args, requests }) => {
      const program = async () => {
        for (const name of names) {
          new nclue.TaskRun(name, { ...args, resultFilePath: `${name}/` });
        }
      };
      succeeded(await stack.up({ program }));
      const beforePosts = requests().slice(0, requests().indexOf("POST /task-runs"));
      assert.deepEqual(beforePosts, ["GET /task-runs"]);
    });
  });

  it("never share a run where they have one logical name and one content under two parents", async () => {
    await withNclue({}, async ({ stack, args, runs, requests }) => {
      const program = async () => {
        for (const country of ["Korea", "Japan"]) {
          const parent = new pulumi.ComponentResource(`acme:index:${country}`, country);
          new nclue.TaskRun("scores", args, { parent });
        }
      };
      succeeded(await stack.up({ program }));
      const resources = await stack.resources();
      const ids = resources.filter(({ custom }) => custom).map(({ id }) => id);
      assert.equal(new Set(ids).size, 2);
      assert.deepEqual(new Set((await runs()).map(({ id }) => id)), new Set(ids));
      assert.equal(requests("POST").length, 2);
      succeeded(await stack.up({ args: ["--expect-no-changes"] }));

      for (const { urn, custom } of resources) {
        if (custom) succeeded(await stack.up({ args: ["--replace", urn] }));
      }
      const after = (await runs()).map(({ id }) => id);
      assert.equal(after.length, 2);
      assert.ok(after.every((id) => !ids.includes(id)));
      succeeded(await stack.destroy());
      assert.deepEqual(await runs(), []);
    });
  });

  it("never share a run where one of them is added later with the other's name and content", async () => {
    await withNclue({}, async ({ stack, args, runs }) => {
      const program = (countries: readonly string[]) => async () => {
        for (const country of countries) {
          const parent = new pulumi.ComponentResource(`acme:index:${country}`, country);
          new nclue.TaskRun("scores", args, { parent });
        }
      };
      succeeded(await stack.up({ program: program(["Korea"]) }));
      const [first] = await runs();
      succeeded(await stack.up({ program: program(["Korea", "Japan"]) }));
      assert.equal((await runs()).length, 2);
      succeeded(await stack.up({ program: program(["Japan"]) }));
      const left = await runs();
      assert.equal(left.length, 1);
      assert.notEqual(left[0]?.id, first?.id);
      assert.ok((await stack.resources()).some(({ id }) => id === left[0]?.id));
    });
  });

  it("are told apart by two stacks of one project that have the same program", async () => {
    await withNclue({}, async ({ stack, runs, requests }) => {
      succeeded(await stack.up());
      succeeded(await stack.cli(["stack", "init", "other"]));
      stack.select("other");
      succeeded(await stack.up());
      assert.equal((await runs()).length, 2);
      assert.equal(requests("POST").length, 2);
      succeeded(await stack.destroy());
      assert.equal((await runs()).length, 1);
      stack.select("dev");
      succeeded(await stack.refresh({ args: ["--expect-no-changes"] }));
    });
  });
});

const names = ["seoul", "busan", "incheon", "daegu", "daejeon", "gwangju"];
