import type { Log } from "../kernel/ports";
import { humanDuration } from "../kernel/text";

/** Shorter waits need no word. */
const SILENT_MS = 60_000;
/** All requests wait for the same reasons: one line speaks for all of them, this long. */
const SAID_FOR_MS = 10 * 60_000;

/** Says what the process waits for, where a request takes more than a minute to get through. */
export class LongWait {
  private saidMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly log: Log) {}

  /** @param waitMs how long a request will have waited when it is sent again */
  continues(cause: string, nowMs: number, waitMs: number): void {
    if (waitMs < SILENT_MS || nowMs - this.saidMs < SAID_FOR_MS) return;
    this.saidMs = nowMs;
    this.log.info(`waiting ${humanDuration(waitMs)}: ${cause}; the request is sent again`);
  }
}
