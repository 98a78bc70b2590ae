import { type Declaration, textField } from "../domain/declaration";
import { families } from "../domain/families";
import { type Family, type FamilyName, parentFields } from "../domain/family";
import type { Job } from "../domain/job";
import { parseServiceTime } from "../domain/serviceTime";
import { isCompleted, isSurelyNotCompleted } from "../domain/status";
import { NclueError } from "../kernel/errors";
import { humanDuration } from "../kernel/text";
import { type Attempt, rethrow } from "./attempt";
import { hideParentName } from "./hiddenNames";
import type { JobContext } from "./jobContext";
import { nameJob } from "./jobWords";
import { readJobNow } from "./readJob";
import { waitForJob } from "./waitForJob";
import { problemOf } from "./waitProblem";

interface Parent {
  readonly family: Family;
  readonly job: Job;
}

export interface ParentsWait {
  /** On the monotonic clock. */
  readonly deadlineMs: number;
  /** Whether the refusal may mean that a parent has ended only just now. */
  readonly mayBeEarly: boolean;
}

/** The service may go on refusing a parent for this long after its end. */
const READY_LATE_MS = 2 * 60_000;
/** The gateway's clock and the service's may differ by so much. */
const MOST_SKEW_MS = 5 * 60_000;
/** How long to wait at least before asking again where a parent has only just ended. */
const SHORTEST_READY_DELAY_MS = 10_000;

/**
 * Waits until the jobs that one is created from are completed. The service refuses a POST before that,
 * with a code that is not documented, so it is the parents that say what a refusal meant.
 *
 * @returns whether there was anything to wait for: a parent that was not completed, or has only just ended
 * @throws NclueError which parent has failed, is gone, or did not complete in time
 */
export async function waitForParents(
  ctx: JobContext,
  attempt: Attempt,
  { deadlineMs, mayBeEarly }: ParentsWait,
): Promise<boolean> {
  const { declaration, doing } = attempt;
  const parents = await Promise.all(
    parentIds(declaration).map(([name, id]) => readParent(ctx, name, id, doing)),
  );
  for (const { job } of parents) hideParentName(ctx, declaration, job);
  const unfinished = parents.filter(({ job }) => !isCompleted(job.status));
  if (unfinished.length > 0) {
    await waitForAll(ctx, declaration, unfinished, doing, deadlineMs);
    return true;
  }
  attempt.parentsReadySinceMs ??= ctx.clock.monotonicMs();
  return mayBeEarly && waitForReadiness(ctx, attempt, parents, deadlineMs);
}

/**
 * Waits for parents that this process has last seen unfinished, since the service would refuse the
 * POST. One that it has not seen, or has seen completed, costs no request.
 */
export async function waitForSeenParents(
  ctx: JobContext,
  attempt: Attempt,
  deadlineMs: number,
): Promise<void> {
  const { jobs } = ctx.clients();
  const isUnfinished = parentIds(attempt.declaration).some(([name, id]) => {
    const parent = jobs[name].lastSeen(id);
    return parent !== undefined && isSurelyNotCompleted(parent.status);
  });
  if (isUnfinished) await waitForParents(ctx, attempt, { deadlineMs, mayBeEarly: false });
}

/** @returns whether a parent has ended so recently that the service may not take it yet */
async function waitForReadiness(
  ctx: JobContext,
  { declaration, parentsReadySinceMs }: Attempt,
  parents: readonly Parent[],
  deadlineMs: number,
): Promise<boolean> {
  const nowMs = ctx.clock.monotonicMs();
  // The dates may be wrong (a parent that ends tomorrow), so that only what was waited here counts.
  const waitedMs = nowMs - (parentsReadySinceMs ?? nowMs);
  const young = parents.find((parent) => !hasEndedLongAgo(ctx, parent));
  if (young === undefined || waitedMs >= READY_LATE_MS || nowMs >= deadlineMs) return false;
  showParent(
    ctx,
    declaration,
    nameParent(young),
    "completed, but the service does not take it yet",
  );
  // Each wait is as long as all before it, so that the service is not hammered.
  const delayMs = Math.max(SHORTEST_READY_DELAY_MS, waitedMs);
  await ctx.clock.sleep(Math.min(delayMs, deadlineMs - nowMs), ctx.cancelled);
  return true;
}

/** An unknown end says nothing, and the clock of the answers may be ahead of that of the dates. */
function hasEndedLongAgo(ctx: JobContext, { job }: Parent): boolean {
  const endedMs = parseServiceTime(job.completedAt);
  if (endedMs === undefined) return false;
  return ctx.clients().transport.serviceNowMs() - endedMs >= READY_LATE_MS + MOST_SKEW_MS;
}

function nameParent({ family, job }: Parent): string {
  return `${family.noun} "${job.name ?? job.id}"`;
}

function showParent(
  ctx: JobContext,
  { plumbing: { urn, logicalName } }: Declaration,
  which: string,
  status: string,
  waited = "",
): void {
  const text = `waiting for ${which}: ${status}${waited}`;
  ctx.log.progress({ urn, key: `${logicalName} parent`, status: `${which} ${status}`, text });
}

function parentIds(declaration: Declaration): readonly (readonly [FamilyName, string])[] {
  const ids = new Map<string, readonly [FamilyName, string]>();
  for (const { argument, parent } of parentFields(declaration.family)) {
    const id = textField(declaration, argument);
    if (id !== undefined) ids.set(`${parent} ${id}`, [parent, id]);
  }
  return [...ids.values()];
}

async function readParent(
  ctx: JobContext,
  name: FamilyName,
  id: string,
  doing: string,
): Promise<Parent> {
  const family = families[name];
  const reading = rethrow(`${doing}, reading its ${family.noun} ${id}`);
  const sighting = await readJobNow(ctx, family, id).catch(reading);
  if (sighting.kind === "seen") return { family, job: sighting.job };
  const jobs = ctx.clients().jobs[name];
  const isListed = () => jobs.isListed(id, ctx.cancelled).catch(reading);
  if (jobs.mayStillAppear(id) || (await isListed()) === "listed") {
    // Created a moment ago: a wait for it ends where the service goes on not to show it.
    jobs.notePerhapsNew(id);
    return { family, job: { ...(jobs.lastSeen(id) ?? unseenJob(id)), status: "registered" } };
  }
  throw new NclueError("not-usable", {
    doing,
    cause: `the ${family.noun} ${id} does not exist: ${sighting.error.text.cause}`,
    remedy: `check the id ("npx pulumi-nclue ${LIST_COMMANDS[name]}"), then run "pulumi up" again`,
  });
}

function unseenJob(id: string): Job {
  const nothing = { name: null, status: null, createdAt: null, completedAt: null };
  return { id, ...nothing, failMessage: null, fields: {}, measures: {} };
}

/** The command that lists the jobs of a family. */
const LIST_COMMANDS: Readonly<Record<FamilyName, string>> = {
  feature: "features",
  task: "tasks",
  taskRun: "runs",
  customAttributes: "attributes",
  shoppingIntent: "intents",
};

/** The first that fails ends the wait for the others. The row shows one of them at a time. */
async function waitForAll(
  ctx: JobContext,
  declaration: Declaration,
  unfinished: readonly Parent[],
  doing: string,
  deadlineMs: number,
): Promise<void> {
  const stop = new AbortController();
  const stoppable = { ...ctx, cancelled: AbortSignal.any([ctx.cancelled, stop.signal]) };
  const waitedFor = new Set(unfinished);
  const waitForOne = async (parent: Parent) => {
    const isShown = () => waitedFor.values().next().value === parent;
    await waitForParent(stoppable, declaration, parent, doing, deadlineMs, isShown);
    waitedFor.delete(parent);
  };
  try {
    await ctx.update.slots.occupy(() => Promise.all(unfinished.map(waitForOne)));
  } finally {
    stop.abort();
  }
}

/** The parent's progress is shown on the line of the job that waits for it; polls are shared. */
async function waitForParent(
  ctx: JobContext,
  declaration: Declaration,
  parent: Parent,
  doing: string,
  deadlineMs: number,
  isShown: () => boolean,
): Promise<void> {
  const { family, job } = parent;
  const startMs = ctx.clock.monotonicMs();
  const show = (status: string) => {
    if (!isShown()) return;
    const waited = humanDuration(ctx.clock.monotonicMs() - startMs);
    showParent(ctx, declaration, nameParent(parent), status, ` ${waited}`);
  };
  show(job.status ?? "unknown");
  const waited = await waitForJob(ctx, {
    family,
    job,
    isReached: isCompleted,
    timeoutMs: Math.max(0, deadlineMs - startMs),
    pollAtOnce: false,
    onSeen: ({ status }) => show(status ?? "unknown"),
    onUnseen: (trouble) => show(trouble === "not-visible" ? "not visible yet" : "no answer"),
  });
  const problem = problemOf(family, `${doing}, waiting for ${nameJob(family, job)}`, waited, {
    timedOut: 'nothing was started: run "pulumi up" again, or raise customTimeouts.create',
    cancelled: 'nothing was started: run "pulumi up" again',
  });
  if (problem === undefined) return;
  if (waited.end !== "failed") throw problem;
  throw new NclueError("not-usable", {
    doing,
    cause: `it needs ${problem.text.doing}: ${problem.text.cause}`,
    ...(problem.text.remedy === undefined ? {} : { remedy: problem.text.remedy }),
  });
}
