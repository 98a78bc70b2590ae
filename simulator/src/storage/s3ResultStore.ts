import type { ListObjectsCommandOutput, S3Client } from "@aws-sdk/client-s3";
import type { ResultStore } from "./resultStore";

/** An S3-compatible server for sources and results. */
export interface StorageOptions {
  /** Such as `http://127.0.0.1:9000`. */
  readonly endpoint: string;
  /** @default "kr-standard" */
  readonly region?: string;
  /** @default the first account's, as Object Storage takes the same keys as the API */
  readonly accessKey?: string;
  readonly secretKey?: string;
  /** Whether the bucket is in the path rather than in the host name. @default true */
  readonly forcePathStyle?: boolean;
}

export function createS3ResultStore(
  options: StorageOptions & { readonly accessKey: string; readonly secretKey: string },
): Required<ResultStore> {
  // Loaded with the first result: most tests write none, and the library takes its time.
  let loaded: Promise<{ sdk: typeof import("@aws-sdk/client-s3"); client: S3Client }> | undefined;
  const load = async () => {
    const sdk = await import("@aws-sdk/client-s3");
    const client = new sdk.S3Client({
      endpoint: options.endpoint,
      region: options.region ?? "kr-standard",
      credentials: { accessKeyId: options.accessKey, secretAccessKey: options.secretKey },
      forcePathStyle: options.forcePathStyle ?? true,
      maxAttempts: 1,
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
    });
    return { sdk, client };
  };
  const s3 = () => {
    loaded ??= load();
    return loaded;
  };

  return {
    async putObject(bucket, key, body) {
      const { sdk, client } = await s3();
      const ContentType = "text/tab-separated-values";
      await client.send(
        new sdk.PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType }),
      );
    },
    async deleteObject(bucket, key) {
      const { sdk, client } = await s3();
      await client.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key: key }));
    },
    async bucketExists(bucket) {
      const { sdk, client } = await s3();
      try {
        await client.send(new sdk.HeadBucketCommand({ Bucket: bucket }));
        return true;
      } catch (error) {
        if (error instanceof Error && ["NotFound", "NoSuchBucket"].includes(error.name)) {
          return false;
        }
        throw error;
      }
    },
    async listKeys(bucket, prefix) {
      const { sdk, client } = await s3();
      const keys: string[] = [];
      for (let marker: string | undefined = ""; marker !== undefined; ) {
        // Version 1: Object Storage does not offer version 2.
        const input = { Bucket: bucket, Prefix: prefix, ...(marker !== "" && { Marker: marker }) };
        const page: ListObjectsCommandOutput = await client.send(new sdk.ListObjectsCommand(input));
        const found = (page.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key]));
        keys.push(...found);
        marker = page.IsTruncated ? (page.NextMarker ?? found.at(-1)) : undefined;
      }
      return keys;
    },
    async getObject(bucket, key) {
      const { sdk, client } = await s3();
      try {
        const object = await client.send(new sdk.GetObjectCommand({ Bucket: bucket, Key: key }));
        return (await object.Body?.transformToString()) ?? "";
      } catch (error) {
        if (error instanceof Error && ["NoSuchKey", "NotFound"].includes(error.name)) {
          return undefined;
        }
        throw error;
      }
    },
    close() {
      void loaded?.then(({ client }) => client.destroy());
    },
  };
}
