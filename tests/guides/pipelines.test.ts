import assert from "node:assert/strict";
import { copyFileSync, readFileSync } from "node:fs";
import path from "node:path";
import { withWalk } from "../support/guideWalk";
import { exampleFile } from "../support/withExample";

describe("A walk through pipelines (on no runner of GitHub's or GitLab's)", () => {
  it("lets the others go ahead, moves the state into a bucket, and hands the results on", () =>
    withWalk("pipelines", { project: "nclue-pipeline" }, async (n) => {
      const { folder, simulator, buckets, bucket, task, requests, types, does } = n;
      for (const file of ["Pulumi.yaml", "index.ts", "consume.mjs"]) {
        copyFileSync(exampleFile("pipeline", file), path.join(folder, file));
      }
      await does(`pulumi config set taskId ${task.id}`);
      await does(`pulumi config set resultBucket ${bucket}`);
      for (const segment of ["loyal", "new"]) {
        const { id } = simulator.seedFeature({ name: segment });
        await does(`pulumi config set --path segments.${segment} ${id}`);
      }
      simulator.queuePlans({ outcome: "failed", failMessage: "OBS_UPLOAD_FAILED" });
      const up = await types("pulumi up", { ends: "failed" });
      assert.match(up.output, /OBS_UPLOAD_FAILED/);
      assert.equal(requests("POST").length, 2);
      await does("pulumi stack export --file state.json");

      await buckets.createBucket(`state-${bucket}`);
      await types("export AWS_ACCESS_KEY_ID");
      await types("export PULUMI_BACKEND_URL", {
        fill: { "acme-pulumi-state": `state-${bucket}` },
      });
      await does("pulumi stack init dev");
      assert.match((await types("pulumi stack ls")).output, /^dev/m);
      await does("pulumi stack import --file state.json");
      await does("pulumi up --yes --skip-preview --non-interactive");
      assert.equal(requests("POST").length, 3);
      await types("pulumi stack output results");
      const results = JSON.parse(readFileSync(path.join(folder, "results.json"), "utf8"));
      assert.deepEqual(Object.keys(results).sort(), ["loyal", "new"]);
      assert.match((await does("node consume.mjs results.json")).output, / bytes\) in s3:/);
    }));
});
