import type { Job, JobEnd, StageMs } from "./job";

export type Status = "registered" | "pending" | "in_progress" | "completed" | "failed";

export function endOf(job: Job): JobEnd {
  return job.forcedEnd ?? plannedEnd(job, startOf(job));
}

/**
 * The status at a moment.
 * @param mayGoBack whether the middle third of `in_progress` shows `pending` again; no document
 * promises that a status only moves forward
 */
export function statusOf(job: Job, nowMs: number, mayGoBack = false): Status {
  const end = endOf(job);
  if (nowMs >= end.atMs) return end.outcome;
  if (nowMs < job.createdAtMs + toMs(job.plan.registeredMs)) return "registered";
  const startedAtMs = startOf(job);
  if (nowMs < startedAtMs) return "pending";
  if (!mayGoBack || job.plan.inProgressMs === "never") return "in_progress";
  const doneShare = (nowMs - startedAtMs) / job.plan.inProgressMs;
  return doneShare >= 1 / 3 && doneShare < 2 / 3 ? "pending" : "in_progress";
}

export function isAtWork(status: Status): boolean {
  return status === "pending" || status === "in_progress";
}

/** When `in_progress` begins: after the first two stages, and not before the job ahead is done. */
function startOf(job: Job, aheadDoneAtMs = doneAt(job.behind)): number {
  const { registeredMs, pendingMs } = job.plan;
  return Math.max(job.createdAtMs + toMs(registeredMs) + toMs(pendingMs), aheadDoneAtMs);
}

/** When a job lets the next one start: at its end, or at its deletion if it was never started. */
function doneAt(job: Job | undefined): number {
  if (!job) return 0;
  const aheadDoneAtMs = doneAt(job.behind);
  const startedAtMs = startOf(job, aheadDoneAtMs);
  const { atMs } = job.forcedEnd ?? plannedEnd(job, startedAtMs);
  const { deletedAtMs = Number.POSITIVE_INFINITY } = job;
  return deletedAtMs < startedAtMs ? aheadDoneAtMs : Math.min(deletedAtMs, atMs);
}

function plannedEnd(job: Job, startedAtMs: number): JobEnd {
  const failMessage = job.foreseenFailure ?? plannedFailure(job);
  return {
    atMs: startedAtMs + toMs(job.plan.inProgressMs),
    outcome: failMessage === null ? "completed" : "failed",
    failMessage,
  };
}

function plannedFailure({ plan }: Job): string | null {
  return plan.outcome === "failed" ? (plan.failMessage ?? "COMMON_ERROR") : null;
}

function toMs(stage: StageMs): number {
  return stage === "never" ? Number.POSITIVE_INFINITY : stage;
}
