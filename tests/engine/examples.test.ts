import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { load } from "js-yaml";
import { repositoryFolder } from "../../tools/folders.mjs";
import { succeeded, withStack } from "../support/engine";
import { exampleFile, withExample } from "../support/withExample";
import { did } from "../support/withNclue";

describe("The basic example", () => {
  it("creates a run, says where its result is, and leaves nothing but the result", () =>
    withExample("basic", {}, async ({ stack, runs, buckets, bucket }) => {
      assert.deepEqual(did(succeeded(await stack.up())), ["create churn-scores"]);
      const [run] = await runs();
      const [key = ""] = run?.resultKeys ?? [];
      assert.match(key, /^churn\/2026-11\/nclue_/);
      const { status, result } = await stack.outputs();
      assert.deepEqual(
        { status, result },
        { status: "completed", result: `s3://${bucket}/${key}` },
      );
      succeeded(await stack.up({ args: ["--expect-no-changes"] }));
      succeeded(await stack.destroy());
      assert.deepEqual(await runs(), []);
      assert.notEqual(await buckets.getObject(bucket, key), "");
    }));
});

describe("pulumi new with the folder of an example", () => {
  it("copies it under the name that the copy is given", () =>
    withStack({}, async (stack) => {
      for (const name of readdirSync(path.join(repositoryFolder, "examples"))) {
        const copy = path.join(stack.folder, "copies", name);
        mkdirSync(copy, { recursive: true });
        // It copies first; without the full distribution it then misses its language plugin.
        const options = ["--dir", copy, "--name", "my-scores", "--generate-only", "--yes"];
        const made = await stack.cli([
          "new",
          path.dirname(exampleFile(name, "index.ts")),
          ...options,
        ]);
        assert.match(made.stdout, /Created project 'my-scores'/);
        const file = (of: string) => readFileSync(path.join(copy, of), "utf8");
        const project = load(file("Pulumi.yaml")) as { name: string; template?: unknown };
        assert.equal(project.name, "my-scores");
        assert.equal(project.template, undefined);
        assert.equal(file("index.ts"), readFileSync(exampleFile(name, "index.ts"), "utf8"));
      }
    }));
});
