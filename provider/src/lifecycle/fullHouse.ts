import type { Clock, Log } from "../kernel/ports";

/** A house that was full for this long keeps others waiting at the door. */
const LONG_MS = 60_000;

/**
 * Notices when waits fill all of the engine's places: the engine does a limited number of things at
 * once (4 for each core by default), so forty runs of ten minutes take fifty minutes on two cores.
 */
export class FullHouse {
  private occupied = 0;
  private fullSinceMs: number | undefined;
  private wasSaid = false;

  /** @param places how many operations the engine is thought to do at once. */
  constructor(private readonly places: number) {}

  async occupy<T>(wait: () => Promise<T>): Promise<T> {
    this.occupied += 1;
    try {
      return await wait();
    } finally {
      this.occupied -= 1;
    }
  }

  /** Says so, once an update, where the house has been full for long. */
  notice(clock: Clock, log: Log): void {
    if (this.wasSaid) return;
    const now = clock.monotonicMs();
    // More waits than places mean that the engine was given more of them.
    if (this.occupied !== this.places) this.fullSinceMs = undefined;
    else this.fullSinceMs ??= now;
    if (this.fullSinceMs === undefined || now - this.fullSinceMs < LONG_MS) return;
    this.wasSaid = true;
    log.info(
      `${this.places} runs are waited for, which fills all of the engine's places: further runs ` +
        "start only when one of these has ended. Set PULUMI_PARALLEL (or --parallel) to at least the " +
        'number of runs, or start them with waitFor: "submitted" and wait with TaskRunCompletion',
    );
  }
}
