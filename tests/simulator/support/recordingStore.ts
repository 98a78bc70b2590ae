import type { ResultStore } from "../../../simulator/src";

/** Object Storage that remembers; a bucket not in `buckets` is not there. */
export interface RecordingStore extends Required<ResultStore> {
  /** By bucket and key: `acme-nclue/runs/…`. */
  readonly objects: Map<string, string>;
  /** Holds every write back until it is called. */
  letWritesThrough(): void;
}

export function createRecordingStore(
  buckets: readonly string[] = ["acme-nclue"],
  options: { readonly stall?: boolean } = {},
): RecordingStore {
  const objects = new Map<string, string>();
  let letWritesThrough = (): void => {};
  const stalled = options.stall
    ? new Promise<void>((resolve) => {
        letWritesThrough = resolve;
      })
    : Promise.resolve();
  const requireBucket = (bucket: string): void => {
    if (buckets.includes(bucket)) return;
    throw Object.assign(new Error("no such bucket"), { name: "NoSuchBucket" });
  };
  return {
    objects,
    letWritesThrough: () => letWritesThrough(),
    async putObject(bucket, key, body) {
      await stalled;
      requireBucket(bucket);
      objects.set(`${bucket}/${key}`, body);
    },
    async deleteObject(bucket, key) {
      objects.delete(`${bucket}/${key}`);
    },
    bucketExists: async (bucket) => buckets.includes(bucket),
    async listKeys(bucket, prefix) {
      requireBucket(bucket);
      return [...objects.keys()]
        .filter((name) => name.startsWith(`${bucket}/${prefix}`))
        .map((name) => name.slice(bucket.length + 1));
    },
    async getObject(bucket, key) {
      requireBucket(bucket);
      return objects.get(`${bucket}/${key}`);
    },
    close() {},
  };
}
