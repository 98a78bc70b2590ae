import type * as pulumi from "@pulumi/pulumi";
import type { KnownStatus } from "../domain/status";
import { type GetTaskRunResult, resultOf } from "./getTaskRun";
import { lookUp, lookUpOutput } from "./lookUps";

/** Which runs {@link getTaskRuns} lists: those that meet all that is given. */
export interface GetTaskRunsArgs {
  /** Runs of this task only. */
  readonly taskId?: string;
  /** Runs with this status only. */
  readonly status?: KnownStatus;
}

/** {@link GetTaskRunsArgs} with Inputs. */
export interface GetTaskRunsOutputArgs {
  /** Runs of this task only. */
  readonly taskId?: pulumi.Input<string | undefined>;
  /** Runs with this status only. */
  readonly status?: pulumi.Input<KnownStatus | undefined>;
}

/** The runs that {@link getTaskRuns} found. */
export interface GetTaskRunsResult {
  /** Newest first. */
  readonly runs: readonly GetTaskRunResult[];
}

/**
 * Lists the account's runs, newest first. The service filters nothing, so its whole list is read: one
 * request for 100 runs.
 *
 * Where it runs, its settings and its pace are those of {@link getTaskRun}. In unit tests with mocks it
 * is answered by the mocks' `call` as `nclue:index:getTaskRuns`.
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
  const { runs } = await lookUp<{ runs?: readonly Partial<GetTaskRunResult>[] }>(
    "getTaskRuns",
    { ...args },
    async (lookUps) => ({ runs: await lookUps.list(args) }),
  );
  return { runs: (runs ?? []).map(resultOf) };
}

/**
 * {@link getTaskRuns} for Inputs. While one of them is unknown in a preview, so is the result; a
 * secret one makes it secret.
 *
 * @param options `dependsOn`: look only when these resources are made.
 */
export function getTaskRunsOutput(
  args: GetTaskRunsOutputArgs = {},
  options?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetTaskRunsResult> {
  return lookUpOutput({ ...args }, options, (known: GetTaskRunsArgs) => getTaskRuns(known));
}
