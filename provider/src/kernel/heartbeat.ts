import type { Clock } from "./ports";

const MINUTE_MS = 60_000;
const FIRST_SILENCES_MS = [1 * MINUTE_MS, 2 * MINUTE_MS];
const LATER_SILENCE_MS = 5 * MINUTE_MS;

/**
 * When silence itself is worth a line: one minute after the last news, two minutes after that, then
 * every five. Pipelines end a job that says nothing for ten.
 */
export class Heartbeat {
  private beats = 0;
  private lastMs: number;

  constructor(private readonly clock: Clock) {
    this.lastMs = clock.monotonicMs();
  }

  /** Milliseconds until the next one; 0 when it is due. */
  dueInMs(): number {
    const silenceMs = FIRST_SILENCES_MS[this.beats] ?? LATER_SILENCE_MS;
    return Math.max(0, this.lastMs + silenceMs - this.clock.monotonicMs());
  }

  /** The line was shown. */
  beat(): void {
    this.beats += 1;
    this.lastMs = this.clock.monotonicMs();
  }

  /** News was shown. */
  restart(): void {
    this.beats = 0;
    this.lastMs = this.clock.monotonicMs();
  }
}
