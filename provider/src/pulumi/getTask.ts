import type * as pulumi from "@pulumi/pulumi";
import { task } from "../domain/families/task";
import type { KnownStatus } from "../domain/status";
import { type IdOrName, type JobFacts, lookUpJob, lookUpJobs, lookUpOutput } from "./jobLookUps";
import type { Task } from "./task";

/** Which one {@link getTask} looks up: by its id or by its name, never both. */
export type GetTaskArgs = IdOrName<"taskId">;

/** {@link GetTaskArgs} with Inputs. */
export type GetTaskOutputArgs = IdOrName<"taskId", pulumi.Input<string>>;

/** A task as the service knows it now; `null` where it says nothing. */
export type GetTaskResult = JobFacts<Task, "taskId">;

/**
 * Looks a task up by id or by name, once, without waiting for anything. It is for what something
 * else creates; nothing is changed, and nothing is kept in the state. By name, the service's whole list
 * is read: one request for every 100.
 *
 * It runs in the program's process, in previews too, with the settings of the provider (stack config,
 * environment, profile) and a pace of its own: one request a second unless
 * `nclue:requestsPerSecond` says otherwise. Together with the resources, which have another process
 * and another pace, a program may briefly ask twice as often; the service's refusals are waited out.
 * In unit tests with mocks it is answered by the mocks' `call` as `nclue:index:getTask`.
 *
 * @throws pulumi.RunError where none, or more than one, has the name, or the service refuses.
 *
 * @example
 * ```ts
 * const churn = await nclue.getTask({ name: "churn" });
 * export const auroc = churn.auroc;
 * ```
 */
export async function getTask(
  args: GetTaskArgs,
  _options?: pulumi.InvokeOptions,
): Promise<GetTaskResult> {
  return lookUpJob(task, "getTask", args);
}

/**
 * {@link getTask} for Inputs. While one of them is unknown in a preview, so is the result; a secret one
 * makes it secret.
 *
 * @param options `dependsOn`: look up only when these resources exist.
 */
export function getTaskOutput(
  args: GetTaskOutputArgs,
  options?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetTaskResult> {
  return lookUpOutput(args, options, getTask);
}

/** Which ones {@link getTasks} lists: those that meet all that is given. */
export interface GetTasksArgs {
  /** Tasks that are trained on this feature only. */
  readonly trainFeatureId?: string;
  /** Those with this status only. */
  readonly status?: KnownStatus;
}

/** {@link GetTasksArgs} with Inputs. */
export interface GetTasksOutputArgs {
  /** Tasks that are trained on this feature only. */
  readonly trainFeatureId?: pulumi.Input<string | undefined>;
  /** Those with this status only. */
  readonly status?: pulumi.Input<KnownStatus | undefined>;
}

/** What {@link getTasks} found. */
export interface GetTasksResult {
  /** Newest first. */
  readonly tasks: readonly JobFacts<Task, "taskId">[];
}

/**
 * Lists the account's tasks, newest first. The service filters nothing, so its whole list is
 * read: one request for every 100.
 *
 * Where it runs, its settings and its pace are those of {@link getTask}. In unit tests with mocks it is
 * answered by the mocks' `call` as `nclue:index:getTasks`.
 *
 * @throws pulumi.RunError where the service refuses.
 *
 * @example
 * ```ts
 * const { tasks } = await nclue.getTasks({ status: "completed" });
 * export const best = Math.max(...tasks.map(({ auroc }) => auroc ?? 0));
 * ```
 */
export async function getTasks(
  args: GetTasksArgs = {},
  _options?: pulumi.InvokeOptions,
): Promise<GetTasksResult> {
  return lookUpJobs(task, "getTasks", args);
}

/**
 * {@link getTasks} for Inputs. While one of them is unknown in a preview, so is the result; a secret
 * one makes it secret.
 *
 * @param options `dependsOn`: look up only when these resources exist.
 */
export function getTasksOutput(
  args: GetTasksOutputArgs = {},
  options?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetTasksResult> {
  return lookUpOutput(args, options, getTasks);
}
