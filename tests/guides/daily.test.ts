import assert from "node:assert/strict";
import { copyFileSync } from "node:fs";
import path from "node:path";
import { withWalk } from "../support/guideWalk";
import { exampleFile } from "../support/withExample";

describe("A walk through every day", () => {
  it("makes one feature and one run of the day, which the guide's own lines declare too", () =>
    withWalk("daily", { project: "nclue-daily" }, async (n) => {
      const { folder, buckets, bucket, task, requests, stack, writes, types, does, copies } = n;
      for (const file of ["Pulumi.yaml", "index.ts"]) {
        copyFileSync(exampleFile("daily", file), path.join(folder, file));
      }
      await does(`pulumi config set taskId ${task.id}`);
      await does(`pulumi config set dataBucket ${bucket}`);
      await does(`pulumi config set resultBucket ${bucket}`);
      await types("day=");
      const { stdout } = await does('echo "$day"');
      const day = stdout.trim();
      await buckets.putObject(bucket, `seq/${day}/part-0.tsv`, "u-1\tview lamp->buy lamp\n");
      await types("pulumi config set day");
      await types("pulumi up");
      assert.deepEqual(requests("POST"), ["POST /features", "POST /task-runs"]);
      const { results } = await stack.outputs();
      assert.match(
        (results as Record<string, string>)[day] ?? "",
        new RegExp(`/scores/${day}/nclue_`),
      );

      const days = copies("ts", "days.ts");
      const run = copies("ts", "run.ts");
      writes("index.ts", `${settings}${days}${run}${declaration}`);
      await does("pulumi preview --expect-no-changes");
      await does("pulumi config set nclue:maxNewJobs 4");
    }));
});

/** What the guide's two functions are used with; the rest of the example. */
const settings = `
const config = new pulumi.Config();
const dataBucket = config.require("dataBucket");
const args = { taskId: config.require("taskId"), resultBucket: config.require("resultBucket") };
`;
const declaration = `
export = async () => {
  const today = config.require("day");
  const runs = (await daysWith(today, 7)).map((day) => {
    const source = { sourceBucket: dataBucket, sourceFilePath: \`seq/\${day}/\` };
    const members = new nclue.Feature(\`members-\${day}\`, source);
    return [day, runOf(day, today, members.id)] as const;
  });
  return {
    result: runs.at(-1)?.[1].requireResult().uri,
    results: Object.fromEntries(runs.map(([day, run]) => [day, run.resultUri])),
    runIds: Object.fromEntries(runs.map(([day, run]) => [day, run.runId])),
  };
};
`;
