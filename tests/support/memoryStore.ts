import { Readable } from "node:stream";
import type {
  BucketState,
  ObjectContent,
  ObjectStore,
  StoredObject,
} from "../../provider/src/storage/objectStore";
import type { ResultStore } from "../../simulator/src";

/** Object Storage in memory: the simulator writes into it, and the provider looks at it. */
export class MemoryStore implements ObjectStore, ResultStore {
  /** Names of the buckets that were looked at, in order. */
  readonly looks: string[] = [];
  readonly lists: string[] = [];
  /** Buckets that are not simply there. All others exist. */
  readonly states = new Map<string, BucketState>();
  /** Set, `list` fails with it. */
  listError: Error | undefined;
  /** Runs before each `list`. */
  beforeList: () => Promise<void> = async () => {};
  private readonly objects = new Map<string, Map<string, StoredObject>>();
  private readonly bodies = new Map<string, string>();

  constructor(private readonly nowMs: () => number) {}

  async lookAtBucket(bucket: string): Promise<BucketState> {
    this.looks.push(bucket);
    return this.states.get(bucket) ?? { kind: "exists" };
  }

  async list(bucket: string, prefix: string): Promise<readonly StoredObject[]> {
    await this.beforeList();
    this.lists.push(`${bucket}/${prefix}`);
    if (this.listError !== undefined) throw this.listError;
    const objects = [...(this.objects.get(bucket)?.values() ?? [])];
    return objects.filter(({ key }) => key.startsWith(prefix));
  }

  async *pages(bucket: string, prefix: string): AsyncGenerator<readonly StoredObject[]> {
    yield await this.list(bucket, prefix);
  }

  async head(bucket: string, key: string): Promise<StoredObject | undefined> {
    return this.objects.get(bucket)?.get(key);
  }

  async read(bucket: string, key: string): Promise<ObjectContent> {
    const object = await this.head(bucket, key);
    if (object === undefined) {
      throw Object.assign(new Error("no such key"), { $metadata: { httpStatusCode: 404 } });
    }
    const body = Readable.from([Buffer.from(this.bodies.get(`${bucket}/${key}`) ?? "")]);
    return { body, size: object.size, etag: object.etag, isEncrypted: false };
  }

  async putObject(bucket: string, key: string, body: string, modifiedMs = this.nowMs()) {
    if ((await this.bucketExists(bucket)) === false) {
      throw Object.assign(new Error("no such bucket"), { name: "NoSuchBucket" });
    }
    const objects = this.objects.get(bucket) ?? new Map<string, StoredObject>();
    objects.set(key, { key, size: body.length, etag: `etag of ${body.length}`, modifiedMs });
    this.bodies.set(`${bucket}/${key}`, body);
    this.objects.set(bucket, objects);
  }

  async deleteObject(bucket: string, key: string): Promise<void> {
    this.objects.get(bucket)?.delete(key);
  }

  async bucketExists(bucket: string): Promise<boolean> {
    return (this.states.get(bucket)?.kind ?? "exists") === "exists";
  }

  keys(bucket: string): readonly string[] {
    return [...(this.objects.get(bucket)?.keys() ?? [])];
  }

  close(): void {}
}
