import { families } from "../domain/families";
import type { Family } from "../domain/family";
import { isSameId, type Job } from "../domain/job";
import { type Drift, NO_RESULT, type ResultObject } from "../domain/outputs";
import { tidyPath } from "../domain/paths";
import type { Policies } from "../domain/policies";
import { resultDrift } from "../domain/resultDrift";
import { resultKeyMatches } from "../domain/resultKey";
import { parseServiceTime } from "../domain/serviceTime";
import { isCompleted, isFailed } from "../domain/status";
import { isNclueError, mayPassByItself, NclueError } from "../kernel/errors";
import { findResults } from "../storage/findResult";
import { describeStoreError, type StoredObject, storeFailure } from "../storage/objectStore";
import type { Clients, JobContext } from "./jobContext";

/** The object must be there an hour after the job's end at the latest. */
const LATEST_AFTER_COMPLETION_MS = 60 * 60_000;
/** A job of before may write its object this long after its end. */
const LATE_WRITE_MS = 2 * 60_000;
/** Delays between searches after a job has just completed: the object may become visible late. */
const PATIENT_DELAYS_MS = [1000, 2000, 4000, 8000];

type Searching = Pick<JobContext, "clock" | "cancelled" | "clients"> & {
  /** Left out where there is no state. */
  readonly update?: Pick<JobContext["update"], "resultKeys">;
};

/** A job whose result is searched for, and where. */
export interface ResultQuestion {
  readonly family: Family;
  readonly job: Job;
  readonly bucket: string | undefined;
  readonly path: string | undefined;
  /** Keys below a secret path are not shown. */
  readonly isSecret: boolean;
}

export type ResultSearch =
  | { readonly kind: "found"; readonly result: ResultObject }
  /** Searched to the end: no object (`isProven`), or none that is certainly the job's. */
  | { readonly kind: "none"; readonly text: string; readonly isProven: boolean }
  /** Cut short: the store could not be reached, or the engine asked to stop. */
  | { readonly kind: "open"; readonly text: string }
  /** Nothing says where a result would be. */
  | { readonly kind: "not-sought" };

/**
 * Finds the object that the service wrote for a completed job. Where it is not certain which one that
 * is, none is taken.
 *
 * @param patience whether to search again for a bounded time.
 */
export async function searchResult(
  ctx: Searching,
  question: ResultQuestion,
  patience: "once" | "patiently",
): Promise<ResultSearch> {
  const { bucket, path, job, family } = question;
  if (family.result === undefined || bucket === undefined || path === undefined) {
    return { kind: "not-sought" };
  }
  const fromMs = parseServiceTime(job.createdAt);
  if (fromMs === undefined) {
    const date = job.createdAt === null ? "no date" : `the date "${job.createdAt}"`;
    const text = `the service gives ${date} for its creation, so which object it wrote is not clear, and none is taken`;
    return unclear(text);
  }
  const endMs = parseServiceTime(job.completedAt) ?? ctx.clock.nowMs();
  const untilMs = endMs + LATEST_AFTER_COMPLETION_MS;
  const place = { bucket, paths: formsOf(path), fromMs, untilMs };
  try {
    const { store } = ctx.clients();
    let found = await findResults(store, place);
    for (const delayMs of patience === "once" ? [] : PATIENT_DELAYS_MS) {
      if (found.length > 0) break;
      await ctx.clock.sleep(delayMs, ctx.cancelled);
      found = await findResults(store, place);
    }
    const [object] = found;
    if (object === undefined) {
      return { kind: "none", text: "no result object was found below its path", isProven: true };
    }
    if (found.length > 1) return unclear(describeSeveral(found, question));
    const rival = await rivalOf(ctx, question, object);
    if (rival !== undefined) return unclear(describeRival(rival));
    return { kind: "found", result: resultOf(bucket, object) };
  } catch (error) {
    if (ctx.cancelled.aborted)
      return { kind: "open", text: "the search for its result was stopped" };
    const cause = isNclueError(error) ? error.message : describeStoreError(error);
    const text = `the result bucket cannot be searched (${cause})`;
    return mayPass(error) ? { kind: "open", text } : unclear(text);
  }
}

function unclear(text: string): ResultSearch {
  return { kind: "none", text, isProven: false };
}

/** A search that proves nothing is no reason to pay for another job: the next update searches again. */
export function isLeftOpen(search: ResultSearch, { onResultMissing }: Policies): boolean {
  if (search.kind === "open") return true;
  return search.kind === "none" && !search.isProven && onResultMissing === "rerun";
}

/** Whether the store may answer later. One that refuses these keys has answered. */
function mayPass(error: unknown): boolean {
  return isNclueError(error) ? mayPassByItself(error) : storeFailure(error).kind === "unreachable";
}

/** The path as it was asked for, and as the service may have tidied it. */
function formsOf(path: string): readonly string[] {
  const tidy = tidyPath(path);
  return tidy === path || tidy === "" ? [path] : [path, tidy];
}

/** Another job of the account that could have written the object too. */
async function rivalOf(
  ctx: Searching,
  question: ResultQuestion,
  object: StoredObject,
): Promise<{ readonly family: Family; readonly job: Job } | undefined> {
  for (const family of Object.values(families)) {
    if (family.result === undefined) continue;
    const jobs = ctx.clients().jobs[family.name];
    const isOwn = family.name === question.family.name;
    const known = isOwn ? await knownOrSeen(ctx, family) : jobs.seen();
    for (const job of known) {
      if (!couldWrite(family, job, question, object)) continue;
      if (wereAtOnce(job, question.job)) return { family, job };
      if (await wroteNothingElse(ctx, family, job, object)) return { family, job };
    }
  }
  return undefined;
}

/** Without the list, what is known without a request has to do; a stop is a stop. */
function knownOrSeen(ctx: Searching, family: Family): Promise<readonly Job[]> {
  const jobs = ctx.clients().jobs[family.name];
  return jobs.known(ctx.cancelled).catch((error: unknown) => {
    if (ctx.cancelled.aborted) throw error;
    return jobs.seen();
  });
}

function couldWrite(
  { result }: Family,
  other: Job,
  { job, bucket }: ResultQuestion,
  { key, modifiedMs }: StoredObject,
): boolean {
  if (result === undefined || isSameId(other.id, job.id)) return false;
  const path = other.fields[result.path];
  const otherBucket = other.fields[result.bucket] ?? bucket; // it may be this one where it is not told
  if (otherBucket !== bucket || typeof path !== "string") return false;
  const explains = formsOf(path).some((form) => key === form || resultKeyMatches(key, form));
  const { fromMs, untilMs } = lifeOf(other);
  const isLate = isCompleted(other.status) && modifiedMs <= untilMs + LATE_WRITE_MS;
  return explains && modifiedMs >= fromMs && (isLate || wereAtOnce(other, job));
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
  const written = await findResults(ctx.clients().store, place);
  return written.every(({ key }) => key === object.key);
}

function wereAtOnce(a: Job, b: Job): boolean {
  const [lifeA, lifeB] = [lifeOf(a), lifeOf(b)];
  return lifeA.fromMs <= lifeB.untilMs && lifeB.fromMs <= lifeA.untilMs;
}

/** From its creation to its end, as far as is known; nobody knows when a failed job has ended. */
function lifeOf({ createdAt, completedAt, status }: Job): { fromMs: number; untilMs: number } {
  const fromMs = parseServiceTime(createdAt) ?? Number.NEGATIVE_INFINITY;
  const byDefault = isFailed(status) ? fromMs : Number.POSITIVE_INFINITY;
  return { fromMs, untilMs: parseServiceTime(completedAt) ?? byDefault };
}

const MOST_NAMED = 3;

function describeSeveral(
  found: readonly StoredObject[],
  { family, isSecret }: ResultQuestion,
): string {
  const keys = found.slice(0, MOST_NAMED).map(({ key }) => key);
  const more = found.length > MOST_NAMED ? ", …" : "";
  const which = isSecret ? "" : ` (${keys.join(", ")}${more})`;
  return (
    `${found.length} objects below its path could be its result${which}, so none is taken. ` +
    `Give each ${family.short} a path of its own`
  );
}

function describeRival({ family, job }: { readonly family: Family; readonly job: Job }): string {
  return (
    `${family.noun} ${job.id} could have written the object below its path too, so it is not taken. ` +
    `Give each ${family.short} a path of its own`
  );
}

function resultOf(bucket: string, { key, size, etag }: StoredObject): ResultObject {
  return {
    resultKey: key,
    resultUri: `s3://${bucket}/${key}`,
    resultSize: size,
    resultEtag: etag,
  };
}

/**
 * Compares the result object with what the state remembers of it. A store that cannot be asked is a
 * warning, and proves nothing.
 */
export async function compareResult(
  ctx: JobContext,
  { bucket, job }: Pick<ResultQuestion, "bucket" | "job">,
  remembered: ResultObject,
): Promise<Drift | null> {
  try {
    return resultDrift(remembered, await readResult(ctx.clients(), bucket, remembered));
  } catch (error) {
    if (ctx.cancelled.aborted) throw ctx.cancelled.reason;
    const cause = isNclueError(error) ? error.message : describeStoreError(error);
    const text = `the result object cannot be compared with the state (${cause})`;
    ctx.log.warn(text, ctx.urnOf(job.id));
    return null;
  }
}

/** The result as it is now: what was remembered is given up. */
export async function acceptResult(
  ctx: JobContext,
  { bucket }: Pick<ResultQuestion, "bucket">,
  remembered: ResultObject,
): Promise<ResultObject> {
  try {
    return (await readResult(ctx.clients(), bucket, remembered)) ?? NO_RESULT;
  } catch (error) {
    throw new NclueError("unreachable", {
      doing: "reading the result object again",
      cause: isNclueError(error) ? error.message : describeStoreError(error),
      remedy: 'check the bucket and its rights, then run "pulumi up" again',
    });
  }
}

async function readResult(
  { store }: Clients,
  bucket: string | undefined,
  { resultKey }: ResultObject,
): Promise<ResultObject | undefined> {
  if (bucket === undefined || resultKey === null) return undefined;
  const objects = await store.list(bucket, resultKey);
  const object = objects.find(({ key }) => key === resultKey);
  return object === undefined ? undefined : resultOf(bucket, object);
}
