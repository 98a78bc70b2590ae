/** Lets tests wait for something to become true instead of sleeping. */
export interface ChangeSignal {
  /** Says that something may have become true. */
  notify(): void;
  /**
   * Resolves with the probe's first answer that is not undefined, asked now and after each change.
   * Rejects when the signal is closed or `abort` fires.
   */
  until<Found>(probe: () => Found | undefined, abort?: AbortSignal): Promise<Found>;
  close(): void;
}

export function createChangeSignal(): ChangeSignal {
  const waiting = new Set<{ check(): void; end(reason: Error): void }>();
  return {
    notify() {
      for (const waiter of [...waiting]) waiter.check();
    },
    until(probe, abort) {
      return new Promise((resolve, reject) => {
        const waiter = {
          check() {
            try {
              const found = probe();
              if (found === undefined) return;
              leave();
              resolve(found);
            } catch (error) {
              leave();
              reject(error);
            }
          },
          end(reason: Error) {
            leave();
            reject(reason);
          },
        };
        const leave = (): void => {
          waiting.delete(waiter);
          abort?.removeEventListener("abort", giveUp);
        };
        const giveUp = (): void => waiter.end(new Error("waiting: given up"));
        if (abort?.aborted) return giveUp();
        abort?.addEventListener("abort", giveUp, { once: true });
        waiting.add(waiter);
        waiter.check();
      });
    },
    close() {
      for (const waiter of [...waiting]) waiter.end(new Error("waiting: the simulator was closed"));
    },
  };
}
