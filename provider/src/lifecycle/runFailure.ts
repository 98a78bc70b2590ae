import { explainFailure } from "../domain/failures";
import { printable } from "../kernel/text";
import type { RunRecord } from "../nclue/wire";
import { describeStored } from "./storedRun";

export type FailedRun = Pick<
  RunRecord,
  "runId" | "name" | "taskId" | "taskName" | "featureId" | "featureName" | "failMessage"
>;

/** A failed run in words: which one, why, and what to do about it. */
export function describeFailure(run: FailedRun): { which: string; cause: string; remedy: string } {
  const task = named(run.taskName, run.taskId);
  const feature = named(run.featureName, run.featureId);
  const { cause, remedy } = explainFailure(run.failMessage);
  return {
    which: `task run ${describeStored(run.runId, run)} of task ${task} on feature ${feature} failed`,
    cause: printable(cause),
    remedy,
  };
}

function named(name: string | null, id: string | null): string {
  const which = printable(id ?? "unknown");
  return name === null ? which : `"${printable(name)}" (${which})`;
}
