import type { Clock, Log } from "../kernel/ports";

/** Waits that filled every slot for this long keep others from starting. */
const LONG_MS = 60_000;

/**
 * Notices when waits fill all of the engine's slots: the engine does a limited number of things at
 * once (4 for each core by default), so forty jobs of ten minutes take fifty minutes on two cores.
 */
export class SlotHint {
  private waiting = 0;
  private fullSinceMs: number | undefined;
  private wasSaid = false;

  /** @param slots how many operations the engine is thought to do at once. */
  constructor(private readonly slots: number) {}

  async occupy<T>(wait: () => Promise<T>): Promise<T> {
    this.waiting += 1;
    try {
      return await wait();
    } finally {
      this.waiting -= 1;
    }
  }

  /** Says so, once an update, where the slots have been full for long. */
  notice(clock: Clock, log: Log): void {
    if (this.wasSaid) return;
    const now = clock.monotonicMs();
    // More waits than slots mean that the engine was given more of them.
    if (this.waiting !== this.slots) this.fullSinceMs = undefined;
    else this.fullSinceMs ??= now;
    if (this.fullSinceMs === undefined || now - this.fullSinceMs < LONG_MS) return;
    this.wasSaid = true;
    log.info(
      `${this.slots} jobs are waited for, which fills all of the engine's slots: further jobs ` +
        "start only when one of these has ended. Set PULUMI_PARALLEL (or --parallel) to at least the " +
        'number of jobs, or start task runs with waitFor: "submitted" and wait with TaskRunCompletion',
    );
  }
}
