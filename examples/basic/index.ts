import * as pulumi from "@pulumi/pulumi";
import * as nclue from "pulumi-nclue";

const config = new pulumi.Config();

const scores = new nclue.TaskRun("churn-scores", {
  taskId: config.require("taskId"),
  featureId: config.require("featureId"),
  resultBucket: config.require("resultBucket"),
  resultFilePath: config.get("resultFilePath") ?? "churn/2026-11/",
  onResultMissing: "fail",
});

export const status = scores.status;
export const result = scores.requireResult().uri;
