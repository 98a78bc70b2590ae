import { Priority } from "../nclue/rateLimiter";
import type { Sighting } from "../nclue/runWatch";
import type { RunContext } from "./runContext";

/** A refresh is one moment: what a page has told about a run since its start answers its read. */
const MAX_AGE_MS = 60_000;

/** What the service says of a run, from the look that all reads share. */
export function readRun(ctx: RunContext, runId: string): Promise<Sighting> {
  return ctx.account().watch.observe(runId, {
    dueMs: ctx.clock.monotonicMs(),
    maxAgeMs: MAX_AGE_MS,
    priority: Priority.read,
    signal: ctx.cancelled,
  });
}
