import type * as pulumi from "@pulumi/pulumi";
import { feature } from "../domain/families/feature";
import type { Drift } from "../domain/outputs";
import { type JobArgs, JobResource, type SourceArgs } from "./jobResource";
import { hasType, TYPE_TOKENS } from "./typeTokens";

/**
 * The arguments of a {@link Feature}.
 *
 * A change of `name`, `sourceBucket`, `sourceFilePath` or `triggers` asks for a new feature.
 *
 * @see https://api.ncloud-docs.com/docs/nclue-postfeature
 */
export interface FeatureArgs extends JobArgs, SourceArgs {
  /** The bucket that holds the sequences: 3 to 63 lowercase letters, digits, `.` and `-`. */
  readonly sourceBucket: pulumi.Input<string>;

  /**
   * Where in the bucket the sequences are: a file, or a directory with any number of files. With a
   * trailing `/` it is a directory; without one it is a directory where no object has this key, but
   * objects below `path/` exist. Objects whose name, or a folder of it, begins with `_` or `.`
   * (Hadoop's `_SUCCESS` and `_temporary/`) do not count.
   *
   * Not allowed: ``& $ @ ; : + , ? * \ { } ^ % ` [ ] < > ~ # | " '``, control characters, and the
   * characters from 127 to 255. A space, `=` and characters above 255 are passed on with a warning.
   */
  readonly sourceFilePath: pulumi.Input<string>;
}

/**
 * A feature: what NCLUE makes of the behaviour sequences of users. Tasks are trained on it, and task
 * runs and custom attributes are computed over it.
 *
 * `customTimeouts.create` is 2 hours by default.
 *
 * @example
 * ```ts
 * const members = new nclue.Feature("members", {
 *   sourceBucket: "acme-behaviour",
 *   sourceFilePath: "seq/2026-11/",
 * });
 * ```
 *
 * @see https://api.ncloud-docs.com/docs/nclue-getfeature
 */
export class Feature extends JobResource {
  /** The feature's id at the service; the same as `id`. */
  declare readonly featureId: pulumi.Output<string>;
  /** As in the arguments. */
  declare readonly sourceBucket: pulumi.Output<string>;
  /** As in the arguments. */
  declare readonly sourceFilePath: pulumi.Output<string>;
  /** Users in the source data; `null` before the end. */
  declare readonly userCount: pulumi.Output<number | null>;
  /** Tokens in the source data; `null` before the end. */
  declare readonly tokenCount: pulumi.Output<number | null>;
  /** What the feature occupies in NCLUE, in bytes; `null` before the end. */
  declare readonly diskUsage: pulumi.Output<number | null>;
  /**
   * A digest of key, size and ETag of the source objects, read right before the feature was created;
   * `null` where `verify` is `"off"` and `onSourceChange` is `"ignore"`.
   */
  declare readonly sourceDigest: pulumi.Output<string | null>;
  /** `source-changed` where the last refresh found the source data changed; otherwise `null`. */
  declare readonly drift: pulumi.Output<Drift | null>;

  /**
   * Reads a feature that something else owns: nothing is ever changed or deleted through it.
   *
   * @param name the resource's logical name in this program.
   * @param featureId the feature's id at the service.
   * @param options Pulumi's resource options.
   */
  static get(
    name: string,
    featureId: pulumi.Input<pulumi.ID>,
    options?: pulumi.CustomResourceOptions,
  ): Feature {
    return new Feature(name, undefined as unknown as FeatureArgs, { ...options, id: featureId });
  }

  /**
   * Whether a value is a feature, even one of another copy of this package.
   *
   * @param value anything.
   */
  static override isInstance(value: unknown): value is Feature {
    return hasType(value, TYPE_TOKENS.feature);
  }

  /**
   * Declares a feature. {@link FeatureArgs} says what that means at each `pulumi up`.
   *
   * @param name the resource's logical name: unique in the stack, and the beginning of a generated
   *   name.
   * @param args what the feature is created from.
   * @param options Pulumi's resource options; `customTimeouts` and `import` work too.
   */
  constructor(name: string, args: FeatureArgs, options: pulumi.CustomResourceOptions = {}) {
    super(feature, name, args, options);
  }
}
