import type { Declaration } from "../domain/declaration";
import { includesId, type Job } from "../domain/job";
import { isSameName } from "../domain/jobName";
import { hasSameContent, type Period } from "../domain/namesakes";
import { parseExactTime, parseServiceTime } from "../domain/serviceTime";
import { isNclueError, whileDoing } from "../kernel/errors";
import type { JobContext, Update } from "./jobContext";
import { heldByOthers } from "./owners";
import type { SourceMemory } from "./source";

/** The service's dates have whole seconds, and its clocks may differ a little. */
const TOLERATED_AGE_MS = 60_000;

/** An attempt of which the service does not tell the name is known by its content for so long. */
const NAMELESS_FOR_MS = 24 * 60 * 60_000;

/** A request whose answer was lost. */
export interface Lost {
  /** By the service's clock. */
  readonly sentMs: number;
  /** The data that its job would be created from. */
  readonly source: SourceMemory;
}

/** One attempt at one name. */
export interface Attempt {
  readonly declaration: Declaration;
  readonly name: string;
  readonly doing: string;
  /** Jobs that were there before. */
  readonly before: ReadonlySet<string>;
  /** When the newest of these was created: what is younger was created since, whatever the clocks say. */
  readonly newestBeforeMs: number;
  readonly lost: Lost[];
  /** On the monotonic clock: when a refusal first found all parents completed. */
  parentsReadySinceMs: number | undefined;
}

export async function beginAttempt(
  ctx: JobContext,
  declaration: Declaration,
  name: string,
): Promise<Attempt> {
  const { family } = declaration;
  const doing = `creating ${family.noun} "${name}"`;
  const known = await knownJobs(ctx, declaration, name);
  const before = new Set(known.map(({ id }) => id));
  const createdMs = known.map(({ createdAt }) => parseServiceTime(createdAt) ?? Number.NaN);
  const newestBeforeMs = createdMs.filter(Number.isFinite).reduce((a, b) => Math.max(a, b), 0);
  return {
    declaration,
    name,
    doing,
    before,
    newestBeforeMs,
    lost: [],
    parentsReadySinceMs: undefined,
  };
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

/**
 * Has this content and name (or, where the service does not tell that, this content alone), and was created
 * by a request whose answer was lost, as far as anybody can tell.
 */
export function isOurs(ctx: JobContext, attempt: Attempt, job: Job): boolean {
  return (
    mayBeLost(ctx, attempt, job) &&
    (job.name === null || isSameName(job.name, attempt.name)) &&
    hasSameContent(job, attempt.declaration)
  );
}

/** The same of one that has the name, but of which the service tells other content. */
export function isOursButDiffers(ctx: JobContext, attempt: Attempt, job: Job): boolean {
  return (
    mayBeLost(ctx, attempt, job) &&
    job.name !== null &&
    isSameName(job.name, attempt.name) &&
    !hasSameContent(job, attempt.declaration)
  );
}

/** Was not there before, belongs to nobody, and is not older than the first request that was lost. */
function mayBeLost(ctx: JobContext, attempt: Attempt, job: Job): boolean {
  const { declaration, before, newestBeforeMs, lost } = attempt;
  const { inState } = declaration.plumbing;
  const [first] = lost;
  if (first === undefined) return false;
  const held = inState === null || inState === undefined ? [] : [inState.id];
  if (includesId([...before, ...held, ...heldByOthers(ctx, declaration)], job.id)) return false;
  const createdMs = parseExactTime(job.createdAt);
  // A name is known to nobody else; content alone needs a date.
  if (createdMs === undefined) return job.name !== null;
  return createdMs >= Math.min(first.sentMs - TOLERATED_AGE_MS, newestBeforeMs + 1);
}

/** The data that a job was created from whose answer was lost: that of the last request before it. */
export function sourceOfLost({ lost }: Attempt, { createdAt }: Job): SourceMemory | undefined {
  const createdMs = parseExactTime(createdAt) ?? Number.NEGATIVE_INFINITY;
  const isBefore = ({ sentMs }: Lost) => Math.floor(sentMs / 1000) * 1000 <= createdMs;
  return (lost.findLast(isBefore) ?? lost[0])?.source;
}

/** By the service's clock: when the creates of an update began. */
const begunMs = new WeakMap<Update, number>();

/** Call it as soon as a create has read the list, before it asks for anything. */
export function noteBegin(ctx: JobContext): void {
  const { update } = ctx;
  // Dates have whole seconds.
  const now = Math.floor(ctx.clients().transport.serviceNowMs() / 1000) * 1000;
  if (!begunMs.has(update)) begunMs.set(update, now);
}

/**
 * When an interrupted attempt may have been made of which the service does not tell the name: before this
 * update, whose own requests are known, and not long ago. Where the service has said that the name is taken,
 * there is such a job for certain, however old it is.
 */
export function timeOfAttempts(ctx: JobContext, isNameTaken: boolean): Period {
  const now = ctx.clients().transport.serviceNowMs();
  return {
    sinceMs: isNameTaken ? Number.NEGATIVE_INFINITY : now - NAMELESS_FOR_MS,
    untilMs: begunMs.get(ctx.update) ?? now,
  };
}

export function rethrow(doing: string) {
  return (error: unknown): never => {
    throw isNclueError(error) ? whileDoing(doing, error) : error;
  };
}
