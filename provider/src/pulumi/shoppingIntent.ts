import type * as pulumi from "@pulumi/pulumi";
import { shoppingIntent } from "../domain/families/shoppingIntent";
import { type JobArgs, JobResource } from "./jobResource";
import { hasType, TYPE_TOKENS } from "./typeTokens";

/**
 * The arguments of a {@link ShoppingIntent}.
 *
 * A change of `name`, `taskId` or `triggers` asks for a new shopping intent.
 *
 * @see https://api.ncloud-docs.com/docs/nclue-postshoppingintent
 */
export interface ShoppingIntentArgs extends JobArgs {
  /** The id of the task whose users are profiled. It is waited for until it is completed. */
  readonly taskId: pulumi.Input<string>;
}

/**
 * A shopping intent: a profile of what the users that a task finds intend to buy. Its result stays in
 * NCLUE; `npx pulumi-nclue download` brings it to disk.
 *
 * `customTimeouts.create` is 2 hours by default.
 *
 * @example
 * ```ts
 * const intents = new nclue.ShoppingIntent("intents", { taskId: churn.id });
 * ```
 *
 * @see https://api.ncloud-docs.com/docs/nclue-getshoppingintent
 */
export class ShoppingIntent extends JobResource {
  /** The profile's id at the service; the same as `id`. */
  declare readonly profileId: pulumi.Output<string>;
  /** As in the arguments. */
  declare readonly taskId: pulumi.Output<string>;
  /** The name of the task; `null` where the service says none. */
  declare readonly taskName: pulumi.Output<string | null>;
  /** Lines of the result; `null` before the end. */
  declare readonly lineCount: pulumi.Output<number | null>;
  /** What the result occupies in NCLUE, in bytes; `null` before the end. */
  declare readonly diskUsage: pulumi.Output<number | null>;

  /**
   * Reads a shopping intent that something else owns: nothing is ever changed or deleted through it.
   *
   * @param name the resource's logical name in this program.
   * @param profileId the profile's id at the service.
   * @param options Pulumi's resource options.
   */
  static get(
    name: string,
    profileId: pulumi.Input<pulumi.ID>,
    options?: pulumi.CustomResourceOptions,
  ): ShoppingIntent {
    const none = undefined as unknown as ShoppingIntentArgs;
    return new ShoppingIntent(name, none, { ...options, id: profileId });
  }

  /**
   * Whether a value is a shopping intent, even one of another copy of this package.
   *
   * @param value anything.
   */
  static override isInstance(value: unknown): value is ShoppingIntent {
    return hasType(value, TYPE_TOKENS.shoppingIntent);
  }

  /**
   * Declares a shopping intent. {@link ShoppingIntentArgs} says what that means at each `pulumi up`.
   *
   * @param name the resource's logical name: unique in the stack, and the beginning of a generated
   *   name.
   * @param args the task whose users are profiled.
   * @param options Pulumi's resource options; `customTimeouts` and `import` work too.
   */
  constructor(name: string, args: ShoppingIntentArgs, options: pulumi.CustomResourceOptions = {}) {
    super(shoppingIntent, name, args, options);
  }
}
