import type * as pulumi from "@pulumi/pulumi";
import { customAttributes } from "../domain/families/customAttributes";
import type { ResultObject } from "../domain/outputs";
import type { KnownStatus } from "../domain/status";
import type { CustomAttributes } from "./customAttributes";
import { type IdOrName, type JobFacts, lookUpJob, lookUpJobs, lookUpOutput } from "./jobLookUps";

/** Which one {@link getCustomAttributes} looks up: by its id or by its name, never both. */
export type GetCustomAttributesArgs = IdOrName<"profileId">;

/** {@link GetCustomAttributesArgs} with Inputs. */
export type GetCustomAttributesOutputArgs = IdOrName<"profileId", pulumi.Input<string>>;

/** Custom attributes as the service knows them now; `null` where it says nothing. */
export type GetCustomAttributesResult = JobFacts<CustomAttributes, "profileId"> & ResultObject;

/**
 * Looks custom attributes up by id or by name, once, without waiting for anything. It is for what something
 * else creates; nothing is changed, and nothing is kept in the state. By name, the service's whole list
 * is read: one request for every 100.
 *
 * A completed one comes with its result, where exactly one object can be it and Object Storage can be
 * asked; otherwise the result's four facts are `null`.
 *
 * It runs in the program's process, in previews too, with the settings of the provider (stack config,
 * environment, profile) and a pace of its own: one request a second unless
 * `nclue:requestsPerSecond` says otherwise. Together with the resources, which have another process
 * and another pace, a program may briefly ask twice as often; the service's refusals are waited out.
 * In unit tests with mocks it is answered by the mocks' `call` as `nclue:index:getCustomAttributes`.
 *
 * @throws pulumi.RunError where none, or more than one, has the name, or the service refuses.
 *
 * @example
 * ```ts
 * const runners = await nclue.getCustomAttributes({ name: "runners" });
 * export const file = runners.resultUri;
 * ```
 */
export async function getCustomAttributes(
  args: GetCustomAttributesArgs,
  _options?: pulumi.InvokeOptions,
): Promise<GetCustomAttributesResult> {
  return lookUpJob(customAttributes, "getCustomAttributes", args);
}

/**
 * {@link getCustomAttributes} for Inputs. While one of them is unknown in a preview, so is the result; a secret one
 * makes it secret.
 *
 * @param options `dependsOn`: look up only when these resources exist.
 */
export function getCustomAttributesOutput(
  args: GetCustomAttributesOutputArgs,
  options?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetCustomAttributesResult> {
  return lookUpOutput(args, options, getCustomAttributes);
}

/** Which ones {@link getCustomAttributesList} lists: those that meet all that is given. */
export interface GetCustomAttributesListArgs {
  /** Custom attributes of this feature only. */
  readonly featureId?: string;
  /** Those with this status only. */
  readonly status?: KnownStatus;
}

/** {@link GetCustomAttributesListArgs} with Inputs. */
export interface GetCustomAttributesListOutputArgs {
  /** Custom attributes of this feature only. */
  readonly featureId?: pulumi.Input<string | undefined>;
  /** Those with this status only. */
  readonly status?: pulumi.Input<KnownStatus | undefined>;
}

/** What {@link getCustomAttributesList} found. */
export interface GetCustomAttributesListResult {
  /** Newest first. */
  readonly profiles: readonly JobFacts<CustomAttributes, "profileId">[];
}

/**
 * Lists the account's custom attributes, newest first. The service filters nothing, so its whole list is
 * read: one request for every 100. Object Storage is not asked for results.
 *
 * Where it runs, its settings and its pace are those of {@link getCustomAttributes}. In unit tests with mocks it is
 * answered by the mocks' `call` as `nclue:index:getCustomAttributesList`.
 *
 * @throws pulumi.RunError where the service refuses.
 *
 * @example
 * ```ts
 * const { profiles } = await nclue.getCustomAttributesList({ status: "completed" });
 * export const latest = profiles[0]?.profileId;
 * ```
 */
export async function getCustomAttributesList(
  args: GetCustomAttributesListArgs = {},
  _options?: pulumi.InvokeOptions,
): Promise<GetCustomAttributesListResult> {
  return lookUpJobs(customAttributes, "getCustomAttributesList", args);
}

/**
 * {@link getCustomAttributesList} for Inputs. While one of them is unknown in a preview, so is the result; a secret
 * one makes it secret.
 *
 * @param options `dependsOn`: look up only when these resources exist.
 */
export function getCustomAttributesListOutput(
  args: GetCustomAttributesListOutputArgs = {},
  options?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetCustomAttributesListResult> {
  return lookUpOutput(args, options, getCustomAttributesList);
}
