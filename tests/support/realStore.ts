import { createHash } from "node:crypto";
import { createAgents } from "../../provider/src/kernel/agents";
import { createObjectStore, type ObjectStore } from "../../provider/src/storage/objectStore";
import { type BucketServer, bucketServer } from "./bucketServer";
import { settingsOf } from "./settings";

export interface RealStore {
  readonly server: BucketServer;
  /** The provider's view of the server. */
  readonly store: ObjectStore;
  /** A bucket that nobody else has. */
  readonly bucket: string;
}

let buckets = 0;

/** An S3 server, the provider's client for it, and an empty bucket. */
export async function realStore(): Promise<RealStore> {
  const server = await bucketServer();
  buckets += 1;
  const bucket = `store-${process.pid}-${buckets}`;
  await server.createBucket(bucket);
  return { server, store: storeAt(server), bucket };
}

/** The provider's client for a server, with the server's keys unless others are given. */
export function storeAt(
  { endpoint, region, accessKey, secretKey }: BucketServer,
  environment: Readonly<Record<string, string>> = {},
): ObjectStore {
  const settings = settingsOf({
    NCLOUD_OBS_ENDPOINT: endpoint,
    NCLOUD_OBS_REGION: region,
    NCLOUD_ACCESS_KEY: accessKey,
    NCLOUD_SECRET_KEY: secretKey,
    ...environment,
  });
  return createObjectStore(settings, createAgents(environment));
}

/** The ETag of an object that was written in one piece, in quotes as the store gives it. */
export function etagOf(body: string): string {
  return `"${createHash("md5").update(body).digest("hex")}"`;
}
