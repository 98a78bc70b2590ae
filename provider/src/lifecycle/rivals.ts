import { families } from "../domain/families";
import type { Family } from "../domain/family";
import { isSameId, type Job } from "../domain/job";
import { formsOf } from "../domain/paths";
import { isResultKey, resultKeyMatches } from "../domain/resultKey";
import { parseExactTime } from "../domain/serviceTime";
import { isFailed, isTerminal } from "../domain/status";
import { Priority } from "../nclue/rateLimiter";
import type { StoredObject } from "../storage/objectStore";
import { resultCandidates, STORE_STEP_MS, wholeSecond } from "../storage/resultCandidates";
import { type ResultQuestion, type Searching, toldPath } from "./resultPlace";

/** A job of before may write its object this long after its end. */
const LATE_WRITE_MS = 2 * 60_000;

export interface Rival {
  readonly family: Family;
  readonly job: Job;
}

/**
 * Another job of the account that could have written the object too. The lists of all families that
 * write results are read for this, unless that was done since the object was written.
 *
 * @throws NclueError where not all jobs can be known that could be one; other errors come from the store
 */
export async function rivalOf(
  ctx: Searching,
  question: ResultQuestion,
  object: StoredObject,
): Promise<Rival | undefined> {
  const sinceMs = writtenMs(ctx, object);
  const livedMs = object.modifiedMs - LATE_WRITE_MS;
  const others = Object.values(families).filter(({ name }) => name !== question.family.name);
  for (const family of [question.family, ...others]) {
    if (family.result === undefined) continue;
    const jobs = ctx.clients().jobs[family.name];
    const known = await jobs.livingSince(livedMs, sinceMs, ctx.cancelled);
    for (const seen of known) {
      if (!couldWrite(family, seen, question, object)) continue;
      const job = await asOf(ctx, family, seen, sinceMs);
      if (!couldWrite(family, job, question, object)) continue;
      if (wereAtOnce(job, question.job)) return { family, job };
      if (await wroteNothingElse(ctx, family, job, object)) return { family, job };
    }
  }
  return undefined;
}

/** On the monotonic clock: a moment at which the object had been written, by the service's clock. */
function writtenMs({ clock, clients }: Searching, { modifiedMs }: StoredObject): number {
  const ageMs = clients().transport.serviceNowMs() - (modifiedMs + STORE_STEP_MS);
  return clock.monotonicMs() - Math.max(0, ageMs);
}

/** A job that was running when it was seen long ago may have ended since. */
async function asOf(
  { clients, clock, cancelled }: Searching,
  family: Family,
  job: Job,
  newerThanMs: number,
): Promise<Job> {
  if (isTerminal(job.status)) return job;
  const dueMs = clock.monotonicMs();
  const options = { dueMs, newerThanMs, priority: Priority.read, signal: cancelled };
  const sighting = await clients().jobs[family.name].observe(job.id, options);
  return sighting.kind === "seen" ? sighting.job : job;
}

function couldWrite(
  { result }: Family,
  other: Job,
  question: ResultQuestion,
  { key, modifiedMs }: StoredObject,
): boolean {
  const { job, bucket } = question;
  if (result === undefined || isSameId(other.id, job.id)) return false;
  const path = other.fields[result.path];
  const otherBucket = other.fields[result.bucket] ?? bucket; // it may be this one where it is not told
  if (otherBucket !== bucket || typeof path !== "string") return false;
  const explains = writtenBelow(path, question).some(
    (form) => key === form || resultKeyMatches(key, form),
  );
  const { fromMs, untilMs } = lifeOf(other);
  const isLate = !isFailed(other.status) && modifiedMs <= untilMs + LATE_WRITE_MS;
  return explains && modifiedMs >= wholeSecond(fromMs) && (isLate || wereAtOnce(other, job));
}

/** The paths below which a job writes that the service tells to have this one. */
function writtenBelow(told: string, question: ResultQuestion): readonly string[] {
  const own = toldPath(question) ?? "";
  const keepsSlash = own.endsWith("/") && question.path?.endsWith("/") === true;
  const isDirectory = told.endsWith("/") || isResultKey(told) || keepsSlash;
  return isDirectory ? formsOf(told) : [...formsOf(told), ...formsOf(`${told}/`)];
}

/** A job that had ended before may still write its object, unless that is there already. */
async function wroteNothingElse(
  ctx: Searching,
  { result }: Family,
  other: Job,
  object: StoredObject,
): Promise<boolean> {
  // The state knows what it has written, even where somebody has deleted that since.
  const remembered = ctx.update?.resultKeys.get(other.id);
  if (remembered !== undefined) return remembered === object.key;
  const [bucket, path] = [other.fields[result?.bucket ?? ""], other.fields[result?.path ?? ""]];
  if (typeof bucket !== "string" || typeof path !== "string") return true;
  const { fromMs } = lifeOf(other);
  const place = { bucket, paths: formsOf(path), fromMs, untilMs: object.modifiedMs };
  const written = await resultCandidates(ctx.clients().store, place);
  return written.every(({ key }) => key === object.key);
}

function wereAtOnce(a: Job, b: Job): boolean {
  const [lifeA, lifeB] = [lifeOf(a), lifeOf(b)];
  return wholeSecond(lifeA.fromMs) <= lifeB.untilMs && wholeSecond(lifeB.fromMs) <= lifeA.untilMs;
}

/** From its creation to its end, as far as is known; nobody knows when a failed job has ended. */
function lifeOf({ createdAt, completedAt, status }: Job): { fromMs: number; untilMs: number } {
  const fromMs = parseExactTime(createdAt) ?? Number.NEGATIVE_INFINITY;
  const byDefault = isFailed(status) ? fromMs : Number.POSITIVE_INFINITY;
  const endMs = isTerminal(status) ? parseExactTime(completedAt) : undefined;
  return { fromMs, untilMs: endMs ?? byDefault };
}
