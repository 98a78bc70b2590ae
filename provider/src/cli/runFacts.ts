import { parseServiceTime } from "../domain/serviceTime";
import { isTerminal } from "../domain/status";
import { type FinishedRun, usualDuration } from "../domain/usualDuration";
import { humanDuration, humanRange } from "../kernel/text";
import type { RunRecord } from "../nclue/wire";

/** A run with what can be told from the others. All times in milliseconds. */
export interface RunFacts extends RunRecord {
  /** Since it was made, by the local clock. */
  readonly ageMs: number | null;
  /** From its making to its end; `null` before that. */
  readonly tookMs: number | null;
  /** How long completed runs of its task take; `null` where there are fewer than three. */
  readonly usualMs: { readonly from: number; readonly to: number } | null;
}

/** @param known all runs to estimate from. */
export function factsFrom(known: Iterable<FinishedRun>, nowMs: number) {
  const runs = [...known];
  const usualOf = new Map<string, RunFacts["usualMs"]>();
  const usual = (taskId: string) => {
    const before = usualOf.get(taskId);
    if (before !== undefined) return before;
    const found = usualDuration(runs, taskId);
    const range = found === undefined ? null : { from: found.fromMs, to: found.toMs };
    usualOf.set(taskId, range);
    return range;
  };
  return (run: RunRecord): RunFacts => {
    const [start, end] = [parseServiceTime(run.createdAt), parseServiceTime(run.completedAt)];
    const hasEnded = isTerminal(run.status) && start !== undefined && end !== undefined;
    return {
      ...run,
      ageMs: start === undefined ? null : Math.max(0, nowMs - start),
      tookMs: hasEnded ? Math.max(0, end - start) : null,
      usualMs: run.taskId === null ? null : usual(run.taskId),
    };
  };
}

/** `took 13m 2s`, `usually 12–15m`, or nothing that could be said. */
export function describeLength({ status, tookMs, usualMs }: RunFacts): string {
  if (tookMs !== null) return `took ${humanDuration(tookMs)}`;
  if (isTerminal(status) || usualMs === null) return "";
  return `usually ${humanRange(usualMs.from, usualMs.to)}`;
}

const DAY_MS = 24 * 3_600_000;

/** `3m 12s`, `5h 2m`, `12d`. */
export function describeAge(ageMs: number | null): string {
  if (ageMs === null) return "";
  return ageMs < 2 * DAY_MS ? humanDuration(ageMs) : `${Math.floor(ageMs / DAY_MS)}d`;
}
