import { families } from "./families";
import type { Measure } from "./family";
import type { Job, SourceCounts } from "./job";

/** A small source, so that results are small. */
export const madeUpCounts: SourceCounts = { lines: 120, tokens: 9_600, bytes: 734_003 };

const modelBytes = 5_242_880;
const bytesOfResultLine = 19;

/** The lines of its own sources, or the sum of those that it is built on. */
export function linesOf(job: Job): number {
  const { linesFrom } = families[job.family];
  if (linesFrom.length === 0) return job.counts.lines;
  return linesFrom
    .map((field) => job.parents[field])
    .reduce((sum, parent) => sum + (parent ? linesOf(parent) : 0), 0);
}

export function measureOf(job: Job, measure: Measure): number | string | null {
  switch (measure) {
    case "lines":
      return linesOf(job);
    case "tokens":
      return job.counts.tokens;
    case "sourceBytes":
      return job.counts.bytes;
    case "modelBytes":
      return modelBytes;
    case "resultBytes":
      return linesOf(job) * bytesOfResultLine;
    case "auroc":
      return job.plan.auroc === undefined ? "0.8412" : job.plan.auroc;
  }
}
