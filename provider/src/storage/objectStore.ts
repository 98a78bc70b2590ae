import type { ListObjectsCommandOutput } from "@aws-sdk/client-s3";
import type { Agents } from "../kernel/agents";
import { NclueError } from "../kernel/errors";
import type { Settings } from "../kernel/settings";
import { loadS3, type S3 } from "./s3Client";
import { othersAnswer, type StoreFailure, storeFailure } from "./storeErrors";

export { describeStoreError, storeFailure } from "./storeErrors";

/** What a request about a bucket says. */
export type BucketState = { readonly kind: "exists" } | StoreFailure;

export interface StoredObject {
  readonly key: string;
  readonly size: number;
  /** As the store writes it, with its quotes; `null` where it gives none. */
  readonly etag: string | null;
  /** Milliseconds since 1970-01-01 UTC, by the store's own clock. */
  readonly modifiedMs: number;
}

export interface ObjectContent {
  readonly body: NodeJS.ReadableStream;
  readonly size: number;
  readonly etag: string | null;
  /** The store encrypts it; its ETag is then no digest of what is read. */
  readonly isEncrypted: boolean;
}

/** Errors are the S3 client's; {@link storeFailure} tells them apart. */
export interface ObjectStore {
  lookAtBucket(bucket: string): Promise<BucketState>;
  /**
   * All objects whose key begins with `prefix`, in the store's order.
   * @throws where there are more than {@link MOST_KEYS}: a part of them proves nothing
   */
  list(bucket: string, prefix: string): Promise<readonly StoredObject[]>;
  /** The same page by page, however many there are. */
  pages(bucket: string, prefix: string): AsyncIterable<readonly StoredObject[]>;
  /** One object without its content, or `undefined` where there is none. */
  head(bucket: string, key: string): Promise<StoredObject | undefined>;
  /** An object's content as a stream. */
  read(bucket: string, key: string): Promise<ObjectContent>;
}

export const MOST_KEYS = 10_000;

/** @param signal ends every request at once, with its reason. */
export function createObjectStore(
  settings: Settings,
  agents: Agents,
  signal?: AbortSignal,
  note: Parameters<typeof loadS3>[2] = () => {},
): ObjectStore {
  let loaded: Promise<S3> | undefined;
  const s3 = () => (loaded ??= loadS3(settings, agents, note));
  const pages = (bucket: string, prefix: string) => listPages(s3, bucket, prefix, signal);
  return {
    lookAtBucket: async (bucket) => lookAtBucket(await s3(), bucket, signal),
    list: (bucket, prefix) => listAll(pages(bucket, prefix)),
    pages,
    head: async (bucket, key) => headObject(await s3(), bucket, key, signal),
    read: async (bucket, key) => readObject(await s3(), bucket, key, signal),
  };
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
    return storeFailure(error);
  }
}

async function listAll(
  pages: AsyncIterable<readonly StoredObject[]>,
): Promise<readonly StoredObject[]> {
  const objects: StoredObject[] = [];
  for await (const page of pages) {
    objects.push(...page);
    if (objects.length > MOST_KEYS) {
      throw new NclueError(
        "unreadable",
        {
          doing: "",
          cause: `more than ${MOST_KEYS} keys begin like it`,
          remedy: "give each job a path of its own",
        },
        { isLasting: true },
      );
    }
  }
  return objects;
}

async function* listPages(
  s3: () => Promise<S3>,
  bucket: string,
  prefix: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly StoredObject[]> {
  const { client, sdk, proxy } = await s3();
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
    if (!isList(page)) throw othersAnswer({ statusCode: 200, headers: {} }, proxy);
    yield (page.Contents ?? []).flatMap(({ Key, Size, ETag, LastModified }) =>
      Key === undefined ? [] : [storedObject(Key, Size, ETag, LastModified)],
    );
    const last = page.NextMarker ?? page.Contents?.at(-1)?.Key;
    if (page.IsTruncated !== true || last === undefined || last === marker) return;
    marker = last;
  }
}

/** Any other XML is read as a list in which nothing stands. */
function isList({ Name, IsTruncated, Contents }: ListObjectsCommandOutput): boolean {
  return [Name, IsTruncated, Contents].some((part) => part !== undefined);
}

async function headObject(
  { client, sdk }: S3,
  bucket: string,
  key: string,
  signal: AbortSignal | undefined,
): Promise<StoredObject | undefined> {
  try {
    const command = new sdk.HeadObjectCommand({ Bucket: bucket, Key: key });
    const { ContentLength, ETag, LastModified } = await client.send(command, abortedBy(signal));
    return storedObject(key, ContentLength, ETag, LastModified);
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (storeFailure(error).kind === "missing") return undefined;
    throw error;
  }
}

async function readObject(
  { client, sdk }: S3,
  bucket: string,
  key: string,
  signal: AbortSignal | undefined,
): Promise<ObjectContent> {
  const command = new sdk.GetObjectCommand({ Bucket: bucket, Key: key });
  const answer = await client.send(command, abortedBy(signal));
  return {
    // In Node the client's body is always a stream of Node.
    body: answer.Body as NodeJS.ReadableStream,
    size: answer.ContentLength ?? 0,
    etag: answer.ETag || null,
    isEncrypted:
      answer.ServerSideEncryption !== undefined || answer.SSECustomerAlgorithm !== undefined,
  };
}

function storedObject(
  key: string,
  size: number | undefined,
  etag: string | undefined,
  modified: Date | undefined,
): StoredObject {
  return {
    key,
    size: size ?? 0,
    etag: etag || null,
    modifiedMs: modified?.getTime() ?? Number.NaN,
  };
}

const abortedBy = (signal: AbortSignal | undefined) =>
  signal === undefined ? {} : { abortSignal: signal };
