import * as pulumi from "@pulumi/pulumi";
import * as nclue from "pulumi-nclue";

const config = new pulumi.Config();
const dataBucket = config.require("dataBucket");
const resultBucket = config.require("resultBucket");
const month = config.get("month") ?? "2026-11";

/** What the users did. Other behaviour is another feature, and everything below is created again. */
const members = new nclue.Feature("members", {
  sourceBucket: dataBucket,
  sourceFilePath: `seq/${month}/`,
  onSourceChange: "rerun",
});

/** Other labels train another model on the same feature. A model below the gate stops here. */
const churn = new nclue.Task("churn", {
  trainFeatureId: members.id,
  trainBucket: dataBucket,
  trainFilePath: "labels/churn.tsv",
  minAuroc: config.getNumber("minAuroc") ?? 0.75,
  onSourceChange: "rerun",
});

const scores = new nclue.TaskRun("scores", {
  taskId: churn.id,
  featureId: members.id,
  resultBucket,
  resultFilePath: `churn/${month}/`,
  onResultMissing: "fail",
});

const runners = new nclue.CustomAttributes("runners", {
  featureId: members.id,
  keywords: ["running", "marathon"],
  resultBucket,
  resultFilePath: `runners/${month}/`,
  onResultMissing: "fail",
});

/** Its result stays in NCLUE: `npx pulumi-nclue download` brings it to disk. */
const intents = new nclue.ShoppingIntent("intents", { taskId: churn.id });

export const auroc = churn.auroc;
export const result = scores.requireResult().uri;
export const profile = runners.requireResult().uri;
export const intentId = intents.profileId;
