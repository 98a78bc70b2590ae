import { parseServiceTime } from "./serviceTime";

export interface FinishedRun {
  readonly taskId: string | null;
  readonly status: string | null;
  readonly createdAt: string | null;
  readonly completedAt: string | null;
}

/** Fewer finished runs than this say nothing about the next one. */
const FEWEST_RUNS = 3;

/**
 * How long completed runs of one task have usually taken, from their making to their end: the
 * middle half of them. `undefined` where there are fewer than three.
 */
export function usualDuration(
  runs: Iterable<FinishedRun>,
  taskId: string,
): { readonly fromMs: number; readonly toMs: number } | undefined {
  const lengths: number[] = [];
  for (const run of runs) {
    if (run.taskId !== taskId || run.status !== "completed") continue;
    const [start, end] = [parseServiceTime(run.createdAt), parseServiceTime(run.completedAt)];
    if (start !== undefined && end !== undefined && end >= start) lengths.push(end - start);
  }
  if (lengths.length < FEWEST_RUNS) return undefined;
  lengths.sort((a, b) => a - b);
  const at = (share: number) => lengths[Math.round(share * (lengths.length - 1))] ?? 0;
  return { fromMs: at(0.25), toMs: at(0.75) };
}
