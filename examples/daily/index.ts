import * as pulumi from "@pulumi/pulumi";
import * as nclue from "pulumi-nclue";

const config = new pulumi.Config();
/** From the config, never from the clock: the same day asked for twice is the same feature and run. */
const day = config.require("day");
const daysToKeep = config.getNumber("daysToKeep") ?? 7;
const taskId = config.require("taskId");
const dataBucket = config.require("dataBucket");
const resultBucket = config.require("resultBucket");

export = async () => {
  const days = await daysWith(day);
  const runs = days.map((each) => [each, runOf(each)] as const);
  return {
    result: runs.find(([each]) => each === day)?.[1].requireResult().uri,
    results: Object.fromEntries(runs.map(([each, run]) => [each, run.resultUri])),
    runIds: Object.fromEntries(runs.map(([each, run]) => [each, run.runId])),
  };
};

/**
 * The task, applied to a feature of the day's data. Whether the service allows another feature than
 * the task's own is not documented: the README says what to do if it does not.
 */
function runOf(each: string): nclue.TaskRun {
  // A past day keeps what it was created from, whatever today's settings are.
  const kept = (...settings: string[]) => ({ ignoreChanges: each === day ? [] : settings });
  const members = new nclue.Feature(
    `members-${each}`,
    { sourceBucket: dataBucket, sourceFilePath: `seq/${each}/` },
    kept("sourceBucket"),
  );
  return new nclue.TaskRun(
    `scores-${each}`,
    {
      taskId,
      featureId: members.id,
      resultBucket,
      resultFilePath: `scores/${each}/`,
      onResultMissing: "fail",
    },
    kept("taskId", "resultBucket"),
  );
}

/** The days that this stack has completed and that still exist, with this one, without the oldest. */
async function daysWith(today: string): Promise<string[]> {
  if (!/^\d{4}-\d\d-\d\d$/.test(today)) {
    throw new pulumi.RunError(`day must be like 2026-11-24, not ${today}`);
  }
  const path = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()];
  const before = new pulumi.StackReference("before", { name: path.join("/") });
  const { value } = await before.getOutputDetails("runIds");
  const existing = await existingRuns();
  const known = Object.entries<string>(value ?? {}).filter(([, runId]) => existing.has(runId));
  const days = [...new Set([...known.map(([each]) => each), today])].sort().slice(-daysToKeep);
  if (days.includes(today)) return days;
  throw new pulumi.RunError(`${today} is older than the ${daysToKeep} days that are kept`);
}

/** A day of which somebody has deleted the run or the feature is not paid for again. */
async function existingRuns(): Promise<ReadonlySet<string>> {
  const [{ features }, { runs }] = await Promise.all([nclue.getFeatures(), nclue.getTaskRuns()]);
  const featureIds = new Set<string | null>(features.map(({ featureId }) => featureId));
  return new Set(
    runs.filter(({ featureId }) => featureIds.has(featureId)).map(({ runId }) => runId),
  );
}
