/** Object Storage as the stand-in needs it: for results and, where it can be read, for sources. */
export interface ResultStore {
  /** @throws an error whose `name` is the S3 code, such as `NoSuchBucket` */
  putObject(bucket: string, key: string, body: string): Promise<void>;
  deleteObject(bucket: string, key: string): Promise<void>;
  bucketExists(bucket: string): Promise<boolean>;
  /** All keys that begin with the prefix. Without it sources are not read. */
  listKeys?(bucket: string, prefix: string): Promise<readonly string[]>;
  /** The object as text, or undefined when it is not there. */
  getObject?(bucket: string, key: string): Promise<string | undefined>;
  close(): void;
}
