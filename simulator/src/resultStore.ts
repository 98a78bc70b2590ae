/** Where results go: what the stand-in needs of Object Storage, and no more. */
export interface ResultStore {
  /** @throws an error whose `name` is the S3 code, such as `NoSuchBucket` */
  putObject(bucket: string, key: string, body: string): Promise<void>;
  deleteObject(bucket: string, key: string): Promise<void>;
  bucketExists(bucket: string): Promise<boolean>;
  close(): void;
}
