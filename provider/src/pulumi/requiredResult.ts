import * as pulumi from "@pulumi/pulumi";
import { explainFailure } from "../domain/failures";
import type { Family } from "../domain/family";
import type { ResultObject } from "../domain/outputs";
import type { OnResultMissing } from "../domain/policies";
import { isCompleted, isFailed } from "../domain/status";
import { printable } from "../kernel/text";
import { programError } from "./programError";

/** The object that the service wrote for a job. */
export interface RequiredResult {
  /** The bucket that the object is in. */
  readonly bucket: string;
  /** The object's key. */
  readonly key: string;
  /** `s3://bucket/key` of the object. */
  readonly uri: string;
  /** In bytes. */
  readonly size: number;
  /** As the store gives it; `null` where it gives none. */
  readonly etag: string | null;
}

/** Whether the program requires the result of a job, and what an error says of the job. */
export interface ResultDemand {
  /** The resource's logical name. */
  readonly name: string;
  /** The arguments without which no result can be found, where the program does not give them. */
  readonly missing: readonly string[];
  isRequired: boolean;
  result?: pulumi.Output<RequiredResult>;
}

const demands = new WeakMap<pulumi.Resource, ResultDemand>();

/**
 * What is known of the demand for a result before its resource is constructed.
 *
 * @param args `undefined` for a resource that is only read
 */
export function resultDemand(
  { result }: Family,
  name: string,
  args: Readonly<Record<string, unknown>> | undefined,
): ResultDemand {
  const needed = result === undefined || args === undefined ? [] : [result.bucket, result.path];
  return {
    name,
    missing: needed.filter((argument) => args?.[argument] === undefined),
    isRequired: false,
  };
}

export function rememberDemand(resource: pulumi.Resource, demand: ResultDemand): void {
  demands.set(resource, demand);
}

/**
 * The policy for a missing result. A required one is missing where it counts most, in the resource
 * itself: its dependents do not start, and the next update searches again. A program that requires it
 * later than in the same turn of the event loop fails by itself.
 */
export function policyWithDemand(given: unknown, demand: ResultDemand): unknown {
  if (given !== undefined && given !== "accept") return given;
  return new Promise<unknown>((resolve) => {
    setImmediate(() => resolve(demand.isRequired ? ("fail" satisfies OnResultMissing) : given));
  });
}

/** The outputs that say whether there is a result. */
interface ResultOutputs {
  readonly status: pulumi.Output<string>;
  readonly failMessage: pulumi.Output<string | null>;
  readonly resultBucket: pulumi.Output<string | null>;
  readonly resultKey: pulumi.Output<string | null>;
  readonly resultUri: pulumi.Output<string | null>;
  readonly resultSize: pulumi.Output<number | null>;
  readonly resultEtag: pulumi.Output<string | null>;
}

/**
 * The result of a job, without which an update fails.
 *
 * @throws pulumi.RunError where no result can ever be found
 */
export function requiredResult(
  family: Family,
  job: pulumi.Resource & ResultOutputs,
): pulumi.Output<RequiredResult> {
  const demand = demands.get(job) ?? resultDemand(family, "", undefined);
  const doing = `requiring the result of ${family.noun} "${demand.name}"`;
  demand.isRequired = true;
  const { missing } = demand;
  if (missing.length > 0) throw programError(`${doing}: it has no ${missing.join(" and ")}`);
  const { status, failMessage, resultBucket, resultKey, resultUri, resultSize, resultEtag } = job;
  // One output for all who ask, so that one failure is reported once.
  const reason = pulumi
    .all([failMessage, pulumi.isSecret(failMessage)])
    .apply(([text, isSecret]) => (isSecret ? null : text));
  demand.result ??= pulumi
    .all([
      { status, failMessage: reason },
      resultBucket,
      { resultKey, resultUri, resultSize, resultEtag },
    ])
    .apply(([state, bucket, result]) => resultOrFailure(doing, state, bucket, result));
  return demand.result;
}

/** @throws pulumi.RunError in an update without a result; in a preview it may be there in time. */
export function resultOrFailure(
  doing: string,
  { status, failMessage }: ResultState,
  bucket: string | null,
  { resultKey, resultUri, resultSize, resultEtag }: ResultObject,
): RequiredResult {
  if (bucket !== null && resultKey !== null && resultUri !== null) {
    const size = resultSize ?? 0;
    return { bucket, key: resultKey, uri: resultUri, size, etag: resultEtag };
  }
  if (pulumi.runtime.isDryRun()) return pulumi.unknown as unknown as RequiredResult;
  throw programError(`${doing}: ${adviceWithoutResult(status, failMessage ?? null)}`);
}

/** What decides whether a job has a result. */
interface ResultState {
  readonly status: string | null;
  readonly failMessage?: string | null | undefined;
}

function adviceWithoutResult(status: string | null, failMessage: string | null): string {
  if (isCompleted(status)) {
    return 'it is completed, but no result was found; run "pulumi up --refresh" to search again';
  }
  if (isFailed(status)) {
    const { cause, remedy } = explainFailure(failMessage);
    return `it failed, so there will be none (${printable(cause)}): ${remedy}`;
  }
  return `it is ${status}, and has no result yet; run "pulumi up --refresh" when it is completed`;
}
