import { messageOf } from "../kernel/errors";
import { PROXY_REMEDY, readNetworkError, TIMED_OUT } from "../kernel/networkErrors";
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

/** The proxies that failed requests went through, by their errors. */
const proxies = new WeakMap<object, { readonly proxy: string; readonly isPlain: boolean }>();

/**
 * Remembers which proxy the request of an error went through, so that messages can name it.
 *
 * @param isPlain whether it went by plain http, which a proxy can read and answer itself
 */
export function noteProxy(error: unknown, proxy: string | undefined, isPlain = false): void {
  if (proxy === undefined || typeof error !== "object" || error === null) return;
  proxies.set(error, { proxy, isPlain });
}

/** Tells apart what the S3 client throws. */
export function storeFailure(error: unknown): StoreFailure {
  if (isOthersAnswer(error)) return { kind: "unreachable", cause: describeStoreError(error) };
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
  if (status === PROXY_ASKS) return describeProxyAsking(error);
  if (status === undefined && isNetworkError(error)) {
    const { cause, remedy, neverSent } = readNetworkError(error);
    const said = neverSent ? cause : withProxy(error, cause);
    return remedy === undefined ? said : `${said}: ${remedy}`;
  }
  if (isOthersAnswer(error)) {
    return withProxy(error, `HTTP ${status}, but the answer is not from Object Storage`);
  }
  const clock = mayBeClock(error) ? "forbidden, or the clock is off" : undefined;
  const said = isSuccess(status) ? UNREADABLE : messageOf(error);
  const parts = [status === undefined ? undefined : `HTTP ${status}`, codeOf(error), said, clock];
  const text = printable(
    parts.filter((part) => typeof part === "string" && part !== "").join(", "),
  );
  return hasMarkOfStore(headersOf(error)) ? text : withProxy(error, text);
}

/** An answer that is read as a success and is none, such as a page that a proxy puts in its place. */
export function othersAnswer(
  response: { readonly statusCode: number; readonly headers: Headers },
  proxy?: string,
): Error {
  const $metadata = { httpStatusCode: response.statusCode };
  const error = Object.assign(new Error(UNREADABLE), { $metadata, $response: response });
  noteProxy(error, proxy);
  return error;
}

export type Headers = Readonly<Record<string, unknown>>;

/** Whether somebody else has answered: pages and JSON are nothing that Object Storage sends. */
export function isOthersPage(headers: Headers): boolean {
  const type = String(headers["content-type"] ?? "");
  return /^\s*(text\/html|application\/json)\b/i.test(type) && !hasMarkOfStore(headers);
}

const UNREADABLE = "the answer cannot be read";
const PROXY_ASKS = 407;

/** Object Storage itself never asks for the credentials of a proxy. */
function isOthersAnswer(error: unknown): boolean {
  const isOthers = httpStatusOf(error) === PROXY_ASKS || isOthersPage(headersOf(error));
  return isOthers || isRefusalOfProxy(error);
}

/**
 * Through a proxy, a refusal of a request by plain http may be the proxy's own. The store's has a mark
 * of it, the type of its XML (an answer to HEAD, too), or a code that was read from the XML.
 */
function isRefusalOfProxy(error: unknown): boolean {
  const status = httpStatusOf(error);
  const { $response, Code } = Object(error) as { $response?: unknown; Code?: unknown };
  const isReadByProxy = proxies.get(Object(error))?.isPlain === true;
  if (!isReadByProxy || $response === undefined || status === undefined) return false;
  const headers = headersOf(error);
  const isXml = /xml\b/i.test(String(headers["content-type"] ?? ""));
  const isMarked = hasMarkOfStore(headers) || isXml || typeof Code === "string";
  return status >= 300 && status < 500 && !isMarked;
}

function hasMarkOfStore(headers: Headers): boolean {
  return Object.keys(headers).some((name) => name.startsWith("x-amz-"));
}

function describeProxyAsking(error: unknown): string {
  const proxy = proxyOf(error);
  const who = proxy === undefined ? "a proxy" : `the proxy ${proxy}`;
  return `${who} asks for credentials (HTTP ${PROXY_ASKS}): ${PROXY_REMEDY}`;
}

function withProxy(error: unknown, text: string): string {
  const proxy = proxyOf(error);
  return proxy === undefined ? text : `${text}; the request went through the proxy ${proxy}`;
}

function proxyOf(error: unknown): string | undefined {
  return proxies.get(Object(error))?.proxy;
}

function isSuccess(status: number | undefined): boolean {
  return status !== undefined && status >= 200 && status < 300;
}

/**
 * The client repairs a wrong clock from the answer's `Date` and tries again. Without one, a refusal
 * of the signature looks like one of the rights.
 */
function mayBeClock(error: unknown): boolean {
  const status = httpStatusOf(error);
  if (status !== 401 && status !== 403) return false;
  return headersOf(error).date === undefined;
}

function headersOf(error: unknown): Headers {
  return (error as { $response?: { headers?: Headers } } | null)?.$response?.headers ?? {};
}

function httpStatusOf(error: unknown): number | undefined {
  const metadata = (error as { $metadata?: { httpStatusCode?: unknown } } | null)?.$metadata;
  return typeof metadata?.httpStatusCode === "number" ? metadata.httpStatusCode : undefined;
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : undefined;
}

/** The client's own time-outs have a name and no code. */
function isNetworkError(error: unknown): boolean {
  return codeOf(error) !== undefined || (error as { name?: unknown } | null)?.name === TIMED_OUT;
}
