import type { Family } from "./family";
import type { Job } from "./job";
import { isCompleted } from "./status";

/** Whether the service has said how good a job is. */
export function hasGateMeasure({ gate }: Family, { measures }: Job): boolean {
  return gate !== undefined && (measures[gate] ?? null) !== null;
}

/** Why a completed job is not good enough, or `undefined` where it is, or where there is no bound. */
export function unmetGate(family: Family, job: Job, minAuroc: number | null): string | undefined {
  if (family.gate === undefined || minAuroc === null || !isCompleted(job.status)) return undefined;
  const auroc = job.measures[family.gate] ?? null;
  if (auroc === null) return `the service gives no AUROC, and minAuroc is ${minAuroc}`;
  return Number(auroc) >= minAuroc
    ? undefined
    : `its AUROC is ${auroc}, which is below minAuroc ${minAuroc}`;
}
