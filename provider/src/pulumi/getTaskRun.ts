import * as pulumi from "@pulumi/pulumi";
import { lookUp, lookUpOutput } from "./lookUps";

/** Which run {@link getTaskRun} looks up: exactly one of the two is given. */
export interface GetTaskRunArgs {
  /** The run's id at the service. */
  readonly runId?: string;
  /** The run's name at the service. Its whole list is read for it: a request for 100 runs. */
  readonly name?: string;
}

/** {@link GetTaskRunArgs} with Inputs. */
export interface GetTaskRunOutputArgs {
  /** The run's id at the service. */
  readonly runId?: pulumi.Input<string | undefined>;
  /** The run's name at the service. */
  readonly name?: pulumi.Input<string | undefined>;
}

/** A run as the service knows it now; `null` where it tells nothing. */
export interface GetTaskRunResult {
  /** The run's id at the service. */
  readonly runId: string;
  /** The run's name at the service. */
  readonly name: string | null;
  /** The id of the task that was run. */
  readonly taskId: string | null;
  /** The name of that task. */
  readonly taskName: string | null;
  /** The id of the feature that it was run over. */
  readonly featureId: string | null;
  /** The name of that feature. */
  readonly featureName: string | null;
  /** `registered`, `pending`, `in_progress`, `completed` or `failed`; other words as they are. */
  readonly status: string | null;
  /** ISO 8601, as the service writes it (Korean time). */
  readonly createdAt: string | null;
  /** ISO 8601, as the service writes it; `null` before the end. */
  readonly completedAt: string | null;
  /** Lines of the feature that the task was applied to; `null` before the end. */
  readonly lineCount: number | null;
  /** Why the run failed; `null` unless it did. */
  readonly failMessage: string | null;
  /** The bucket that the result goes into. */
  readonly resultBucket: string | null;
  /** Where in the bucket: as it was asked for, or (after the end, perhaps) the object's key. */
  readonly resultFilePath: string | null;
}

/**
 * Looks a run up by its id or by its name, once, without waiting for anything. It is for runs that
 * something else makes; nothing is changed, and nothing is kept in the state.
 *
 * It runs in the program's process, in previews too, with the settings of the provider (stack config,
 * environment, profile) and a pace of its own: one request a second unless
 * `nclue:requestsPerSecond` says otherwise. Together with the resources, which have another process
 * and another pace, a program may briefly ask twice as often; the service's refusals are waited out.
 * In unit tests with mocks it is answered by the mocks' `call` as `nclue:index:getTaskRun`.
 *
 * @throws pulumi.RunError where no run, or more than one, has the name, or the service refuses.
 *
 * @example
 * ```ts
 * const last = await nclue.getTaskRun({ name: "churn-2026-11" });
 * export const lines = last.lineCount;
 * ```
 */
export async function getTaskRun(
  args: GetTaskRunArgs,
  _options?: pulumi.InvokeOptions,
): Promise<GetTaskRunResult> {
  const { runId = "", name = "" } = args;
  if ((runId === "") === (name === "")) throw eitherOr();
  const found = await lookUp("getTaskRun", { ...args }, (lookUps) =>
    runId === "" ? lookUps.byName(name) : lookUps.byId(runId),
  );
  return resultOf(found);
}

/**
 * {@link getTaskRun} for Inputs. While one of them is unknown in a preview, so is the result; a
 * secret one makes it secret.
 *
 * @param options `dependsOn`: look only when these resources are made.
 */
export function getTaskRunOutput(
  args: GetTaskRunOutputArgs,
  options?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetTaskRunResult> {
  return lookUpOutput({ ...args }, options, (known: GetTaskRunArgs) => getTaskRun(known));
}

const NOTHING: GetTaskRunResult = {
  runId: "",
  name: null,
  taskId: null,
  taskName: null,
  featureId: null,
  featureName: null,
  status: null,
  createdAt: null,
  completedAt: null,
  lineCount: null,
  failMessage: null,
  resultBucket: null,
  resultFilePath: null,
};

/** All fields, `null` where there is nothing: mocks may leave some out. */
export function resultOf(found: Partial<GetTaskRunResult>): GetTaskRunResult {
  return { ...NOTHING, ...found };
}

function eitherOr(): pulumi.RunError {
  return new pulumi.RunError("looking up a task run: give getTaskRun either runId or name");
}
