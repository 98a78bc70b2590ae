import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import type {
  BucketState,
  ObjectContent,
  ObjectStore,
  StoredObject,
} from "../../provider/src/storage/objectStore";
import type { ResultStore } from "../../simulator/src";

/** How a store spells ETags; some give none. */
export type EtagForm = "quoted" | "bare" | "weak" | "empty";

interface KeptObject extends Omit<StoredObject, "etag"> {
  readonly body: string;
  readonly md5: string;
}

/** What a client of S3 throws, by what tells the cases apart: it cannot connect, where nothing is said. */
export function storeError(facts: object = { code: "ECONNREFUSED" }): Error {
  return Object.assign(new Error("no"), facts);
}

/** Object Storage in memory: the simulator reads sources and writes results, the provider reads both. */
export class MemoryStore implements ObjectStore, ResultStore {
  /** Names of the buckets that were looked at, in order. */
  readonly looks: string[] = [];
  readonly lists: string[] = [];
  /** Buckets that are not simply there. All others exist. */
  readonly states = new Map<string, BucketState>();
  /** Set, `list` fails with it. */
  listError: Error | undefined;
  etagForm: EtagForm = "quoted";
  /** Runs before each `list`. */
  beforeList: () => Promise<void> = async () => {};
  private readonly objects = new Map<string, Map<string, KeptObject>>();

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
    return objects
      .filter(({ key }) => key.startsWith(prefix))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .map((object) => this.shown(object));
  }

  async *pages(bucket: string, prefix: string): AsyncGenerator<readonly StoredObject[]> {
    yield await this.list(bucket, prefix);
  }

  async head(bucket: string, key: string): Promise<StoredObject | undefined> {
    const object = this.objects.get(bucket)?.get(key);
    return object === undefined ? undefined : this.shown(object);
  }

  async read(bucket: string, key: string): Promise<ObjectContent> {
    const object = this.objects.get(bucket)?.get(key);
    if (object === undefined) {
      throw Object.assign(new Error("no such key"), { $metadata: { httpStatusCode: 404 } });
    }
    const { size, etag } = this.shown(object);
    return { body: Readable.from([Buffer.from(object.body)]), size, etag, isEncrypted: false };
  }

  async putObject(bucket: string, key: string, body: string, modifiedMs = this.nowMs()) {
    await this.requireBucket(bucket);
    const objects = this.objects.get(bucket) ?? new Map<string, KeptObject>();
    const md5 = createHash("md5").update(body).digest("hex");
    objects.set(key, { key, size: Buffer.byteLength(body), modifiedMs, body, md5 });
    this.objects.set(bucket, objects);
  }

  async deleteObject(bucket: string, key: string): Promise<void> {
    this.objects.get(bucket)?.delete(key);
  }

  async bucketExists(bucket: string): Promise<boolean> {
    return (this.states.get(bucket)?.kind ?? "exists") === "exists";
  }

  async listKeys(bucket: string, prefix: string): Promise<readonly string[]> {
    await this.requireBucket(bucket);
    return this.keys(bucket).filter((key) => key.startsWith(prefix));
  }

  async getObject(bucket: string, key: string): Promise<string | undefined> {
    await this.requireBucket(bucket);
    return this.objects.get(bucket)?.get(key)?.body;
  }

  keys(bucket: string): readonly string[] {
    return [...(this.objects.get(bucket)?.keys() ?? [])];
  }

  close(): void {}

  private async requireBucket(bucket: string): Promise<void> {
    if (await this.bucketExists(bucket)) return;
    throw Object.assign(new Error("no such bucket"), { name: "NoSuchBucket" });
  }

  private shown({ body: _, md5, ...object }: KeptObject): StoredObject {
    return { ...object, etag: this.etagOf(md5) || null };
  }

  private etagOf(md5: string): string {
    return { quoted: `"${md5}"`, bare: md5, weak: `W/"${md5}"`, empty: "" }[this.etagForm];
  }
}
