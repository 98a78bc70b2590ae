import * as pulumi from "@pulumi/pulumi";
import { PLUMBING } from "../domain/plumbing";
import type { CompletedRun } from "../lifecycle/taskRunCompletion";
import { isRunByEngine, plumbingOf, secretIfAny } from "./plumbing";
import { taskRunCompletionShell } from "./taskRunShell";

/** Frozen for good: it stands in every state. */
const TYPE = "pulumi-nodejs:dynamic/nclue:TaskRunCompletion";

/** The arguments of a {@link TaskRunCompletion}. */
export interface TaskRunCompletionArgs {
  /** The ids of the runs to wait for. An id that stands twice counts once. */
  readonly runIds: pulumi.Input<readonly pulumi.Input<string>[]>;
}

/**
 * Waits for many runs in one of the engine's places.
 *
 * The engine does a limited number of things at once (4 for each core by default), and a run that is
 * waited for takes one of these places. Runs with `waitFor: "submitted"` are started at full pace and
 * free their places at once; this resource then waits for all of them. A failed run is an error that
 * lists every failed one, after the others have ended; `pulumi up --refresh` makes the failed ones
 * again and waits for those. It changes nothing at the service, and neither does its deletion.
 *
 * `customTimeouts.create` bounds the wait for each run: 2 hours by default. Where the bucket or the
 * path of a run is secret, make the results so too, with the resource option
 * `additionalSecretOutputs: ["runs"]`.
 *
 * @example
 * ```ts
 * const runs = segments.map(
 *   (segment) => new nclue.TaskRun(segment, { ...argsOf(segment), waitFor: "submitted" }),
 * );
 * const done = new nclue.TaskRunCompletion("all", { runIds: runs.map((run) => run.id) });
 * ```
 */
export class TaskRunCompletion extends pulumi.CustomResource {
  /** As in the arguments. */
  declare readonly runIds: pulumi.Output<string[]>;
  /** What is known of each run, by its id. */
  declare readonly runs: pulumi.Output<Record<string, CompletedRun>>;

  /**
   * Declares the waiting for some runs.
   *
   * @param name the resource's logical name, unique in the stack.
   * @param args the runs to wait for.
   * @param options Pulumi's resource options; `customTimeouts` works too.
   */
  constructor(
    name: string,
    args: TaskRunCompletionArgs,
    options: pulumi.CustomResourceOptions = {},
  ) {
    super(TYPE, name, inputsOf(name, args, options), options);
  }
}

function inputsOf(
  name: string,
  args: TaskRunCompletionArgs,
  options: pulumi.CustomResourceOptions,
): pulumi.Inputs {
  if (!isRunByEngine()) return { runs: undefined, ...args };
  const given = { ...args };
  return {
    runs: secretIfAny(args.runIds),
    ...given,
    [PLUMBING]: plumbingOf(TYPE, name, given, options),
    __provider: taskRunCompletionShell,
  };
}
