/**
 * The life of a job at the service:
 * `registered` → `pending` → `in_progress` → `completed` or `failed`. A poll may miss states.
 * A word that is not in the table is passed on as it is; it is never an end and never success.
 *
 * @see https://api.ncloud-docs.com/docs/nclue-gettaskrun
 */
export type KnownStatus = "registered" | "pending" | "in_progress" | "completed" | "failed";
export const STATUSES: readonly KnownStatus[] = [
  "registered",
  "pending",
  "in_progress",
  "completed",
  "failed",
];

/** What `pulumi up` waits for. */
export type WaitFor = "completed" | "started" | "submitted";
export const WAIT_TARGETS: readonly WaitFor[] = ["completed", "started", "submitted"];

/** The service's create pages print `complete`, all others `completed`: both are the same state. */
export function normalizeStatus(word: string): string {
  return word === "complete" ? "completed" : word;
}

export function isTerminal(status: string | null): boolean {
  return isCompleted(status) || isFailed(status);
}

export function isCompleted(status: string | null): boolean {
  return status === "completed";
}

export function isFailed(status: string | null): boolean {
  return status === "failed";
}

/** A word that is not in the service's table may stand for an end. */
export function isSurelyNotCompleted(status: string | null): boolean {
  return !isCompleted(status) && STATUSES.some((known) => known === status);
}

/** States in which the service refuses DELETE. An unknown word is tried. */
export function isBusy(status: string | null): boolean {
  return status === "pending" || status === "in_progress";
}

const REACHED_BY = {
  completed: ["completed"],
  started: ["in_progress", "completed"],
} as const satisfies Partial<Record<WaitFor, readonly string[]>>;

/** Whether a job in `status` is where `waitFor` wants it. A failed job only ever is "submitted". */
export function hasReached(status: string | null, waitFor: WaitFor): boolean {
  if (waitFor === "submitted") return true;
  return REACHED_BY[waitFor].some((reached) => reached === status);
}
