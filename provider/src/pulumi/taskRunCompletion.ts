import * as pulumi from "@pulumi/pulumi";
import type { ResultObject } from "../domain/outputs";
import { PLUMBING } from "../domain/plumbing";
import type { CompletedRun } from "../lifecycle/completion";
import { noticeMissingPackages } from "./pluginFolder";
import { plumbingInput } from "./plumbingInput";
import { type RequiredResult, resultOrFailure } from "./requiredResult";
import { isRunByEngine } from "./runByEngine";
import { refuseOldSdk } from "./sdkVersion";
import { secretIfAny } from "./secretArguments";
import { shells } from "./shell";
import { hasType, TYPE_TOKENS } from "./typeTokens";

/** The arguments of a {@link TaskRunCompletion}. */
export interface TaskRunCompletionArgs {
  /** The ids of the runs to wait for. An id that is given twice counts once. */
  readonly runIds: pulumi.Input<readonly pulumi.Input<string>[]>;
}

/**
 * Waits for many runs in one of the engine's slots.
 *
 * The engine does a limited number of things at once (4 for each core by default), and a run that is
 * waited for takes one of these slots. Runs with `waitFor: "submitted"` are started at full pace and
 * free their slots at once; this resource then waits for all of them. A failed run is an error that
 * lists every failed one, after the others have ended; `pulumi up --refresh` starts the failed ones
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
   * Whether a value is such a resource, even one of another copy of this package.
   *
   * @param value anything.
   */
  static override isInstance(value: unknown): value is TaskRunCompletion {
    return hasType(value, TYPE_TOKENS.taskRunCompletion);
  }

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
    refuseOldSdk();
    noticeMissingPackages();
    super(TYPE_TOKENS.taskRunCompletion, name, inputsOf(name, args, options), options);
  }

  /**
   * The results by run id, for what cannot do without them: unknown in a preview, and where a run has
   * none the update fails.
   *
   * @example
   * ```ts
   * export const files = done.requireResults().apply((results) =>
   *   Object.values(results).map(({ uri }) => uri),
   * );
   * ```
   */
  requireResults(): pulumi.Output<Record<string, RequiredResult>> {
    return this.runs.apply(async (runs) => {
      const isSecret = await pulumi.isSecret(this.runs);
      const each = Object.entries(runs).map(([id, run], index) => {
        const which = isSecret ? `number ${index + 1}, whose id is secret` : id;
        return [id, requiredOf(which, run)] as const;
      });
      return Object.fromEntries(each);
    });
  }
}

/** What is said of one run, as the barrier keeps it. */
function requiredOf(which: string, run: CompletedRun & Partial<ResultObject>): RequiredResult {
  const { resultKey, resultUri, resultSize = null, resultEtag = null } = run;
  const bucket = /^s3:\/\/([^/]+)\//.exec(resultUri ?? "")?.[1] ?? null;
  const doing = `requiring the result of task run ${which}`;
  return resultOrFailure(doing, run, bucket, { resultKey, resultUri, resultSize, resultEtag });
}

function inputsOf(
  name: string,
  args: TaskRunCompletionArgs,
  options: pulumi.CustomResourceOptions,
): pulumi.Inputs {
  if (!isRunByEngine()) return { runs: undefined, ...args };
  const given = { ...args };
  return {
    runs: secretIfAny([args.runIds]),
    ...given,
    [PLUMBING]: plumbingInput({ type: TYPE_TOKENS.taskRunCompletion, name, args: given, options }),
    __provider: shells.taskRunCompletion,
  };
}
