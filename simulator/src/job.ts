import type { FamilyName } from "./families";

/** How long a stage lasts in milliseconds of the service's clock, or that it never ends. */
export type StageMs = number | "never";

/** What will become of a job; its status at any moment follows from this and the clock. */
export interface Plan {
  readonly registeredMs: StageMs;
  readonly pendingMs: StageMs;
  readonly inProgressMs: StageMs;
  readonly outcome: "completed" | "failed";
  /** The `fail_message` of a failed outcome. @default "COMMON_ERROR" */
  readonly failMessage?: string;
}

export type Status = "registered" | "pending" | "in_progress" | "completed" | "failed";

/** The end of a job: planned, or brought about by a test or by a result that could not be written. */
export interface JobEnd {
  readonly atMs: number;
  readonly outcome: "completed" | "failed";
  readonly failMessage: string | null;
}

/** One feature, task or task run. */
export interface Job {
  readonly family: FamilyName;
  readonly id: string;
  readonly name: string;
  /** The account that owns it; its other access keys see it too. */
  readonly account: string;
  readonly createdAtMs: number;
  /** What the request said, in the spelling of the answers; null for a part left out. */
  readonly fields: Readonly<Record<string, string | null>>;
  /** Ids of the jobs that this one is made from. */
  readonly parents: readonly string[];
  /** What is only known at the end, such as `line_count`. */
  readonly measures: Readonly<Record<string, number | string>>;
  plan: Plan;
  /** Set when the end is no longer the planned one. */
  forcedEnd?: JobEnd;
  deletedAtMs?: number;
  /** Keys of the result objects written so far. */
  resultKeys: readonly string[];
  /** The writing of the result while it is under way, so that it is done once. */
  settling?: Promise<void>;
}

export function endOf(job: Job): JobEnd {
  if (job.forcedEnd) return job.forcedEnd;
  const { registeredMs, pendingMs, inProgressMs, outcome, failMessage } = job.plan;
  return {
    atMs: job.createdAtMs + toMs(registeredMs) + toMs(pendingMs) + toMs(inProgressMs),
    outcome,
    failMessage: outcome === "failed" ? (failMessage ?? "COMMON_ERROR") : null,
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
  const pendingFromMs = job.createdAtMs + toMs(job.plan.registeredMs);
  if (nowMs < pendingFromMs) return "registered";
  const startedAtMs = pendingFromMs + toMs(job.plan.pendingMs);
  if (nowMs < startedAtMs) return "pending";
  if (!mayGoBack || job.plan.inProgressMs === "never") return "in_progress";
  const doneShare = (nowMs - startedAtMs) / job.plan.inProgressMs;
  return doneShare >= 1 / 3 && doneShare < 2 / 3 ? "pending" : "in_progress";
}

function toMs(stage: StageMs): number {
  return stage === "never" ? Number.POSITIVE_INFINITY : stage;
}
