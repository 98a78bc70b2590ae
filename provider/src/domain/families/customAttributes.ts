import type { Family } from "../family";
import { bucket, idOf, keywords, resultPath } from "../field";
import { count, text } from "../measure";

/** @see https://api.ncloud-docs.com/docs/nclue-postcustomattributes */
export const customAttributes: Family = {
  name: "customAttributes",
  noun: "custom attributes",
  short: "profile",
  nouns: "custom attributes",
  path: "/profile/custom-attributes",
  list: "profiles",
  stem: "profile",
  fields: {
    featureId: idOf("feature", "feature_id", { words: "of feature", nameIn: "featureName" }),
    keywords: keywords("keyword_set"),
    resultBucket: bucket("result_bucket"),
    resultFilePath: resultPath("result_file_path"),
  },
  measures: { featureName: text("feature_name"), lineCount: count("line_count", "# lines") },
  result: { bucket: "resultBucket", path: "resultFilePath" },
  alike: "featureId",
  createTimeout: "2h",
};
