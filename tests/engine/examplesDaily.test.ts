import assert from "node:assert/strict";
import type { JobView } from "../../simulator/src";
import { succeeded } from "../support/engine";
import { type ExampleOptions, withExample } from "../support/withExample";
import { did, type Nclue, warned } from "../support/withNclue";

describe("The daily example", () => {
  it("creates one feature and one run a day, keeps the past days, and pays again for none that somebody deleted", () =>
    withDaily({}, {}, async (nclue) => {
      const { stack, simulator, requests, runs, bucket, task } = nclue;
      assert.deepEqual(did(succeeded(await stack.up())), [
        "read before",
        "create members-2026-11-01",
        "create scores-2026-11-01",
      ]);
      const [first] = await runs();
      const uri = `s3://${bucket}/${first?.resultKeys[0]}`;
      assert.match(uri, /scores\/2026-11-01\/nclue_/);
      assert.deepEqual(await stack.outputs(), {
        result: uri,
        results: { "2026-11-01": uri },
        runIds: { "2026-11-01": first?.id },
      });
      succeeded(await stack.up(SAME));
      assert.deepEqual(requests("POST"), ["POST /features", "POST /task-runs"]);

      // Today's data, task and buckets are others.
      const trained = simulator.seedTask({ name: "churn-2", trainFeatureId: nclue.feature.id });
      const moved = await withDataIn(nclue, `moved-${nclue.bucket}`);
      await stack.setConfig({ day: "2026-11-02", taskId: trained.id, dataBucket: moved });
      const up = succeeded(await stack.up());
      assert.deepEqual(up.changes, { create: 2, same: 3 });
      assert.equal(requests("POST").length, 4);
      assert.deepEqual(requests("DELETE"), []);
      const [kept, second] = await runs();
      assert.deepEqual(
        [kept, second].map((run) => [run?.fields.result_file_path, run?.fields.task_id]),
        [
          ["scores/2026-11-01/", task.id],
          ["scores/2026-11-02/", trained.id],
        ],
      );
      succeeded(await stack.up(SAME));
      assert.deepEqual(await daysOf(stack), ["2026-11-01", "2026-11-02"]);

      // The run of one day and the feature of the next are deleted elsewhere, and nobody has noticed.
      const deleteOneEach = (runOf?: JobView, featureOf?: JobView) => {
        for (const id of [runOf?.id, featureOf?.fields.feature_id]) simulator.deleteJob(id ?? "");
      };
      deleteOneEach(kept, second);
      await stack.setConfig({ day: "2026-11-03" });
      succeeded(await stack.up());
      assert.equal(requests("POST").length, 6, "none for the two days");
      assert.deepEqual((await runs()).map(dayOf), ["2026-11-03"]);
      succeeded(await stack.up(SAME));

      // The same again, and a refresh has noticed.
      await stack.setConfig({ day: "2026-11-04" });
      succeeded(await stack.up());
      const [third, fourth] = await runs();
      deleteOneEach(third, fourth);
      succeeded(await stack.refresh());
      await stack.setConfig({ day: "2026-11-05" });
      succeeded(await stack.up());
      assert.equal(requests("POST").length, 10, "none for the two days after the refresh");
      assert.deepEqual((await runs()).map(dayOf), ["2026-11-05"]);
      succeeded(await stack.up(SAME));
    }));

  it("runs a day again that failed, lets it go when the next one comes first, and deletes the record of the oldest", () =>
    withDaily({ daysToKeep: "3" }, {}, async (nclue) => {
      const { stack, simulator, requests, runs, buckets, bucket } = nclue;
      succeeded(await stack.up());
      const [yesterday] = await runs();
      simulator.queuePlans({}, { outcome: "failed", failMessage: "OBS_UPLOAD_FAILED" });
      await stack.setConfig({ day: "2026-11-02" });
      const failing = await stack.up();
      assert.equal(failing.exitCode, 1);
      assert.match(failing.output, /failed: OBS_UPLOAD_FAILED/);
      const [, failed] = await runs();

      simulator.clearLog();
      const retried = succeeded(await stack.up());
      assert.match(warned(retried).join(), /OBS_UPLOAD_FAILED; a new run replaces it/);
      assert.equal(requests("POST").length, 1, "pays for nothing else");
      assert.deepEqual(requests("DELETE"), [`DELETE /task-runs/${failed?.id}`]);
      const left = await runs();
      assert.deepEqual(left.map(dayOf), ["2026-11-01", "2026-11-02"]);
      assert.equal(left[0]?.id, yesterday?.id);
      assert.equal(left[1]?.status, "completed");
      succeeded(await stack.up(SAME));

      simulator.clearLog();
      simulator.queuePlans({}, { outcome: "failed", failMessage: "COMMON_ERROR" });
      await stack.setConfig({ day: "2026-11-03" });
      assert.equal((await stack.up()).failed, true);
      await stack.setConfig({ day: "2026-11-04" });
      succeeded(await stack.up());
      assert.equal(requests("POST").length, 4);
      assert.deepEqual((await runs()).map(dayOf), ["2026-11-01", "2026-11-02", "2026-11-04"]);

      simulator.clearLog();
      await stack.setConfig({ day: "2026-11-05" });
      succeeded(await stack.up());
      assert.deepEqual((await runs()).map(dayOf), ["2026-11-02", "2026-11-04", "2026-11-05"]);
      assert.deepEqual(requests("DELETE"), [
        `DELETE /task-runs/${yesterday?.id}`,
        `DELETE /features/${yesterday?.fields.feature_id}`,
      ]);
      assert.notEqual(await buckets.getObject(bucket, yesterday?.resultKeys[0] ?? ""), "");

      await stack.setConfig({ day: "2026-11-01" });
      const tooOld = await stack.preview();
      assert.equal(tooOld.failed, true);
      assert.match(tooOld.output, /2026-11-01 is older than the 3 days that are kept/);
    }));

  it("fails without a result, and pays nothing to search again", () =>
    withDaily({}, {}, async ({ stack, simulator, buckets, bucket, requests, runs }) => {
      simulator.setSwitches({ results: "none" });
      const failing = await stack.up();
      assert.match(failing.output, /no result object was found below its path/);
      const key = "scores/2026-11-01/nclue_late_2026110102.tsv";
      await buckets.putObject(bucket, key, "u-1\t0.5\n");
      succeeded(await stack.up());
      assert.equal(requests("POST").length, 2);
      assert.equal((await runs()).length, 1);
      assert.equal((await stack.outputs()).result, `s3://${bucket}/${key}`);
    }));

  it("says what the service refuses where a run may use its task's own feature only", () =>
    // To the clock of the answers the feature has ended long ago: one that has ended only just now
    // would be given two minutes to be taken.
    withDaily({}, { clock: { startAtMs: Date.now() - HOUR_MS } }, async ({ stack, simulator }) => {
      simulator.setSwitches({ featureMustBeTasksOwn: true });
      const up = await stack.up();
      assert.equal(up.exitCode, 1);
      assert.match(up.output, /code 10113 \(INVALID_PARAMETER: feature_id\)/);
    }));

  it("never starts more than one feature and one run in an update", () =>
    withDaily({}, {}, async ({ stack }) => {
      const config = succeeded(await stack.cli(["config", "get", "nclue:maxNewJobs"]));
      assert.equal(config.stdout.trim(), "2");
      await stack.setConfig({ "nclue:maxNewJobs": "0" });
      assert.match((await stack.up()).output, /this update may start at most 0 new jobs/);
    }));
});

const SAME = { args: ["--expect-no-changes"] };
const HOUR_MS = 60 * 60_000;

function dayOf({ fields }: JobView): string | undefined {
  return fields.result_file_path?.split("/")[1];
}

/** The days of which the stack tells the results. */
async function daysOf(stack: Nclue["stack"]): Promise<readonly string[]> {
  return Object.keys((await stack.outputs()).results as object);
}

/** The program looks runs up, in this process: it has its settings from the stack's config. */
function withDaily(
  config: Readonly<Record<string, string>>,
  options: Pick<ExampleOptions, "clock">,
  fn: (nclue: Nclue) => Promise<void>,
): Promise<void> {
  const settings = (nclue: Nclue) => ({
    taskId: nclue.task.id,
    dataBucket: `data-${nclue.bucket}`,
    resultBucket: nclue.bucket,
    "nclue:endpoint": nclue.simulator.endpoint,
    "nclue:accessKey": nclue.simulator.accessKey,
    "nclue:secretKey": nclue.simulator.secretKey,
    "nclue:requestsPerSecond": "50",
    day: "2026-11-01",
    ...config,
  });
  return withExample("daily", { ...options, settings }, async (nclue) => {
    await withDataIn(nclue, `data-${nclue.bucket}`);
    await fn(nclue);
  });
}

/** A bucket with the data of five days. */
async function withDataIn({ buckets }: Nclue, bucket: string): Promise<string> {
  await buckets.createBucket(bucket);
  for (const day of [1, 2, 3, 4, 5].map((nth) => `2026-11-0${nth}`)) {
    await buckets.putObject(bucket, `seq/${day}/part-0.tsv`, `u-1\tview ${day}->buy lamp\n`);
  }
  return bucket;
}
