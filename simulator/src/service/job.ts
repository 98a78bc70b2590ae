import type { FamilyName } from "./family";

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
  /** The `AUROC` of a job that has one; null for none. @default "0.8412" */
  readonly auroc?: string | null;
  /** How long neither GET nor lists know the job, if longer than the switches say. @default 0 */
  readonly hiddenMs?: number;
}

/** The end of a job: planned, or brought about by a test or by a result that could not be written. */
export interface JobEnd {
  readonly atMs: number;
  readonly outcome: "completed" | "failed";
  readonly failMessage: string | null;
}

/** What was read from the sources of a job, or made up where nothing is read. */
export interface SourceCounts {
  readonly lines: number;
  readonly tokens: number;
  readonly bytes: number;
}

/** One job of any family. */
export interface Job {
  readonly family: FamilyName;
  readonly id: string;
  readonly name: string;
  /** The account that owns it; its other access keys see it too. */
  readonly account: string;
  readonly createdAtMs: number;
  /** What the request said, in the spelling of the answers; null for what was left out. */
  readonly fields: Readonly<Record<string, string | null>>;
  /** The jobs that this one is built on, by the field that names them. */
  readonly parents: Readonly<Record<string, Job>>;
  readonly counts: SourceCounts;
  /** The `fail_message` that its sources or a full storage will cause. */
  readonly foreseenFailure?: string;
  /** Whether it came through the API and so takes its turn where jobs run one after the other. */
  readonly isQueued: boolean;
  /** The job that has to end before this one starts. */
  behind?: Job;
  plan: Plan;
  /** Set when the end is no longer the planned one. */
  forcedEnd?: JobEnd;
  deletedAtMs?: number;
  /** Keys of the result objects written so far. */
  resultKeys: readonly string[];
  /** The writing of the result while it is under way, so that it is done once. */
  settling?: Promise<void>;
}

/** A deleted job may still show for a while. */
export function isDeleted(job: Job): boolean {
  return job.deletedAtMs !== undefined;
}
