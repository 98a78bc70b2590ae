import type { ResultStore } from "../../../simulator/src";

/** Object Storage that remembers; a bucket not in `buckets` is not there. */
export interface RecordingStore extends ResultStore {
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
  return {
    objects,
    letWritesThrough: () => letWritesThrough(),
    async putObject(bucket, key, body) {
      await stalled;
      if (!buckets.includes(bucket)) {
        throw Object.assign(new Error("no such bucket"), { name: "NoSuchBucket" });
      }
      objects.set(`${bucket}/${key}`, body);
    },
    async deleteObject(bucket, key) {
      objects.delete(`${bucket}/${key}`);
    },
    bucketExists: async (bucket) => buckets.includes(bucket),
    close() {},
  };
}
