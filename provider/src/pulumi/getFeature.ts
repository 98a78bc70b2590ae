import type * as pulumi from "@pulumi/pulumi";
import { feature } from "../domain/families/feature";
import type { KnownStatus } from "../domain/status";
import type { Feature } from "./feature";
import { type IdOrName, type JobFacts, lookUpJob, lookUpJobs, lookUpOutput } from "./jobLookUps";

/** Which one {@link getFeature} looks up: by its id or by its name, never both. */
export type GetFeatureArgs = IdOrName<"featureId">;

/** {@link GetFeatureArgs} with Inputs. */
export type GetFeatureOutputArgs = IdOrName<"featureId", pulumi.Input<string>>;

/** A feature as the service knows it now; `null` where it says nothing. */
export type GetFeatureResult = JobFacts<Feature, "featureId">;

/**
 * Looks a feature up by id or by name, once, without waiting for anything. It is for what something
 * else creates; nothing is changed, and nothing is kept in the state. By name, the service's whole list
 * is read: one request for every 100.
 *
 * It runs in the program's process, in previews too, with the settings of the provider (stack config,
 * environment, profile) and a pace of its own: one request a second unless
 * `nclue:requestsPerSecond` says otherwise. Together with the resources, which have another process
 * and another pace, a program may briefly ask twice as often; the service's refusals are waited out.
 * In unit tests with mocks it is answered by the mocks' `call` as `nclue:index:getFeature`.
 *
 * @throws pulumi.RunError where none, or more than one, has the name, or the service refuses.
 *
 * @example
 * ```ts
 * const members = await nclue.getFeature({ name: "members-2026-11" });
 * export const users = members.userCount;
 * ```
 */
export async function getFeature(
  args: GetFeatureArgs,
  _options?: pulumi.InvokeOptions,
): Promise<GetFeatureResult> {
  return lookUpJob(feature, "getFeature", args);
}

/**
 * {@link getFeature} for Inputs. While one of them is unknown in a preview, so is the result; a secret one
 * makes it secret.
 *
 * @param options `dependsOn`: look up only when these resources exist.
 */
export function getFeatureOutput(
  args: GetFeatureOutputArgs,
  options?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetFeatureResult> {
  return lookUpOutput(args, options, getFeature);
}

/** Which ones {@link getFeatures} lists: those that meet all that is given. */
export interface GetFeaturesArgs {
  /** Those with this status only. */
  readonly status?: KnownStatus;
}

/** {@link GetFeaturesArgs} with Inputs. */
export interface GetFeaturesOutputArgs {
  /** Those with this status only. */
  readonly status?: pulumi.Input<KnownStatus | undefined>;
}

/** What {@link getFeatures} found. */
export interface GetFeaturesResult {
  /** Newest first. */
  readonly features: readonly JobFacts<Feature, "featureId">[];
}

/**
 * Lists the account's features, newest first. The service filters nothing, so its whole list is
 * read: one request for every 100.
 *
 * Where it runs, its settings and its pace are those of {@link getFeature}. In unit tests with mocks it is
 * answered by the mocks' `call` as `nclue:index:getFeatures`.
 *
 * @throws pulumi.RunError where the service refuses.
 *
 * @example
 * ```ts
 * const { features } = await nclue.getFeatures({ status: "completed" });
 * export const newest = features[0]?.featureId;
 * ```
 */
export async function getFeatures(
  args: GetFeaturesArgs = {},
  _options?: pulumi.InvokeOptions,
): Promise<GetFeaturesResult> {
  return lookUpJobs(feature, "getFeatures", args);
}

/**
 * {@link getFeatures} for Inputs. While one of them is unknown in a preview, so is the result; a secret
 * one makes it secret.
 *
 * @param options `dependsOn`: look up only when these resources exist.
 */
export function getFeaturesOutput(
  args: GetFeaturesOutputArgs = {},
  options?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetFeaturesResult> {
  return lookUpOutput(args, options, getFeatures);
}
