import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { isInstalled, type Walk, withWalk } from "../support/guideWalk";

const all = ["feature", "task", "task run", "custom attributes", "shopping intent"];
const parts = [0, 1, 2, 3, 4, 5, 6, 7];
const PART = 25;

describe("A walk from behaviour files to scores", () => {
  it("ends with scores, rebuilds what changed, and keeps the old chain at a bad model", () =>
    withWalk("whole-pipeline", { plan: { auroc: "0.8412" } }, async (n) => {
      const { simulator, stack, requests, bucket, copies, does, types } = n;
      await uploadsFiles(n);
      copies("ts", "index.ts");
      await does("pulumi up");
      assert.equal(requests("POST").length, all.length);
      const { auroc, result } = await stack.outputs();
      assert.equal(auroc, 0.8412);
      assert.match(`${result}`, new RegExp(`^s3://${bucket}/churn/nclue_\\w+_\\d{10}\\.tsv$`));
      await does("pulumi preview --expect-no-changes");

      await changesSequences(n);
      const [{ name: feature = "" } = {}] = (await simulator.jobs("features")).slice(-1);
      await types("pulumi preview", {
        fill: { "members-b9a270dcb7": feature, "3 of 214": "3 of 6" },
      });
      await does("pulumi up");
      assert.equal(requests("POST").length, 2 * all.length);
      const rebuilt = (await stack.outputs()).result;
      assert.notEqual(rebuilt, result);

      const labels = readFileSync(path.join(n.folder, "churn.tsv"), "utf8");
      const putLabels = (text: string) => n.buckets.putObject(bucket, "labels/churn.tsv", text);
      await putLabels(`${labels}u-000900\t1\n`);
      simulator.setDefaultPlan({ auroc: "0.5" });
      simulator.clearLog();
      const bad = await does("pulumi up", "failed");
      assert.match(bad.output, /its AUROC is 0\.5, which is below minAuroc 0\.75/);
      assert.deepEqual(requests("POST"), ["POST /tasks"]);
      assert.equal((await stack.outputs()).result, rebuilt);
      await does("pulumi up", "failed");
      assert.deepEqual(requests("POST"), ["POST /tasks"]);

      simulator.setDefaultPlan({ auroc: "0.8412" });
      await putLabels(labels);
      await does("pulumi up");
      assert.equal(requests("POST").length, 1 + ["task", "task run", "shopping intent"].length);
    }));
});

/** Files like those that the guide shows, with as many users as it asks for, and its upload of them. */
async function uploadsFiles(n: Walk): Promise<void> {
  const { folder, bucket, buckets, copies, writes, types, passes } = n;
  copies("text", "sequences/part-0.tsv", { after: sequences(3, PART) });
  for (const part of parts.slice(1)) {
    writes(`sequences/part-${part}.tsv`, sequences(part * PART + 1, (part + 1) * PART));
  }
  const labels = users(3, parts.length * PART).map((id, index) => `${id}\t${(index + 1) % 2}\n`);
  copies("text", "churn.tsv", { after: labels.join("") });
  const aws = isInstalled("aws", "--version");
  for (const command of ["export AWS_ACCESS", "export AWS_REQUEST", "alias", "nos", "nos"]) {
    if (aws) await types(command);
    else passes(command, "there is no AWS command line");
  }
  const files = readdirSync(path.join(folder, "sequences"));
  const keys = { "labels/churn.tsv": "churn.tsv" };
  for (const file of files) Object.assign(keys, { [`seq/2026-11/${file}`]: `sequences/${file}` });
  for (const [key, file] of Object.entries(keys)) {
    const text = readFileSync(path.join(folder, file), "utf8");
    if (!aws) await buckets.putObject(bucket, key, text);
    assert.equal(await buckets.getObject(bucket, key), text);
  }
}

/** Three are other than they were, and two are gone. */
async function changesSequences({ buckets, bucket }: Walk): Promise<void> {
  const keyOf = (part: number) => `seq/2026-11/part-${part}.tsv`;
  for (const part of [1, 2, 7]) {
    await buckets.putObject(bucket, keyOf(part), sequences(part * PART + 1, part * PART + 9));
  }
  buckets.setModified(bucket, keyOf(7), Date.now() + 1000);
  for (const part of [3, 4]) {
    await buckets.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: keyOf(part) }));
  }
}

function sequences(from: number, to: number): string {
  return users(from, to)
    .map((id) => `${id}\tview running shoes->search marathon\n`)
    .join("");
}

function users(from: number, to: number): readonly string[] {
  return Array.from({ length: to - from + 1 }, (_, i) => `u-${String(from + i).padStart(6, "0")}`);
}
