import { withDeadline } from "../kernel/deadline";
import type { Clock, Fetch, HttpResponse } from "../kernel/ports";
import type { Settings } from "../kernel/settings";
import type { Answer, RawAnswer } from "./classifyAnswer";
import { signRequest } from "./signRequest";

export interface ServiceRequest {
  readonly method: "GET" | "POST" | "DELETE";
  /** Below the endpoint, percent-encoded, with its query: `/task-runs?index=0&limit=100`. */
  readonly path: string;
  readonly body?: object;
}

/** Reads an answer, as JSON or as a stream. */
export type Read<T> = (response: HttpResponse) => Promise<Reading<T>>;
export type Reading<T> =
  | { readonly kind: "ok"; readonly value: T }
  | Exclude<Answer, { kind: "ok" }>;

export interface Exchanged<T> {
  readonly answer: Reading<T>;
  readonly status: number;
  readonly date: string | null;
}

/**
 * A POST that is under way when the engine asks to stop is answered first, so that its job is
 * known; pipelines kill ten seconds after they ask.
 */
const POST_ANSWER_AFTER_CANCEL_MS = 4000;

export interface SendOnce<T> {
  readonly basePath: string;
  readonly signingTimeMs: number;
  /** Called when the request has been handed to the network. */
  readonly onSent: () => void;
  readonly read: Read<T>;
  readonly signal: AbortSignal | undefined;
}

/** One signed request and its answer, bounded in time. */
export function sendOnce<T>(
  deps: { readonly settings: Settings; readonly fetch: Fetch; readonly clock: Clock },
  { method, path, body }: ServiceRequest,
  { basePath, signingTimeMs, onSent, read, signal }: SendOnce<T>,
): Promise<Exchanged<T>> {
  const { settings, fetch, clock } = deps;
  const pathAndQuery = basePath + path;
  const graceMs = method === "POST" ? POST_ANSWER_AFTER_CANCEL_MS : 0;
  const bounds = { ms: settings.requestTimeoutMs, signal, graceMs };
  return withDeadline(clock, bounds, async (deadline) => {
    const sent = fetch(new URL(settings.endpoint).origin + pathAndQuery, {
      method,
      headers: {
        ...signRequest(settings.credentials(), method, pathAndQuery, signingTimeMs),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        accept: "application/json",
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: deadline,
      redirect: "manual",
    });
    onSent();
    const response = await sent;
    const { status, headers } = response;
    return { answer: await read(response), status, date: headers.get("date") };
  });
}

export async function readAnswer(response: HttpResponse): Promise<RawAnswer> {
  return {
    status: response.status,
    retryAfter: response.headers.get("retry-after"),
    date: response.headers.get("date"),
    requestId: response.headers.get("x-ncp-request-id"),
    body: await response.text(),
  };
}
