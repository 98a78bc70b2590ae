import type { Job } from "./job";

/** A small feature, so that results are small. */
export const madeUpFeatureMeasures = { user_count: 120, token_count: 9_600, disk_usage: 734_003 };

/** `AUROC` is a text in the API; `line_count` is the sum over the features. */
export function madeUpTaskMeasures(features: readonly Job[]): Record<string, number | string> {
  const lineCount = features.reduce(
    (sum, feature) => sum + Number(feature.measures.user_count ?? 0),
    0,
  );
  return { AUROC: "0.8412", line_count: lineCount, disk_usage: 5_242_880 };
}
