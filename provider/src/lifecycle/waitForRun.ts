import { isNclueError, type NclueError } from "../kernel/errors";
import { humanDuration } from "../kernel/text";
import { Priority } from "../nclue/rateLimiter";
import type { RunRecord } from "../nclue/wire";
import type { RunContext } from "./runContext";

export type WaitOutcome =
  | { readonly kind: "reached"; readonly run: RunRecord }
  | { readonly kind: "failed"; readonly run: RunRecord }
  | { readonly kind: "missing"; readonly error: NclueError }
  /** The bound was reached; `looks` and `troubles` say what was seen until then. */
  | { readonly kind: "timed-out"; readonly looks: number; readonly troubles: number }
  /** The engine asked to stop. */
  | { readonly kind: "cancelled" }
  /** The service does not let us look. */
  | { readonly kind: "refused"; readonly error: NclueError };

export interface WaitOptions {
  readonly runId: string;
  readonly isReached: (status: string | null) => boolean;
  readonly timeoutMs: number;
  /** Whether to look at once, or (for a run that was just made) only after the first interval. */
  readonly lookAtOnce: boolean;
  /** Called for each look that saw the run. */
  readonly onLook: (run: RunRecord, nextLookMs: number) => void;
  /** Called for each look that was not answered. */
  readonly onTrouble: (nextLookMs: number) => void;
}

/** A look costs one of the account's requests: at least so many places of the queue apart. */
const SHORTEST_INTERVAL_PLACES = 2;
const LONGEST_INTERVAL_PLACES = 30;
/** A look that is under way at the bound may still be answered for this long. */
const GRACE_MS = 30_000;
/** The end of a run is seen late by about this part of its length. */
const INTERVAL_SHARE = 0.05;
const JITTER = 0.1;

/**
 * Waits until a run is where it is wanted, has failed or vanished, or the bound is reached.
 * Troubles that may pass (no answer, 5xx, 429) do not end a wait; its bound does.
 */
export async function waitForRun(ctx: RunContext, options: WaitOptions): Promise<WaitOutcome> {
  const [ended, grace] = [new AbortController(), new AbortController()];
  ctx.clock.sleep(options.timeoutMs + GRACE_MS, ended.signal).then(
    () => grace.abort(new Error("the wait is over")),
    () => {},
  );
  try {
    return await lookUntilDone(ctx, options, AbortSignal.any([ctx.cancelled, grace.signal]));
  } finally {
    ended.abort();
  }
}

async function lookUntilDone(
  ctx: RunContext,
  options: WaitOptions,
  signal: AbortSignal,
): Promise<WaitOutcome> {
  const { clock, cancelled } = ctx;
  const { watch } = ctx.account();
  const startMs = clock.monotonicMs();
  const deadlineMs = startMs + options.timeoutMs;
  let delayMs = options.lookAtOnce ? 0 : intervalMs(ctx, 0);
  let [looks, troubles] = [0, 0];
  for (;;) {
    // The last look is made at the bound itself, so that a run that has just ended counts.
    const isLast = clock.monotonicMs() + delayMs >= deadlineMs;
    const dueMs = Math.min(clock.monotonicMs() + delayMs, deadlineMs);
    try {
      const priority = Priority.poll;
      const notBeforeMs = startMs;
      const look = { dueMs, notBeforeMs, priority, signal };
      const sighting = await watch.observe(options.runId, look);
      looks += 1;
      if (sighting.kind === "missing") return sighting;
      const { run } = sighting;
      if (run.status === "failed") return { kind: "failed", run };
      if (options.isReached(run.status)) return { kind: "reached", run };
      const elapsedMs = clock.monotonicMs() - startMs;
      delayMs = intervalMs(ctx, elapsedMs);
      options.onLook(run, delayMs);
    } catch (error) {
      if (cancelled.aborted) return { kind: "cancelled" };
      if (signal.aborted) return { kind: "timed-out", looks, troubles: troubles + 1 };
      if (!isNclueError(error)) throw error;
      if (!mayPass(error)) return { kind: "refused", error };
      troubles += 1;
      delayMs = intervalMs(ctx, clock.monotonicMs() - startMs);
      options.onTrouble(delayMs);
      ctx.log.debug(
        `looking at task run ${options.runId} failed, will look again: ${error.message}`,
      );
    }
    if (isLast && clock.monotonicMs() >= deadlineMs) return { kind: "timed-out", looks, troubles };
  }
}

/** `still in_progress after 2h 0m (412 looks, 3 of them without an answer)` */
export function describeTimeout(
  outcome: { readonly looks: number; readonly troubles: number },
  status: string | null,
  timeoutMs: number,
): string {
  const looks = outcome.looks + outcome.troubles;
  const troubles = outcome.troubles === 0 ? "" : `, ${outcome.troubles} of them without an answer`;
  return `still ${status ?? "unknown"} after ${humanDuration(timeoutMs)} (${looks} looks${troubles})`;
}

function intervalMs(ctx: RunContext, waitedMs: number): number {
  const placeMs = 1000 / ctx.account().settings.requestsPerSecond;
  const wanted = waitedMs * INTERVAL_SHARE * (1 - JITTER + 2 * JITTER * ctx.random());
  return Math.min(
    LONGEST_INTERVAL_PLACES * placeMs,
    Math.max(SHORTEST_INTERVAL_PLACES * placeMs, wanted),
  );
}

function mayPass(error: NclueError): boolean {
  if (error.code === "unreachable" || error.code === "unreadable") return true;
  const kind = error.facts.kind;
  return kind === "throttled" || kind === "transient";
}
