import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { seedGuideJobs, withWalk } from "../support/guideWalk";

describe("A walk through the first run", () => {
  it("leads from ids to a file on disk", () =>
    withWalk("first-run", { unset: ["NCLOUD_ACCESS_KEY", "NCLOUD_SECRET_KEY"] }, async (reader) => {
      const { buckets, requests, runs, types, copies, does } = reader;
      const { taskId, featureId } = seedGuideJobs(reader.simulator);
      const [access, secret] = ["NCLOUD_ACCESS_KEY=", "NCLOUD_SECRET_KEY="];
      await types("export", {
        fill: {
          [`${access}…`]: access + buckets.accessKey,
          [`${secret}…`]: secret + buckets.secretKey,
        },
      });
      const tasks = await types("npx pulumi-nclue tasks");
      assert.match(tasks.output, new RegExp(`churn-2026 .*${taskId}`));
      assert.match(tasks.output, /AUROC/i);
      const features = await types("npx pulumi-nclue features");
      assert.match(features.output, new RegExp(`members-2026-11 .*${featureId}`));

      const ids = copies("ts", "ids.ts", { fill: { '"churn"': '"churn-2026"' } });
      const program = copies("ts", "index.ts");
      await types("npx pulumi-nclue doctor");
      const preview = await types("pulumi preview");
      assert.match(preview.output, /this update will start 1 new task run\b/);
      assert.deepEqual(requests("POST"), []);

      reader.writes("index.ts", `${program}\n${ids}`);
      await types("pulumi up");
      assert.deepEqual((await reader.stack.outputs()).ids, [taskId, featureId]);
      const [run] = await runs();
      const watch = await types("npx pulumi-nclue watch", {
        fill: { "<run id or name>": run?.name ?? "" },
      });
      assert.match(watch.output, /completed/);
      const result = await types("pulumi stack output result");
      assert.equal(result.stdout.trim(), `s3://${reader.bucket}/${run?.resultKeys[0]}`);
      await does(`npx pulumi-nclue download ${run?.id} -o scores.tsv`);
      assert.ok(readFileSync(path.join(reader.folder, "scores.tsv"), "utf8").includes("\t"));
    }));
});
