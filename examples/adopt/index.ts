import * as pulumi from "@pulumi/pulumi";
import * as nclue from "pulumi-nclue";

const config = new pulumi.Config();
/** Needed for the first `pulumi up`; it may stay, and it may go. */
const runId = config.get("runId");

const scores = new nclue.TaskRun(
  "churn-scores",
  {
    taskId: config.require("taskId"),
    featureId: config.require("featureId"),
    resultBucket: config.require("resultBucket"),
    resultFilePath: config.require("resultFilePath"),
    onResultMissing: "fail",
  },
  runId === undefined ? {} : { import: runId },
);

export const name = scores.name;
export const result = scores.requireResult().uri;
