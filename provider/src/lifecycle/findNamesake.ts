import type { Declaration } from "../domain/declaration";
import type { Job } from "../domain/job";
import { isSameName, isSameNameInAnyCase } from "../domain/jobName";
import { namelessAttempts } from "../domain/namesakes";
import { NclueError } from "../kernel/errors";
import { incompleteList } from "../nclue/jobs/incompleteList";
import { type Attempt, isOurs, rethrow, timeOfAttempts } from "./attempt";
import type { JobContext } from "./jobContext";
import { heldByOthers, wasDeletedHere } from "./owners";

/** The list may be this slow to show the job that has the name: ten minutes in all. */
const NAMESAKE_DELAYS_MS = [2000, 4000, 8000, 16_000, ...Array<number>(19).fill(30_000)];

/** How one create bears names that are taken by no job that is to be seen. */
export interface Patience {
  /** On the monotonic clock: nothing is waited for after it. */
  readonly deadlineMs: number;
  /** One name has been waited for; where the service keeps the names of deleted jobs, others are taken too. */
  isUsedUp: boolean;
}

/**
 * The job that has the attempt's name, if it is to be seen, or that may have it where the service does not
 * tell names; after a lost answer, only one that may be ours.
 */
export async function findNamesake(ctx: JobContext, attempt: Attempt): Promise<Job | undefined> {
  const { declaration, name, doing } = attempt;
  const jobs = ctx.clients().jobs[declaration.family.name];
  const isLost = attempt.lost.length > 0;
  // Another create may have met the namesake already, on a page that was not known before.
  const known = isLost ? undefined : findByName(jobs.seen(), name);
  if (known !== undefined) return known;
  const sought = (job: Job) => (isLost ? isOurs(ctx, attempt, job) : hasName(job, name));
  const found = await jobs.search(sought, ctx.cancelled).catch(rethrow(doing));
  if (found.kind === "found") return found.job;
  const seen = findByName(jobs.seen(), name) ?? findNameless(ctx, attempt);
  if (seen === undefined && found.kind === "unproven") throw hiddenNamesake(declaration, doing);
  return seen;
}

/**
 * The list may not show yet what an attempt of a moment ago has created. Where this update has deleted a
 * job of the name itself, there is nothing to wait for: the service keeps the name.
 */
export async function findNamesakePatiently(
  ctx: JobContext,
  attempt: Attempt,
  patience: Patience,
): Promise<Job | undefined> {
  const { declaration, name } = attempt;
  const { family, plumbing } = declaration;
  const { urn, logicalName } = plumbing;
  if (patience.isUsedUp || wasDeletedHere(ctx, family, name)) return undefined;
  for (const delayMs of NAMESAKE_DELAYS_MS) {
    const leftMs = patience.deadlineMs - ctx.clock.monotonicMs();
    if (leftMs <= 0) return undefined;
    const text = `the name "${name}" is taken, but the list does not show by which job yet`;
    ctx.log.progress({ urn, key: `${logicalName} name`, status: text, text });
    await ctx.clock.sleep(Math.min(delayMs, leftMs), ctx.cancelled);
    const job = await findNamesake(ctx, attempt);
    if (job !== undefined) return job;
  }
  patience.isUsedUp = true;
  return undefined;
}

function findByName(jobs: readonly Job[], name: string): Job | undefined {
  return (
    jobs.find((job) => hasName(job, name)) ??
    jobs.find((job) => job.name !== null && isSameNameInAnyCase(job.name, name))
  );
}

function hasName(job: Job, name: string): boolean {
  return job.name !== null && isSameName(job.name, name);
}

function findNameless(ctx: JobContext, { declaration }: Attempt): Job | undefined {
  const [job] = namelessAttempts({
    known: ctx.clients().jobs[declaration.family.name].seen(),
    declaration,
    inState: declaration.plumbing.inState,
    otherJobIds: new Set(heldByOthers(ctx, declaration)),
    attempts: timeOfAttempts(ctx, true),
  });
  return job;
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
