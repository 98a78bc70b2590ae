import type { Declaration } from "../domain/declaration";
import { includesId, type Job } from "../domain/job";
import { isSameName } from "../domain/jobName";
import { hasSameContent } from "../domain/namesakes";
import { parseServiceTime } from "../domain/serviceTime";
import {
  isDuplicateName,
  isNclueError,
  isNotFound,
  isRejected,
  mayHaveTakenEffect,
  NclueError,
  whileDoing,
} from "../kernel/errors";
import { boundedRetryAfterMs } from "../nclue/retryPolicy";
import { DUPLICATE_NAME, meaningOf, numberOf } from "../nclue/serviceCodes";
import { incompleteList } from "./confirmGone";
import type { JobContext } from "./jobContext";
import { reserveNewJob } from "./newJobs";
import { waitForParents } from "./parents";
import { withRefusedPlaces } from "./refusedPlaces";
import { rememberSource, type SourceMemory } from "./source";
import { describeJob } from "./words";

/** Times that one name is asked for: once, and again after each lost answer that created nothing. */
const MOST_ROUNDS = 5;
/** After an answer that may have taken effect: the delays before each search for the job. */
const SEARCH_DELAYS_MS = [1000, 2000, 4000, 8000, 15_000];
/** The list may be this slow to show the job that has the name. */
const NAMESAKE_DELAYS_MS = [2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000];
/** The service's dates have whole seconds, and its clocks may differ a little. */
const TOLERATED_AGE_MS = 60_000;

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
  deadlineMs: number,
): Promise<Posted> {
  const attempt = await beginAttempt(ctx, declaration, name);
  let losses = 0;
  while (losses < MOST_ROUNDS) {
    const { source, ...sent } = await send(ctx, attempt);
    if (sent.kind === "created") return { ...sent, source };
    if (sent.kind === "lost") {
      losses += 1;
      const job = await searchLost(ctx, attempt, sent.error);
      if (job !== undefined) return { kind: "created", job, source };
      continue;
    }
    const meaning = await explainRefusal(ctx, attempt, sent.error, deadlineMs);
    if (meaning === "parents-were-unfinished") continue;
    const { namesake } = meaning;
    if (namesake !== undefined && isOurs(attempt, namesake)) {
      return { kind: "created", job: sayFound(ctx, declaration, namesake), source };
    }
    // Nothing else is asked for while the answer that was lost may still turn up.
    if (namesake === undefined && attempt.lostSinceMs !== undefined) throw stillHidden(attempt);
    return { kind: "taken", namesake, refusal: sent.error };
  }
  throw new NclueError("unreachable", {
    doing: attempt.doing,
    cause: `no certain answer in ${MOST_ROUNDS} tries`,
    remedy: `run "pulumi up" again: it searches for the ${declaration.family.short} before it asks for another`,
  });
}

/** One attempt at one name. */
interface Attempt {
  readonly declaration: Declaration;
  readonly name: string;
  readonly doing: string;
  /** Jobs that were there before. */
  readonly before: ReadonlySet<string>;
  /** By the service's clock: when the first request whose answer was lost was sent. */
  lostSinceMs: number | undefined;
}

async function beginAttempt(
  ctx: JobContext,
  declaration: Declaration,
  name: string,
): Promise<Attempt> {
  const { family } = declaration;
  const doing = `creating ${family.noun} "${name}"`;
  const known = await knownJobs(ctx, declaration, name);
  const before = new Set(known.map(({ id }) => id));
  return { declaration, name, doing, before, lostSinceMs: undefined };
}

/** The jobs known so far; the first call of the process reads the list. */
export async function knownJobs(
  ctx: JobContext,
  { family }: Declaration,
  name: string,
): Promise<readonly Job[]> {
  try {
    return await ctx.clients().jobs[family.name].known(ctx.cancelled);
  } catch (error) {
    const doing = `creating ${family.noun} "${name}", reading which ${family.nouns} exist`;
    throw isNclueError(error) ? whileDoing(doing, error) : error;
  }
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
      attempt.lostSinceMs ??= sentMs;
      ctx.log.warn(
        `${doing}: the answer was lost (${error.text.cause}); searching for the ${family.noun}`,
        plumbing.urn,
      );
      return { kind: "lost", error, source };
    }
    giveBack();
    const refusal = withRefusedPlaces(declaration, whileDoing(doing, error));
    return { kind: "refused", error: refusal, source };
  }
}

/** Before anything is sent again, the list has had time to show the job, and was read in full. */
async function searchLost(
  ctx: JobContext,
  attempt: Attempt,
  { facts }: NclueError,
): Promise<Job | undefined> {
  const { declaration, doing } = attempt;
  const { family } = declaration;
  const jobs = ctx.clients().jobs[family.name];
  const patienceMs = boundedRetryAfterMs(facts.retryAfterMs ?? 0);
  for (const [index, delayMs] of SEARCH_DELAYS_MS.entries()) {
    await ctx.clock.sleep(index === 0 ? Math.max(delayMs, patienceMs) : delayMs, ctx.cancelled);
    const isLast = index === SEARCH_DELAYS_MS.length - 1;
    const job = (await jobs.reread(ctx.cancelled).catch(rethrow(doing))).find((one) =>
      isOurs(attempt, one),
    );
    if (job !== undefined) return sayFound(ctx, declaration, job);
    if (!isLast) continue;
    const found = await jobs
      .search((one) => isOurs(attempt, one), ctx.cancelled)
      .catch(rethrow(doing));
    if (found.kind === "found") return sayFound(ctx, declaration, found.job);
    if (found.kind === "unproven") throw unreadableList(declaration, doing);
  }
  return undefined;
}

/** Has this name and content, was not there before, belongs to nobody, and is not older than the request. */
function isOurs({ declaration, name, before, lostSinceMs }: Attempt, job: Job): boolean {
  const { inState, otherJobIds } = declaration.plumbing;
  if (lostSinceMs === undefined || job.name === null || !isSameName(job.name, name)) return false;
  const held = inState === null || inState === undefined ? [] : [inState.id];
  if (includesId([...before, ...held, ...otherJobIds], job.id)) return false;
  const createdMs = parseServiceTime(job.createdAt);
  if (createdMs !== undefined && createdMs < lostSinceMs - TOLERATED_AGE_MS) return false;
  return hasSameContent(job, declaration);
}

/**
 * What a refusal meant: a job that has the name, or a parent that was not completed and now is. Any
 * other refusal is thrown.
 */
async function explainRefusal(
  ctx: JobContext,
  attempt: Attempt,
  refusal: NclueError,
  deadlineMs: number,
): Promise<"parents-were-unfinished" | { readonly namesake: Job | undefined }> {
  const { declaration, doing } = attempt;
  const isAboutName = isDuplicateName(refusal);
  if (isAboutName) {
    const namesake = await findNamesake(ctx, attempt);
    if (namesake !== undefined) return { namesake };
  }
  const mayBeEarly = !isSurelyTaken(refusal);
  if (
    isUnexplained(refusal) &&
    (await waitForParents(ctx, declaration, { doing, deadlineMs, mayBeEarly }))
  ) {
    return "parents-were-unfinished";
  }
  if (!isAboutName) throw refusal;
  return { namesake: await findNamesakePatiently(ctx, attempt) };
}

/** The service's own code for a taken name, and not just a 409. */
export function isSurelyTaken({ facts }: NclueError): boolean {
  return numberOf(facts.serviceCode) === DUPLICATE_NAME;
}

/** A refusal whose code has no known meaning, or none that excludes the parents. */
function isUnexplained(refusal: unknown): boolean {
  if (isDuplicateName(refusal)) return true;
  if (!isRejected(refusal) && !isNotFound(refusal)) return false;
  return meaningOf(refusal.facts.serviceCode) === undefined;
}

async function findNamesake(ctx: JobContext, attempt: Attempt): Promise<Job | undefined> {
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
async function findNamesakePatiently(ctx: JobContext, attempt: Attempt): Promise<Job | undefined> {
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

function stillHidden({ doing }: Attempt): NclueError {
  return new NclueError("name-taken", {
    doing,
    cause:
      "its answer was lost, and the service says that the name is taken, but does not list the job yet",
    remedy: 'run "pulumi up" again later: it searches for the job before it asks for another',
  });
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

function unreadableList({ family }: Declaration, doing: string): NclueError {
  const { cause, remedy } = incompleteList(family, doing).text;
  return new NclueError("unreadable", {
    doing,
    cause: `its answer was lost, and ${cause}: the job may be on it`,
    remedy: `run "pulumi up" again later: it searches for the job before it asks for another; else ${remedy}`,
  });
}

function rethrow(doing: string) {
  return (error: unknown): never => {
    throw isNclueError(error) ? whileDoing(doing, error) : error;
  };
}

function sayFound(ctx: JobContext, { family, plumbing }: Declaration, job: Job): Job {
  ctx.log.info(`found ${describeJob(family, job)} after its answer was lost`, plumbing.urn);
  return job;
}
