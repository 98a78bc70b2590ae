import type { Family } from "../domain/family";
import type { Job } from "../domain/job";
import type { Keeping } from "../domain/plumbing";
import { parseServiceTime } from "../domain/serviceTime";
import { SHOWS_LATE_MS } from "../nclue/jobs/seenJobs";
import type { JobContext } from "./jobContext";

/** What says how old a job is; empty where nothing does. */
export interface Birth extends Partial<Pick<Job, "createdAt">>, Partial<Pick<Keeping, "mark">> {}

/** A date so much later than now is wrong, and says nothing. */
const MOST_AHEAD_MS = 5 * 60_000;

/**
 * Whether a job may be so new that the service does not show it yet, whoever has created it: this
 * process, or one before it, as the state tells.
 */
export function isPerhapsNotVisibleYet(
  ctx: JobContext,
  family: Family,
  id: string,
  birth: Birth,
): boolean {
  const jobs = ctx.clients().jobs[family.name];
  if (jobs.mayStillAppear(id)) return true;
  const ageMs = ageOf(ctx, birth);
  if (ageMs === undefined || ageMs >= SHOWS_LATE_MS) return false;
  jobs.noteAge(id, ageMs);
  return jobs.mayStillAppear(id);
}

/** The least that any date says: one of the clocks may be ahead. */
function ageOf(ctx: JobContext, { createdAt, mark }: Birth): number | undefined {
  const createdMs = parseServiceTime(createdAt) ?? Number.NaN;
  const markedMs = Number.parseInt(mark ?? "", 36);
  const now = ctx.clock.nowMs();
  const ages = [
    ctx.clients().transport.serviceNowMs() - createdMs,
    now - createdMs,
    now - markedMs,
  ];
  const known = ages.filter((ageMs) => ageMs > -MOST_AHEAD_MS);
  return known.length === 0 ? undefined : Math.max(0, Math.min(...known));
}
