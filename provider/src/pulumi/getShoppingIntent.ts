import type * as pulumi from "@pulumi/pulumi";
import { shoppingIntent } from "../domain/families/shoppingIntent";
import type { KnownStatus } from "../domain/status";
import { type IdOrName, type JobFacts, lookUpJob, lookUpJobs, lookUpOutput } from "./jobLookUps";
import type { ShoppingIntent } from "./shoppingIntent";

/** Which one {@link getShoppingIntent} looks up: by its id or by its name, never both. */
export type GetShoppingIntentArgs = IdOrName<"profileId">;

/** {@link GetShoppingIntentArgs} with Inputs. */
export type GetShoppingIntentOutputArgs = IdOrName<"profileId", pulumi.Input<string>>;

/** A shopping intent as the service knows it now; `null` where it says nothing. */
export type GetShoppingIntentResult = JobFacts<ShoppingIntent, "profileId">;

/**
 * Looks a shopping intent up by id or by name, once, without waiting for anything. It is for what something
 * else creates; nothing is changed, and nothing is kept in the state. By name, the service's whole list
 * is read: one request for every 100.
 *
 * It runs in the program's process, in previews too, with the settings of the provider (stack config,
 * environment, profile) and a pace of its own: one request a second unless
 * `nclue:requestsPerSecond` says otherwise. Together with the resources, which have another process
 * and another pace, a program may briefly ask twice as often; the service's refusals are waited out.
 * In unit tests with mocks it is answered by the mocks' `call` as `nclue:index:getShoppingIntent`.
 *
 * @throws pulumi.RunError where none, or more than one, has the name, or the service refuses.
 *
 * @example
 * ```ts
 * const intents = await nclue.getShoppingIntent({ name: "intents" });
 * export const lines = intents.lineCount;
 * ```
 */
export async function getShoppingIntent(
  args: GetShoppingIntentArgs,
  _options?: pulumi.InvokeOptions,
): Promise<GetShoppingIntentResult> {
  return lookUpJob(shoppingIntent, "getShoppingIntent", args);
}

/**
 * {@link getShoppingIntent} for Inputs. While one of them is unknown in a preview, so is the result; a secret one
 * makes it secret.
 *
 * @param options `dependsOn`: look up only when these resources exist.
 */
export function getShoppingIntentOutput(
  args: GetShoppingIntentOutputArgs,
  options?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetShoppingIntentResult> {
  return lookUpOutput(args, options, getShoppingIntent);
}

/** Which ones {@link getShoppingIntents} lists: those that meet all that is given. */
export interface GetShoppingIntentsArgs {
  /** Shopping intents of this task only. */
  readonly taskId?: string;
  /** Those with this status only. */
  readonly status?: KnownStatus;
}

/** {@link GetShoppingIntentsArgs} with Inputs. */
export interface GetShoppingIntentsOutputArgs {
  /** Shopping intents of this task only. */
  readonly taskId?: pulumi.Input<string | undefined>;
  /** Those with this status only. */
  readonly status?: pulumi.Input<KnownStatus | undefined>;
}

/** What {@link getShoppingIntents} found. */
export interface GetShoppingIntentsResult {
  /** Newest first. */
  readonly profiles: readonly JobFacts<ShoppingIntent, "profileId">[];
}

/**
 * Lists the account's shopping intents, newest first. The service filters nothing, so its whole list is
 * read: one request for every 100.
 *
 * Where it runs, its settings and its pace are those of {@link getShoppingIntent}. In unit tests with mocks it is
 * answered by the mocks' `call` as `nclue:index:getShoppingIntents`.
 *
 * @throws pulumi.RunError where the service refuses.
 *
 * @example
 * ```ts
 * const { profiles } = await nclue.getShoppingIntents({ status: "completed" });
 * export const latest = profiles[0]?.profileId;
 * ```
 */
export async function getShoppingIntents(
  args: GetShoppingIntentsArgs = {},
  _options?: pulumi.InvokeOptions,
): Promise<GetShoppingIntentsResult> {
  return lookUpJobs(shoppingIntent, "getShoppingIntents", args);
}

/**
 * {@link getShoppingIntents} for Inputs. While one of them is unknown in a preview, so is the result; a secret
 * one makes it secret.
 *
 * @param options `dependsOn`: look up only when these resources exist.
 */
export function getShoppingIntentsOutput(
  args: GetShoppingIntentsOutputArgs = {},
  options?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetShoppingIntentsResult> {
  return lookUpOutput(args, options, getShoppingIntents);
}
