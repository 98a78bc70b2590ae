import { type Declaration, isImport, withTaken } from "../domain/declaration";
import type { Family } from "../domain/family";
import { includesId, isSameId, type Job } from "../domain/job";
import { generatedNames, isSameName } from "../domain/jobName";
import { chooseGeneratedName, differences, namelessAttempts } from "../domain/namesakes";
import { isFailed, isTerminal } from "../domain/status";
import { NclueError } from "../kernel/errors";
import type { Sighting } from "../nclue/jobs/sharedReads";
import { knownJobs, noteBegin, timeOfAttempts } from "./attempt";
import { seenOrGone } from "./confirmGone";
import type { Patience } from "./findNamesake";
import { importJob } from "./importJob";
import type { JobContext } from "./jobContext";
import { describeJob } from "./jobWords";
import { differs, nameOfOthers, nameTaken, takenUnseen, unclear } from "./nameErrors";
import { claimJob, claimName, heldByOthers, isOthersName } from "./owners";
import { isSurelyTaken, type Posted, postJob } from "./postJob";
import { rememberSource, type SourceMemory } from "./source";

/** Names that one create tries. */
const MOST_NAMES = 50;
/** In slots of the rate limiter: a job that was deleted a moment ago may be shown for so long. */
const RECHECK_SLOTS = 10;

/** The job that a create is to wait for, and the data that it was created from. */
export interface Ensured {
  readonly job: Job;
  readonly source: SourceMemory;
}

/**
 * The job that a create is to wait for: what an earlier, interrupted attempt at this very thing has left
 * where there is such a job, a new one otherwise. Observe, then act: nothing is sent before the list was
 * read, and after an answer that was lost nothing is sent again before the list was read again.
 *
 * @param deadlineMs on the monotonic clock: parents are waited for until then.
 */
export async function ensureJob(
  ctx: JobContext,
  declaration: Declaration,
  deadlineMs: number,
): Promise<Ensured> {
  if (isImport(declaration)) {
    const job = await importJob(ctx, declaration, declaration.plumbing.importId);
    return { job, source: await importedSource(ctx, withTaken(declaration, job.fields)) };
  }
  await knownJobs(ctx, declaration, declaration.name ?? generatedNames(declaration)(1));
  noteBegin(ctx);
  const patience = { deadlineMs, isUsedUp: false };
  const ensured =
    declaration.name === undefined
      ? await ensureGeneratedName(ctx, declaration, patience)
      : await ensureGivenName(ctx, declaration, declaration.name, patience);
  claimJob(ctx, declaration, ensured.job.id);
  return ensured;
}

async function ensureGeneratedName(
  ctx: JobContext,
  declaration: Declaration,
  patience: Patience,
): Promise<Ensured> {
  const { plumbing } = declaration;
  const nameOf = generatedNames(declaration);
  /** Refused as taken, though no job of the name is listed (a deleted one, perhaps). */
  const unusable = new Set<string>();
  let isTaken = false;
  for (let round = 1; round <= MOST_NAMES; round++) {
    const choice = chooseGeneratedName({
      nameOf,
      declaration,
      known: await knownJobs(ctx, declaration, nameOf(1)),
      inState: plumbing.inState,
      otherJobIds: new Set(heldByOthers(ctx, declaration)),
      isClaimed: (name) => unusable.has(name) || isOthersName(ctx, declaration, name),
      attempts: timeOfAttempts(ctx, isTaken),
    });
    if (choice.kind === "unclear") throw unclear(declaration, choice.job);
    if (choice.kind === "differs") throw differs(declaration, choice.job);
    if (choice.kind === "adopt") {
      claimName(ctx, declaration, choice.job.name ?? nameOf(1));
      const adopted = await adopt(ctx, declaration, choice.job);
      if (adopted !== undefined) return adopted;
      continue;
    }
    claimName(ctx, declaration, choice.name);
    const posted = await postJob(ctx, declaration, choice.name, patience);
    if (posted.kind === "created") return posted;
    isTaken = true;
    if (posted.namesake !== undefined) continue;
    if (!mayFollow(ctx, posted, patience))
      throw takenUnseen(declaration, choice.name, posted.refusal);
    unusable.add(choice.name);
  }
  throw new NclueError("name-taken", {
    doing: `creating ${declaration.family.noun} "${nameOf(1)}"`,
    cause: `${MOST_NAMES} names in a row are taken`,
    remedy: `delete those of earlier attempts, or give the ${declaration.family.short} a name`,
  });
}

/**
 * Whether the next name may be asked for although the job that has this one is not to be seen. The service
 * may keep the names of deleted jobs, which a destroy leaves behind without a trace in the state: then only
 * another name helps, and an error would stand for ever. Or its list is late with an interrupted attempt,
 * which another name would pay for again. Nothing tells the two apart but time, so the list has had ten
 * minutes to show the job (none where this very update has deleted it); before that is over (the create's
 * own bound, say) it is an error. A 409 without the service's code may mean something else, which another
 * name does not help.
 */
function mayFollow(
  ctx: JobContext,
  { refusal }: Posted & { kind: "taken" },
  { deadlineMs }: Patience,
): boolean {
  return isSurelyTaken(refusal) && ctx.clock.monotonicMs() < deadlineMs;
}

async function ensureGivenName(
  ctx: JobContext,
  declaration: Declaration,
  name: string,
  patience: Patience,
): Promise<Ensured> {
  const { family } = declaration;
  if (isOthersName(ctx, declaration, name)) {
    throw new NclueError("name-taken", {
      doing: `creating ${family.noun} "${name}"`,
      cause: "another resource of this program has the same name",
      remedy: "give each a name of its own",
    });
  }
  claimName(ctx, declaration, name);
  for (;;) {
    const namesake = await findKnown(ctx, declaration, name);
    if (namesake === undefined) break;
    const taken = await takeOver(ctx, declaration, namesake);
    if (taken !== undefined) return taken;
  }
  const posted = await postJob(ctx, declaration, name, patience);
  if (posted.kind === "created") return posted;
  const { namesake } = posted;
  const taken = namesake === undefined ? undefined : await takeOver(ctx, declaration, namesake);
  if (taken === undefined) throw takenUnseen(declaration, name, posted.refusal);
  return taken;
}

/** A job that has the name, or may have it where the service does not tell. */
async function findKnown(
  ctx: JobContext,
  declaration: Declaration,
  name: string,
): Promise<Job | undefined> {
  const known = await knownJobs(ctx, declaration, name);
  const hasName = (job: Job) => job.name !== null && isSameName(job.name, name);
  const namesake = known.find((job) => hasName(job) && !isHeld(declaration, job));
  if (namesake !== undefined) return namesake;
  const [nameless] = namelessAttempts({
    known,
    declaration,
    inState: declaration.plumbing.inState,
    otherJobIds: new Set(heldByOthers(ctx, declaration)),
    attempts: timeOfAttempts(ctx, false),
  });
  return nameless;
}

/** @returns `undefined` where the namesake is gone */
async function takeOver(
  ctx: JobContext,
  declaration: Declaration,
  namesake: Job,
): Promise<Ensured | undefined> {
  const isOwned =
    includesId(heldByOthers(ctx, declaration), namesake.id) ||
    (namesake.name !== null && isOthersName(ctx, declaration, namesake.name));
  if (isOwned) throw nameOfOthers(declaration, namesake);
  const obstacle = whyNotAdopted(declaration, namesake);
  const isWanted = declaration.policies.onDuplicateName === "adopt";
  if (isWanted && obstacle === undefined) return adopt(ctx, declaration, namesake);
  // The list may go on showing a deleted one.
  const seen = await ask(ctx, declaration, namesake);
  if (seen === "gone") return undefined;
  throw nameTaken(declaration, { ...seen, name: seen.name ?? namesake.name }, obstacle);
}

/**
 * Takes over a job after reading it once more: the list may go on showing a deleted one.
 *
 * @returns `undefined` where it is gone
 */
async function adopt(
  ctx: JobContext,
  declaration: Declaration,
  listed: Job,
): Promise<Ensured | undefined> {
  const { family, plumbing } = declaration;
  claimJob(ctx, declaration, listed.id);
  const jobs = ctx.clients().jobs[family.name];
  const sighting = await jobs.lookUp(listed.id, ctx.cancelled);
  const seen = await seenOf(ctx, family, listed.id, sighting);
  if (seen === "gone") return undefined;
  // It has a name after all, by which it is known from now on.
  if (listed.name === null && seen.name !== null) return undefined;
  if (!(await isStillThere(ctx, declaration, seen))) return undefined;
  const job = { ...seen, name: seen.name ?? listed.name ?? ownName(declaration) };
  ctx.log.info(
    `adopted ${describeJob(family, job)}; no new ${family.short} was started`,
    plumbing.urn,
  );
  return { job, source: await rememberSource(ctx, declaration, job) };
}

/** Asks for the very job: what the list shows may be of a moment ago. */
async function ask(ctx: JobContext, { family }: Declaration, { id }: Job): Promise<Job | "gone"> {
  return seenOf(ctx, family, id, await ctx.clients().jobs[family.name].ask(id, ctx.cancelled));
}

function seenOf(
  ctx: JobContext,
  family: Family,
  id: string,
  sighting: Sighting,
): Promise<Job | "gone"> | Job {
  return sighting.kind === "seen" ? sighting.job : seenOrGone(ctx, family, id, {}, sighting.error);
}

/**
 * A job that is not at its end yet is watched anyway, and may be so new that the service does not always
 * show it. One that is may have been deleted a moment ago, so that reads and lists still show it.
 */
async function isStillThere(ctx: JobContext, declaration: Declaration, job: Job): Promise<boolean> {
  const { jobs, settings } = ctx.clients();
  if (!isTerminal(job.status)) {
    jobs[declaration.family.name].noteNew(job.id);
    return true;
  }
  await ctx.clock.sleep((RECHECK_SLOTS * 1000) / settings.requestsPerSecond, ctx.cancelled);
  return (await ask(ctx, declaration, job)) !== "gone";
}

/** An import takes the data of the moment, and replaces nothing by itself. */
function importedSource(ctx: JobContext, declaration: Declaration): Promise<SourceMemory> {
  return rememberSource(ctx, declaration);
}

function whyNotAdopted(declaration: Declaration, namesake: Job): string | undefined {
  const { inState } = declaration.plumbing;
  if (inState === undefined) return "the stack's state could not be read";
  if (isHeld(declaration, namesake)) return "this resource is being replaced and holds it";
  if (isFailed(namesake.status)) return "it has failed";
  const differing = differences(namesake, declaration).map(({ argument }) => argument);
  return differing.length === 0 ? undefined : `it has another ${differing.join(", ")}`;
}

/** Whether the state holds the job under this very resource. */
function isHeld({ plumbing: { inState } }: Declaration, job: Job): boolean {
  return inState !== null && inState !== undefined && isSameId(inState.id, job.id);
}

/** The name to show for a job whose name the service does not tell. */
function ownName(declaration: Declaration): string {
  return declaration.name ?? generatedNames(declaration)(1);
}
