import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { repositoryFolder } from "../../tools/folders.mjs";
import { succeeded } from "../support/engine";
import { guideBuckets, guideProgram } from "../support/guideProgram";
import { did, type Nclue, told, withNclue } from "../support/withNclue";

const guide = "docs/guides/whole-pipeline.md";
const behaviour = "acme-behaviour";
const all = ["feature", "task", "task run", "custom attributes", "shopping intent"];

describe("The guide from behaviour files to scores", () => {
  const program = guideProgram(guide);
  const walk = (fn: (nclue: Nclue) => Promise<void>) =>
    withNclue({ program, plan: { auroc: "0.8412" } }, async (n) => {
      await uploadData(n);
      succeeded(await n.stack.up());
      assert.equal(n.requests("POST").length, all.length);
      await fn(n);
    });

  before(guideBuckets);

  it("ends with a file of scores, and with nothing to do for the next update", () =>
    walk(async ({ stack, requests }) => {
      const { auroc, result } = await stack.outputs();
      assert.equal(auroc, 0.8412);
      assert.match(String(result), /^s3:\/\/acme-results\/churn\/nclue_\w+_\d{10}\.tsv$/);
      succeeded(await stack.up({ args: ["--expect-no-changes"] }));
      assert.equal(requests("POST").length, all.length);
    }));

  it("shows what changed data rebuilds, and rebuilds it", () =>
    walk(async (n) => {
      await n.buckets.putObject(behaviour, "seq/2026-11/part-1.tsv", sequences(201, 300));
      const preview = told(succeeded(await n.stack.preview())).join("\n");
      assert.match(preview, /1 of 2 objects changed since, the newest "seq\/2026-11\/part-1\.tsv"/);
      const planned = /this update will start .*/.exec(preview)?.[0] ?? "nothing";
      assert.ok(pageOf(guide).includes(`\n${planned}\n`), planned);
      succeeded(await n.stack.up());
      assert.equal(n.requests("POST").length, 2 * all.length);
    }));

  it("rebuilds what uses the labels where only they have changed", () =>
    walk(async (n) => {
      await n.buckets.putObject(behaviour, "labels/churn.tsv", `${labels()}u-000900\t1\n`);
      const outcome = succeeded(await n.stack.up());
      assert.deepEqual(
        did(outcome)
          .filter((step) => step.startsWith("create-replacement"))
          .sort(),
        ["churn", "intents", "scores"].map((name) => `create-replacement ${name}`),
      );
    }));

  it("stops at a bad model, keeps the old chain, and builds once more when the change is taken back", () =>
    walk(async (n) => {
      const { result } = await n.stack.outputs();
      await n.buckets.putObject(behaviour, "labels/churn.tsv", `${labels()}u-000900\t1\n`);
      n.simulator.setDefaultPlan({ auroc: "0.5" });
      const outcome = await n.stack.up();
      assert.equal(outcome.failed, true);
      assert.match(told(outcome).join("\n"), /its AUROC is 0\.5, which is below minAuroc 0\.75/);
      assert.equal(n.requests("POST").length, all.length + 1);
      assert.equal((await n.stack.outputs()).result, result);
      assert.equal((await n.stack.up()).failed, true);
      assert.equal(n.requests("POST").length, all.length + 1);

      n.simulator.setDefaultPlan({ auroc: "0.8412" });
      await n.buckets.putObject(behaviour, "labels/churn.tsv", labels());
      succeeded(await n.stack.up());
      assert.equal(n.requests("POST").length, all.length + 1 + 3);
    }));
});

function pageOf(document: string): string {
  return readFileSync(path.join(repositoryFolder, document), "utf8");
}

async function uploadData({ buckets }: Nclue): Promise<void> {
  const { client } = buckets;
  await buckets.putObject(behaviour, "seq/2026-11/part-0.tsv", sequences(1, 200));
  await buckets.putObject(behaviour, "labels/churn.tsv", labels());
  const added = { Bucket: behaviour, Key: "seq/2026-11/part-1.tsv" };
  await client.send(new DeleteObjectCommand(added));
}

/** As the guide shows them: an id, a tab, and what the user did. */
function sequences(from: number, to: number): string {
  return users(from, to)
    .map((id) => `${id}\tview running shoes->search marathon\n`)
    .join("");
}

function labels(): string {
  return users(1, 200)
    .map((id, index) => `${id}\t${index % 2}\n`)
    .join("");
}

function users(from: number, to: number): readonly string[] {
  return Array.from({ length: to - from + 1 }, (_, i) => `u-${String(from + i).padStart(6, "0")}`);
}
