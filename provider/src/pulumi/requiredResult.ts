import * as pulumi from "@pulumi/pulumi";
import type { Family } from "../domain/family";

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

/** The outputs that a result is described by. */
interface ResultOutputs {
  readonly name: pulumi.Output<string>;
  readonly resultBucket: pulumi.Output<string | null>;
  readonly resultKey: pulumi.Output<string | null>;
  readonly resultUri: pulumi.Output<string | null>;
  readonly resultSize: pulumi.Output<number | null>;
  readonly resultEtag: pulumi.Output<string | null>;
}

/** The result of a job, without which an update fails. */
export function requiredResult(
  family: Family,
  job: pulumi.CustomResource & ResultOutputs,
): pulumi.Output<RequiredResult> {
  const { name, resultBucket, resultKey, resultUri, resultSize, resultEtag } = job;
  return pulumi
    .all([name, resultBucket, resultKey, resultUri, resultSize, resultEtag])
    .apply(([jobName, bucket, key, uri, size, etag]) => {
      if (bucket !== null && key !== null && uri !== null) {
        return { bucket, key, uri, size: size ?? 0, etag };
      }
      if (pulumi.runtime.isDryRun()) return pulumi.output(pulumi.unknown) as never;
      throw new pulumi.RunError(`${family.noun} "${jobName}" has no result`);
    }) as pulumi.Output<RequiredResult>;
}
