import * as pulumi from "@pulumi/pulumi";
import * as nclue from "pulumi-nclue";

const config = new pulumi.Config();
const resultBucket = config.require("resultBucket");
/** Ten of each make a hundred runs. */
const tasks = config.requireObject<Record<string, string>>("tasks");
const features = config.requireObject<Record<string, string>>("features");

const runs = Object.entries(tasks).flatMap(([task, taskId]) =>
  Object.entries(features).map(([feature, featureId]) => {
    const resultFilePath = `${task}/${feature}/`;
    const args = { taskId, featureId, resultBucket, resultFilePath };
    // Started, not waited for: each frees its place in the engine at once.
    return new nclue.TaskRun(`${task}-${feature}`, { ...args, waitFor: "submitted" });
  }),
);

/** Waits for all of them in one place, and knows their results. */
const done = new nclue.TaskRunCompletion("all", { runIds: runs.map(({ id }) => id) });

/** Where each run's result is, by the run's name. */
export const results = done.runs.apply((byId) =>
  Object.fromEntries(Object.values(byId).map(({ name, resultUri }) => [name ?? "", resultUri])),
);
