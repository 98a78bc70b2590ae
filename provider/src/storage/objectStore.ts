import type { S3Client } from "@aws-sdk/client-s3";
import { messageOf } from "../kernel/errors";
import type { Settings } from "../kernel/settings";
import { printable } from "../kernel/text";

/** What a look at a bucket tells. */
export type BucketState =
  | { readonly kind: "exists" }
  | { readonly kind: "missing" }
  /** HTTP 403: it exists but is someone else's, or these keys may not see it. */
  | { readonly kind: "forbidden" }
  /** It lies in another region than the address. */
  | { readonly kind: "elsewhere" }
  | { readonly kind: "unreachable"; readonly cause: string };

export interface StoredObject {
  readonly key: string;
  readonly size: number;
  readonly etag: string | null;
  /** Milliseconds since 1970-01-01 UTC, by the store's own clock. */
  readonly modifiedMs: number;
}

export interface ObjectStore {
  lookAtBucket(bucket: string): Promise<BucketState>;
  /**
   * All objects whose key begins with `prefix`, in the store's order.
   * @throws where there are more than {@link MOST_KEYS}: a part of them proves nothing
   */
  list(bucket: string, prefix: string): Promise<readonly StoredObject[]>;
}

export const MOST_KEYS = 10_000;

const OWN_PATH = "give each run a path of its own";

const CONNECT_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 15_000;

/**
 * NAVER Cloud's Object Storage through the S3 client, which is loaded at the first use only: most
 * of the process's life it is not needed, and loading it takes longer than all the rest.
 *
 * Only what the store documents is used: path-style addresses, HEAD bucket and List Objects V1 (V2
 * is declared unsupported), checksums only where an operation requires them.
 *
 * @param signal ends every look at once, with its reason.
 * @see https://api.ncloud-docs.com/docs/storage-objectstorage
 */
export function createObjectStore(settings: Settings, signal?: AbortSignal): ObjectStore {
  let loaded: Promise<S3> | undefined;
  const s3 = () => (loaded ??= loadS3(settings));
  return {
    lookAtBucket: async (bucket) => lookAtBucket(await s3(), bucket, signal),
    list: async (bucket, prefix) => listObjects(await s3(), bucket, prefix, signal),
  };
}

interface S3 {
  readonly client: S3Client;
  readonly sdk: typeof import("@aws-sdk/client-s3");
}

async function loadS3(settings: Settings): Promise<S3> {
  const sdk = await import("@aws-sdk/client-s3");
  const { accessKey, secretKey } = settings.credentials();
  const client = new sdk.S3Client({
    endpoint: settings.objectStorageEndpoint,
    region: settings.objectStorageRegion,
    forcePathStyle: true,
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    maxAttempts: 3,
    requestHandler: { connectionTimeout: CONNECT_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
  });
  return { client, sdk };
}

async function lookAtBucket(
  { client, sdk }: S3,
  bucket: string,
  signal: AbortSignal | undefined,
): Promise<BucketState> {
  try {
    await client.send(new sdk.HeadBucketCommand({ Bucket: bucket }), abortedBy(signal));
    return { kind: "exists" };
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    switch (httpStatusOf(error)) {
      case 404:
        return { kind: "missing" };
      case 401:
      case 403:
        return { kind: "forbidden" };
      case 301:
      case 307:
        return { kind: "elsewhere" };
      default:
        return { kind: "unreachable", cause: describeStoreError(error) };
    }
  }
}

async function listObjects(
  { client, sdk }: S3,
  bucket: string,
  prefix: string,
  signal: AbortSignal | undefined,
): Promise<readonly StoredObject[]> {
  const objects: StoredObject[] = [];
  let marker: string | undefined;
  for (;;) {
    const page = await client.send(
      new sdk.ListObjectsCommand({
        Bucket: bucket,
        Prefix: prefix,
        ...(marker === undefined ? {} : { Marker: marker }),
      }),
      abortedBy(signal),
    );
    for (const { Key, Size, ETag, LastModified } of page.Contents ?? []) {
      if (Key === undefined) continue;
      objects.push({
        key: Key,
        size: Size ?? 0,
        etag: ETag ?? null,
        modifiedMs: LastModified?.getTime() ?? Number.NaN,
      });
    }
    const last = page.NextMarker ?? page.Contents?.at(-1)?.Key;
    if (page.IsTruncated !== true || last === undefined || last === marker) return objects;
    if (objects.length >= MOST_KEYS)
      throw new Error(`more than ${MOST_KEYS} keys begin like it: ${OWN_PATH}`);
    marker = last;
  }
}

const abortedBy = (signal: AbortSignal | undefined) =>
  signal === undefined ? {} : { abortSignal: signal };

function httpStatusOf(error: unknown): number | undefined {
  const metadata = (error as { $metadata?: { httpStatusCode?: unknown } } | null)?.$metadata;
  return typeof metadata?.httpStatusCode === "number" ? metadata.httpStatusCode : undefined;
}

/** The S3 client's errors sometimes have an empty message and only a code. */
export function describeStoreError(error: unknown): string {
  const status = httpStatusOf(error);
  const code = (error as { code?: unknown } | null)?.code;
  const parts = [status === undefined ? undefined : `HTTP ${status}`, code, messageOf(error)];
  return printable(parts.filter((part) => typeof part === "string" && part !== "").join(", "));
}
