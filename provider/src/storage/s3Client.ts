import type { S3Client } from "@aws-sdk/client-s3";
import type { Agents } from "../kernel/agents";
import type { Settings } from "../kernel/settings";
import { describeStoreError } from "./storeErrors";

export interface S3 {
  readonly client: S3Client;
  readonly sdk: typeof import("@aws-sdk/client-s3");
}

/** One attempt of a request, for the log: never its body or headers. */
export interface StoreAttempt {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** The status or the failure. */
  readonly result: string;
  readonly attempt: number;
}

const CONNECT_TIMEOUT_MS = 5_000;
/** The whole of one attempt, which the client makes up to three times. */
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
  note: (attempt: StoreAttempt) => void,
): Promise<S3> {
  const sdk = await import("@aws-sdk/client-s3");
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
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: STORE_TIMEOUT_MS,
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
    userAgentAppId: "",
    defaultUserAgentProvider: async () => [["pulumi-nclue"]],
  });
  noteAttempts(client, note);
  return { client, sdk };
}

/** Next to the connection, behind what signs requests and sends them again. */
function noteAttempts(client: S3Client, note: (attempt: StoreAttempt) => void): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const { method, path, query, headers } = args.request as SentRequest;
      const search = new URLSearchParams(query).toString();
      const seen = {
        method,
        path: search === "" ? path : `${path}?${search}`,
        attempt: Number(/attempt=(\d+)/.exec(headers["amz-sdk-request"] ?? "")?.[1] ?? 1),
      };
      try {
        const output = await next(args);
        const { statusCode } = output.response as { readonly statusCode: number };
        note({ ...seen, result: `HTTP ${statusCode}` });
        return output;
      } catch (error) {
        note({ ...seen, result: describeStoreError(error) });
        throw error;
      }
    },
    { step: "deserialize", priority: "low", name: "noteAttempts" },
  );
}

interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Record<string, string>;
  readonly headers: Readonly<Record<string, string>>;
}
