import { NclueError, type RefusalKind } from "../kernel/errors";
import type { Clock, Fetch, HttpResponse, Log, Random } from "../kernel/ports";
import type { Settings } from "../kernel/settings";
import { humanDuration } from "../kernel/text";
import { type Answer, classifyAnswer, type RawAnswer, type Refusal } from "./classifyAnswer";
import type { Priority, RateLimiter } from "./rateLimiter";
import { boundedRetryAfterMs, MOST_ATTEMPTS, retryDelayMs } from "./retryPolicy";
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

/**
 * Speaks to the service: pace → sign → send → classify → retry. This is the only loop around a
 * request.
 *
 * Reads and deletes are sent again after a lost connection, a 5xx or an unreadable answer. A POST is
 * sent again only where it certainly did nothing (no connection, a repaired clock); any other failure
 * of it says `mayHaveTakenEffect`, and the caller looks before it asks again. A 429 did nothing
 * either: whatever it met queues anew, and does not count as an attempt.
 */
export class Transport {
  /** What to add to the local clock to get the gateway's. */
  private clockOffsetMs = 0;
  private readonly basePath: string;

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
  }

  /**
   * The JSON that the service answered.
   *
   * @throws NclueError `read-only`, `unreachable`, `refused` ({@link RefusalFacts}) or `unreadable`.
   */
  async send(request: ServiceRequest, options: SendOptions): Promise<unknown> {
    const { priority, signal, attempts = MOST_ATTEMPTS } = options;
    const { clock, random, limiter } = this.deps;
    this.permit(request);
    const giveUpMs = clock.monotonicMs() + LONGEST_THROTTLING_MS;
    let isClockRepaired = false;
    for (let attempt = 1; ; ) {
      await limiter.place(priority, signal);
      options.onDeparture?.();
      const outcome = await this.attempt(request, attempt, signal);
      if (outcome.kind === "ok") return outcome.json;
      if (outcome.skewMs !== undefined && !isClockRepaired) {
        this.repairClock(outcome.skewMs);
        isClockRepaired = true;
        attempt += 1;
        continue;
      }
      // Nothing was done, and the pace is slower now: the next place in the queue is delay enough.
      const isThrottled = outcome.error.facts.kind === "throttled";
      if (isThrottled && attempts > 1 && clock.monotonicMs() < giveUpMs) continue;
      if (attempt >= attempts || !outcome.retryable) throw outcome.error;
      await clock.sleep(retryDelayMs(attempt, random, outcome.retryAfterMs), signal);
      attempt += 1;
    }
  }

  private permit(request: ServiceRequest): void {
    if (request.method === "GET" || !this.deps.settings.readOnly) return;
    throw new NclueError("read-only", {
      doing: `sending ${request.method} ${request.path}`,
      cause: "nclue:readOnly (NCLUE_READ_ONLY) is set, so nothing that changes the account is sent",
      remedy: "unset it where runs may be created and deleted",
    });
  }

  private async attempt(
    request: ServiceRequest,
    attempt: number,
    signal: AbortSignal | undefined,
  ): Promise<Outcome> {
    const { limiter, log, clock } = this.deps;
    const started = clock.monotonicMs();
    const note = (result: string) =>
      log.debug(
        `${request.method} ${this.basePath}${request.path} → ${result} ` +
          `(attempt ${attempt}, ${Math.round(clock.monotonicMs() - started)} ms)`,
      );
    let raw: RawAnswer;
    try {
      raw = await this.exchange(request, signal);
    } catch (error) {
      if (signal?.aborted && request.method !== "POST") throw signal.reason;
      note(networkCause(error));
      return unreachable(request, error);
    }
    note(`HTTP ${raw.status}`);
    const answer = classifyAnswer(raw);
    if (answer.kind === "refused" && answer.refusal.kind === "throttled") {
      limiter.slowDown(boundedRetryAfterMs(answer.refusal.retryAfterMs ?? 0));
    } else {
      limiter.recover();
    }
    return this.outcomeOf(request, answer, raw);
  }

  /** One request and its whole answer, bounded in time. */
  private async exchange(
    request: ServiceRequest,
    signal: AbortSignal | undefined,
  ): Promise<RawAnswer> {
    const { settings, fetch, clock } = this.deps;
    const pathAndQuery = `${this.basePath}${request.path}`;
    const timestampMs = clock.nowMs() + this.clockOffsetMs;
    const url = new URL(settings.endpoint).origin + pathAndQuery;
    const credentials = settings.credentials();
    const lateMs = request.method === "POST" ? POST_ANSWER_AFTER_CANCEL_MS : 0;
    return withDeadline(clock, settings.requestTimeoutMs, signal, lateMs, async (deadline) => {
      const response = await fetch(url, {
        method: request.method,
        headers: {
          ...signRequest(credentials, request.method, pathAndQuery, timestampMs),
          ...(request.body === undefined ? {} : { "content-type": "application/json" }),
          accept: "application/json",
        },
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
        signal: deadline,
        redirect: "manual",
      });
      return readAnswer(response);
    });
  }

  private outcomeOf(request: ServiceRequest, answer: Answer, raw: RawAnswer): Outcome {
    if (answer.kind === "ok") return answer;
    const doing = `${request.method} ${this.basePath}${request.path}`;
    const isPost = request.method === "POST";
    if (answer.kind === "unreadable") {
      return {
        kind: "failed",
        retryable: !isPost,
        error: new NclueError(
          "unreadable",
          { doing, cause: answer.cause, remedy: CHECK_THE_ADDRESS },
          { mayHaveTakenEffect: isPost },
        ),
      };
    }
    const { refusal } = answer;
    const passes = refusal.kind === "throttled" || (refusal.kind === "transient" && !isPost);
    return {
      kind: "failed",
      retryable: passes,
      ...(refusal.retryAfterMs === undefined ? {} : { retryAfterMs: refusal.retryAfterMs }),
      ...(raw.status === 401 ? { skewMs: this.skewOf(raw) } : {}),
      error: this.refused(doing, refusal, isPost),
    };
  }

  private refused(doing: string, refusal: Refusal, isPost: boolean): NclueError {
    const { settings } = this.deps;
    const remedy =
      refusal.kind === "denied"
        ? `${refusal.remedy ?? "check the keys and their rights"}; the access key came from ` +
          `${settings.keySource}. After a change of keys in the stack's config run "pulumi up" or ` +
          `"pulumi refresh --run-program": a plain refresh still uses the old ones`
        : (refusal.remedy ?? REMEDIES[refusal.kind]);
    const facts = {
      ...refusal,
      mayHaveTakenEffect: isPost && refusal.kind === "transient",
    };
    return new NclueError("refused", { doing, cause: refusal.cause, remedy }, facts);
  }

  /** How far the gateway's clock is ahead of ours, where that is why it said 401. */
  private skewOf(raw: RawAnswer): number | undefined {
    const theirs = raw.date === null ? Number.NaN : Date.parse(raw.date);
    const skewMs = theirs - this.deps.clock.nowMs();
    const unrepairedMs = Math.abs(skewMs - this.clockOffsetMs);
    return unrepairedMs >= TOLERATED_SKEW_MS ? skewMs : undefined;
  }

  private repairClock(skewMs: number): void {
    this.clockOffsetMs = skewMs;
    this.deps.log.warn(
      `the local clock is ${humanDuration(Math.abs(skewMs))} ${skewMs > 0 ? "behind" : "ahead of"} ` +
        "the NCLUE gateway's, which refuses requests that are five minutes off; " +
        "requests are signed with the measured time now. Set the clock (NTP) to be rid of this line",
    );
  }
}

const CHECK_THE_ADDRESS =
  "check that nclue:endpoint (NCLUE_ENDPOINT) is the address of NCLUE's API, then try again";

/** What to do about a refusal whose code says nothing better. */
const REMEDIES: Readonly<Record<Exclude<RefusalKind, "denied">, string>> = {
  throttled: "others use the account's requests, too: try again later",
  transient: "try again later; if it lasts, ask NAVER Cloud's support",
  "not-found": "check the ids in the console, and that address and keys are of the right account",
  "duplicate-name": "use another name",
  rejected: "correct what the answer names, then try again; else ask NAVER Cloud's support",
};

/** Others may use the account's requests for long; a request that is never let in ends some time. */
const LONGEST_THROTTLING_MS = 30 * 60_000;

/** The gateway refuses at five minutes; its `Date` has whole seconds, and the answer took time. */
const TOLERATED_SKEW_MS = 4.5 * 60_000;

/** Errors of the operating system that come before any byte was sent. */
const NEVER_SENT = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"];

type Outcome =
  | { readonly kind: "ok"; readonly json: unknown }
  | {
      readonly kind: "failed";
      readonly error: NclueError;
      readonly retryable: boolean;
      readonly retryAfterMs?: number;
      readonly skewMs?: number | undefined;
    };

function unreachable(request: ServiceRequest, error: unknown): Outcome {
  const neverSent = NEVER_SENT.includes(systemCode(error) ?? "");
  const isPost = request.method === "POST";
  return {
    kind: "failed",
    retryable: !isPost || neverSent,
    error: new NclueError(
      "unreachable",
      {
        doing: `${request.method} ${request.path}`,
        cause: networkCause(error),
        remedy: "check the network and nclue:endpoint (NCLUE_ENDPOINT), then run it again",
      },
      { mayHaveTakenEffect: isPost && !neverSent },
      { cause: error },
    ),
  };
}

function networkCause(error: unknown): string {
  if (error === OUT_OF_TIME || (error as Error | null)?.name === "AbortError")
    return "no answer in time";
  const code = systemCode(error);
  if (code === "ECONNREFUSED") return "nothing listens at the address (ECONNREFUSED)";
  if (code === "ENOTFOUND") return "the host name is not known (ENOTFOUND)";
  return code === undefined ? "the connection broke" : `the connection broke (${code})`;
}

function systemCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : undefined;
}

const OUT_OF_TIME = new Error("no answer in time");

/**
 * A POST that is under way when the engine asks to stop is answered first, so that its run is
 * known; pipelines kill ten seconds after they ask.
 */
const POST_ANSWER_AFTER_CANCEL_MS = 4000;

/** Ends `work` after `ms`, or `lateMs` after `signal` is aborted. */
async function withDeadline<T>(
  clock: Clock,
  ms: number,
  signal: AbortSignal | undefined,
  lateMs: number,
  work: (deadline: AbortSignal) => Promise<T>,
): Promise<T> {
  const [deadline, finished] = [new AbortController(), new AbortController()];
  const endAfter = (delayMs: number, reason: unknown) => {
    clock.sleep(delayMs, finished.signal).then(
      () => deadline.abort(reason),
      () => {},
    );
  };
  const onAbort = () =>
    lateMs === 0 ? deadline.abort(signal?.reason) : endAfter(lateMs, OUT_OF_TIME);
  endAfter(ms, OUT_OF_TIME);
  if (signal?.aborted) onAbort();
  else signal?.addEventListener("abort", onAbort, { once: true });
  // The race ends the attempt even where an implementation of fetch ignores its signal.
  const ended = new Promise<never>((_, reject) => {
    deadline.signal.addEventListener("abort", () => reject(deadline.signal.reason), { once: true });
  });
  try {
    return await Promise.race([work(deadline.signal), ended]);
  } finally {
    signal?.removeEventListener("abort", onAbort);
    finished.abort();
  }
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
