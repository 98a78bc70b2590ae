import { familyOf } from "../family";
import { bucket, idOf, keywords, resultPath } from "../field";
import { count, text } from "../measure";

/** @see https://api.ncloud-docs.com/docs/nclue-postcustomattributes */
export const customAttributes = familyOf({
  name: "customAttributes",
  noun: "custom attributes",
  nouns: "custom attributes",
  short: "profile",
  stem: "profile",
  path: "/profile/custom-attributes",
  fields: {
    featureId: idOf("feature", "feature_id", "of feature"),
    keywords: keywords("keyword_set"),
    resultBucket: bucket("result_bucket"),
    resultFilePath: resultPath("result_file_path"),
  },
  measures: { featureName: text("feature_name"), lineCount: count("line_count", "# lines") },
  result: { bucket: "resultBucket", path: "resultFilePath" },
  alike: "featureId",
});
