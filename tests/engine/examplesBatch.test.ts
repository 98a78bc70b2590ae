import assert from "node:assert/strict";
import type { JobView } from "../../simulator/src";
import { succeeded } from "../support/engine";
import { withExample } from "../support/withExample";
import type { Nclue } from "../support/withNclue";

const COUNT = 25;

describe("The batch example", () => {
  it("starts a run for each task and feature, waits in one place, and runs again only what failed", () =>
    withBatch(async ({ stack, simulator, requests, runs }) => {
      simulator.queuePlans(
        { outcome: "failed", failMessage: "OBS_UPLOAD_FAILED" },
        { outcome: "failed", failMessage: "NOT_EXIST_FILE" },
      );
      const up = await stack.up();
      assert.equal(up.exitCode, 1);
      assert.deepEqual(requests().slice(0, COUNT + 1), [
        "GET /task-runs",
        ...Array<string>(COUNT).fill("POST /task-runs"),
      ]);
      assert.equal(requests("POST").length, COUNT);
      const failed = (await runs()).filter(({ status }) => status === "failed");
      assert.equal(failed.length, 2);
      assert.match(up.output, new RegExp(`2 of ${COUNT} task runs failed`));
      for (const { id, failMessage } of failed) {
        assert.ok(up.output.includes(id) && up.output.includes(`${failMessage}`), up.output);
      }

      simulator.clearLog();
      succeeded(await stack.up({ args: ["--refresh"] }));
      assert.equal(requests("POST").length, 2);
      assert.deepEqual(
        [...requests("DELETE")].sort(),
        failed.map(({ id }) => `DELETE /task-runs/${id}`).sort(),
      );
      const made = await runs();
      assert.equal(made.length, COUNT);
      const { results } = await stack.outputs();
      const expected = made.map(({ fields, resultKeys }) => {
        const [task, feature] = fields.result_file_path?.split("/") ?? [];
        return [`${task}-${feature}`, `s3://${fields.result_bucket}/${resultKeys[0]}`];
      });
      assert.deepEqual(results, Object.fromEntries(expected));
    }));
});

function withBatch(fn: (nclue: Nclue) => Promise<void>): Promise<void> {
  const five = [0, 1, 2, 3, 4];
  const ids = (seed: (n: number) => JobView) =>
    JSON.stringify(Object.fromEntries(five.map((n) => [`n${n}`, seed(n).id])));
  return withExample(
    "batch",
    {
      settings: ({ simulator, feature, bucket }) => ({
        tasks: ids((n) => simulator.seedTask({ name: `task-${n}`, trainFeatureId: feature.id })),
        features: ids((n) => simulator.seedFeature({ name: `feature-${n}` })),
        resultBucket: bucket,
      }),
      env: { NCLUE_REQUESTS_PER_SECOND: "500" },
    },
    fn,
  );
}
