import { childrenOf } from "../domain/families";
import type { Family } from "../domain/family";
import { isSameId, type Job } from "../domain/job";
import { isTerminal } from "../domain/status";
import type { JobContext } from "./jobContext";
import { nameJob } from "./jobWords";

/** A job that is at work on another one, which the service therefore does not delete. */
export interface Blocker {
  readonly family: Family;
  readonly job: Job;
}

export interface Blockers {
  readonly found: readonly Blocker[];
  /** Whether these are all for certain. */
  readonly isWhole: boolean;
}

/**
 * The unfinished jobs that were created from one. The service cannot be asked for them, so the lists of
 * the families that may use it are read; to be asked only after a refusal.
 */
export async function findBlockers(ctx: JobContext, family: Family, id: string): Promise<Blockers> {
  const found: Blocker[] = [];
  let isWhole = true;
  for (const { family: child, fields } of childrenOf(family.name)) {
    const jobs = ctx.clients().jobs[child.name];
    const listed = await jobs.listSome(ctx.cancelled);
    isWhole &&= listed.isWhole;
    for (const job of listed.jobs) {
      const isUsing = fields.some((field) => {
        const parent = job.fields[field];
        return typeof parent === "string" && isSameId(parent, id);
      });
      if (isUsing && !isTerminal(job.status)) found.push({ family: child, job });
    }
  }
  return { found, isWhole };
}

/** `task run "churn" (f475…), pending; …` */
export function describeBlockers({ found, isWhole }: Blockers): string {
  if (found.length === 0) {
    return "a job that is not shown, perhaps: the lists are too long to read in full, and it may lie beyond the pages read";
  }
  const each = found.map(
    ({ family, job }) => `${nameJob(family, job)}, ${job.status ?? "unknown"}`,
  );
  return `${each.join("; ")}${isWhole ? "" : "; there may be more, since the lists are too long to read in full"}`;
}
