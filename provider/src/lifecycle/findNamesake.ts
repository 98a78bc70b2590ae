import type { Declaration } from "../domain/declaration";
import type { Job } from "../domain/job";
import { isSameName } from "../domain/jobName";
import { NclueError } from "../kernel/errors";
import { incompleteList } from "../nclue/jobs/incompleteList";
import { type Attempt, isOurs, rethrow } from "./attempt";
import type { JobContext } from "./jobContext";

/** The list may be this slow to show the job that has the name. */
const NAMESAKE_DELAYS_MS = [2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000];

/** The job that has the attempt's name, if it is to be seen; after a lost answer, only one that may be ours. */
export async function findNamesake(ctx: JobContext, attempt: Attempt): Promise<Job | undefined> {
  const { declaration, name, doing } = attempt;
  const jobs = ctx.clients().jobs[declaration.family.name];
  // Another create may have met the namesake already, on a page that was not known before.
  const known = attempt.lostSinceMs === undefined ? findByName(jobs.seen(), name) : undefined;
  if (known !== undefined) return known;
  const sought = (job: Job) =>
    attempt.lostSinceMs === undefined ? hasName(job, name) : isOurs(attempt, job);
  const found = await jobs.search(sought, ctx.cancelled).catch(rethrow(doing));
  if (found.kind === "found") return found.job;
  const seen = findByName(jobs.seen(), name);
  if (seen === undefined && found.kind === "unproven") throw hiddenNamesake(declaration, doing);
  return seen;
}

/** The list may not show yet what an attempt of a moment ago has created. */
export async function findNamesakePatiently(
  ctx: JobContext,
  attempt: Attempt,
): Promise<Job | undefined> {
  const { declaration, name } = attempt;
  const { urn, logicalName } = declaration.plumbing;
  for (const delayMs of NAMESAKE_DELAYS_MS) {
    const text = `the name "${name}" is taken, but the list does not show by which job yet`;
    ctx.log.progress({ urn, key: `${logicalName} name`, status: text, text });
    await ctx.clock.sleep(delayMs, ctx.cancelled);
    const job = await findNamesake(ctx, attempt);
    if (job !== undefined) return job;
  }
  return undefined;
}

function findByName(jobs: readonly Job[], name: string): Job | undefined {
  return (
    jobs.find((job) => hasName(job, name)) ?? jobs.find((job) => hasNameInOtherCase(job, name))
  );
}

function hasName(job: Job, name: string): boolean {
  return job.name !== null && isSameName(job.name, name);
}

/** Whether names differ by case alone is the service's affair. */
function hasNameInOtherCase(job: Job, name: string): boolean {
  return job.name !== null && isSameName(job.name.toLowerCase(), name.toLowerCase());
}

/** Another name would be paid for twice where the job that has this one is our own. */
function hiddenNamesake({ family }: Declaration, doing: string): NclueError {
  const { cause, remedy } = incompleteList(family, doing).text;
  return new NclueError("unreadable", {
    doing,
    cause: `the service refuses the name as taken, and ${cause}: the job that has it may be on it`,
    ...(remedy === undefined ? {} : { remedy }),
  });
}
