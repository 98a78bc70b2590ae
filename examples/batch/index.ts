import * as pulumi from "@pulumi/pulumi";
import * as nclue from "pulumi-nclue";

const config = new pulumi.Config();
const resultBucket = config.require("resultBucket");
/** Ten of each make a hundred runs. */
const tasks = config.requireObject<Record<string, string>>("tasks");
const features = config.requireObject<Record<string, string>>("features");

const pairs = Object.entries(tasks).flatMap(([task, taskId]) =>
  Object.entries(features).map(([feature, featureId]) => {
    const name = `${task}-${feature}`;
    const run = new nclue.TaskRun(name, {
      taskId,
      featureId,
      resultBucket,
      resultFilePath: `${task}/${feature}/`,
      onResultMissing: "fail",
      // Started, not waited for: each frees its slot in the engine at once.
      waitFor: "submitted",
    });
    return [name, run.id] as const;
  }),
);

/** Waits for all of them in one place, and knows their results. */
const done = new nclue.TaskRunCompletion("all", { runIds: pairs.map(([, id]) => id) });
const required = done.requireResults();

/** Where each run's result is, by the run's logical name. */
export const results = Object.fromEntries(
  pairs.map(([name, runId]) => [
    name,
    pulumi.all([required, runId]).apply(([byId, id]) => byId[id]?.uri),
  ]),
);
