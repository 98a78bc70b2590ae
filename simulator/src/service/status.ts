import type { Job, JobEnd, StageMs } from "./job";

export type Status = "registered" | "pending" | "in_progress" | "completed" | "failed";

export function endOf(job: Job): JobEnd {
  if (job.forcedEnd) return job.forcedEnd;
  const { plan, sourceFailure } = job;
  const failMessage = sourceFailure ?? plannedFailure(job);
  return {
    atMs: startOf(job) + toMs(plan.inProgressMs),
    outcome: failMessage === null ? "completed" : "failed",
    failMessage,
  };
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
function startOf(job: Job): number {
  const { registeredMs, pendingMs } = job.plan;
  const readyAtMs = job.createdAtMs + toMs(registeredMs) + toMs(pendingMs);
  return job.behind ? Math.max(readyAtMs, freedAt(job.behind)) : readyAtMs;
}

/** When a job lets the next one start: at its end, or at its deletion if it had not started. */
function freedAt(job: Job): number {
  if (job.deletedAtMs === undefined) return endOf(job).atMs;
  if (job.deletedAtMs >= startOf(job)) return Math.min(job.deletedAtMs, endOf(job).atMs);
  return job.behind ? freedAt(job.behind) : job.deletedAtMs;
}

function plannedFailure({ plan }: Job): string | null {
  return plan.outcome === "failed" ? (plan.failMessage ?? "COMMON_ERROR") : null;
}

function toMs(stage: StageMs): number {
  return stage === "never" ? Number.POSITIVE_INFINITY : stage;
}
