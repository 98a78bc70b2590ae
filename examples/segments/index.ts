import * as pulumi from "@pulumi/pulumi";
import * as nclue from "pulumi-nclue";

const config = new pulumi.Config();
const dataBucket = config.require("dataBucket");
const resultBucket = config.require("resultBucket");
const month = config.get("month") ?? "2026-11";
const minAuroc = config.getNumber("minAuroc") ?? 0.7;

/** Each is a file of labels: 1 for who belongs to the segment, 0 for who does not. */
const segments = [
  "bargain",
  "business",
  "gift",
  "home",
  "lapsing",
  "loyal",
  "new",
  "outdoor",
  "parent",
  "sport",
];

/** All segments are predicted from the same behaviour. */
const members = new nclue.Feature("members", {
  sourceBucket: dataBucket,
  sourceFilePath: `seq/${month}/`,
  onSourceChange: "rerun",
});

const runs = segments.map((segment) => {
  const task = new nclue.Task(segment, {
    trainFeatureId: members.id,
    trainBucket: dataBucket,
    trainFilePath: `labels/${segment}.tsv`,
    minAuroc,
    onSourceChange: "rerun",
  });
  const run = new nclue.TaskRun(segment, {
    taskId: task.id,
    featureId: members.id,
    resultBucket,
    resultFilePath: `${segment}/${month}/`,
    // Started, not waited for: the next task gets its turn at once.
    waitFor: "submitted",
    onResultMissing: "fail",
  });
  return [segment, run.id] as const;
});

/** The barrier: waits for all runs in one place, and knows their results. */
const done = new nclue.TaskRunCompletion("all", { runIds: runs.map(([, id]) => id) });

const required = done.requireResults();

/** Where the scores of each segment are. */
export const results = Object.fromEntries(
  runs.map(([segment, runId]) => [
    segment,
    pulumi.all([required, runId]).apply(([byId, id]) => byId[id]?.uri),
  ]),
);
