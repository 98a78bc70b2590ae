import assert from "node:assert/strict";
import { succeeded } from "../support/engine";
import { withExample } from "../support/withExample";
import { did, type Nclue } from "../support/withNclue";

const behaviour = users((user) => `view sofa ${user % 7}->buy lamp`);
const labels = users((user) => `${user % 2}`);

describe("The example of ten segments", () => {
  it("trains one task for each, runs them, waits for all in one place, and repeats one alone whose labels have changed", () =>
    withSegments(async ({ stack, simulator, requests, buckets, bucket }) => {
      succeeded(await stack.up());
      assert.equal(requests("POST /features").length, 1);
      assert.equal(requests("POST /tasks").length, 10);
      assert.equal(requests("POST /task-runs").length, 10);
      const tasks = new Map((await simulator.jobs("tasks")).map((task) => [task.id, task]));
      const runs = await simulator.jobs("task-runs");
      const expected = runs.map(({ fields, resultKeys }) => {
        const labelFile = tasks.get(fields.task_id ?? "")?.fields.train_file_path ?? "";
        const segment = /labels\/(\w+)\.tsv/.exec(labelFile)?.[1];
        assert.equal(fields.result_file_path, `${segment}/2026-11/`);
        return [segment, `s3://${bucket}/${resultKeys[0]}`];
      });
      assert.deepEqual((await stack.outputs()).results, Object.fromEntries(expected));

      simulator.clearLog();
      await buckets.putObject(`data-${bucket}`, "labels/sport.tsv", `${labels}u-900\t1\n`);
      const up = succeeded(await stack.up());
      assert.deepEqual(requests("POST"), ["POST /tasks", "POST /task-runs"]);
      assert.deepEqual(
        did(up).filter((step) => step.startsWith("create-replacement")),
        ["create-replacement sport", "create-replacement sport"],
      );
      succeeded(await stack.up({ args: ["--expect-no-changes"] }));
    }));

  it("lets the others go ahead when one model is below the gate", () =>
    withSegments(async ({ stack, simulator, requests }) => {
      simulator.queuePlans({}, { auroc: "0.5012" });
      const up = await stack.up({ args: ["--continue-on-error"] });
      assert.equal(up.failed, true);
      assert.match(up.output, /its AUROC is 0\.5012, which is below minAuroc 0\.7/);
      assert.equal(requests("POST /tasks").length, 10);
      assert.equal(requests("POST /task-runs").length, 9);
    }));
});

function withSegments(fn: (nclue: Nclue) => Promise<void>): Promise<void> {
  const settings = ({ bucket }: Nclue) => ({
    dataBucket: `data-${bucket}`,
    resultBucket: bucket,
  });
  return withExample("segments", { settings }, async (nclue) => {
    const { buckets, bucket, simulator, task, feature } = nclue;
    for (const { id } of [task, feature]) simulator.deleteJob(id);
    await buckets.createBucket(`data-${bucket}`);
    await buckets.putObject(`data-${bucket}`, "seq/2026-11/part-0.tsv", behaviour);
    const segments = "bargain business gift home lapsing loyal new outdoor parent sport";
    for (const segment of segments.split(" ")) {
      await buckets.putObject(`data-${bucket}`, `labels/${segment}.tsv`, labels);
    }
    await fn(nclue);
  });
}

function users(wordOf: (user: number) => string): string {
  return Array.from({ length: 240 }, (_, user) => `u-${user}\t${wordOf(user)}\n`).join("");
}
