import * as pulumi from "@pulumi/pulumi";
import { version } from "@pulumi/pulumi/version";
import type {
  OnDeleteWhileRunning,
  OnDuplicateName,
  OnFailure,
  OnResultMissing,
  Verify,
} from "../domain/arguments";
import type { Drift } from "../domain/outputs";
import { PLUMBING } from "../domain/plumbing";
import type { WaitFor } from "../domain/status";
import { countPlannedRun } from "./plannedRuns";
import { isRunByEngine, plumbingOf, secretIfAny } from "./plumbing";
import { taskRunShell } from "./taskRunShell";

/** Frozen for good: it stands in every state. */
const TYPE = "pulumi-nodejs:dynamic/nclue:TaskRun";

/** The first SDK whose dynamic providers can read a resource that something else owns. */
const OLDEST_SDK = [3, 270] as const;

/**
 * The arguments of a {@link TaskRun}.
 *
 * A change of `name`, `taskId`, `featureId`, `resultBucket`, `resultFilePath` or `triggers` asks for
 * a new run. Of the others, `waitFor` matters while the run is unfinished, `onFailure` once it has
 * failed, `onResultMissing` once a refresh misses its result, and the rest when a run is made or deleted.
 *
 * @see https://api.ncloud-docs.com/docs/nclue-posttaskrun
 */
export interface TaskRunArgs {
  /** The id of the task (the trained model) to run. The service wants it completed. */
  readonly taskId: pulumi.Input<string>;

  /** The id of the feature that the task is run over. The service wants it completed. */
  readonly featureId: pulumi.Input<string>;

  /**
   * The run's name in NCLUE, 1 to 100 characters, unique in the account.
   *
   * With a given name the old run is deleted before its replacement is made, since both would
   * carry the name.
   *
   * @default generated: the resource's logical name and a hash of what is asked for, at most 40
   * characters of `[a-z0-9-]`
   */
  readonly name?: pulumi.Input<string>;

  /**
   * The bucket that the service writes the result into: 3 to 63 characters, small letters, digits,
   * `.` and `-`.
   *
   * @default none: the field is left out of the request
   */
  readonly resultBucket?: pulumi.Input<string>;

  /**
   * Where in the bucket the result goes. With a trailing `/` it is a directory
   * (`{path}nclue_{random}_{YYYYMMDDHH}.tsv`), otherwise the beginning of the object's name
   * (`{path}_{random}_{YYYYMMDDHH}.tsv`). Give each run a path of its own: two runs with one path at
   * the same time see each other's objects, and then no result is taken.
   *
   * Not allowed: ``& $ @ ; : + , ? * \ { } ^ % ` [ ] < > ~ # | " '``, control characters, and the
   * characters from 127 to 255. A space, `=` and characters above 255 are passed on with a warning.
   *
   * @default none: the field is left out of the request
   */
  readonly resultFilePath?: pulumi.Input<string>;

  /**
   * Any values; a change of any asks for a new run. An empty list is the same as none.
   *
   * @default none
   */
  readonly triggers?: pulumi.Input<readonly unknown[]>;

  /**
   * What `pulumi up` waits for: `"completed"` (the console's "available"), `"started"` (in progress
   * or later) or `"submitted"` (nothing after the request).
   *
   * @default "completed"
   */
  readonly waitFor?: pulumi.Input<WaitFor>;

  /**
   * What a failed run means to the next `pulumi up`: `"rerun"` (a new run replaces it; the preview
   * says which run failed and why) or `"fail"` (it stays, and each `up` fails with its message until
   * an argument changes).
   *
   * @default "rerun"
   */
  readonly onFailure?: pulumi.Input<OnFailure>;

  /**
   * What to do when the run has to be deleted while it is pending or in progress, which the service
   * refuses: `"wait"` until it ends (at most `customTimeouts.delete`), `"abandon"` it (leave it at the
   * service, and say so with its id) or `"fail"`. The environment variable
   * `NCLUE_ON_DELETE_WHILE_RUNNING` overrides it. A run that is only registered is deleted at once.
   *
   * @default "wait"
   */
  readonly onDeleteWhileRunning?: pulumi.Input<OnDeleteWhileRunning>;

  /**
   * For a given `name` only: what to do when another run has it. `"fail"`, or `"adopt"` to take it
   * over where task, feature, bucket and path are the same and it has not failed.
   *
   * @default "fail"
   */
  readonly onDuplicateName?: pulumi.Input<OnDuplicateName>;

  /**
   * What a result object that a refresh misses means to the next `pulumi up`: `"accept"` (the state
   * forgets it) or `"rerun"` (a new run replaces this one).
   *
   * @default "accept"
   */
  readonly onResultMissing?: pulumi.Input<OnResultMissing>;

  /**
   * What is looked up before anything is sent, at preview and again before the run is made:
   * `"bucket"` (the result bucket exists and is reachable), `"all"` (also: task and feature exist and
   * are completed) or `"off"`.
   *
   * @default "bucket"
   */
  readonly verify?: pulumi.Input<Verify>;
}

/**
 * A run of an NCLUE task over a feature: making the resource starts the run and waits for it.
 *
 * `customTimeouts` works (`create` 2 hours by default, `update` as `create`, `delete` 1 hour), and so
 * does `import: "<run id>"`, which adopts an existing run after comparing it with the arguments.
 *
 * @example
 * ```ts
 * const scores = new nclue.TaskRun("churn-scores", {
 *   taskId: "3179664c-…",
 *   featureId: "e48585fd-…",
 *   resultBucket: "acme-results",
 *   resultFilePath: "churn/2026-11/",
 * });
 * export const result = scores.resultUri;
 * ```
 *
 * @see https://api.ncloud-docs.com/docs/nclue-gettaskrun
 */
export class TaskRun extends pulumi.CustomResource {
  /** The run's id at the service; the same as `id`. */
  declare readonly runId: pulumi.Output<string>;
  /** The run's name at the service. */
  declare readonly name: pulumi.Output<string>;
  /** As in the arguments. */
  declare readonly taskId: pulumi.Output<string>;
  /** The name of the task; `null` where the service tells none. */
  declare readonly taskName: pulumi.Output<string | null>;
  /** As in the arguments. */
  declare readonly featureId: pulumi.Output<string>;
  /** The name of the feature; `null` where the service tells none. */
  declare readonly featureName: pulumi.Output<string | null>;
  /**
   * `registered`, `pending`, `in_progress`, `completed` or `failed`, as last seen. A word that the
   * provider does not know is passed on as it is, and is never success.
   */
  declare readonly status: pulumi.Output<string>;
  /** ISO 8601, as the service writes it (Korean time). */
  declare readonly createdAt: pulumi.Output<string | null>;
  /** ISO 8601, as the service writes it; `null` before the end. */
  declare readonly completedAt: pulumi.Output<string | null>;
  /** Lines of the feature that the task was applied to; `null` before the end. */
  declare readonly lineCount: pulumi.Output<number | null>;
  /** Why the run failed; `null` unless it did. */
  declare readonly failMessage: pulumi.Output<string | null>;
  /** As in the arguments; `null` without one. */
  declare readonly resultBucket: pulumi.Output<string | null>;
  /** As in the arguments; `null` without one. */
  declare readonly resultFilePath: pulumi.Output<string | null>;
  /** The key of the object that the service wrote; `null` until exactly one is found. */
  declare readonly resultKey: pulumi.Output<string | null>;
  /** `s3://bucket/key` of the result; `null` until it is found. */
  declare readonly resultUri: pulumi.Output<string | null>;
  /** The result's size in bytes. */
  declare readonly resultSize: pulumi.Output<number | null>;
  /** The result's ETag as the store gives it, with its quotes. */
  declare readonly resultEtag: pulumi.Output<string | null>;
  /**
   * What the last refresh found different about the result object: `result-missing`,
   * `result-replaced`, or `null`. The next `pulumi up` accepts it (see `onResultMissing`).
   */
  declare readonly drift: pulumi.Output<Drift | null>;

  /**
   * Reads a run that something else owns: nothing is ever changed or deleted through it.
   *
   * @param name the resource's logical name in this program.
   * @param runId the run's id at the service.
   * @param options Pulumi's resource options.
   */
  static get(
    name: string,
    runId: pulumi.Input<pulumi.ID>,
    options?: pulumi.CustomResourceOptions,
  ): TaskRun {
    return new TaskRun(name, undefined as unknown as TaskRunArgs, { ...options, id: runId });
  }

  /**
   * Whether a value is a task run, even one of another copy of this package.
   *
   * @param value anything.
   */
  static override isInstance(value: unknown): value is TaskRun {
    return (value as { __pulumiType?: unknown } | null | undefined)?.__pulumiType === TYPE;
  }

  /**
   * Declares a run. What that means at each `pulumi up` is told by {@link TaskRunArgs}.
   *
   * @param name the resource's logical name: unique in the stack, and the beginning of a generated
   *   name.
   * @param args what to run, over what, and where the result goes.
   * @param options Pulumi's resource options; `customTimeouts` and `import` work too.
   */
  constructor(name: string, args: TaskRunArgs, options: pulumi.CustomResourceOptions = {}) {
    refuseOldSdk();
    const { import: _, ...plainOptions } = options;
    super(TYPE, name, inputsOf(name, args, options), {
      ...plainOptions,
      ...replaceOptions(args, options),
    });
    if (options.id === undefined && options.import === undefined) countPlannedRun(this.id);
  }
}

const OUTPUTS = [
  "runId",
  "name",
  "taskId",
  "taskName",
  "featureId",
  "featureName",
  "status",
  "createdAt",
  "completedAt",
  "lineCount",
  "failMessage",
  "resultBucket",
  "resultFilePath",
  "resultKey",
  "resultUri",
  "resultSize",
  "resultEtag",
  "drift",
] as const;

function inputsOf(
  name: string,
  args: TaskRunArgs | undefined,
  options: pulumi.CustomResourceOptions,
): pulumi.Inputs {
  const outputs = Object.fromEntries(OUTPUTS.map((output) => [output, undefined]));
  if (!isRunByEngine()) return { ...outputs, ...args };
  const given: Record<string, unknown> = { ...args };
  const { resultBucket, resultFilePath } = given;
  const isRead = options.id !== undefined;
  const secret = isRead ? undefined : secretIfAny(resultBucket, resultFilePath);
  return {
    ...outputs,
    ...(isRead ? {} : { resultKey: secret, resultUri: secret }),
    ...given,
    [PLUMBING]: plumbingOf(TYPE, name, given, options),
    __provider: taskRunShell,
  };
}

/** Old and new run would carry the same given name, which only one can have. */
function replaceOptions(
  args: TaskRunArgs | undefined,
  { deleteBeforeReplace }: pulumi.CustomResourceOptions,
): pulumi.CustomResourceOptions {
  return args?.name !== undefined && deleteBeforeReplace === undefined
    ? { deleteBeforeReplace: true }
    : {};
}

function refuseOldSdk(): void {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  if (major > OLDEST_SDK[0] || (major === OLDEST_SDK[0] && minor >= OLDEST_SDK[1])) return;
  throw new pulumi.RunError(
    `pulumi-nclue needs @pulumi/pulumi ${OLDEST_SDK.join(".")} or newer, and this program has ` +
      `${version}: run "npm i @pulumi/pulumi@latest"`,
  );
}
