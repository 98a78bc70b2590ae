import type { Family } from "../domain/family";
import { isBusy } from "../domain/status";
import { NclueError, whileDoing } from "../kernel/errors";
import { humanDuration } from "../kernel/text";
import { describeFailure } from "./jobWords";
import type { Waited } from "./waitForJob";

/** What the reader of each end does next, where that depends on who has waited. */
export interface Remedies {
  readonly timedOut: string;
  readonly cancelled: string;
}

/**
 * What ended a wait, in words: the error, or `undefined` where the job is where it was wanted. The same
 * for a create, a delete, a barrier and the command line.
 *
 * @param doing `waiting for task run "churn" (f475…)`
 */
export function problemOf(
  family: Family,
  doing: string,
  waited: Waited,
  remedies: Remedies,
): NclueError | undefined {
  switch (waited.end) {
    case "reached":
      return undefined;
    case "failed": {
      const { which, cause, remedy } = describeFailure(family, waited.last);
      return new NclueError("job-failed", { doing: which, cause, remedy });
    }
    case "timed-out":
      return new NclueError("timed-out", {
        doing,
        cause: describeTimeout(waited),
        remedy: remedies.timedOut,
      });
    case "cancelled":
      return new NclueError("cancelled", {
        doing,
        cause: describeStop(waited),
        remedy: remedies.cancelled,
      });
    case "refused":
    case "missing":
      return whileDoing(doing, waited.error);
  }
}

/** `still in_progress after 2h 0m (412 polls, 3 × HTTP 503)` */
export function describeTimeout({ last, boundMs, seen }: Waited): string {
  const status = last.status ?? "unknown";
  return `still ${status} after ${humanDuration(boundMs)} (${describePolls(seen)})`;
}

function describeStop({ last, seen }: Waited): string {
  const polls = seen.size === 0 ? "" : ` (${describePolls(seen)})`;
  return `stopped while it is ${last.status ?? "not seen yet"}${polls}`;
}

/** `412 polls, 3 × HTTP 503`: how often it was asked, and what came instead of a status. */
export function describePolls(seen: ReadonlyMap<string, number>): string {
  const total = [...seen.values()].reduce((sum, count) => sum + count, 0);
  const troubles = [...seen].filter(([what]) => /^HTTP |answer$/.test(what));
  const polls = total === 1 ? "1 poll" : `${total} polls`;
  return [polls, ...troubles.map(([what, count]) => `${count} × ${what}`)].join(", ");
}

/** `it is in_progress, and the service deletes no task run that is pending or in progress` */
export function describeBusy(family: Family, status: string | null): string {
  return isBusy(status)
    ? `it is ${status}, and the service deletes no ${family.short} that is pending or in progress`
    : `it is ${status ?? "in an unknown state"}`;
}
