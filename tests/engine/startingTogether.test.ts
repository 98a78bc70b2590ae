import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as nclue from "pulumi-nclue";
import { succeeded } from "../support/engine";
import { told, withNclue } from "../support/withNclue";

describe("several task runs of one program", () => {
  it("start together, each configured, with keys that only the stack's config has, and that nothing shows", async () => {
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
      const preview = succeeded(await stack.preview({ program }));
      const up = succeeded(await stack.up());
      assert.equal(up.changes.create, names.length + 1);
      assert.deepEqual(told(up), []);
      assert.equal((await runs()).length, names.length);
      assert.equal(requests("POST").length, names.length);
      const beforePosts = requests().slice(0, requests().indexOf("POST /task-runs"));
      assert.deepEqual(beforePosts, ["GET /task-runs"], "the list is asked for once");
      const refreshed = [
        await stack.refresh({ args: ["--expect-no-changes"] }),
        await stack.refresh({ args: ["--expect-no-changes", "--run-program"] }),
      ];
      for (const outcome of refreshed) assert.deepEqual(told(succeeded(outcome)), []);
      const state = JSON.stringify(await stack.exportState());
      const destroy = succeeded(await stack.destroy());
      assert.deepEqual(await runs(), []);
      for (const key of [buckets.accessKey, buckets.secretKey]) {
        for (const { output, command } of [preview, up, ...refreshed, destroy]) {
          assert.ok(!output.includes(key), `${command} shows a key`);
        }
        assert.ok(!state.includes(key), "the state holds a key");
      }
    });
  });

  it("never share a run where they have one logical name and one content, together, replaced or added later", async () => {
    await withNclue({}, async ({ stack, args, runs, requests }) => {
      const program = (countries: readonly string[]) => async () => {
        for (const country of countries) {
          const parent = new pulumi.ComponentResource(`acme:index:${country}`, country);
          new nclue.TaskRun("scores", args, { parent });
        }
      };
      const held = async () => (await stack.resources()).filter(({ custom }) => custom);
      const assertEachHasItsOwn = async (count: number) => {
        const ids = (await held()).map(({ id }) => id);
        assert.equal(new Set(ids).size, count);
        assert.deepEqual(new Set((await runs()).map(({ id }) => id)), new Set(ids));
        return ids;
      };
      succeeded(await stack.up({ program: program(["Korea", "Japan"]) }));
      const together = await assertEachHasItsOwn(2);
      assert.equal(requests("POST").length, 2);

      const replaced = (await held()).flatMap(({ urn }) => ["--replace", urn]);
      succeeded(await stack.up({ args: replaced }));
      const again = await assertEachHasItsOwn(2);
      assert.ok(again.every((id) => !together.includes(id)));

      succeeded(await stack.up({ program: program(["Korea", "Japan", "France"]) }));
      const later = await assertEachHasItsOwn(3);
      assert.ok(again.every((id) => later.includes(id)));
      succeeded(await stack.up({ args: ["--expect-no-changes"] }));
      succeeded(await stack.up({ program: program(["France"]) }));
      const left = await assertEachHasItsOwn(1);
      assert.ok(!again.includes(left[0]));
    });
  });

  it("are told apart by two stacks of one project that have the same program", async () => {
    await withNclue({}, async ({ stack, runs, requests }) => {
      succeeded(await stack.up());
      const first = await runs();
      succeeded(await stack.cli(["stack", "init", "other"]));
      stack.select("other");
      succeeded(await stack.up());
      assert.equal((await runs()).length, 2);
      assert.equal(requests("POST").length, 2);
      succeeded(await stack.destroy());
      assert.deepEqual(await runs(), first);
    });
  });
});

const names = ["seoul", "busan", "incheon", "daegu", "daejeon", "gwangju"];
