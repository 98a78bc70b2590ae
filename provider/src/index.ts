// The public face of the package. The plugin side (`pulumi-nclue/plugin`) is for the text in the
// state alone, and everything else is private.

export type {
  OnDeleteWhileRunning,
  OnDuplicateName,
  OnFailure,
  OnResultMissing,
  Verify,
} from "./domain/arguments";
export type { Drift } from "./domain/outputs";
export type { KnownStatus, WaitFor } from "./domain/status";
export type { CompletedRun } from "./lifecycle/taskRunCompletion";
export {
  type GetTaskRunArgs,
  type GetTaskRunOutputArgs,
  type GetTaskRunResult,
  getTaskRun,
  getTaskRunOutput,
} from "./pulumi/getTaskRun";
export {
  type GetTaskRunsArgs,
  type GetTaskRunsOutputArgs,
  type GetTaskRunsResult,
  getTaskRuns,
  getTaskRunsOutput,
} from "./pulumi/getTaskRuns";
export { TaskRun, type TaskRunArgs } from "./pulumi/taskRun";
export { TaskRunCompletion, type TaskRunCompletionArgs } from "./pulumi/taskRunCompletion";
