import type { ResultStore } from "../storage/resultStore";
import type { SwitchBoard } from "../switches/switchBoard";
import type { Clock } from "./clock";
import type { PlanBook } from "./planBook";
import type { Store } from "./store";

/** What the operations work on. */
export interface Service {
  readonly clock: Clock;
  readonly store: Store;
  readonly switches: SwitchBoard;
  readonly plans: PlanBook;
  /** Absent when no storage was given: sources are then not read, and results not written. */
  readonly resultStore: ResultStore | undefined;
  /** Names of deleted jobs that stay taken, when the switch `deletedNames` says so. */
  readonly retiredNames: Set<string>;
}
