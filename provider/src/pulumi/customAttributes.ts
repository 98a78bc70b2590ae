import type * as pulumi from "@pulumi/pulumi";
import { customAttributes } from "../domain/families/customAttributes";
import type { Drift } from "../domain/outputs";
import { type JobArgs, JobResource, type ResultArgs } from "./jobResource";
import { type RequiredResult, requiredResult } from "./requiredResult";
import { hasType, TYPE_TOKENS } from "./typeTokens";

/**
 * The arguments of {@link CustomAttributes}.
 *
 * A change of `name`, `featureId`, `keywords`, `resultBucket`, `resultFilePath` or `triggers` asks for
 * new custom attributes. The order of the keywords, and blanks around one, do not count.
 *
 * @see https://api.ncloud-docs.com/docs/nclue-postcustomattributes
 */
export interface CustomAttributesArgs extends JobArgs, ResultArgs {
  /** The id of the feature whose users are scored. It is waited for until it is completed. */
  readonly featureId: pulumi.Input<string>;

  /**
   * The keywords, at least one: none blank, none twice, none with a line break or a comma. At most
   * 1,000 characters (code points) together, with a line break between each two.
   */
  readonly keywords: pulumi.Input<readonly pulumi.Input<string>[]>;

  /** The bucket that the result is written into: 3 to 63 lowercase letters, digits, `.` and `-`. */
  readonly resultBucket: pulumi.Input<string>;

  /**
   * Where in the bucket the result goes. With a trailing `/` it is a directory
   * (`{path}nclue_{random}_{YYYYMMDDHH}.tsv`), otherwise the beginning of the object's name
   * (`{path}_{random}_{YYYYMMDDHH}.tsv`). Give each a path of its own: where two jobs could have
   * written the same object, no result is taken.
   *
   * Not allowed: ``& $ @ ; : + , ? * \ { } ^ % ` [ ] < > ~ # | " '``, control characters, and the
   * characters from 127 to 255. A space, `=` and characters above 255 are passed on with a warning.
   */
  readonly resultFilePath: pulumi.Input<string>;
}

/**
 * Custom attributes: a profile of how close each user of a feature is to some keywords.
 *
 * `customTimeouts.create` is 2 hours by default.
 *
 * @example
 * ```ts
 * const runners = new nclue.CustomAttributes("runners", {
 *   featureId: members.id,
 *   keywords: ["running", "marathon"],
 *   resultBucket: "acme-results",
 *   resultFilePath: "runners/",
 * });
 * ```
 *
 * @see https://api.ncloud-docs.com/docs/nclue-getcustomattributes
 */
export class CustomAttributes extends JobResource {
  /** The profile's id at the service; the same as `id`. */
  declare readonly profileId: pulumi.Output<string>;
  /** As in the arguments. */
  declare readonly featureId: pulumi.Output<string>;
  /** The name of the feature; `null` where the service says none. */
  declare readonly featureName: pulumi.Output<string | null>;
  /** As in the arguments. */
  declare readonly keywords: pulumi.Output<string[]>;
  /** Lines of the result; `null` before the end. */
  declare readonly lineCount: pulumi.Output<number | null>;
  /** As in the arguments. */
  declare readonly resultBucket: pulumi.Output<string>;
  /** As in the arguments. */
  declare readonly resultFilePath: pulumi.Output<string>;
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
   * Reads custom attributes that something else owns: nothing is ever changed or deleted through it.
   *
   * @param name the resource's logical name in this program.
   * @param profileId the profile's id at the service.
   * @param options Pulumi's resource options.
   */
  static get(
    name: string,
    profileId: pulumi.Input<pulumi.ID>,
    options?: pulumi.CustomResourceOptions,
  ): CustomAttributes {
    const none = undefined as unknown as CustomAttributesArgs;
    return new CustomAttributes(name, none, { ...options, id: profileId });
  }

  /**
   * Whether a value is a resource of custom attributes, even one of another copy of this package.
   *
   * @param value anything.
   */
  static override isInstance(value: unknown): value is CustomAttributes {
    return hasType(value, TYPE_TOKENS.customAttributes);
  }

  /**
   * Declares custom attributes. {@link CustomAttributesArgs} says what that means at each `pulumi up`.
   *
   * @param name the resource's logical name: unique in the stack, and the beginning of a generated
   *   name.
   * @param args whose users are scored, by which keywords, and where the result goes.
   * @param options Pulumi's resource options; `customTimeouts` and `import` work too.
   */
  constructor(
    name: string,
    args: CustomAttributesArgs,
    options: pulumi.CustomResourceOptions = {},
  ) {
    super(customAttributes, name, args, options);
  }

  /**
   * The result, for what cannot do without one: unknown in a preview, and where there is none the
   * update fails.
   *
   * @example
   * ```ts
   * export const runnersFile = runners.requireResult().uri;
   * ```
   */
  requireResult(): pulumi.Output<RequiredResult> {
    return requiredResult(customAttributes, this);
  }
}
