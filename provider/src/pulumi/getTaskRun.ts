import type * as pulumi from "@pulumi/pulumi";
import { taskRun } from "../domain/families/taskRun";
import type { ResultObject } from "../domain/outputs";
import type { KnownStatus } from "../domain/status";
import { type IdOrName, type JobFacts, lookUpJob, lookUpJobs, lookUpOutput } from "./jobLookUps";
import type { TaskRun } from "./taskRun";

/** Which one {@link getTaskRun} looks up: by its id or by its name, never both. */
export type GetTaskRunArgs = IdOrName<"runId">;

/** {@link GetTaskRunArgs} with Inputs. */
export type GetTaskRunOutputArgs = IdOrName<"runId", pulumi.Input<string>>;

/** A task run as the service knows it now; `null` where it says nothing. */
export type GetTaskRunResult = JobFacts<TaskRun, "runId"> & ResultObject;

/**
 * Looks a task run up by id or by name, once, without waiting for anything. It is for what something
 * else creates; nothing is changed, and nothing is kept in the state. By name, the service's whole list
 * is read: one request for every 100.
 *
 * A completed one comes with its result, where exactly one object can be it and Object Storage can be
 * asked; otherwise the result's four facts are `null`.
 *
 * It runs in the program's process, in previews too, with the settings of the provider (stack config,
 * environment, profile) and a pace of its own: one request a second unless
 * `nclue:requestsPerSecond` says otherwise. Together with the resources, which have another process
 * and another pace, a program may briefly ask twice as often; the service's refusals are waited out.
 * In unit tests with mocks it is answered by the mocks' `call` as `nclue:index:getTaskRun`.
 *
 * @throws pulumi.RunError where none, or more than one, has the name, or the service refuses.
 *
 * @example
 * ```ts
 * const last = await nclue.getTaskRun({ name: "churn-2026-11" });
 * export const file = last.resultUri;
 * ```
 */
export async function getTaskRun(
  args: GetTaskRunArgs,
  _options?: pulumi.InvokeOptions,
): Promise<GetTaskRunResult> {
  return lookUpJob(taskRun, "getTaskRun", args);
}

/**
 * {@link getTaskRun} for Inputs. While one of them is unknown in a preview, so is the result; a secret one
 * makes it secret.
 *
 * @param options `dependsOn`: look up only when these resources exist.
 */
export function getTaskRunOutput(
  args: GetTaskRunOutputArgs,
  options?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetTaskRunResult> {
  return lookUpOutput(args, options, getTaskRun);
}

/** Which ones {@link getTaskRuns} lists: those that meet all that is given. */
export interface GetTaskRunsArgs {
  /** Runs of this task only. */
  readonly taskId?: string;
  /** Runs over this feature only. */
  readonly featureId?: string;
  /** Those with this status only. */
  readonly status?: KnownStatus;
}

/** {@link GetTaskRunsArgs} with Inputs. */
export interface GetTaskRunsOutputArgs {
  /** Runs of this task only. */
  readonly taskId?: pulumi.Input<string | undefined>;
  /** Runs over this feature only. */
  readonly featureId?: pulumi.Input<string | undefined>;
  /** Those with this status only. */
  readonly status?: pulumi.Input<KnownStatus | undefined>;
}

/** What {@link getTaskRuns} found. */
export interface GetTaskRunsResult {
  /** Newest first. */
  readonly runs: readonly JobFacts<TaskRun, "runId">[];
}

/**
 * Lists the account's task runs, newest first. The service filters nothing, so its whole list is
 * read: one request for every 100. Object Storage is not asked for results.
 *
 * Where it runs, its settings and its pace are those of {@link getTaskRun}. In unit tests with mocks it is
 * answered by the mocks' `call` as `nclue:index:getTaskRuns`.
 *
 * @throws pulumi.RunError where the service refuses.
 *
 * @example
 * ```ts
 * const { runs } = await nclue.getTaskRuns({ taskId: "3179664c-…", status: "completed" });
 * export const latest = runs[0]?.runId;
 * ```
 */
export async function getTaskRuns(
  args: GetTaskRunsArgs = {},
  _options?: pulumi.InvokeOptions,
): Promise<GetTaskRunsResult> {
  return lookUpJobs(taskRun, "getTaskRuns", args);
}

/**
 * {@link getTaskRuns} for Inputs. While one of them is unknown in a preview, so is the result; a secret
 * one makes it secret.
 *
 * @param options `dependsOn`: look up only when these resources exist.
 */
export function getTaskRunsOutput(
  args: GetTaskRunsOutputArgs = {},
  options?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetTaskRunsResult> {
  return lookUpOutput(args, options, getTaskRuns);
}
