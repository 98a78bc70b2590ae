import { once } from "node:events";
import { addAbortSignal, finished, type Readable } from "node:stream";
import { attemptLine } from "../kernel/attemptLine";
import { isThrottled, type NclueError } from "../kernel/errors";
import { readNetworkError } from "../kernel/networkErrors";
import type { Clock, Fetch, Log, Random } from "../kernel/ports";
import type { Settings } from "../kernel/settings";
import { classifyAnswer, describeNoFile } from "./classifyAnswer";
import { LongWait } from "./longWait";
import type { Priority, RateLimiter, Turn } from "./rateLimiter";
import { RequestErrors } from "./requestErrors";
import { delayUntilRetryMs, MOST_ATTEMPTS } from "./retryPolicy";
import { type Exchanged, type Read, readAnswer, type ServiceRequest, sendOnce } from "./sendOnce";
import { ServiceClock } from "./serviceClock";

export type { ServiceRequest };

export interface SendOptions {
  readonly priority: Priority | (() => Priority);
  readonly signal?: AbortSignal | undefined;
  /** Called when an attempt leaves the queue: what it answers was so after this moment. */
  readonly onDeparture?: () => void;
  /** @default {@link MOST_ATTEMPTS} */
  readonly attempts?: number | undefined;
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
      const answer = classifyAnswer(
        await readAnswer(response),
        request.method,
        this.serviceNowMs(),
      );
      return answer.kind === "ok" ? { kind: "ok", value: answer.json } : answer;
    });
  }

  /**
   * A file that the service answers with, as a stream. The time-out holds until the file begins; the
   * signal ends the stream, too. What is certainly no file (a page, JSON, nothing) is `unreadable`.
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
      // Without a listener, an error before anyone reads would end the process.
      body.on("error", () => {});
      if (signal !== undefined) addAbortSignal(signal, body as Readable);
      const beginning = await beginningOf(body as Readable);
      const cause = describeNoFile(status, headers.get("content-type"), beginning);
      if (cause === undefined) {
        return { kind: "ok", value: { body, size: sizeOf(headers.get("content-length")) } };
      }
      (body as Readable).destroy();
      return { kind: "unreadable", cause };
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
      const { error, date } = outcome;
      if (error.facts.httpStatus === 401 && !isClockRepaired && this.serviceClock.repair(date)) {
        isClockRepaired = true;
        this.note(request, outcome, attempt, 0);
        attempt += 1;
        continue;
      }
      const now = clock.monotonicMs();
      failingSinceMs ??= now;
      const tried = { attempts: attempt, mostAttempts, failingMs: now - failingSinceMs };
      const delayMs = delayUntilRetryMs(error, tried, random);
      const againMs = delayMs === undefined ? undefined : Math.max(delayMs, limiter.delayMs());
      this.note(request, outcome, attempt, againMs);
      if (delayMs === undefined || againMs === undefined) throw error;
      this.waits(error, tried.failingMs + againMs);
      if (isThrottled(error)) continue;
      await clock.sleep(delayMs, signal);
      attempt += 1;
    }
  }

  private waits(error: NclueError, waitMs: number): void {
    const { cause } = error.text;
    const what = isThrottled(error) ? `requests are refused for their pace (${cause})` : cause;
    this.longWait.continues(what, this.deps.clock.monotonicMs(), waitMs);
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
    const seen = (result: string, date: string | null = null) => {
      return { result, date, tookMs: clock.monotonicMs() - startedMs };
    };
    let exchanged: Exchanged<T>;
    try {
      exchanged = await sendOnce(this.deps, request, {
        basePath: this.basePath,
        signingTimeMs: this.serviceClock.signingTimeMs(),
        onSent: () => turn.left(kindOf(request)),
        read,
        signal,
      });
    } catch (error) {
      turn.failed();
      if (signal?.aborted && request.method !== "POST") throw signal.reason;
      return {
        kind: "failed",
        error: errors.unreachable(error),
        ...seen(readNetworkError(error).cause),
      };
    }
    const { answer, status, date } = exchanged;
    this.serviceClock.note(date);
    const outcome =
      answer.kind === "ok" ? answer : ({ kind: "failed", error: errors.answered(answer) } as const);
    reportTo(turn, outcome.kind === "ok" ? undefined : outcome.error);
    return { ...outcome, ...seen(`HTTP ${status}`, date) };
  }

  /** One line for each attempt; never a body or a header. */
  private note(request: ServiceRequest, seen: Seen, attempt: number, againMs?: number): void {
    const { method } = request;
    const { result, tookMs } = seen;
    const path = this.basePath + request.path;
    this.deps.log.debug(attemptLine({ method, path, result, attempt, tookMs, againMs }));
  }
}

/** Lists, single jobs and files each take a time of their own. */
function kindOf({ method, path }: ServiceRequest): string {
  return `${method} ${path.includes("?") ? "list" : path.split("/").length}`;
}

function reportTo(turn: Turn, error: NclueError | undefined): void {
  const facts = isThrottled(error) ? error.facts : undefined;
  // A quota that is used up is not a matter of pace.
  if (facts === undefined || facts.isLasting === true) turn.answered(error === undefined);
  else turn.throttled(facts.retryAfterMs);
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

/** The first of a body, which stays in it; empty where there is none. */
async function beginningOf(body: Readable): Promise<string> {
  let isOver = false;
  const over = new Promise<void>((resolve, reject) => {
    finished(body, { writable: false }, (error) => {
      isOver = true;
      if (error) reject(error);
      else resolve();
    });
  });
  for (;;) {
    const chunk: unknown = isOver ? null : body.read();
    if (chunk !== null) {
      over.catch(() => {});
      body.unshift(chunk);
      return String(chunk);
    }
    if (isOver) return "";
    await Promise.race([over, once(body, "readable")]);
  }
}

function sizeOf(contentLength: string | null): number | null {
  return contentLength !== null && /^\d+$/.test(contentLength) ? Number(contentLength) : null;
}
