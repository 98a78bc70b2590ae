import type { Job } from "../../domain/job";

/** What reads of a list give. */

export interface Page {
  readonly jobs: readonly Job[];
  /** Whether the service has, or may have, jobs after this page. */
  readonly more: boolean;
  /** How many pages there are, where the service says so. */
  readonly count?: number;
}

/** Jobs of the list, and whether these are all of them for certain. */
export interface Listed {
  readonly jobs: readonly Job[];
  readonly isWhole: boolean;
}

/** The newest jobs of the list, and more where that was read on the way. */
export interface Newest extends Listed {
  /** Whether the newest jobs are among them for certain. */
  readonly hasNewest: boolean;
}

/** Whether the newest jobs, as far as they are read, are all that somebody wants. */
export type IsEnough = (newest: readonly Job[]) => boolean;

/** The newest jobs without a gap, as many as were wanted where `hasNewest`. */
export interface Latest extends Newest {
  /** How many jobs there are in all, where that is known. */
  readonly total: number | undefined;
  /** Whether the list's order is clear; if it is not, all of it was read. */
  readonly isOrderClear: boolean;
}

/** How many jobs there are, as far as one request says. */
export interface Counted {
  readonly count: number;
  /** Otherwise there may be more. */
  readonly isExact: boolean;
}

/** How far a read of the list has come. */
export interface ReadSoFar {
  readonly entries: number;
  readonly total: number | undefined;
}
