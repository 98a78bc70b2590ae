import type { Declaration } from "../domain/declaration";
import { includesId, type Job } from "../domain/job";
import { isSameName } from "../domain/jobName";
import { hasSameContent } from "../domain/namesakes";
import { parseServiceTime } from "../domain/serviceTime";
import { isNclueError, whileDoing } from "../kernel/errors";
import type { JobContext } from "./jobContext";

/** The service's dates have whole seconds, and its clocks may differ a little. */
const TOLERATED_AGE_MS = 60_000;

/** One attempt at one name. */
export interface Attempt {
  readonly declaration: Declaration;
  readonly name: string;
  readonly doing: string;
  /** Jobs that were there before. */
  readonly before: ReadonlySet<string>;
  /** When the newest of these was created: what is younger was created since, whatever the clocks say. */
  readonly newestBeforeMs: number;
  /** By the service's clock: when the first request whose answer was lost was sent. */
  lostSinceMs: number | undefined;
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
    lostSinceMs: undefined,
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

/** Has this name and content, was not there before, belongs to nobody, and is not older than the request. */
export function isOurs(attempt: Attempt, job: Job): boolean {
  const { declaration, name, before, newestBeforeMs, lostSinceMs } = attempt;
  const { inState, otherJobIds } = declaration.plumbing;
  if (lostSinceMs === undefined || job.name === null || !isSameName(job.name, name)) return false;
  const held = inState === null || inState === undefined ? [] : [inState.id];
  if (includesId([...before, ...held, ...otherJobIds], job.id)) return false;
  const createdMs = parseServiceTime(job.createdAt);
  const sinceMs = Math.min(lostSinceMs - TOLERATED_AGE_MS, newestBeforeMs + 1);
  if (createdMs !== undefined && createdMs < sinceMs) return false;
  return hasSameContent(job, declaration);
}

export function rethrow(doing: string) {
  return (error: unknown): never => {
    throw isNclueError(error) ? whileDoing(doing, error) : error;
  };
}
