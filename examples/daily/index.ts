import * as pulumi from "@pulumi/pulumi";
import * as nclue from "pulumi-nclue";

const config = new pulumi.Config();
/** From the config, never from the clock: the same day asked for twice is the same run. */
const day = config.require("day");
const daysToKeep = config.getNumber("daysToKeep") ?? 7;
const args = {
  taskId: config.require("taskId"),
  featureId: config.require("featureId"),
  resultBucket: config.require("resultBucket"),
};

export = async () => {
  const days = await daysWith(day);
  const runs = days.map((each) => [each, runOf(each)] as const);
  return {
    result: runs.find(([each]) => each === day)?.[1].resultUri,
    results: Object.fromEntries(runs.map(([each, run]) => [each, run.resultUri])),
    runIds: Object.fromEntries(runs.map(([each, run]) => [each, run.runId])),
  };
};

/** A past day keeps the task, feature and place that it was run with, whatever today's are. */
function runOf(each: string): nclue.TaskRun {
  const resultFilePath = `scores/${each}/`;
  return new nclue.TaskRun(
    `scores-${each}`,
    { ...args, resultFilePath },
    { ignoreChanges: each === day ? [] : ["taskId", "featureId", "resultBucket"] },
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
  const { runs } = await nclue.getTaskRuns();
  const existing = new Set(runs.map(({ runId }) => runId));
  const known = Object.entries<string>(value ?? {}).filter(([, runId]) => existing.has(runId));
  const days = [...new Set([...known.map(([each]) => each), today])].sort().slice(-daysToKeep);
  if (days.includes(today)) return days;
  throw new pulumi.RunError(`${today} is older than the ${daysToKeep} days that are kept`);
}
