import type { Family } from "./family";
import type { FieldValue } from "./field";
import type { Job } from "./job";
import { parseServiceTime } from "./serviceTime";
import { isCompleted } from "./status";

/** Fewer finished jobs than this say nothing about the next one. */
const FEWEST_JOBS = 3;

/**
 * How long completed jobs that are alike (a task's runs) have usually taken, from their creation to
 * their end: the middle half of them. `undefined` where there are fewer than three.
 */
export function usualDuration(
  { alike = "", fields }: Family,
  jobs: Iterable<Job>,
  value: FieldValue,
): { readonly fromMs: number; readonly toMs: number } | undefined {
  const lengths: number[] = [];
  for (const job of jobs) {
    const atService = job.fields[alike] ?? null;
    const isAlike = atService !== null && fields[alike]?.isSame(value, atService, job) === true;
    if (!isAlike || !isCompleted(job.status)) continue;
    const [start, end] = [parseServiceTime(job.createdAt), parseServiceTime(job.completedAt)];
    if (start !== undefined && end !== undefined && end >= start) lengths.push(end - start);
  }
  if (lengths.length < FEWEST_JOBS) return undefined;
  lengths.sort((a, b) => a - b);
  const at = (share: number) => lengths[Math.round(share * (lengths.length - 1))] ?? 0;
  return { fromMs: at(0.25), toMs: at(0.75) };
}
