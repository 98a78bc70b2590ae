import { OUT_OF_TIME } from "./networkErrors";
import type { Clock } from "./ports";

const outOfTime = () => Object.assign(new Error("no answer in time"), { code: OUT_OF_TIME });

export interface Deadline {
  readonly ms: number;
  /** Ends the work early. */
  readonly signal?: AbortSignal | undefined;
  /** How long the work may still take after the signal. */
  readonly graceMs?: number;
}

/**
 * Runs `work` for at most {@link Deadline.ms}.
 *
 * @throws the signal's reason where it ends the work at once, else an error with the code
 *   `ERR_OUT_OF_TIME`
 */
export async function withDeadline<T>(
  clock: Clock,
  { ms, signal, graceMs = 0 }: Deadline,
  work: (deadline: AbortSignal) => Promise<T>,
): Promise<T> {
  const [deadline, finished] = [new AbortController(), new AbortController()];
  const endAfter = (delayMs: number) => {
    clock.sleep(delayMs, finished.signal).then(
      () => deadline.abort(outOfTime()),
      () => {},
    );
  };
  const onAbort = () => (graceMs === 0 ? deadline.abort(signal?.reason) : endAfter(graceMs));
  endAfter(ms);
  if (signal?.aborted) onAbort();
  else signal?.addEventListener("abort", onAbort, { once: true });
  // The race ends the work even where an implementation of fetch ignores its signal.
  const ended = new Promise<never>((_, reject) => {
    deadline.signal.addEventListener("abort", () => reject(deadline.signal.reason), { once: true });
  });
  try {
    return await Promise.race([work(deadline.signal), ended]);
  } finally {
    signal?.removeEventListener("abort", onAbort);
    finished.abort("finished"); // with a reason of its own: the default is an error with a stack
  }
}
