import { type Drift, NO_RESULT, type ResultObject } from "../domain/outputs";
import type { Policies } from "../domain/policies";
import { resultDrift } from "../domain/resultDrift";
import { isNclueError, mayPassByItself, NclueError } from "../kernel/errors";
import { describeStoreError, type StoredObject, storeFailure } from "../storage/objectStore";
import { findNamed, resultCandidates } from "../storage/resultCandidates";
import type { Clients, JobContext } from "./jobContext";
import {
  isPathCertain,
  type ResultQuestion,
  type Searching,
  type Sought,
  whereIs,
} from "./resultPlace";
import { type Rival, rivalOf } from "./rivals";

/** Delays between searches after a job has just completed: the object may become visible late. */
const PATIENT_DELAYS_MS = [1000, 2000, 4000, 8000];

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
  const { bucket, path, family } = question;
  if (family.result === undefined || bucket === undefined || path === undefined) {
    return { kind: "not-sought" };
  }
  const sought = whereIs(ctx, question, bucket, path);
  if (sought.kind === "undated") return unclear(sought.text);
  try {
    const found = await findPatiently(ctx, sought, patience);
    const [object] = found;
    if (object === undefined) {
      const isProven = isPathCertain(question, path);
      return { kind: "none", text: describeMissing(sought, question, isProven), isProven };
    }
    if (found.length > 1) return unclear(describeSeveral(found, question));
    const doubt = sought.kind === "named" ? undefined : await doubtOf(ctx, question, object);
    return doubt ?? { kind: "found", result: resultOf(bucket, object) };
  } catch (error) {
    if (ctx.cancelled.aborted)
      return { kind: "open", text: "the search for its result was stopped" };
    const cause = isNclueError(error) ? error.message : describeStoreError(error);
    const text = `the result bucket cannot be searched (${cause})`;
    return mayPass(error) ? { kind: "open", text } : unclear(text);
  }
}

async function findPatiently(
  ctx: Searching,
  sought: Exclude<Sought, { kind: "undated" }>,
  patience: "once" | "patiently",
): Promise<readonly StoredObject[]> {
  const { store } = ctx.clients();
  const find = () =>
    sought.kind === "named"
      ? findNamed(store, sought.bucket, sought.keys)
      : resultCandidates(store, sought.place);
  let found = await find();
  for (const delayMs of patience === "once" ? [] : PATIENT_DELAYS_MS) {
    if (found.length > 0) break;
    await ctx.clock.sleep(delayMs, ctx.cancelled);
    found = await find();
  }
  return found;
}

/** Why the only object below the path is not taken: another job could have written it, or may have. */
async function doubtOf(
  ctx: Searching,
  question: ResultQuestion,
  object: StoredObject,
): Promise<ResultSearch | undefined> {
  try {
    const rival = await rivalOf(ctx, question, object);
    return rival === undefined ? undefined : unclear(describeRival(rival));
  } catch (error) {
    if (ctx.cancelled.aborted || !isNclueError(error)) throw error;
    const text =
      "whether another job could have written the object below its path too is not known " +
      `(${error.message}), so it is not taken`;
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

/** Whether an answer may come later. A service or store that refuses these keys has answered. */
function mayPass(error: unknown): boolean {
  return isNclueError(error) ? mayPassByItself(error) : storeFailure(error).kind === "unreachable";
}

function describeMissing(sought: Sought, { isSecret }: ResultQuestion, isProven: boolean): string {
  if (sought.kind === "named") {
    const which = isSecret ? "the object" : String(sought.keys[0]);
    return `the service names ${which} as its result, and that is not there`;
  }
  const text = "no result object was found below its path";
  return isProven ? text : `${text}, whose form the service may have read in its own way`;
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

function describeRival({ family, job }: Rival): string {
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
  const [object] = await findNamed(store, bucket, [resultKey]);
  return object === undefined ? undefined : resultOf(bucket, object);
}
