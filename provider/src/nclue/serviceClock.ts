import type { Clock, Log } from "../kernel/ports";
import { humanDuration } from "../kernel/text";

/** The gateway refuses at five minutes; its `Date` has whole seconds, and the answer took time. */
const TOLERATED_SKEW_MS = 4.5 * 60_000;

/** The gateway's clock, as the `Date` of its answers shows it. */
export class ServiceClock {
  /** What to add to the local clock for a signature that the gateway accepts. */
  private signingOffsetMs = 0;
  private lastDate: { readonly ms: number; readonly notedMs: number } | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** The local clock's time until an answer had a `Date`. */
  nowMs(): number {
    if (this.lastDate === undefined) return this.clock.nowMs();
    return this.lastDate.ms + this.clock.monotonicMs() - this.lastDate.notedMs;
  }

  signingTimeMs(): number {
    return this.clock.nowMs() + this.signingOffsetMs;
  }

  /** @param date the `Date` of an answer that has just arrived */
  note(date: string | null): void {
    const ms = date === null ? Number.NaN : Date.parse(date);
    if (!Number.isNaN(ms)) this.lastDate = { ms, notedMs: this.clock.monotonicMs() };
  }

  /** After a 401: whether the clock may be why, and the next signature is valid. */
  repair(date: string | null): boolean {
    const skewMs = (date === null ? Number.NaN : Date.parse(date)) - this.clock.nowMs();
    if (!(Math.abs(skewMs - this.signingOffsetMs) >= TOLERATED_SKEW_MS)) return false;
    this.signingOffsetMs = skewMs;
    this.log.warn(
      `the local clock is ${humanDuration(Math.abs(skewMs))} ${skewMs > 0 ? "behind" : "ahead of"} ` +
        "the NCLUE gateway's, which refuses requests that are five minutes off; " +
        "requests are now signed with the gateway's time. Set the clock (NTP) to get rid of this line",
    );
    return true;
  }
}
