import type { Family } from "../family";
import { bucket, path } from "../field";
import { count } from "../measure";

/** @see https://api.ncloud-docs.com/docs/nclue-postfeature */
export const feature: Family = {
  name: "feature",
  noun: "feature",
  short: "feature",
  nouns: "features",
  path: "/features",
  list: "features",
  stem: "feature",
  fields: { sourceBucket: bucket("source_bucket"), sourceFilePath: path("source_file_path") },
  measures: {
    userCount: count("user_count", "# users"),
    tokenCount: count("token_count"),
    diskUsage: count("disk_usage"),
  },
  sources: [{ bucket: "sourceBucket", path: "sourceFilePath" }],
  createTimeout: "2h",
};
