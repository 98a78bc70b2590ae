import type { Clock } from "./clock";
import type { Plan } from "./job";
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

/** The plans of jobs still to be created through the API. */
export interface PlanBook {
  /** The plan for a job created now: the next one in the queue, else the default. */
  next(): Plan;
  byDefault(): Plan;
  setDefault(changes: Partial<Plan>): void;
  /** Appends plans for the next jobs, each filled up from the default. */
  queue(plans: readonly Partial<Plan>[]): void;
  reset(): void;
}

export function createPlanBook(initial: Partial<Plan> = {}): PlanBook {
  const atStart: Plan = {
    registeredMs: 2_000,
    pendingMs: 8_000,
    inProgressMs: 50_000,
    outcome: "completed",
    ...initial,
  };
  let byDefault = atStart;
  let queued: Partial<Plan>[] = [];
  return {
    next: () => ({ ...byDefault, ...queued.shift() }),
    byDefault: () => byDefault,
    setDefault(changes) {
      byDefault = { ...byDefault, ...changes };
    },
    queue(plans) {
      queued.push(...plans);
    },
    reset() {
      byDefault = atStart;
      queued = [];
    },
  };
}
