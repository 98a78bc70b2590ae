import { familyOf } from "../family";
import { bucket, idOf, optional, path } from "../field";
import { count, decimal, text } from "../measure";

/** @see https://api.ncloud-docs.com/docs/nclue-posttask */
export const task = familyOf({
  name: "task",
  noun: "task",
  stem: "task",
  path: "/tasks",
  fields: {
    trainFeatureId: idOf("feature", "train_feature_id", "trained on feature"),
    trainBucket: bucket("train_bucket"),
    trainFilePath: path("train_file_path"),
    testFeatureId: optional(idOf("feature", "test_feature_id", "tested on feature")),
    testBucket: optional(bucket("test_bucket")),
    testFilePath: optional(path("test_file_path")),
  },
  measures: {
    trainFeatureName: text("train_feature_name"),
    testFeatureName: text("test_feature_name"),
    auroc: decimal("AUROC", "AUROC #"),
    lineCount: count("line_count", "# lines"),
    diskUsage: count("disk_usage"),
  },
  sources: [
    { bucket: "trainBucket", path: "trainFilePath" },
    { bucket: "testBucket", path: "testFilePath" },
  ],
  together: ["testFeatureId", "testBucket", "testFilePath"],
  gate: "auroc",
  alike: "trainFeatureId",
  createTimeout: "24h", // the service trains one task at a time, and the queue counts
});
