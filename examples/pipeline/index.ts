import * as pulumi from "@pulumi/pulumi";
import * as nclue from "pulumi-nclue";

const config = new pulumi.Config();
const taskId = config.require("taskId");
const resultBucket = config.require("resultBucket");
const release = config.get("release") ?? "2026-11";
/** The feature id of each segment. */
const segments = config.requireObject<Record<string, string>>("segments");

const runs = Object.entries(segments).map(([segment, featureId]) => {
  const resultFilePath = `${release}/${segment}/`;
  const place = { resultBucket, resultFilePath, onResultMissing: "fail" } as const;
  return [segment, new nclue.TaskRun(segment, { taskId, featureId, ...place })] as const;
});

/** By segment: what the consumer needs to fetch a result and to know that it is all there. */
export const results = Object.fromEntries(
  runs.map(([segment, run]) => {
    const { uri, size } = run.requireResult();
    return [segment, { uri, size, lines: run.lineCount, completedAt: run.completedAt }];
  }),
);
