import type { Declaration } from "../domain/declaration";
import type { Job } from "../domain/job";
import {
  isDuplicateName,
  isNclueError,
  mayHaveTakenEffect,
  mayPassByItself,
  NclueError,
  whileDoing,
} from "../kernel/errors";
import { humanDuration } from "../kernel/text";
import { incompleteList } from "../nclue/jobs/incompleteList";
import { isOwnFault, mayMeanUnknownId } from "../nclue/jobs/unknownId";
import { DUPLICATE_NAME, meaningOf, numberOf } from "../nclue/serviceCodes";
import {
  type Attempt,
  beginAttempt,
  isOurs,
  isOursButDiffers,
  rethrow,
  sourceOfLost,
} from "./attempt";
import { findNamesake, findNamesakePatiently, type Patience } from "./findNamesake";
import type { JobContext } from "./jobContext";
import { describeJob } from "./jobWords";
import { lostButDiffers } from "./nameErrors";
import { reserveNewJob } from "./newJobLimit";
import { waitForParents, waitForSeenParents } from "./parents";
import { withRefusedPlaces } from "./refusedPlaces";
import { rememberSource, type SourceMemory } from "./source";

/** Times that one name is asked for: once, and again after each lost answer that created nothing. */
const MOST_ROUNDS = 5;
/** After an answer that may have taken effect: the delays before each search for the job. */
const SEARCH_DELAYS_MS = [1000, 2000, 4000, 8000, 15_000];

export type Posted =
  | { readonly kind: "created"; readonly job: Job; readonly source: SourceMemory }
  | {
      readonly kind: "taken";
      /** `undefined` where no job of the name is to be seen. */
      readonly namesake: Job | undefined;
      readonly refusal: NclueError;
    };

/**
 * Asks the service for one job. Where the answer is lost, the job is searched for, at growing intervals,
 * before anything is sent again: one that was not there before, is not older than the request, and has
 * this name and content is the one that was created. Where the service refuses because a parent is not
 * completed, the parent is waited for.
 */
export async function postJob(
  ctx: JobContext,
  declaration: Declaration,
  name: string,
  patience: Patience,
): Promise<Posted> {
  const attempt = await beginAttempt(ctx, declaration, name);
  await waitForSeenParents(ctx, attempt, patience.deadlineMs);
  while (attempt.lost.length < MOST_ROUNDS) {
    const sent = await send(ctx, attempt);
    if (sent.kind === "created") return { ...sent, job: named(sent.job, name) };
    if (sent.kind === "lost") {
      const job = await searchLost(ctx, attempt, sent.error);
      if (job !== undefined) return foundAfterLoss(ctx, attempt, job, sent.source);
      await waitWhereParentsExplain(ctx, attempt, sent.error, patience);
      continue;
    }
    const meaning = await explainRefusal(ctx, attempt, sent.error, patience);
    if (meaning === "parents-were-unfinished") continue;
    const { namesake } = meaning;
    if (namesake !== undefined && isOurs(ctx, attempt, namesake)) {
      return foundAfterLoss(ctx, attempt, namesake, sent.source);
    }
    // Nothing else is asked for while the answer that was lost may still turn up.
    if (namesake === undefined && attempt.lost.length > 0) throw stillHidden(attempt);
    return { kind: "taken", namesake, refusal: sent.error };
  }
  throw new NclueError("unreachable", {
    doing: attempt.doing,
    cause: `no certain answer in ${MOST_ROUNDS} tries`,
    remedy: `run "pulumi up" again: it searches for the ${declaration.family.short} before it asks for another`,
  });
}

function foundAfterLoss(
  ctx: JobContext,
  attempt: Attempt,
  found: Job,
  lastSource: SourceMemory,
): Posted {
  const { family, plumbing } = attempt.declaration;
  const job = named(found, attempt.name);
  ctx.log.info(`found ${describeJob(family, job)} after its answer was lost`, plumbing.urn);
  return { kind: "created", job, source: sourceOfLost(attempt, job) ?? lastSource };
}

/** The service may leave out the name that it was given. */
function named(job: Job, name: string): Job {
  return { ...job, name: job.name ?? name };
}

type Sent =
  | { readonly kind: "created"; readonly job: Job; readonly source: SourceMemory }
  | { readonly kind: "refused"; readonly error: NclueError; readonly source: SourceMemory }
  /** The job may or may not exist. */
  | { readonly kind: "lost"; readonly error: NclueError; readonly source: SourceMemory };

async function send(ctx: JobContext, attempt: Attempt): Promise<Sent> {
  const { declaration, name, doing } = attempt;
  const { family, plumbing } = declaration;
  const { jobs, transport } = ctx.clients();
  const giveBack = reserveNewJob(ctx, family, name);
  const source = await rememberSource(ctx, declaration);
  const sentMs = transport.serviceNowMs();
  try {
    const job = await jobs[family.name].create(name, declaration.fields, ctx.cancelled);
    return { kind: "created", job, source };
  } catch (error) {
    if (!isNclueError(error)) throw error;
    if (mayHaveTakenEffect(error)) {
      attempt.lost.push({ sentMs, source });
      ctx.log.warn(
        `${doing}: the answer was lost (${error.text.cause}); searching for the ${family.noun}${when(error)}`,
        plumbing.urn,
      );
      return { kind: "lost", error, source };
    }
    giveBack();
    const refusal = withRefusedPlaces(declaration, whileDoing(doing, error));
    return { kind: "refused", error: refusal, source };
  }
}

/** The service may ask to be left alone for some time. */
function when({ facts: { retryAfterMs = 0 } }: NclueError): string {
  return retryAfterMs === 0 ? "" : ` in ${humanDuration(retryAfterMs)}, as the service asks`;
}

/** Before anything is sent again, the list has had time to show the job, and was read in full. */
async function searchLost(
  ctx: JobContext,
  attempt: Attempt,
  { facts }: NclueError,
): Promise<Job | undefined> {
  const { declaration, doing } = attempt;
  const jobs = ctx.clients().jobs[declaration.family.name];
  const isSought = (job: Job) => isOurs(ctx, attempt, job);
  const patienceMs = facts.retryAfterMs ?? 0;
  for (const [index, delayMs] of SEARCH_DELAYS_MS.entries()) {
    await ctx.clock.sleep(index === 0 ? Math.max(delayMs, patienceMs) : delayMs, ctx.cancelled);
    const job = (await jobs.reread(ctx.cancelled).catch(rethrow(doing))).find(isSought);
    if (job !== undefined) return job;
  }
  const found = await jobs.search(isSought, ctx.cancelled).catch(rethrow(doing));
  if (found.kind === "found") return found.job;
  // The service may tell the job in a way that nobody could foresee: it is not paid for twice.
  const other = jobs.seen().find((job) => isOursButDiffers(ctx, attempt, job));
  if (other !== undefined) throw lostButDiffers(declaration, doing, other);
  if (found.kind === "unproven") throw unreadableList(declaration, doing);
  return undefined;
}

/**
 * What a refusal meant: a job that has the name, or a parent that was not completed and now is. Any
 * other refusal is thrown.
 */
async function explainRefusal(
  ctx: JobContext,
  attempt: Attempt,
  refusal: NclueError,
  patience: Patience,
): Promise<"parents-were-unfinished" | { readonly namesake: Job | undefined }> {
  const isAboutName = isDuplicateName(refusal);
  if (isAboutName) {
    const namesake = await findNamesake(ctx, attempt);
    if (namesake !== undefined) return { namesake };
  }
  const { deadlineMs } = patience;
  const mayBeEarly = !isSurelyTaken(refusal);
  if (isUnexplained(refusal) && (await waitForParents(ctx, attempt, { deadlineMs, mayBeEarly }))) {
    return "parents-were-unfinished";
  }
  if (!isAboutName) throw refusal;
  return { namesake: await findNamesakePatiently(ctx, attempt, patience) };
}

/** The service may fail, and not refuse, where a parent is not completed. */
async function waitWhereParentsExplain(
  ctx: JobContext,
  attempt: Attempt,
  failure: NclueError,
  { deadlineMs }: Patience,
): Promise<void> {
  if (!isOwnFault(failure)) return;
  try {
    await waitForParents(ctx, attempt, { deadlineMs, mayBeEarly: false });
  } catch (error) {
    // Where the service answers nothing at all, the parents explain nothing.
    if (!mayPassByItself(error)) throw error;
  }
}

/** The service's own code for a taken name, and not just a 409. */
export function isSurelyTaken({ facts }: NclueError): boolean {
  return numberOf(facts.serviceCode) === DUPLICATE_NAME;
}

/** A refusal whose code has no known meaning, or none that excludes the parents. */
function isUnexplained(refusal: unknown): boolean {
  if (isDuplicateName(refusal)) return true;
  return mayMeanUnknownId(refusal) && meaningOf(refusal.facts.serviceCode) === undefined;
}

function stillHidden({ doing }: Attempt): NclueError {
  return new NclueError("name-taken", {
    doing,
    cause:
      "its answer was lost, and the service says that the name is taken, but does not list the job yet",
    remedy: 'run "pulumi up" again later: it searches for the job before it asks for another',
  });
}

function unreadableList({ family }: Declaration, doing: string): NclueError {
  const { cause, remedy } = incompleteList(family, doing).text;
  return new NclueError("unreadable", {
    doing,
    cause: `its answer was lost, and ${cause}: the job may be on it`,
    remedy: `run "pulumi up" again later: it searches for the job before it asks for another; else ${remedy}`,
  });
}
