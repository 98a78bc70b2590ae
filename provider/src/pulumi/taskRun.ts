import type * as pulumi from "@pulumi/pulumi";
import { taskRun } from "../domain/families/taskRun";
import type { Drift } from "../domain/outputs";
import { type JobArgs, JobResource, type ResultArgs } from "./jobResource";
import { type RequiredResult, requiredResult } from "./requiredResult";
import { hasType, TYPE_TOKENS } from "./typeTokens";

/**
 * The arguments of a {@link TaskRun}.
 *
 * A change of `name`, `taskId`, `featureId`, `resultBucket`, `resultFilePath` or `triggers` asks for
 * a new run.
 *
 * @see https://api.ncloud-docs.com/docs/nclue-posttaskrun
 */
export interface TaskRunArgs extends JobArgs, ResultArgs {
  /** The id of the task (the trained model) to run. It is waited for until it is completed. */
  readonly taskId: pulumi.Input<string>;

  /**
   * The id of the feature that the task is run over. It is waited for until it is completed. Whether
   * it may be another feature than the one that the task was trained on is not documented.
   */
  readonly featureId: pulumi.Input<string>;

  /**
   * The bucket that the service writes the result into: 3 to 63 lowercase letters, digits, `.` and
   * `-`. The service's newest documentation requires it, an older one does not; without it no result
   * can be found, and a preview warns.
   *
   * @default none: the field is left out of the request
   */
  readonly resultBucket?: pulumi.Input<string>;

  /**
   * Where in the bucket the result goes. With a trailing `/` it is a directory
   * (`{path}nclue_{random}_{YYYYMMDDHH}.tsv`), otherwise the beginning of the object's name
   * (`{path}_{random}_{YYYYMMDDHH}.tsv`). Give each run a path of its own: where two runs could have
   * written the same object, no result is taken. The service's newest documentation requires it, an
   * older one does not; without it no result can be found, and a preview warns.
   *
   * Not allowed: ``& $ @ ; : + , ? * \ { } ^ % ` [ ] < > ~ # | " '``, control characters, and the
   * characters from 127 to 255. A space, `=` and characters above 255 are passed on with a warning.
   *
   * @default none: the field is left out of the request
   */
  readonly resultFilePath?: pulumi.Input<string>;
}

/**
 * A run of a task over a feature: creating the resource starts the run and waits for it.
 *
 * `customTimeouts.create` is 2 hours by default.
 *
 * @example
 * ```ts
 * const scores = new nclue.TaskRun("churn-scores", {
 *   taskId: churn.id,
 *   featureId: members.id,
 *   resultBucket: "acme-results",
 *   resultFilePath: "churn/2026-11/",
 * });
 * export const result = scores.resultUri;
 * ```
 *
 * @see https://api.ncloud-docs.com/docs/nclue-gettaskrun
 */
export class TaskRun extends JobResource {
  /** The run's id at the service; the same as `id`. */
  declare readonly runId: pulumi.Output<string>;
  /** As in the arguments. */
  declare readonly taskId: pulumi.Output<string>;
  /** The name of the task; `null` where the service says none. */
  declare readonly taskName: pulumi.Output<string | null>;
  /** As in the arguments. */
  declare readonly featureId: pulumi.Output<string>;
  /** The name of the feature; `null` where the service says none. */
  declare readonly featureName: pulumi.Output<string | null>;
  /** Lines of the feature that the task was applied to; `null` before the end. */
  declare readonly lineCount: pulumi.Output<number | null>;
  /** As in the arguments; `null` without one. */
  declare readonly resultBucket: pulumi.Output<string | null>;
  /** As in the arguments; `null` without one. */
  declare readonly resultFilePath: pulumi.Output<string | null>;
  /** The key of the object that the service wrote; `null` until exactly one is found. */
  declare readonly resultKey: pulumi.Output<string | null>;
  /** `s3://bucket/key` of the result; `null` until it is found. */
  declare readonly resultUri: pulumi.Output<string | null>;
  /** The result's size in bytes; `null` until it is found. */
  declare readonly resultSize: pulumi.Output<number | null>;
  /** The result's ETag; `null` until it is found, or where the store gives none. */
  declare readonly resultEtag: pulumi.Output<string | null>;
  /**
   * What the last refresh found different about the result: `result-missing`, `result-replaced`, or
   * `null`. See `onResultMissing` for what the next `pulumi up` makes of it.
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
    return hasType(value, TYPE_TOKENS.taskRun);
  }

  /**
   * Declares a run. {@link TaskRunArgs} says what that means at each `pulumi up`.
   *
   * @param name the resource's logical name: unique in the stack, and the beginning of a generated
   *   name.
   * @param args what to run, over what, and where the result goes.
   * @param options Pulumi's resource options; `customTimeouts` and `import` work too.
   */
  constructor(name: string, args: TaskRunArgs, options: pulumi.CustomResourceOptions = {}) {
    super(taskRun, name, args, options);
  }

  /**
   * The result, for what cannot do without one: unknown in a preview, and where there is none the
   * update fails.
   *
   * @example
   * ```ts
   * export const scoresFile = scores.requireResult().uri;
   * ```
   */
  requireResult(): pulumi.Output<RequiredResult> {
    return requiredResult(taskRun, this);
  }
}
