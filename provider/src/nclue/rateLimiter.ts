import type { Clock, Random } from "../kernel/ports";

/** Who goes first when several requests wait for one turn. */
export const Priority = { write: 0, read: 1, poll: 2 } as const;
export type Priority = (typeof Priority)[keyof typeof Priority];

/** A small margin absorbs network jitter that would cause a 429. */
const SAFETY_MARGIN = 1.03;
/** After this many turns of others, a waiting request moves up by one priority. */
const TURNS_UNTIL_PROMOTION = 20;
const LONGEST_INTERVAL_FACTOR = 8;
const SLOW_DOWN_FACTOR = 2;
const RECOVERY_FACTOR = 0.8;
/** After a slow-down, intervals vary by this fraction so that two processes do not stay in lockstep. */
const SLOWED_JITTER = 0.5;
/** How fast the usual round trip follows slower answers; faster ones count at once. */
const SLOWER_WEIGHT = 0.25;
/** One stall says little: what is usual at most doubles with an answer. */
const MOST_RISE_FACTOR = 2;

/** The right to send one request. */
export interface Turn {
  /**
   * The request has been handed to the network.
   *
   * @param kind requests of one kind usually take as long
   */
  left(kind: string): void;
  /** @param isSuccess what is refused takes a time of its own, which says nothing of what is usual */
  answered(isSuccess: boolean): void;
  /** The answer was a 429: keep more distance, and send nothing at all for `retryAfterMs`. */
  throttled(retryAfterMs?: number): void;
  /** No answer will come; the request may have arrived as late as now. */
  failed(): void;
}

interface Waiting {
  /** Read whenever a turn is given: who waits for an answer may change meanwhile. */
  readonly priority: () => Priority;
  readonly servedWhenQueued: number;
  readonly give: (turn: Turn) => void;
}

/**
 * Spaces the requests of the whole process. A 429 makes the distance larger, each answer that is not
 * a 429 takes a step back towards the configured one: several processes on one account settle without
 * knowing of each other.
 *
 * The service counts arrivals, and only departures are ours to decide. A request may have arrived as
 * late as its answer came, less what a round trip usually takes where that is more than the margin: the
 * next one keeps its distance from there, and waits up to one more interval for an answer that is late.
 * So neither a connection that has to be opened first nor a machine that stalls, this one or the
 * gateway's, brings two together.
 */
export class RateLimiter {
  private readonly baseIntervalMs: number;
  private intervalMs: number;
  private nextTurnMs = Number.NEGATIVE_INFINITY;
  private lastSlowDownMs = Number.NEGATIVE_INFINITY;
  private served = 0;
  private isPumping = false;
  private delayChanged = new AbortController();
  private readonly queue: Waiting[] = [];
  private readonly usualRoundTripMs = new Map<string, number>();
  /** Until when the next request waits for the answers of those before it. */
  private readonly unanswered = new Map<Turn, number>();

  constructor(
    private readonly clock: Clock,
    requestsPerSecond: number,
    private readonly random: Random,
  ) {
    this.baseIntervalMs = (1000 / requestsPerSecond) * SAFETY_MARGIN;
    this.intervalMs = this.baseIntervalMs;
  }

  /** Resolves when the caller may send one request. */
  takeTurn(priority: Priority | (() => Priority), signal?: AbortSignal): Promise<Turn> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const leave = () => {
        const index = this.queue.indexOf(waiting);
        if (index >= 0) this.queue.splice(index, 1);
        if (this.queue.length === 0) this.delayChanged.abort();
        reject(signal?.reason);
      };
      const waiting: Waiting = {
        priority: typeof priority === "function" ? priority : () => priority,
        servedWhenQueued: this.served,
        give: (turn) => {
          signal?.removeEventListener("abort", leave);
          resolve(turn);
        },
      };
      signal?.addEventListener("abort", leave, { once: true });
      this.queue.push(waiting);
      void this.pump();
    });
  }

  /** How long the next request has to wait for its turn. */
  delayMs(): number {
    const nextMs = Math.max(this.nextTurnMs, ...this.unanswered.values());
    return Math.max(0, nextMs - this.clock.monotonicMs());
  }

  private createTurn(distanceMs: number): Turn {
    const leastMs = distanceMs / SAFETY_MARGIN;
    let kind = "";
    let leftMs: number | undefined;
    const turn: Turn = {
      left: (requestKind) => {
        kind = requestKind;
        leftMs = this.clock.monotonicMs();
        this.keepAway(distanceMs);
        // Where answers take longer than that anyway, a late one says nothing.
        if (this.usualMs(kind) >= distanceMs) return;
        this.unanswered.set(turn, leftMs + distanceMs + this.baseIntervalMs);
      },
      answered: (isSuccess) => {
        const now = this.clock.monotonicMs();
        const usualMs = this.usualMs(kind);
        const afterArrivalMs = usualMs > distanceMs - leastMs ? usualMs : 0;
        this.notBefore(now - afterArrivalMs + leastMs);
        if (isSuccess) this.noteRoundTrip(kind, now - (leftMs ?? now));
        this.intervalMs = Math.max(this.baseIntervalMs, this.intervalMs * RECOVERY_FACTOR);
        this.settle(turn);
      },
      throttled: (retryAfterMs = 0) => {
        this.slowDown(retryAfterMs);
        this.settle(turn);
      },
      failed: () => {
        if (leftMs !== undefined) this.keepAway(leastMs);
        this.settle(turn);
      },
    };
    return turn;
  }

  private settle(turn: Turn): void {
    this.unanswered.delete(turn);
    if (this.queue.length > 0) this.delayChanged.abort();
  }

  private usualMs(kind: string): number {
    return this.usualRoundTripMs.get(kind) ?? 0;
  }

  private noteRoundTrip(kind: string, roundTripMs: number): void {
    const usualMs = this.usualRoundTripMs.get(kind) ?? roundTripMs;
    const risenMs = Math.min(
      usualMs + (roundTripMs - usualMs) * SLOWER_WEIGHT,
      Math.max(1, usualMs * MOST_RISE_FACTOR),
    );
    this.usualRoundTripMs.set(kind, roundTripMs > usualMs ? risenMs : roundTripMs);
  }

  private slowDown(retryAfterMs: number): void {
    const now = this.clock.monotonicMs();
    // Requests that were under way together are refused together; they count once.
    if (now - this.lastSlowDownMs >= this.intervalMs) {
      this.intervalMs = Math.min(
        this.intervalMs * SLOW_DOWN_FACTOR,
        this.baseIntervalMs * LONGEST_INTERVAL_FACTOR,
      );
      this.lastSlowDownMs = now;
    }
    this.keepAway(Math.max(this.nextDistanceMs(), retryAfterMs));
  }

  private keepAway(ms: number): void {
    this.notBefore(this.clock.monotonicMs() + ms);
  }

  private notBefore(ms: number): void {
    this.nextTurnMs = Math.max(this.nextTurnMs, ms);
  }

  private nextDistanceMs(): number {
    if (this.intervalMs === this.baseIntervalMs) return this.intervalMs;
    const factor = 1 - SLOWED_JITTER + 2 * SLOWED_JITTER * this.random();
    return Math.max(this.baseIntervalMs, this.intervalMs * factor);
  }

  private async pump(): Promise<void> {
    if (this.isPumping) return;
    this.isPumping = true;
    try {
      while (this.queue.length > 0) {
        const waitMs = this.delayMs();
        if (waitMs > 0) {
          this.delayChanged = new AbortController();
          await this.clock.sleep(waitMs, this.delayChanged.signal).catch(() => {});
          continue;
        }
        const next = this.takeNext();
        this.served += 1;
        const distanceMs = this.nextDistanceMs();
        this.nextTurnMs = this.clock.monotonicMs() + distanceMs;
        next?.give(this.createTurn(distanceMs));
      }
    } finally {
      this.isPumping = false;
    }
  }

  private takeNext(): Waiting | undefined {
    let best = 0;
    for (let i = 1; i < this.queue.length; i++) {
      if (this.rank(this.queue[i]) < this.rank(this.queue[best])) best = i;
    }
    return this.queue.splice(best, 1)[0];
  }

  private rank(waiting: Waiting | undefined): number {
    if (waiting === undefined) return Number.POSITIVE_INFINITY;
    const promotions = Math.floor((this.served - waiting.servedWhenQueued) / TURNS_UNTIL_PROMOTION);
    return Math.max(0, waiting.priority() - promotions);
  }
}
