import type { Clock, Random } from "../kernel/ports";

/** Who goes first when several requests wait for one place. */
export const Priority = { write: 0, read: 1, poll: 2 } as const;
export type Priority = (typeof Priority)[keyof typeof Priority];

/** The service counts arrivals, we count departures: a little air keeps jitter from adding up to a 429. */
const SAFETY_MARGIN = 1.02;
/** After this many places were given to others, a waiting one moves up by one priority. */
const PLACES_UNTIL_PROMOTION = 20;
const LONGEST_INTERVAL_FACTOR = 8;
const SLOW_DOWN_FACTOR = 2;
const RECOVERY_FACTOR = 0.8;
/** A pace that was slowed varies by this part, so that two processes do not refuse each other in step. */
const SLOWED_JITTER = 0.5;

interface Place {
  /** Asked for whenever a place is given: who waits for an answer may change meanwhile. */
  readonly priority: () => Priority;
  readonly servedWhenQueued: number;
  readonly give: () => void;
}

/**
 * Spaces the requests of the whole process. A 429 makes the distance larger, each answer that is not
 * a 429 takes a step back towards the configured one: several processes on one account settle without
 * knowing of each other.
 */
export class RateLimiter {
  private readonly baseIntervalMs: number;
  private intervalMs: number;
  private nextPlaceMs = Number.NEGATIVE_INFINITY;
  private lastSlowDownMs = Number.NEGATIVE_INFINITY;
  private served = 0;
  private isPumping = false;
  private nobodyWaits = new AbortController();
  private readonly queue: Place[] = [];

  constructor(
    private readonly clock: Clock,
    requestsPerSecond: number,
    private readonly random: Random,
  ) {
    this.baseIntervalMs = (1000 / requestsPerSecond) * SAFETY_MARGIN;
    this.intervalMs = this.baseIntervalMs;
  }

  /** Resolves when the caller may send one request. */
  place(priority: Priority | (() => Priority), signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const leave = () => {
        const index = this.queue.indexOf(place);
        if (index >= 0) this.queue.splice(index, 1);
        if (this.queue.length === 0) this.nobodyWaits.abort();
        reject(signal?.reason);
      };
      const place: Place = {
        priority: typeof priority === "function" ? priority : () => priority,
        servedWhenQueued: this.served,
        give: () => {
          signal?.removeEventListener("abort", leave);
          resolve();
        },
      };
      signal?.addEventListener("abort", leave, { once: true });
      this.queue.push(place);
      void this.pump();
    });
  }

  /** The service said 429: keep more distance, and none at all for `retryAfterMs`. */
  slowDown(retryAfterMs = 0): void {
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

  /** An answer that was not a 429. */
  recover(): void {
    this.intervalMs = Math.max(this.baseIntervalMs, this.intervalMs * RECOVERY_FACTOR);
    // The first request opens the connection and so arrives late: the next keeps its distance from it.
    const isFirstAnswer = this.served === 1;
    if (isFirstAnswer) this.keepAway(this.intervalMs);
  }

  private keepAway(ms: number): void {
    this.nextPlaceMs = Math.max(this.nextPlaceMs, this.clock.monotonicMs() + ms);
  }

  private nextDistanceMs(): number {
    if (this.intervalMs === this.baseIntervalMs) return this.intervalMs;
    return this.intervalMs * (1 - SLOWED_JITTER + 2 * SLOWED_JITTER * this.random());
  }

  private async pump(): Promise<void> {
    if (this.isPumping) return;
    this.isPumping = true;
    try {
      while (this.queue.length > 0) {
        const waitMs = this.nextPlaceMs - this.clock.monotonicMs();
        if (waitMs > 0) {
          this.nobodyWaits = new AbortController();
          await this.clock.sleep(waitMs, this.nobodyWaits.signal).catch(() => {});
          continue;
        }
        const place = this.takeNext();
        this.served += 1;
        this.nextPlaceMs = this.clock.monotonicMs() + this.nextDistanceMs();
        place?.give();
      }
    } finally {
      this.isPumping = false;
    }
  }

  private takeNext(): Place | undefined {
    let best = 0;
    for (let i = 1; i < this.queue.length; i++) {
      if (this.rank(this.queue[i]) < this.rank(this.queue[best])) best = i;
    }
    return this.queue.splice(best, 1)[0];
  }

  private rank(place: Place | undefined): number {
    if (place === undefined) return Number.POSITIVE_INFINITY;
    const promotions = Math.floor((this.served - place.servedWhenQueued) / PLACES_UNTIL_PROMOTION);
    return Math.max(0, place.priority() - promotions);
  }
}
