import {
  CreateBucketCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { defaultAccount } from "../../simulator/src";
import { provideVersitygw } from "../../tools/versitygw.mjs";
import { startVersitygw } from "./versitygwServer";

/**
 * An S3 server on loopback that stands in for Object Storage. As there, the keys of the API (the
 * simulator's first account) open it.
 */
export interface BucketServer {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly pid: number;
  readonly client: S3Client;
  /** What a child process that uses an AWS SDK (Pulumi's `s3://` backend too) needs. */
  readonly awsEnv: Readonly<Record<string, string>>;
  createBucket(name: string): Promise<void>;
  putObject(bucket: string, key: string, body: string): Promise<void>;
  /** From now on the object says that it was written then. */
  setModified(bucket: string, key: string, modifiedMs: number): void;
  getObject(bucket: string, key: string): Promise<string>;
  /** Ends the server and removes its folder. */
  close(): Promise<void>;
}

let shared: Promise<BucketServer> | undefined;

/** The server that all tests of this process share; it ends with the process. */
export function bucketServer(): Promise<BucketServer> {
  shared ??= openBucketServer();
  return shared;
}

/** Runs `fn` with a server of its own, for tests that stop it. */
export async function withBucketServer<T>(fn: (server: BucketServer) => Promise<T>): Promise<T> {
  const server = await openBucketServer();
  try {
    return await fn(server);
  } finally {
    await server.close();
  }
}

async function openBucketServer(): Promise<BucketServer> {
  // `npm test` has provided it by now; a single test that is run by hand looks in the same places.
  const env = { ...process.env, PULUMI_NCLUE_SOURCES: "path,cache" };
  const program = await provideVersitygw({ env, log: () => undefined });
  const server = await startVersitygw(program, defaultAccount);
  const client = new S3Client({
    endpoint: server.endpoint,
    region: server.region,
    credentials: { accessKeyId: server.accessKey, secretAccessKey: server.secretKey },
    forcePathStyle: true,
  });
  return {
    ...server,
    client,
    awsEnv: {
      AWS_ACCESS_KEY_ID: server.accessKey,
      AWS_SECRET_ACCESS_KEY: server.secretKey,
      AWS_REGION: server.region,
    },
    async createBucket(name) {
      await client.send(new CreateBucketCommand({ Bucket: name }));
    },
    async putObject(bucket, key, body) {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
    },
    async getObject(bucket, key) {
      const answer = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return (await answer.Body?.transformToString()) ?? "";
    },
    async close() {
      client.destroy();
      await server.close();
    },
  };
}
