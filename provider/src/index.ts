// The public face of the package. The plugin side (`pulumi-nclue/plugin`) is for the text in the
// state alone, and everything else is private.

export type { Drift, ResultObject } from "./domain/outputs";
export type {
  OnDeleteWhileRunning,
  OnDuplicateName,
  OnFailure,
  OnResultMissing,
  OnSourceChange,
  Verify,
} from "./domain/policies";
export type { KnownStatus, WaitFor } from "./domain/status";
export type { CompletedRun } from "./lifecycle/completion";
export { CustomAttributes, type CustomAttributesArgs } from "./pulumi/customAttributes";
export { Feature, type FeatureArgs } from "./pulumi/feature";
export {
  type GetCustomAttributesArgs,
  type GetCustomAttributesListArgs,
  type GetCustomAttributesListOutputArgs,
  type GetCustomAttributesListResult,
  type GetCustomAttributesOutputArgs,
  type GetCustomAttributesResult,
  getCustomAttributes,
  getCustomAttributesList,
  getCustomAttributesListOutput,
  getCustomAttributesOutput,
} from "./pulumi/getCustomAttributes";
export {
  type GetFeatureArgs,
  type GetFeatureOutputArgs,
  type GetFeatureResult,
  type GetFeaturesArgs,
  type GetFeaturesOutputArgs,
  type GetFeaturesResult,
  getFeature,
  getFeatureOutput,
  getFeatures,
  getFeaturesOutput,
} from "./pulumi/getFeature";
export {
  type GetShoppingIntentArgs,
  type GetShoppingIntentOutputArgs,
  type GetShoppingIntentResult,
  type GetShoppingIntentsArgs,
  type GetShoppingIntentsOutputArgs,
  type GetShoppingIntentsResult,
  getShoppingIntent,
  getShoppingIntentOutput,
  getShoppingIntents,
  getShoppingIntentsOutput,
} from "./pulumi/getShoppingIntent";
export {
  type GetTaskArgs,
  type GetTaskOutputArgs,
  type GetTaskResult,
  type GetTasksArgs,
  type GetTasksOutputArgs,
  type GetTasksResult,
  getTask,
  getTaskOutput,
  getTasks,
  getTasksOutput,
} from "./pulumi/getTask";
export {
  type GetTaskRunArgs,
  type GetTaskRunOutputArgs,
  type GetTaskRunResult,
  type GetTaskRunsArgs,
  type GetTaskRunsOutputArgs,
  type GetTaskRunsResult,
  getTaskRun,
  getTaskRunOutput,
  getTaskRuns,
  getTaskRunsOutput,
} from "./pulumi/getTaskRun";
export type { IdOrName, JobFacts } from "./pulumi/jobLookUps";
export { type JobArgs, JobResource, type ResultArgs, type SourceArgs } from "./pulumi/jobResource";
export type { RequiredResult } from "./pulumi/requiredResult";
export { ShoppingIntent, type ShoppingIntentArgs } from "./pulumi/shoppingIntent";
export { Task, type TaskArgs } from "./pulumi/task";
export { TaskRun, type TaskRunArgs } from "./pulumi/taskRun";
export { TaskRunCompletion, type TaskRunCompletionArgs } from "./pulumi/taskRunCompletion";
