import { familyOf } from "../family";
import { bucket, path } from "../field";
import { count } from "../measure";

/** @see https://api.ncloud-docs.com/docs/nclue-postfeature */
export const feature = familyOf({
  name: "feature",
  noun: "feature",
  stem: "feature",
  path: "/features",
  fields: { sourceBucket: bucket("source_bucket"), sourceFilePath: path("source_file_path") },
  measures: {
    userCount: count("user_count", "# users"),
    tokenCount: count("token_count"),
    diskUsage: count("disk_usage"),
  },
  sources: [{ bucket: "sourceBucket", path: "sourceFilePath" }],
});
