import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { familyNames } from "../../simulator/src";
import { bucketServer } from "../support/bucketServer";
import { succeeded } from "../support/engine";
import { skip } from "../support/skip";
import { exampleFile, wholePipelineData, withExample } from "../support/withExample";
import { did, type Nclue, told } from "../support/withNclue";
import { withRunner } from "../support/withRunner";

const links: readonly string[] = ["members", "churn", "scores", "runners", "intents"];

describe("The example of a whole pipeline", () => {
  it("goes from the README's data to results, trains again for other labels, and begins again for other behaviour", () =>
    withWholePipeline(async ({ stack, simulator, buckets, requests }, data) => {
      const preview = succeeded(await stack.preview());
      assert.match(
        told(preview).join(),
        /this update will start 1 new feature, 1 new task, 1 new task run, 1 new custom attributes and 1 new shopping intent/,
      );
      const up = succeeded(await stack.up());
      assert.deepEqual([...did(up)].sort(), links.map((link) => `create ${link}`).sort());
      assert.equal(requests("POST").length, 5);

      const outputs = await stack.outputs();
      assert.equal(outputs.auroc, 0.8412);
      for (const [output, folder] of Object.entries({ result: "churn", profile: "runners" })) {
        const uri = String(outputs[output]);
        assert.ok(uri.startsWith(`s3://${data.resultBucket}/${folder}/2026-11/nclue_`), uri);
        const text = await buckets.getObject(data.resultBucket, new URL(uri).pathname.slice(1));
        assert.equal(text.trimEnd().split("\n").length, 1000);
      }
      const [intent] = await simulator.jobs("profile/shopping-intents");
      assert.equal(outputs.intentId, intent?.id);
      const same = await stack.up({ args: ["--expect-no-changes"] });
      assert.deepEqual(succeeded(same).changes, { same: 6 });
      assert.equal(requests("POST").length, 5);

      const created = await idsOf(simulator);
      simulator.clearLog();
      await data.changeLabels();
      const training = succeeded(await stack.preview());
      assert.match(
        told(training).join(),
        /the source data of task "churn-.* has changed: 1 of 1 objects/,
      );
      assert.match(
        told(training).join(),
        /this update will start 1 new task, 1 new task run and 1 new shopping intent/,
      );
      succeeded(await stack.up());
      assert.equal(requests("POST").length, 3);
      const trained = await idsOf(simulator);
      for (const family of familyNames) {
        const isKept = family === "features" || family === "profile/custom-attributes";
        assert.equal(trained[family]?.length, 1);
        assert.equal(trained[family]?.[0] === created[family]?.[0], isKept, family);
      }

      simulator.clearLog();
      await data.changeBehaviour();
      const beginning = succeeded(await stack.up());
      assert.match(
        told(beginning).join(),
        /1 of 5 objects changed since, the newest "seq\/2026-11\/part-4/,
      );
      assert.equal(requests("POST").length, 5);
      const begun = await idsOf(simulator);
      for (const family of familyNames) {
        assert.equal(begun[family]?.length, 1);
        assert.notEqual(begun[family]?.[0], trained[family]?.[0], family);
      }
      succeeded(await stack.up({ args: ["--expect-no-changes"] }));
    }));

  it("stops at a model below the gate, and leaves the old chain as it is; destroyed, it leaves data and results", () =>
    withWholePipeline(async ({ stack, requests, simulator, buckets }, data) => {
      succeeded(await stack.up());
      const before = await idsOf(simulator);
      const { result } = await stack.outputs();
      await data.changeLabels();
      simulator.queuePlans({ auroc: "0.6100" });
      simulator.clearLog();
      const up = await stack.up();
      assert.equal(up.failed, true);
      assert.match(up.output, /its AUROC is 0\.61, which is below minAuroc 0\.75/);
      assert.deepEqual(requests("POST"), ["POST /tasks"]);
      assert.deepEqual(requests("DELETE"), []);
      const after = await idsOf(simulator);
      for (const family of familyNames) {
        assert.deepEqual(after[family]?.slice(0, 1), before[family], family);
      }
      assert.equal((await stack.outputs()).result, result);

      assert.equal((await stack.up()).failed, true);
      assert.deepEqual(requests("POST"), ["POST /tasks"]);

      await stack.setConfig({ minAuroc: "0.6" });
      succeeded(await stack.up());
      const outputs = await stack.outputs();
      assert.equal(outputs.auroc, 0.61);
      assert.deepEqual(requests("POST").slice(1).sort(), [
        "POST /profile/shopping-intents",
        "POST /task-runs",
      ]);

      succeeded(await stack.destroy());
      const left = await idsOf(simulator);
      assert.deepEqual(left, Object.fromEntries(familyNames.map((family) => [family, []])));
      assert.notEqual(await buckets.getObject(data.dataBucket, "labels/churn.tsv"), "");
      const key = new URL(String(outputs.result)).pathname.slice(1);
      assert.notEqual(await buckets.getObject(data.resultBucket, key), "");
    }));
});

describe("The data of the example of a whole pipeline", () => {
  it("is in its bucket after the README's commands", async function () {
    if (spawnSync("aws", ["--version"]).status !== 0) skip(this, "no AWS command line");
    const buckets = await bucketServer();
    const [data, results] = [`readme-data-${process.pid}`, `readme-results-${process.pid}`];
    const lines = uploadLines()
      .replaceAll("<data bucket>", data)
      .replaceAll("<result bucket>", results)
      .replaceAll("https://kr.object.ncloudstorage.com", buckets.endpoint)
      .replace("node makeData.mjs", `node ${exampleFile("whole-pipeline", "makeData.mjs")}`);
    await withRunner({}, async ({ run }) => {
      const keys = { NCLOUD_ACCESS_KEY: buckets.accessKey, NCLOUD_SECRET_KEY: buckets.secretKey };
      const done = await run(`shopt -s expand_aliases\n${lines}`, keys);
      assert.equal(done.exitCode, 0, done.output);
    });
    assert.match(await buckets.getObject(data, "seq/2026-11/part-3.tsv"), /^u-000003\tview /);
    assert.match(await buckets.getObject(data, "labels/churn.tsv"), /^u-000000\t0\nu-000001\t1\n/);
  });
});

interface Data {
  readonly dataBucket: string;
  readonly resultBucket: string;
  changeLabels(): Promise<void>;
  changeBehaviour(): Promise<void>;
}

/** The example with the data that its README says how to make, in a bucket of the data's own. */
function withWholePipeline(fn: (nclue: Nclue, data: Data) => Promise<void>): Promise<void> {
  const settings = ({ bucket }: Nclue) => ({
    dataBucket: `data-${bucket}`,
    resultBucket: bucket,
  });
  return withExample("whole-pipeline", { settings }, async (nclue) => {
    const { buckets, bucket, stack, simulator, task, feature } = nclue;
    for (const { id } of [task, feature]) simulator.deleteJob(id);
    const dataBucket = `data-${bucket}`;
    await buckets.createBucket(dataBucket);
    const put = (key: string, body: string) => buckets.putObject(dataBucket, key, body);
    for (const [key, body] of Object.entries(wholePipelineData(stack.folder))) await put(key, body);
    const labels = await buckets.getObject(dataBucket, "labels/churn.tsv");
    await fn(nclue, {
      dataBucket,
      resultBucket: bucket,
      changeLabels: () => put("labels/churn.tsv", `${labels}u-000998\t1\n`),
      changeBehaviour: () => put("seq/2026-11/part-4.tsv", "u-001000\tview tent->buy tent\n"),
    });
  });
}

async function idsOf(simulator: Nclue["simulator"]): Promise<Record<string, readonly string[]>> {
  const ofFamily = familyNames.map(async (family) => {
    const jobs = await simulator.jobs(family);
    return [family, jobs.map(({ id }) => id)] as const;
  });
  return Object.fromEntries(await Promise.all(ofFamily));
}

/** What the README says to type, up to the upload. */
function uploadLines(): string {
  const readme = readFileSync(exampleFile("whole-pipeline", "README.md"), "utf8");
  const [, block = ""] = /```console\n(\$ node makeData[\s\S]*?)```/.exec(readme) ?? [];
  return block.replaceAll(/^\$ /gm, "");
}
