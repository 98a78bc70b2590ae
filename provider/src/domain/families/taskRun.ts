import { familyOf } from "../family";
import { bucket, idOf, optional, resultPath } from "../field";
import { count, text } from "../measure";

/** @see https://api.ncloud-docs.com/docs/nclue-posttaskrun */
export const taskRun = familyOf({
  name: "taskRun",
  noun: "task run",
  short: "run",
  stem: "run",
  path: "/task-runs",
  fields: {
    taskId: idOf("task", "task_id", "of task"),
    featureId: idOf("feature", "feature_id", "on feature"),
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
});
