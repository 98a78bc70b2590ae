import type * as pulumi from "@pulumi/pulumi";
import { task } from "../domain/families/task";
import type { Drift } from "../domain/outputs";
import { type JobArgs, JobResource, type SourceArgs } from "./jobResource";
import { hasType, TYPE_TOKENS } from "./typeTokens";

/**
 * The arguments of a {@link Task}.
 *
 * A change of `name`, `triggers` or of what the task is trained and tested on asks for a new task.
 * `minAuroc` can be changed at any time: that alone never trains again.
 *
 * @see https://api.ncloud-docs.com/docs/nclue-posttask
 */
export interface TaskArgs extends JobArgs, SourceArgs {
  /** The id of the feature that the task is trained on. It is waited for until it is completed. */
  readonly trainFeatureId: pulumi.Input<string>;

  /** The bucket that holds the labels: 3 to 63 lowercase letters, digits, `.` and `-`. */
  readonly trainBucket: pulumi.Input<string>;

  /**
   * The file of labels in the bucket: a line for each user, with 1 or 0, at least 100 of each.
   *
   * Not allowed: ``& $ @ ; : + , ? * \ { } ^ % ` [ ] < > ~ # | " '``, control characters, and the
   * characters from 127 to 255. A space, `=` and characters above 255 are passed on with a warning.
   */
  readonly trainFilePath: pulumi.Input<string>;

  /**
   * The id of the feature that the task is tested on. Give it with `testBucket` and `testFilePath`, or
   * none of the three.
   *
   * @default none: the service tests with a part of the training data
   */
  readonly testFeatureId?: pulumi.Input<string>;

  /**
   * The bucket that holds the labels to test with.
   *
   * @default none
   */
  readonly testBucket?: pulumi.Input<string>;

  /**
   * The file of labels to test with; the rules of `trainFilePath` hold.
   *
   * @default none
   */
  readonly testFilePath?: pulumi.Input<string>;

  /**
   * The quality gate, from 0 to 1: `pulumi up` fails with a completed task whose AUROC is lower, or
   * that has none, and keeps it. What depends on the task does not start, and in a replacement the
   * old task stays with all that was created from it. Each further `up` fails without a new task,
   * until an argument changes or the gate is lowered.
   *
   * @default none: any AUROC will do
   */
  readonly minAuroc?: pulumi.Input<number>;
}

/**
 * A task: a model that NCLUE trains on a feature and labels, which task runs then apply.
 *
 * The service trains one task at a time, and waiting in its queue counts: `customTimeouts.create` is
 * 24 hours by default.
 *
 * @example
 * ```ts
 * const churn = new nclue.Task("churn", {
 *   trainFeatureId: members.id,
 *   trainBucket: "acme-behaviour",
 *   trainFilePath: "labels/churn.tsv",
 *   minAuroc: 0.75,
 * });
 * ```
 *
 * @see https://api.ncloud-docs.com/docs/nclue-gettask
 */
export class Task extends JobResource {
  /** The task's id at the service; the same as `id`. */
  declare readonly taskId: pulumi.Output<string>;
  /** As in the arguments. */
  declare readonly trainFeatureId: pulumi.Output<string>;
  /** As in the arguments. */
  declare readonly trainBucket: pulumi.Output<string>;
  /** As in the arguments. */
  declare readonly trainFilePath: pulumi.Output<string>;
  /** As in the arguments; `null` without one. */
  declare readonly testFeatureId: pulumi.Output<string | null>;
  /** As in the arguments; `null` without one. */
  declare readonly testBucket: pulumi.Output<string | null>;
  /** As in the arguments; `null` without one. */
  declare readonly testFilePath: pulumi.Output<string | null>;
  /** The name of the feature that the task is trained on; `null` where the service says none. */
  declare readonly trainFeatureName: pulumi.Output<string | null>;
  /** The name of the feature that the task is tested on; `null` where the service says none. */
  declare readonly testFeatureName: pulumi.Output<string | null>;
  /** How good the model is, from 0 to 1; `null` before the end. */
  declare readonly auroc: pulumi.Output<number | null>;
  /** Lines of the feature, of both features where test data is given; `null` before the end. */
  declare readonly lineCount: pulumi.Output<number | null>;
  /** What the model occupies in NCLUE, in bytes; `null` before the end. */
  declare readonly diskUsage: pulumi.Output<number | null>;
  /**
   * A digest of key, size and ETag of the label files, read right before the task was created;
   * `null` where `verify` is `"off"` and `onSourceChange` is `"ignore"`.
   */
  declare readonly sourceDigest: pulumi.Output<string | null>;
  /** `source-changed` where the last refresh found the label files changed; otherwise `null`. */
  declare readonly drift: pulumi.Output<Drift | null>;

  /**
   * Reads a task that something else owns: nothing is ever changed or deleted through it.
   *
   * @param name the resource's logical name in this program.
   * @param taskId the task's id at the service.
   * @param options Pulumi's resource options.
   */
  static get(
    name: string,
    taskId: pulumi.Input<pulumi.ID>,
    options?: pulumi.CustomResourceOptions,
  ): Task {
    return new Task(name, undefined as unknown as TaskArgs, { ...options, id: taskId });
  }

  /**
   * Whether a value is a task, even one of another copy of this package.
   *
   * @param value anything.
   */
  static override isInstance(value: unknown): value is Task {
    return hasType(value, TYPE_TOKENS.task);
  }

  /**
   * Declares a task. {@link TaskArgs} says what that means at each `pulumi up`.
   *
   * @param name the resource's logical name: unique in the stack, and the beginning of a generated
   *   name.
   * @param args what the task is trained on.
   * @param options Pulumi's resource options; `customTimeouts` and `import` work too.
   */
  constructor(name: string, args: TaskArgs, options: pulumi.CustomResourceOptions = {}) {
    super(task, name, args, options);
  }
}
