import {
  isThrottled,
  mayHaveTakenEffect,
  mayPassByItself,
  type NclueError,
} from "../kernel/errors";
import type { Random } from "../kernel/ports";

/** Attempts of one request, the first included. */
export const MOST_ATTEMPTS = 5;
/** Others may use up the account's requests for long; a request that is never let in ends some time. */
const LONGEST_THROTTLING_MS = 30 * 60_000;
const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 20_000;
/** A server may ask for any delay; a wait that a person sees stays within this. */
export const LONGEST_RETRY_AFTER_MS = 60_000;
/** What may have taken effect costs money if it is sent again too early. */
const LONGEST_RETRY_AFTER_EFFECT_MS = 10 * 60_000;

export interface Tried {
  /** Attempts so far. Those that were throttled did nothing and do not count. */
  readonly attempts: number;
  readonly mostAttempts: number;
  /** How long ago the first of them failed. */
  readonly failingMs: number;
}

/**
 * The one decision about a request that failed: after how many milliseconds it is sent again, or
 * `undefined` where it is not.
 *
 * A throttled request needs no delay of its own: it goes back into the queue, whose pace is slower
 * now. What may have taken effect is not sent again here: the caller has to check first.
 */
export function delayUntilRetryMs(
  error: NclueError,
  { attempts, mostAttempts, failingMs }: Tried,
  random: Random,
): number | undefined {
  const { retryAfterMs } = error.facts;
  if (!mayPassByItself(error) || mayHaveTakenEffect(error) || mostAttempts === 1) return undefined;
  if (isThrottled(error)) return failingMs < LONGEST_THROTTLING_MS ? 0 : undefined;
  if (attempts >= mostAttempts) return undefined;
  return retryDelayMs(attempts, random, retryAfterMs);
}

/**
 * How long to wait before attempt `attempt + 1`: exponential with jitter over its upper half, and
 * never less than a (bounded) `Retry-After`.
 *
 * @param attempt the attempt that has just failed, counted from 1.
 */
export function retryDelayMs(attempt: number, random: Random, retryAfterMs = 0): number {
  const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempt - 1));
  const jittered = ceiling / 2 + random() * (ceiling / 2);
  return Math.max(jittered, boundedRetryAfterMs(retryAfterMs));
}

export function boundedRetryAfterMs(retryAfterMs: number, mayHaveTakenEffect = false): number {
  const longestMs = mayHaveTakenEffect ? LONGEST_RETRY_AFTER_EFFECT_MS : LONGEST_RETRY_AFTER_MS;
  return Math.min(longestMs, Math.max(0, retryAfterMs));
}

/**
 * Milliseconds that a `Retry-After` header asks for: seconds, or a date counted from the answer's
 * own `Date`, so that a wrong local clock does not matter.
 */
export function parseRetryAfterMs(header: string | null, answeredAtMs: number): number | undefined {
  if (header === null) return undefined;
  if (/^\s*\d+(\.\d+)?\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - answeredAtMs);
}
