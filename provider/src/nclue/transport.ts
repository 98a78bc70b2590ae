import { addAbortSignal, type Readable } from "node:stream";
import { withDeadline } from "../kernel/deadline";
import { isThrottled, type NclueError } from "../kernel/errors";
import { readNetworkError } from "../kernel/networkErrors";
import type { Clock, Fetch, HttpResponse, Log, Random } from "../kernel/ports";
import type { Settings } from "../kernel/settings";
import { type Answer, classifyAnswer, type RawAnswer } from "./classifyAnswer";
import { LongWait } from "./longWait";
import type { Priority, RateLimiter, Turn } from "./rateLimiter";
import { RequestErrors } from "./requestErrors";
import { boundedRetryAfterMs, delayUntilRetryMs, MOST_ATTEMPTS } from "./retryPolicy";
import { ServiceClock } from "./serviceClock";
import { signRequest } from "./signRequest";

export interface ServiceRequest {
  readonly method: "GET" | "POST" | "DELETE";
  /** Below the endpoint, percent-encoded, with its query: `/task-runs?index=0&limit=100`. */
  readonly path: string;
  readonly body?: object;
}

export interface SendOptions {
  readonly priority: Priority | (() => Priority);
  readonly signal?: AbortSignal | undefined;
  /** Called when an attempt leaves the queue: what it answers was so after this moment. */
  readonly onDeparture?: () => void;
  /** @default {@link MOST_ATTEMPTS} */
  readonly attempts?: number;
}

export interface Download {
  readonly body: NodeJS.ReadableStream;
  /** In bytes, where the service says it. */
  readonly size: number | null;
}

/**
 * Speaks to the service: pace → sign → send → classify → retry. This is the only loop around a
 * request.
 *
 * Reads and deletes are sent again after a lost connection, a 5xx or an unreadable answer. A POST is
 * sent again only where it certainly did nothing (no connection, a repaired clock); any other failure
 * of it says `mayHaveTakenEffect`, and the caller checks before it posts again. A throttled request
 * did nothing either: it goes back into the queue, and does not count as an attempt.
 */
export class Transport {
  private readonly basePath: string;
  private readonly serviceClock: ServiceClock;
  private readonly longWait: LongWait;

  constructor(
    private readonly deps: {
      readonly settings: Settings;
      readonly fetch: Fetch;
      readonly clock: Clock;
      readonly random: Random;
      readonly limiter: RateLimiter;
      readonly log: Log;
    },
  ) {
    this.basePath = new URL(deps.settings.endpoint).pathname.replace(/\/+$/, "");
    this.serviceClock = new ServiceClock(deps.clock, deps.log);
    this.longWait = new LongWait(deps.log);
  }

  /**
   * The JSON that the service answered; `undefined` where a DELETE succeeded without any.
   *
   * @throws NclueError `read-only`, `unreachable`, `refused` or `unreadable`
   */
  send(request: ServiceRequest, options: SendOptions): Promise<unknown> {
    return this.perform(request, options, async (response) => {
      const answer = classifyAnswer(await readAnswer(response), request.method);
      return answer.kind === "ok" ? { kind: "ok", value: answer.json } : answer;
    });
  }

  /**
   * A file that the service answers with, as a stream. The time-out holds until the answer begins;
   * the signal ends the stream, too.
   *
   * @throws NclueError as {@link send}, until the answer begins
   */
  download(path: string, options: SendOptions): Promise<Download> {
    const { signal } = options;
    return this.perform({ method: "GET", path }, options, async (response) => {
      const { status, body, headers } = response;
      if (status < 200 || status >= 300 || body === null) {
        const answer = classifyAnswer(await readAnswer(response));
        return answer.kind === "ok" ? { kind: "unreadable", cause: "the answer is empty" } : answer;
      }
      if (signal !== undefined) addAbortSignal(signal, body as Readable);
      return { kind: "ok", value: { body, size: sizeOf(headers.get("content-length")) } };
    });
  }

  /** The service's clock, by the `Date` of its latest answer; the local one's before any. */
  serviceNowMs(): number {
    return this.serviceClock.nowMs();
  }

  private async perform<T>(
    request: ServiceRequest,
    options: SendOptions,
    read: Read<T>,
  ): Promise<T> {
    const { priority, signal, attempts: mostAttempts = MOST_ATTEMPTS } = options;
    const { clock, random, limiter, settings } = this.deps;
    const errors = new RequestErrors(request, this.basePath, settings);
    if (settings.readOnly && request.method !== "GET") throw errors.readOnly();
    let failingSinceMs: number | undefined;
    let isClockRepaired = false;
    for (let attempt = 1; ; ) {
      const turn = await limiter.takeTurn(priority, signal);
      options.onDeparture?.();
      const outcome = await this.attempt(request, errors, turn, read, signal);
      if (outcome.kind === "ok") {
        this.note(request, outcome, attempt);
        return outcome.value;
      }
      const { error } = outcome;
      if (error.facts.httpStatus === 401 && !isClockRepaired) {
        isClockRepaired = this.serviceClock.repair(outcome.date);
        if (isClockRepaired) {
          this.note(request, outcome, attempt++, 0);
          continue;
        }
      }
      const now = clock.monotonicMs();
      failingSinceMs ??= now;
      const tried = { attempts: attempt, mostAttempts, failingMs: now - failingSinceMs };
      const delayMs = delayUntilRetryMs(error, tried, random);
      this.note(request, outcome, attempt, delayMs);
      if (delayMs === undefined) throw error;
      const { cause } = error.text;
      if (isThrottled(error)) {
        const waitMs = tried.failingMs + limiter.delayMs();
        this.longWait.continues(`requests are refused for their pace (${cause})`, now, waitMs);
        continue;
      }
      this.longWait.continues(cause, now, tried.failingMs + delayMs);
      await clock.sleep(delayMs, signal);
      attempt += 1;
    }
  }

  private async attempt<T>(
    request: ServiceRequest,
    errors: RequestErrors,
    turn: Turn,
    read: Read<T>,
    signal: AbortSignal | undefined,
  ): Promise<Outcome<T>> {
    const { clock } = this.deps;
    const startedMs = clock.monotonicMs();
    const took = () => clock.monotonicMs() - startedMs;
    let exchanged: Exchanged<T>;
    try {
      exchanged = await this.exchange(request, turn, read, signal);
    } catch (error) {
      if (signal?.aborted && request.method !== "POST") throw signal.reason;
      const result = readNetworkError(error).cause;
      return {
        kind: "failed",
        error: errors.unreachable(error),
        date: null,
        result,
        tookMs: took(),
      };
    }
    const { answer, status, date } = exchanged;
    this.serviceClock.note(date);
    const seen = { date, result: `HTTP ${status}`, tookMs: took() };
    if (answer.kind === "ok") {
      turn.answered(request.method);
      return { ...answer, ...seen };
    }
    const error =
      answer.kind === "refused" ? errors.refused(answer.refusal) : errors.unreadable(answer.cause);
    // A quota that is used up is not a matter of pace.
    if (isThrottled(error) && error.facts.isLasting !== true) {
      turn.throttled(boundedRetryAfterMs(error.facts.retryAfterMs ?? 0));
    } else {
      turn.answered(request.method);
    }
    return { kind: "failed", error, ...seen };
  }

  /** One request and its answer, bounded in time. */
  private async exchange<T>(
    request: ServiceRequest,
    turn: Turn,
    read: Read<T>,
    signal: AbortSignal | undefined,
  ): Promise<Exchanged<T>> {
    const { settings, fetch, clock } = this.deps;
    const { method, path, body } = request;
    const pathAndQuery = `${this.basePath}${path}`;
    const signingTimeMs = this.serviceClock.signingTimeMs();
    const graceMs = method === "POST" ? POST_ANSWER_AFTER_CANCEL_MS : 0;
    return withDeadline(
      clock,
      { ms: settings.requestTimeoutMs, signal, graceMs },
      async (deadline) => {
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
        turn.left();
        const response = await sent;
        const { status, headers } = response;
        return { answer: await read(response), status, date: headers.get("date") };
      },
    );
  }

  /** One line for each attempt; never a body or a header. */
  private note(request: ServiceRequest, seen: Seen, attempt: number, delayMs?: number): void {
    const again = delayMs === undefined ? "" : `, again in ${Math.round(delayMs)} ms`;
    this.deps.log.debug(
      `${request.method} ${this.basePath}${request.path} → ${seen.result} ` +
        `(attempt ${attempt}, ${Math.round(seen.tookMs)} ms${again})`,
    );
  }
}

/** What an answer says, by its status, headers and body. */
type Read<T> = (response: HttpResponse) => Promise<Reading<T>>;
type Reading<T> = { readonly kind: "ok"; readonly value: T } | Exclude<Answer, { kind: "ok" }>;

interface Exchanged<T> {
  readonly answer: Reading<T>;
  readonly status: number;
  readonly date: string | null;
}

interface Seen {
  readonly date: string | null;
  /** The status or the failure, for the log. */
  readonly result: string;
  readonly tookMs: number;
}

type Outcome<T> = Seen &
  (
    | { readonly kind: "ok"; readonly value: T }
    | { readonly kind: "failed"; readonly error: NclueError }
  );

/**
 * A POST that is under way when the engine asks to stop is answered first, so that its job is
 * known; pipelines kill ten seconds after they ask.
 */
const POST_ANSWER_AFTER_CANCEL_MS = 4000;

function sizeOf(contentLength: string | null): number | null {
  return contentLength !== null && /^\d+$/.test(contentLength) ? Number(contentLength) : null;
}

async function readAnswer(response: HttpResponse): Promise<RawAnswer> {
  return {
    status: response.status,
    retryAfter: response.headers.get("retry-after"),
    date: response.headers.get("date"),
    requestId: response.headers.get("x-ncp-request-id"),
    body: await response.text(),
  };
}
