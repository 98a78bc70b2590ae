import type { Clock } from "../../provider/src/kernel/ports";

interface Sleeper {
  readonly wakeMs: number;
  readonly requestedMs: number;
  readonly wake: () => void;
}

/** Sunday, 1 November 2026, 09:00 in Korea. */
const START_MS = Date.UTC(2026, 10, 1);
/** Wake-ups after which a test is taken for an endless loop. */
const MOST_WAKE_UPS = 50_000;
/** Turns of the event loop without work, sleeper or request after which nothing can happen any more. */
const IDLE_TURNS_UNTIL_STUCK = 200;

/** Time that moves only when a test (or {@link FakeClock.runUntil}) says so. */
export class FakeClock implements Clock {
  /** The lengths of all sleeps that ran to their end, in the order of their ends. */
  readonly slept: number[] = [];
  private elapsedMs = 0;
  private jumpedMs = 0;
  private sleepers: Sleeper[] = [];

  /** @param isBusy whether the code under test waits for something that is not time: a request. */
  constructor(private readonly isBusy: () => boolean = () => false) {}

  nowMs(): number {
    return this.trueMs() + this.jumpedMs;
  }

  /** The time by a clock that never {@link FakeClock.jump}s: everybody else's. */
  trueMs(): number {
    return START_MS + this.elapsedMs;
  }

  monotonicMs(): number {
    return this.elapsedMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const leave = () => {
        this.sleepers = this.sleepers.filter((other) => other !== sleeper);
        reject(signal?.reason);
      };
      const requestedMs = Math.max(0, ms);
      const sleeper: Sleeper = {
        wakeMs: this.elapsedMs + requestedMs,
        requestedMs,
        wake: () => {
          signal?.removeEventListener("abort", leave);
          resolve();
        },
      };
      signal?.addEventListener("abort", leave, { once: true });
      this.sleepers.push(sleeper);
    });
  }

  /** Sets the wall clock forward or back, as a person or NTP would; waits do not notice. */
  jump(ms: number): void {
    this.jumpedMs += ms;
  }

  /** Lets `ms` pass, with everything that happens meanwhile. */
  async advance(ms: number): Promise<void> {
    let over = false;
    const end = this.sleep(ms).then(() => {
      this.slept.pop();
      over = true;
    });
    await this.drive(() => over);
    await end;
    await this.settle();
  }

  /** Lets time pass, from one wake-up to the next, until `work` is settled. */
  async runUntil<T>(work: Promise<T>): Promise<T> {
    let over = false;
    const end = () => {
      over = true;
    };
    work.then(end, end);
    await this.drive(() => over);
    return work;
  }

  /** Lets everything happen that needs no time. */
  async settle(): Promise<void> {
    do await turn();
    while (this.isBusy());
  }

  private async drive(isOver: () => boolean): Promise<void> {
    for (let wakeUps = 0; wakeUps < MOST_WAKE_UPS; wakeUps++) {
      for (let turns = 0; turns < IDLE_TURNS_UNTIL_STUCK; turns++) {
        await this.settle();
        if (isOver()) return;
        if (this.sleepers.length > 0) break;
      }
      if (this.sleepers.length === 0) throw new Error("nothing is under way, and nobody sleeps");
      this.wakeNext();
    }
    throw new Error(`still not over after ${MOST_WAKE_UPS} wake-ups (${this.elapsedMs} ms)`);
  }

  /** One at a time, oldest first, so that what a wake-up causes comes before the next. */
  private wakeNext(): void {
    const next = this.sleepers.reduce((a, b) => (b.wakeMs < a.wakeMs ? b : a));
    this.sleepers = this.sleepers.filter((sleeper) => sleeper !== next);
    this.elapsedMs = Math.max(this.elapsedMs, next.wakeMs);
    this.slept.push(next.requestedMs);
    next.wake();
  }
}

/** All promise reactions run before this resolves, and sockets get their turn. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
