import type { Family } from "../family";
import { bucket, idOf, optional, resultPath } from "../field";
import { count, text } from "../measure";

/** @see https://api.ncloud-docs.com/docs/nclue-posttaskrun */
export const taskRun: Family = {
  name: "taskRun",
  noun: "task run",
  short: "run",
  nouns: "task runs",
  path: "/task-runs",
  list: "runs",
  stem: "run",
  fields: {
    taskId: idOf("task", "task_id", { words: "of task", nameIn: "taskName" }),
    featureId: idOf("feature", "feature_id", { words: "on feature", nameIn: "featureName" }),
    resultBucket: optional(bucket("result_bucket")),
    resultFilePath: optional(resultPath("result_file_path")),
  },
  measures: {
    taskName: text("task_name"),
    featureName: text("feature_name"),
    lineCount: count("line_count", "# lines"),
  },
  result: { bucket: "resultBucket", path: "resultFilePath" },
  alike: "taskId",
  createTimeout: "2h",
};
