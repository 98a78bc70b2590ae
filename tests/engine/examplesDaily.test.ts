import assert from "node:assert/strict";
import type { JobView } from "../../simulator/src";
import { succeeded } from "../support/engine";
import { taskFeatureAndBucket, withExample } from "../support/withExample";
import { did, type Nclue, warned } from "../support/withNclue";

describe("The daily example", () => {
  it("creates one run a day, and none when the same day is asked for again", () =>
    withDaily({}, async ({ stack, requests, runs, bucket }) => {
      assert.deepEqual(did(succeeded(await stack.up())), [
        "read before",
        "create scores-2026-11-01",
      ]);
      succeeded(await stack.up({ args: ["--expect-no-changes"] }));
      assert.equal(requests("POST").length, 1);
      const [run] = await runs();
      const uri = `s3://${bucket}/${run?.resultKeys[0]}`;
      assert.match(uri, /scores\/2026-11-01\/nclue_/);
      assert.deepEqual(await stack.outputs(), {
        result: uri,
        results: { "2026-11-01": uri },
        runIds: { "2026-11-01": run?.id },
      });
    }));

  it("keeps yesterday's record when the feature of today is another one", () =>
    withDaily({}, async ({ stack, simulator, requests, runs, feature }) => {
      succeeded(await stack.up());
      const today = simulator.seedFeature({ name: "customers-02" });
      await stack.setConfig({ day: "2026-11-02", featureId: today.id });
      const up = succeeded(await stack.up());
      assert.deepEqual(up.changes, { create: 1, same: 2, read: 1 });
      assert.equal(requests("POST").length, 2);
      assert.deepEqual(requests("DELETE"), []);
      assert.deepEqual(
        (await runs()).map(({ fields }) => [fields.result_file_path, fields.feature_id]),
        [
          ["scores/2026-11-01/", feature.id],
          ["scores/2026-11-02/", today.id],
        ],
      );
      succeeded(await stack.up({ args: ["--expect-no-changes"] }));
      const { results } = await stack.outputs();
      assert.deepEqual(Object.keys(results as object), ["2026-11-01", "2026-11-02"]);
    }));

  it("runs a day again that failed, and pays for nothing else", () =>
    withDaily({}, async ({ stack, simulator, requests, runs }) => {
      succeeded(await stack.up());
      const [yesterday] = await runs();
      simulator.queuePlans({ outcome: "failed", failMessage: "OBS_UPLOAD_FAILED" });
      await stack.setConfig({ day: "2026-11-02" });
      const failing = await stack.up();
      assert.equal(failing.exitCode, 1);
      assert.match(failing.output, /failed: OBS_UPLOAD_FAILED/);
      const [, failed] = await runs();

      simulator.clearLog();
      const retried = succeeded(await stack.up());
      assert.match(warned(retried).join(), /OBS_UPLOAD_FAILED; a new run replaces it/);
      assert.equal(requests("POST").length, 1);
      assert.deepEqual(requests("DELETE"), [`DELETE /task-runs/${failed?.id}`]);
      const left = await runs();
      assert.deepEqual(left.map(dayOf), ["2026-11-01", "2026-11-02"]);
      assert.equal(left[0]?.id, yesterday?.id);
      assert.equal(left[1]?.status, "completed");
      succeeded(await stack.up({ args: ["--expect-no-changes"] }));
    }));

  it("lets a failed day go when the next one comes first", () =>
    withDaily({}, async ({ stack, simulator, requests, runs }) => {
      succeeded(await stack.up());
      simulator.queuePlans({ outcome: "failed", failMessage: "NOT_EXIST_FILE" });
      await stack.setConfig({ day: "2026-11-02" });
      assert.equal((await stack.up()).failed, true);
      await stack.setConfig({ day: "2026-11-03" });
      succeeded(await stack.up());
      assert.equal(requests("POST").length, 3);
      assert.deepEqual((await runs()).map(dayOf), ["2026-11-01", "2026-11-03"]);
    }));

  it("deletes the record of the oldest day, and leaves its result in the bucket", () =>
    withDaily({ daysToKeep: "2" }, async ({ stack, requests, runs, buckets, bucket }) => {
      succeeded(await stack.up());
      const [oldest] = await runs();
      for (const day of ["2026-11-02", "2026-11-03"]) {
        await stack.setConfig({ day });
        succeeded(await stack.up());
      }
      assert.deepEqual((await runs()).map(dayOf), ["2026-11-02", "2026-11-03"]);
      assert.deepEqual(requests("DELETE"), [`DELETE /task-runs/${oldest?.id}`]);
      assert.notEqual(await buckets.getObject(bucket, oldest?.resultKeys[0] ?? ""), "");

      await stack.setConfig({ day: "2026-11-01" });
      const tooOld = await stack.preview();
      assert.equal(tooOld.failed, true);
      assert.match(tooOld.output, /2026-11-01 is older than the 2 days that are kept/);
    }));

  for (const seen of ["and a refresh has noticed", "and nobody has noticed"]) {
    it(`does not pay again for a past day that was deleted elsewhere, ${seen}`, () =>
      withDaily({}, async ({ stack, simulator, requests, runs }) => {
        succeeded(await stack.up());
        simulator.deleteJob((await runs())[0]?.id ?? "");
        if (seen === "and a refresh has noticed") succeeded(await stack.refresh());
        await stack.setConfig({ day: "2026-11-02" });
        succeeded(await stack.up());
        assert.equal(requests("POST").length, 2);
        assert.deepEqual((await runs()).map(dayOf), ["2026-11-02"]);
        succeeded(await stack.up({ args: ["--expect-no-changes"] }));
      }));
  }

  it("never starts more than one run in an update", () =>
    withDaily({}, async ({ stack }) => {
      await stack.setConfig({ "nclue:maxNewJobs": "0" });
      assert.match((await stack.up()).output, /this update may start at most 0 new jobs/);
      succeeded(await stack.cli(["config", "rm", "nclue:maxNewJobs"]));
      const config = succeeded(await stack.cli(["config", "get", "nclue:maxNewJobs"]));
      assert.equal(config.stdout.trim(), "1");
    }));
});

function dayOf({ fields }: JobView): string | undefined {
  return fields.result_file_path?.split("/")[1];
}

/** The program looks runs up, in this process: it has its settings from the stack's config. */
function withDaily(
  config: Readonly<Record<string, string>>,
  fn: (nclue: Nclue) => Promise<void>,
): Promise<void> {
  const settings = (nclue: Nclue) => ({
    ...taskFeatureAndBucket(nclue),
    "nclue:endpoint": nclue.simulator.endpoint,
    "nclue:accessKey": nclue.simulator.accessKey,
    "nclue:secretKey": nclue.simulator.secretKey,
    "nclue:requestsPerSecond": "50",
    day: "2026-11-01",
    ...config,
  });
  return withExample("daily", { settings }, fn);
}
