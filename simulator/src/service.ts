import type { Clock } from "./clock";
import type { PlanBook } from "./planBook";
import type { ResultStore } from "./resultStore";
import type { Store } from "./store";
import type { SwitchBoard } from "./switches";

/** What the operations work on. */
export interface Service {
  readonly clock: Clock;
  readonly store: Store;
  readonly switches: SwitchBoard;
  readonly plans: PlanBook;
  /** Absent when no storage was given: runs then complete without a result object. */
  readonly resultStore: ResultStore | undefined;
  /** Names of deleted jobs that stay taken, when the switch `deletedNames` says so. */
  readonly retiredNames: Set<string>;
}
