import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { bucketServer } from "../support/bucketServer";
import { succeeded, withStack } from "../support/engine";
import { exampleFile, withExample } from "../support/withExample";
import type { Nclue } from "../support/withNclue";

const pipelines = [".github/workflows/nclue.yml", ".gitlab-ci.yml"].map((file) =>
  readFileSync(exampleFile("pipeline", file), "utf8"),
);

describe("The pipeline example", () => {
  it("hands its results to another stack and to a script from a bucket, grows by segments and releases, and is watched for drift", () =>
    withPipeline(async ({ stack, simulator, runs, requests, buckets, bucket }, backendUrl) => {
      const up = succeeded(await stack.up({ env: { PULUMI_PARALLEL: "32" } }));
      assert.deepEqual(up.changes, { create: 4 });
      const made = await runs();
      const stateBucket = new URL(backendUrl).host;
      const stateKey = ".pulumi/stacks/nclue-pipeline/dev.json";
      const state = await buckets.getObject(stateBucket, stateKey);
      assert.match(state, /pulumi-nodejs:dynamic\/nclue:TaskRun/);

      const read = succeeded(await stack.cli(["stack", "output", "results", "--json"]));
      const results = JSON.parse(read.stdout);
      const expected = Object.fromEntries(
        made.map(({ name, resultKeys }) => [name.split("-")[0], `s3://${bucket}/${resultKeys[0]}`]),
      );
      assert.deepEqual(urisOf(results), expected);
      assert.deepEqual(Object.keys(expected).sort(), ["lapsed", "loyal", "new"]);
      writeFileSync(path.join(stack.folder, "results.json"), read.stdout);
      const script = [exampleFile("pipeline", "consume.mjs"), "results.json"];
      const consumer = spawnSync("node", script, { cwd: stack.folder, encoding: "utf8" });
      assert.equal(consumer.status, 0, consumer.stderr);
      assert.ok(consumer.stdout.includes(` bytes) in ${expected.loyal}, completed `));

      const program = async () => {
        const runs = new pulumi.StackReference("organization/nclue-pipeline/dev");
        return { seen: runs.requireOutput("results") };
      };
      await withStack(
        { backendUrl, env: buckets.awsEnv, project: "consumer", program },
        async (other) => {
          succeeded(await other.up());
          assert.deepEqual((await other.outputs()).seen, results);
        },
      );

      // A new segment runs alone, and every segment for a new release.
      const known = Object.fromEntries(
        made.map(({ name, fields }) => [name.split("-")[0], fields.feature_id]),
      );
      const vip = simulator.seedFeature({ name: "vip" }).id;
      simulator.clearLog();
      await stack.setConfig({ segments: JSON.stringify({ ...known, vip }) });
      assert.deepEqual(succeeded(await stack.up()).changes, { create: 1, same: 4 });
      await stack.setConfig({ release: "2026-12" });
      succeeded(await stack.up());
      assert.equal(requests("POST").length, 5);
      assert.equal(requests("DELETE").length, 4);

      // A job that can change nothing watches it for drift.
      simulator.clearLog();
      const look = commandOf("refresh");
      const env = { NCLUE_READ_ONLY: "true" };
      assert.equal((await stack.cli(look, { env })).exitCode, 0);
      const [run] = await runs();
      simulator.deleteJob(run?.id ?? "");
      const drifted = await stack.cli(look, { env });
      assert.notEqual(drifted.exitCode, 0);
      assert.match(drifted.output, /delete/);
      assert.deepEqual(requests("POST"), []);
      const refused = await stack.up({ args: ["--refresh"], env });
      assert.match(refused.output, /nclue:readOnly \(NCLUE_READ_ONLY\) is set/);
      assert.deepEqual(requests("POST"), []);
    }));

  it("has the same commands and the same backend in both pipelines", () => {
    const [github, gitlab] = pipelines.map((text) => ({
      commands: commandsOf(text),
      backend: backendOf(text),
      parallel: /PULUMI_PARALLEL: (\S+)/.exec(text)?.[1],
    }));
    assert.deepEqual(github, gitlab);
    assert.deepEqual(
      github?.commands.map((command) => command.split(" ")[1]),
      ["preview", "up", "stack", "refresh"],
    );
  });
});

let stateBuckets = 0;

/** The example with three segments, and its state kept where its pipelines keep it. */
async function withPipeline(
  fn: (nclue: Nclue, backendUrl: string) => Promise<void>,
): Promise<void> {
  const buckets = await bucketServer();
  stateBuckets += 1;
  const stateBucket = `state-${process.pid}-${stateBuckets}`;
  await buckets.createBucket(stateBucket);
  const backendUrl = backendOf(pipelines[0] ?? "")
    .replace("acme-pulumi-state", stateBucket)
    .replace("https://kr.object.ncloudstorage.com", buckets.endpoint);
  const settings = ({ simulator, task, bucket }: Nclue) => ({
    taskId: task.id,
    resultBucket: bucket,
    segments: JSON.stringify(
      Object.fromEntries(
        ["loyal", "new", "lapsed"].map((name) => [name, simulator.seedFeature({ name }).id]),
      ),
    ),
  });
  await withExample("pipeline", { settings, backendUrl, env: buckets.awsEnv }, (nclue) =>
    fn(nclue, backendUrl),
  );
}

function backendOf(pipeline: string): string {
  return /PULUMI_BACKEND_URL: (\S+)/.exec(pipeline)?.[1] ?? "";
}

function commandsOf(pipeline: string): readonly string[] {
  return pipeline.match(/pulumi (preview|up|refresh|stack) .*/g) ?? [];
}

/** The arguments of the command of this verb in the pipelines, as they are written there. */
function commandOf(verb: string): readonly string[] {
  const command = commandsOf(pipelines[0] ?? "").find((each) => each.startsWith(`pulumi ${verb} `));
  return (command ?? "").split(" ").slice(1);
}

function urisOf(results: unknown): Record<string, string> {
  const entries = Object.entries(results as Record<string, { uri: string }>);
  return Object.fromEntries(entries.map(([segment, { uri }]) => [segment, uri]));
}
