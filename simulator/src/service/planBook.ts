import type { Plan } from "./job";

/** The plans of jobs still to be created through the API. */
export interface PlanBook {
  /** The plan for a job created now: the next one in the queue, else the default. */
  next(): Plan;
  byDefault(): Plan;
  setDefault(changes: Partial<Plan>): void;
  /** Appends plans for the next jobs, each filled up from the default. */
  queue(plans: readonly Partial<Plan>[]): void;
}

export function createPlanBook(initial: Partial<Plan> = {}): PlanBook {
  let byDefault: Plan = {
    registeredMs: 2_000,
    pendingMs: 8_000,
    inProgressMs: 50_000,
    outcome: "completed",
    ...initial,
  };
  checkPlan(initial);
  const queued: Partial<Plan>[] = [];
  return {
    next: () => ({ ...byDefault, ...queued.shift() }),
    byDefault: () => byDefault,
    setDefault(changes) {
      checkPlan(changes);
      byDefault = { ...byDefault, ...changes };
    },
    queue(plans) {
      for (const plan of plans) checkPlan(plan);
      queued.push(...plans);
    },
  };
}

/** Plans also come in over HTTP, where no compiler has checked them. */
export function checkPlan(changes: Partial<Plan>): void {
  for (const [key, value] of Object.entries(changes)) {
    if (!planChecks[key as keyof Plan]?.(value)) {
      throw new TypeError(`changing a plan: ${key} cannot be ${JSON.stringify(value)}`);
    }
  }
}

const isStage = (value: unknown): boolean =>
  value === "never" || (typeof value === "number" && value >= 0);

const planChecks: Readonly<Record<keyof Plan, (value: unknown) => boolean>> = {
  registeredMs: isStage,
  pendingMs: isStage,
  inProgressMs: isStage,
  outcome: (value) => value === "completed" || value === "failed",
  failMessage: (value) => typeof value === "string",
  auroc: (value) => value === null || typeof value === "string",
  hiddenMs: (value) => typeof value === "number" && value >= 0,
};
