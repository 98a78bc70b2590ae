import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { type Walk, withWalk } from "../support/guideWalk";

describe("A walk through README (without the demo in a clone)", () => {
  it("leads from its program to a file on disk", () =>
    withWalk("README.md", { plan: { auroc: "0.8412" } }, async (n) => {
      const { stack, bucket, runs, types, does, copies, passes, requests } = n;
      await putSources(n);
      copies("ts", "index.ts");
      await does("pulumi up");
      const [run] = await runs();
      const { auroc, result } = await stack.outputs();
      assert.deepEqual(
        { auroc, result },
        { auroc: 0.8412, result: `s3://${bucket}/${run?.resultKeys[0]}` },
      );
      const fill = { "scores-1f3a9c": run?.name ?? "" };
      assert.match((await types("npx pulumi-nclue watch", { fill })).output, /completed/);
      await types("npx pulumi-nclue download", { fill });
      assert.ok(existsSync(path.join(n.folder, "scores.tsv")));

      passes("npm install", "it installs the clone and runs its demo");
      passes("npm i ./pulumi-nclue", "the tests in tests/install do");
      const keys = {
        "KEY=… ": `KEY=${n.buckets.accessKey} `,
        "KEY=…\n": `KEY=${n.buckets.secretKey}\n`,
      };
      await does(copies("sh", "keys.sh", { fill: keys }));
      n.simulator.clearLog();
      await does(copies("sh", "up.sh"));
      assert.deepEqual(requests("POST"), []);
    }));
});

/** The files that its program names. */
async function putSources({ buckets, bucket }: Walk): Promise<void> {
  const users = Array.from({ length: 200 }, (_, index) => `u-${index}`);
  const sequences = users.map((user) => `${user}\tview lamp->buy lamp\n`).join("");
  await buckets.putObject(bucket, "seq/2026-11/part-0.tsv", sequences);
  const labels = users.map((user, index) => `${user}\t${index % 2}\n`).join("");
  await buckets.putObject(bucket, "labels/churn.tsv", labels);
}
