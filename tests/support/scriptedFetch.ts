import assert from "node:assert/strict";
import { Readable } from "node:stream";
import type { Fetch, HttpResponse } from "../../provider/src/kernel/ports";

export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly redirect: string;
}

/** What becomes of one request. */
export type Scripted = (signal: AbortSignal) => Promise<HttpResponse>;

export interface ScriptedFetch {
  readonly fetch: Fetch;
  readonly requests: readonly SentRequest[];
  /** `GET /api/v1/task-runs?index=0&limit=100` of each request, in order. */
  lines(): readonly string[];
  /** Fails where an answer of the script was not asked for. */
  assertUsedUp(): void;
}

/**
 * A network that gives these answers, in order, and fails on any request after the last. A test may
 * add to the script while it runs.
 */
export function scriptedFetch(script: readonly Scripted[]): ScriptedFetch {
  const requests: SentRequest[] = [];
  return {
    requests,
    fetch: (url, { method, headers, body, redirect, signal }) => {
      const next = script[requests.length];
      requests.push({ method, url, headers, body, redirect });
      assert.ok(next, `unexpected request ${requests.length}: ${method} ${url}`);
      return next(signal);
    },
    lines: () =>
      requests.map(({ method, url }) => `${method} ${url.slice(new URL(url).origin.length)}`),
    assertUsedUp: () => assert.equal(requests.length, script.length, "answers were left over"),
  };
}

/** An answer; a body that is not a text is sent as JSON. */
export function answer(
  status: number,
  body: unknown = {},
  headers: Readonly<Record<string, string>> = {},
): Scripted {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const get = (name: string) => headers[name] ?? null;
  return async () => ({
    status,
    headers: { get },
    body: Readable.from([Buffer.from(text)]),
    text: async () => text,
  });
}

/** The connection breaks, with the code of the operating system, and what it was doing. */
export function broken(code: string, syscall?: string): Scripted {
  const fields = { code, ...(syscall === undefined ? {} : { erroredSysCall: syscall }) };
  return () => Promise.reject(Object.assign(new Error(`request failed: ${code}`), fields));
}

/** Nothing ever comes back, until the caller gives up. */
export const hanging: Scripted = (signal) =>
  new Promise((_, reject) => {
    const giveUp = () => reject(Object.assign(new Error("aborted"), { name: "AbortError" }));
    signal.addEventListener("abort", giveUp, { once: true });
  });

/** Nothing ever comes back, and giving up changes nothing. */
export const deaf: Scripted = () => new Promise(() => {});
