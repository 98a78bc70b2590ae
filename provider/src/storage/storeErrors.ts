import { messageOf } from "../kernel/errors";
import { readNetworkError } from "../kernel/networkErrors";
import { printable } from "../kernel/text";

/** Why a request to Object Storage got nothing. */
export type StoreFailure =
  /** HTTP 404: no such bucket, or no such object in it. */
  | { readonly kind: "missing" }
  /** HTTP 401 or 403: someone else's, or these keys may not see it. */
  | {
      readonly kind: "forbidden";
      /** The store did not say its time, so that a wrong clock here may be why. */
      readonly mayBeClock?: true;
    }
  /** It lies in another region than the address. */
  | { readonly kind: "elsewhere" }
  /** No answer, or none that can be used: it may be another one later. */
  | { readonly kind: "unreachable"; readonly cause: string };

/** Tells apart what the S3 client throws. */
export function storeFailure(error: unknown): StoreFailure {
  switch (httpStatusOf(error)) {
    case 404:
      return { kind: "missing" };
    case 401:
    case 403:
      return { kind: "forbidden", ...(mayBeClock(error) ? { mayBeClock: true } : {}) };
    case 301:
    case 307:
      return { kind: "elsewhere" };
    default:
      return { kind: "unreachable", cause: describeStoreError(error) };
  }
}

/** The S3 client's errors sometimes have an empty message and only a code. */
export function describeStoreError(error: unknown): string {
  const status = httpStatusOf(error);
  if (status === undefined && isNetworkError(error)) {
    const { cause, remedy } = readNetworkError(error);
    return remedy === undefined ? cause : `${cause}: ${remedy}`;
  }
  const code = codeOf(error);
  const clock = mayBeClock(error) ? "forbidden, or the clock is off" : undefined;
  const parts = [
    status === undefined ? undefined : `HTTP ${status}`,
    code,
    messageOf(error),
    clock,
  ];
  return printable(parts.filter((part) => typeof part === "string" && part !== "").join(", "));
}

/**
 * The client repairs a wrong clock from the answer's `Date` and tries again. Without one, a refusal
 * of the signature looks like one of the rights.
 */
function mayBeClock(error: unknown): boolean {
  const status = httpStatusOf(error);
  if (status !== 401 && status !== 403) return false;
  const headers = (error as { $response?: { headers?: Record<string, unknown> } }).$response
    ?.headers;
  return headers?.date === undefined;
}

function httpStatusOf(error: unknown): number | undefined {
  const metadata = (error as { $metadata?: { httpStatusCode?: unknown } } | null)?.$metadata;
  return typeof metadata?.httpStatusCode === "number" ? metadata.httpStatusCode : undefined;
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : undefined;
}

function isNetworkError(error: unknown): boolean {
  return codeOf(error) !== undefined;
}
