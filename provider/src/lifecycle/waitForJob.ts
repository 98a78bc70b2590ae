import type { Family } from "../domain/family";
import type { Job } from "../domain/job";
import { isFailed } from "../domain/status";
import { isNclueError, mayPassByItself, type NclueError } from "../kernel/errors";
import { isOwnFault } from "../nclue/jobs/unknownId";
import { Priority } from "../nclue/rateLimiter";
import type { JobContext } from "./jobContext";

/** What ended a wait. */
export interface Waited {
  readonly end:
    | "reached"
    | "failed"
    /** The service answers 404, or what may mean the same; `confirmGone` may confirm it. */
    | "missing"
    /** The bound was reached. */
    | "timed-out"
    /** The engine asked to stop. */
    | "cancelled"
    /** The service does not let us ask. */
    | "refused";
  /** The job as it was seen last. */
  readonly last: Job;
  /** What the polls have shown, with counts: `in_progress` → 409, `HTTP 503` → 3. */
  readonly seen: ReadonlyMap<string, number>;
  /** The bound, for messages. */
  readonly boundMs: number;
  /** What the service said, for `missing` and `refused`. */
  readonly error?: NclueError;
}

export interface WaitOptions {
  readonly family: Family;
  /** The job as it is known now. */
  readonly job: Job;
  readonly isReached: (status: string | null) => boolean;
  /** How long to wait at most. */
  readonly timeoutMs: number;
  /** The bound that the reader knows, where some of it has passed already. Default: `timeoutMs`. */
  readonly boundMs?: number | undefined;
  /** Whether to poll at once, or (for a job that was just created) only after the first interval. */
  readonly pollAtOnce: boolean;
  /** Called for each poll that saw the job. */
  readonly onSeen: (job: Job, nextPollMs: number) => void;
  /** Called for each poll that did not: without an answer, or because it is not visible yet. */
  readonly onUnseen: (trouble: "no-answer" | "not-visible", nextPollMs: number) => void;
}

/** Each poll costs one of the account's requests, so polls are at least this many slots apart. */
const SHORTEST_INTERVAL_SLOTS = 2;
const LONGEST_INTERVAL_SLOTS = 30;
/** A poll that is under way at the bound may still be answered for this long. */
const GRACE_MS = 30_000;
/** The end of a job is seen late by about this part of its length. */
const INTERVAL_SHARE = 0.05;
const JITTER = 0.1;
/** Where the service fails at each poll, the list is asked so often. */
const ASK_LIST_EVERY_MS = 5 * 60_000;

/**
 * Waits until a job is where it is wanted, has failed or vanished, or the bound is reached. Troubles
 * that may pass (no answer, 5xx, 429) do not end a wait; its bound does.
 */
export async function waitForJob(ctx: JobContext, options: WaitOptions): Promise<Waited> {
  const [ended, grace] = [new AbortController(), new AbortController()];
  ctx.clock.sleep(options.timeoutMs + GRACE_MS, ended.signal).then(
    () => grace.abort(new Error("the wait is over")),
    () => {},
  );
  try {
    return await pollUntilDone(ctx, options, AbortSignal.any([ctx.cancelled, grace.signal]));
  } finally {
    ended.abort();
  }
}

async function pollUntilDone(
  ctx: JobContext,
  options: WaitOptions,
  signal: AbortSignal,
): Promise<Waited> {
  const { clock } = ctx;
  const { family, job, timeoutMs, isReached, onSeen, onUnseen } = options;
  const startMs = clock.monotonicMs();
  const deadlineMs = startMs + timeoutMs;
  const tally = new Tally(options);
  let newerThanMs = startMs + 1;
  let delayMs = options.pollAtOnce ? 0 : pollIntervalMs(ctx, 0);
  const proof = new GoneProof(ctx, options, signal);
  for (;;) {
    // The last poll is made at the bound itself, so that a job that has just ended counts.
    const isLast = clock.monotonicMs() + delayMs >= deadlineMs;
    const dueMs = Math.min(clock.monotonicMs() + delayMs, deadlineMs);
    try {
      const jobs = ctx.clients().jobs[family.name];
      const poll = { dueMs, newerThanMs, priority: Priority.poll, signal };
      const sighting = await jobs.observe(job.id, poll);
      delayMs = pollIntervalMs(ctx, clock.monotonicMs() - startMs);
      if (sighting.kind === "seen") {
        newerThanMs = sighting.askedMs + 1;
        tally.see(sighting.job);
        proof.postpone();
        if (isFailed(sighting.job.status)) return tally.ended("failed");
        if (isReached(sighting.job.status)) return tally.ended("reached");
        onSeen(sighting.job, delayMs);
      } else {
        tally.count(`HTTP ${sighting.error.facts.httpStatus ?? 404}`);
        if (!jobs.mayStillAppear(job.id)) return tally.ended("missing", sighting.error);
        onUnseen("not-visible", delayMs);
      }
    } catch (error) {
      if (ctx.cancelled.aborted) return tally.ended("cancelled");
      if (signal.aborted) {
        tally.count("no answer");
        return tally.ended("timed-out");
      }
      if (!isNclueError(error)) throw error;
      if (!mayPassByItself(error)) return tally.ended("refused", error);
      tally.count(answerOf(error));
      if (await proof.isGone(error)) return tally.ended("missing", error);
      delayMs = pollIntervalMs(ctx, clock.monotonicMs() - startMs);
      onUnseen("no-answer", delayMs);
      ctx.log.debug(`polling ${family.noun} ${job.id} failed, will try again: ${error.message}`);
    }
    if (isLast && clock.monotonicMs() >= deadlineMs) return tally.ended("timed-out");
  }
}

/** What was seen during a wait. */
class Tally {
  private readonly seen = new Map<string, number>();
  private last: Job;

  constructor(private readonly options: WaitOptions) {
    this.last = options.job;
  }

  see(job: Job): void {
    this.last = job;
    this.count(job.status ?? "no status");
  }

  count(what: string): void {
    this.seen.set(what, (this.seen.get(what) ?? 0) + 1);
  }

  ended(end: Waited["end"], error?: NclueError): Waited {
    const { boundMs, timeoutMs } = this.options;
    const { last, seen } = this;
    return {
      end,
      last,
      seen,
      boundMs: boundMs ?? timeoutMs,
      ...(error === undefined ? {} : { error }),
    };
  }
}

/**
 * The service may fail for good where it is asked for an id that it does not know. The whole list says
 * whether that is so, and is asked now and then.
 */
class GoneProof {
  private askedMs: number;

  constructor(
    private readonly ctx: JobContext,
    private readonly options: Pick<WaitOptions, "family" | "job">,
    private readonly signal: AbortSignal,
  ) {
    this.askedMs = ctx.clock.monotonicMs();
  }

  /** The job was seen just now. */
  postpone(): void {
    this.askedMs = this.ctx.clock.monotonicMs();
  }

  async isGone(error: NclueError): Promise<boolean> {
    const { ctx, signal } = this;
    const { family, job } = this.options;
    const now = ctx.clock.monotonicMs();
    if (!isOwnFault(error) || now - this.askedMs < ASK_LIST_EVERY_MS) return false;
    this.askedMs = now;
    if (ctx.clients().jobs[family.name].mayStillAppear(job.id)) return false;
    const jobs = ctx.clients().jobs[family.name];
    return (await jobs.isListed(job.id, signal).catch(() => "unproven")) === "absent";
  }
}

/** The time until the next poll: it grows with the time waited, within bounds. */
export function pollIntervalMs(ctx: JobContext, waitedMs: number): number {
  const slotMs = 1000 / ctx.clients().settings.requestsPerSecond;
  const wanted = waitedMs * INTERVAL_SHARE * (1 - JITTER + 2 * JITTER * ctx.random());
  return Math.min(
    LONGEST_INTERVAL_SLOTS * slotMs,
    Math.max(SHORTEST_INTERVAL_SLOTS * slotMs, wanted),
  );
}

function answerOf({ facts, code }: NclueError): string {
  if (facts.httpStatus !== undefined) return `HTTP ${facts.httpStatus}`;
  return code === "unreadable" ? "an unreadable answer" : "no answer";
}
