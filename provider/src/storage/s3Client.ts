import type { S3Client } from "@aws-sdk/client-s3";
import type { Agents } from "../kernel/agents";
import type { Attempt } from "../kernel/attemptLine";
import { systemClock } from "../kernel/ports";
import type { Settings } from "../kernel/settings";
import {
  describeStoreError,
  type Headers,
  isOthersPage,
  noteProxy,
  othersAnswer,
} from "./storeErrors";

export interface S3 {
  readonly client: S3Client;
  readonly sdk: typeof import("@aws-sdk/client-s3");
  /** What the requests go through, for messages. */
  readonly proxy: string | undefined;
}

const CONNECT_TIMEOUT_MS = 5_000;
/** The whole of one attempt until its answer begins; the client makes up to three. */
const STORE_TIMEOUT_MS = 15_000;

/**
 * NAVER Cloud's Object Storage through the S3 client, which is loaded at the first use only: most
 * of the process's life it is not needed, and loading it takes longer than all the rest.
 *
 * Only what the store documents is used: path-style addresses, List Objects V1 (V2 is declared
 * unsupported), checksums only where an operation requires them. Every setting that the client would
 * look up in `AWS_*` variables or in `~/.aws` is given here: those are for another store.
 *
 * @see https://api.ncloud-docs.com/docs/storage-objectstorage
 */
export async function loadS3(
  settings: Settings,
  agents: Agents,
  note: (attempt: Attempt) => void,
): Promise<S3> {
  // `import()` would first look through all its files for the names that they export.
  const sdk = require("@aws-sdk/client-s3") as typeof import("@aws-sdk/client-s3");
  const { accessKey, secretKey } = settings.credentials();
  const agent = await agents.agentFor(settings.objectStorageEndpoint);
  const client = new sdk.S3Client({
    endpoint: settings.objectStorageEndpoint,
    region: settings.objectStorageRegion,
    forcePathStyle: true,
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
    requestHandler: {
      httpAgent: agent,
      httpsAgent: agent,
      connectionTimeout: Math.min(CONNECT_TIMEOUT_MS, settings.requestTimeoutMs),
      requestTimeout: Math.min(STORE_TIMEOUT_MS, settings.requestTimeoutMs),
      throwOnRequestTimeout: true,
    },
    maxAttempts: 3,
    retryMode: "standard",
    defaultsMode: "standard",
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    authSchemePreference: ["sigv4"],
    sigv4aSigningRegionSet: [settings.objectStorageRegion],
    useArnRegion: false,
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    disableMultiregionAccessPoints: true,
    disableS3ExpressSessionAuth: true,
    disableClockSkewCorrection: false,
    userAgentAppId: "",
    defaultUserAgentProvider: async () => [["pulumi-nclue"]],
  });
  // It would send an identifier of AWS that stands in the environment.
  client.middlewareStack.remove("recursionDetectionMiddleware");
  const proxy = settings.proxies.objectStorage;
  noteProxies(client, proxy, /^http:/i.test(settings.objectStorageEndpoint));
  refuseOthersPages(client);
  noteAttempts(client, note);
  return { client, sdk, proxy };
}

/**
 * Next to the connection, behind what signs requests and sends them again. How long the client waits
 * before it does so is known when it has waited: an attempt is noted then, or at the end.
 */
function noteAttempts(client: S3Client, note: (attempt: Attempt) => void): void {
  const ended = new WeakMap<object, Ended>();
  const noteEnded = (context: object, isLast: boolean) => {
    const before = ended.get(context);
    if (before === undefined) return;
    ended.delete(context);
    const againMs = isLast ? undefined : systemClock.monotonicMs() - before.endedMs;
    note({ ...before.attempt, againMs });
  };
  client.middlewareStack.add(
    (next, context) => async (args) => {
      noteEnded(context, false);
      const startedMs = systemClock.monotonicMs();
      const sent = describeSent(args.request as SentRequest);
      const end = (result: string) => {
        const endedMs = systemClock.monotonicMs();
        ended.set(context, { attempt: { ...sent, result, tookMs: endedMs - startedMs }, endedMs });
      };
      try {
        const output = await next(args);
        end(`HTTP ${(output.response as ReceivedAnswer).statusCode}`);
        return output;
      } catch (error) {
        end(describeStoreError(error));
        throw error;
      }
    },
    { step: "deserialize", priority: "low", name: "noteAttempts" },
  );
  client.middlewareStack.add(
    (next, context) => (args) => next(args).finally(() => noteEnded(context, true)),
    { step: "initialize", priority: "high", name: "noteLastAttempt" },
  );
}

interface Ended {
  readonly attempt: Attempt;
  readonly endedMs: number;
}

function describeSent({ method, path, query, headers }: SentRequest) {
  const search = new URLSearchParams(query).toString();
  const attempt = Number(/attempt=(\d+)/.exec(headers["amz-sdk-request"] ?? "")?.[1] ?? 1);
  return { method, path: search === "" ? path : `${path}?${search}`, attempt };
}

/** Around all else, so that every error knows the proxy. */
function noteProxies(client: S3Client, proxy: string | undefined, isPlain: boolean): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        noteProxy(error, proxy, isPlain);
        throw error;
      }
    },
    { step: "initialize", priority: "high", name: "noteProxies" },
  );
}

/** A page that a proxy or a portal puts in place of an answer is a success by its status only. */
function refuseOthersPages(client: S3Client): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const output = await next(args);
      const response = output.response as ReceivedAnswer;
      const { statusCode, headers } = response;
      if (statusCode >= 300 || !isOthersPage(headers)) return output;
      response.body?.destroy?.();
      throw othersAnswer({ statusCode, headers });
    },
    { step: "deserialize", priority: "low", name: "refuseOthersPages" },
  );
}

interface ReceivedAnswer {
  readonly statusCode: number;
  readonly headers: Headers;
  readonly body?: { destroy?: () => void };
}

interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Record<string, string>;
  readonly headers: Readonly<Record<string, string>>;
}
