import type { Family } from "../domain/family";
import type { Sighting } from "../nclue/jobs/sharedReads";
import { Priority } from "../nclue/rateLimiter";
import { missingOrThrow } from "./confirmGone";
import type { JobContext } from "./jobContext";

/** A refresh is one moment: what a page has shown of a job since its start answers its read. */
const MAX_AGE_MS = 60_000;

/** What the service says of a job, from the requests that all reads share. */
export function readJob(ctx: JobContext, family: Family, id: string): Promise<Sighting> {
  return readSince(ctx, family, id, ctx.clock.monotonicMs() - MAX_AGE_MS);
}

/** What the service says of a job from now on. */
export function readJobNow(ctx: JobContext, family: Family, id: string): Promise<Sighting> {
  return readSince(ctx, family, id, ctx.clock.monotonicMs());
}

function readSince(
  ctx: JobContext,
  family: Family,
  id: string,
  newerThanMs: number,
): Promise<Sighting> {
  const dueMs = ctx.clock.monotonicMs();
  return ctx
    .clients()
    .jobs[family.name].observe(id, {
      dueMs,
      newerThanMs,
      priority: Priority.read,
      signal: ctx.cancelled,
    })
    .catch((error: unknown) => missingOrThrow(ctx, family, id, error));
}
