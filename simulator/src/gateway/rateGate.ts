import type { Switches } from "../switches/switchTable";

/** Counts requests against the rate. */
export interface RateGate {
  /** How much too early a request of this caller is, in milliseconds; 0 lets it in. */
  tooEarlyMs(caller: string, nowMs: number, switches: Switches): number;
}

/**
 * Keeps, for each caller, the moment from which the next request is on time (the "generic cell rate
 * algorithm": a bucket of tokens without the counting).
 */
export function createRateGate(): RateGate {
  const onTimeFromMs = new Map<string, number>();
  return {
    tooEarlyMs(caller, nowMs, { rateLimit, ratePerSecond, rateBurst }) {
      if (rateLimit === "off" || ratePerSecond === 0) return 0;
      const spacingMs = 1000 / ratePerSecond;
      const dueMs = Math.max(onTimeFromMs.get(caller) ?? 0, nowMs);
      const tooEarlyMs = Math.max(0, dueMs - (rateBurst - 1) * spacingMs - nowMs);
      // A refused request costs nothing; one that is only delayed takes its turn.
      if (tooEarlyMs === 0 || rateLimit === "delay") onTimeFromMs.set(caller, dueMs + spacingMs);
      return tooEarlyMs;
    },
  };
}
