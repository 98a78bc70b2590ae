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

type StorageWithKeys = StorageOptions & { readonly accessKey: string; readonly secretKey: string };

interface S3 {
  readonly sdk: typeof import("@aws-sdk/client-s3");
  readonly client: S3Client;
}

export function createS3ResultStore(options: StorageWithKeys): Required<ResultStore> {
  // Loaded at the first use: most tests need none, and the library takes its time.
  let loaded: Promise<S3> | undefined;
  const s3 = () => (loaded ??= loadS3(options));
  return {
    putObject: async (bucket, key, body) => putObject(await s3(), bucket, key, body),
    async deleteObject(bucket, key) {
      const { sdk, client } = await s3();
      await client.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key: key }));
    },
    bucketExists: async (bucket) => bucketExists(await s3(), bucket),
    listKeys: async (bucket, prefix) => listKeys(await s3(), bucket, prefix),
    getObject: async (bucket, key) => getObject(await s3(), bucket, key),
    close() {
      void loaded?.then(({ client }) => client.destroy());
    },
  };
}

async function loadS3({ endpoint, region, accessKey, secretKey, forcePathStyle }: StorageWithKeys) {
  const sdk = await import("@aws-sdk/client-s3");
  const client = new sdk.S3Client({
    endpoint,
    region: region ?? "kr-standard",
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
    forcePathStyle: forcePathStyle ?? true,
    maxAttempts: 1,
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
  return { sdk, client };
}

async function putObject({ sdk, client }: S3, bucket: string, key: string, body: string) {
  const ContentType = "text/tab-separated-values";
  await client.send(
    new sdk.PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType }),
  );
}

async function bucketExists({ sdk, client }: S3, bucket: string): Promise<boolean> {
  try {
    await client.send(new sdk.HeadBucketCommand({ Bucket: bucket }));
    return true;
  } catch (error) {
    if (hasName(error, ["NotFound", "NoSuchBucket"])) return false;
    throw error;
  }
}

async function listKeys({ sdk, client }: S3, bucket: string, prefix: string) {
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
}

async function getObject({ sdk, client }: S3, bucket: string, key: string) {
  try {
    const object = await client.send(new sdk.GetObjectCommand({ Bucket: bucket, Key: key }));
    return (await object.Body?.transformToString()) ?? "";
  } catch (error) {
    if (hasName(error, ["NotFound", "NoSuchKey"])) return undefined;
    throw error;
  }
}

function hasName(error: unknown, names: readonly string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}
