import type { Family } from "../domain/family";
import type { Sighting } from "../nclue/jobs/sharedReads";
import { Priority } from "../nclue/rateLimiter";
import type { JobContext } from "./jobContext";

/** A refresh is one moment: what a page has shown of a job since its start answers its read. */
const MAX_AGE_MS = 60_000;

/** What the service says of a job, from the requests that all reads share. */
export function readJob(ctx: JobContext, family: Family, id: string): Promise<Sighting> {
  const now = ctx.clock.monotonicMs();
  return ctx.clients().jobs[family.name].observe(id, {
    dueMs: now,
    newerThanMs: now - MAX_AGE_MS,
    priority: Priority.read,
    signal: ctx.cancelled,
  });
}
