import { readArguments } from "../domain/arguments";
import { type Drift, NO_RESULT, type ResultObject } from "../domain/outputs";
import { parseServiceTime } from "../domain/serviceTime";
import { isNclueError, NclueError } from "../kernel/errors";
import { normalizeEtag } from "../storage/etag";
import { findResults } from "../storage/findResult";
import { describeStoreError, type StoredObject } from "../storage/objectStore";
import type { RunContext } from "./runContext";

/** The object must be there an hour after the run's end at the latest. */
const LATEST_AFTER_COMPLETION_MS = 60 * 60_000;
/** Delays between looks after a run has just completed: the object may become visible late. */
const PATIENT_DELAYS_MS = [1000, 2000, 4000, 8000];

export interface FinishedRun {
  readonly runId: string;
  readonly createdAt: string | null;
  readonly completedAt: string | null;
}

/**
 * Finds the object that the service wrote for a completed run. None, several, or a store that
 * cannot be asked is a warning and no result: never a guess, and never a failed run.
 *
 * @param patience whether to look again for a bounded time.
 */
export async function lookForResult(
  ctx: RunContext,
  stored: Readonly<Record<string, unknown>>,
  run: FinishedRun,
  patience: "look-once" | "look-again",
  urn: string | undefined,
): Promise<ResultObject> {
  const { resultBucket: bucket, resultFilePath: path } = readArguments(stored);
  if (bucket === undefined || path === undefined) return NO_RESULT;
  const fromMs = parseServiceTime(run.createdAt) ?? Number.NEGATIVE_INFINITY;
  const endMs = parseServiceTime(run.completedAt) ?? ctx.clock.nowMs();
  const question = { bucket, path, fromMs, untilMs: endMs + LATEST_AFTER_COMPLETION_MS };
  const delays = patience === "look-once" ? [] : PATIENT_DELAYS_MS;
  const warn = (text: string) =>
    ctx.log.warn(`task run ${run.runId} is completed, but ${text}`, urn);
  try {
    const { store } = ctx.account();
    let found = await findResults(store, question);
    for (const delayMs of delays) {
      if (found.length > 0) break;
      await ctx.clock.sleep(delayMs, ctx.cancelled);
      found = await findResults(store, question);
    }
    if (found.length === 1 && found[0] !== undefined) return resultOf(bucket, found[0]);
    // An argument that is secret leaves its mark in the inputs (see `secretIfAny`).
    warn(describeCount(found, stored.resultKey === ""));
  } catch (error) {
    const cause = isNclueError(error) ? error.message : describeStoreError(error);
    // A run that has just completed is returned all the same.
    if (!ctx.cancelled.aborted) warn(`the result bucket cannot be searched (${cause}). ${LATER}`);
  }
  return NO_RESULT;
}

const LATER = 'The next "pulumi refresh" looks again';

const MOST_NAMED = 3;

function describeCount(found: readonly StoredObject[], isSecret: boolean): string {
  if (found.length === 0) return `no result object was found below its path. ${LATER}`;
  const keys = found.slice(0, MOST_NAMED).map(({ key }) => key);
  const more = found.length > MOST_NAMED ? ", …" : "";
  const which = isSecret ? "" : ` (${keys.join(", ")}${more})`;
  return (
    `${found.length} objects below its path could be its result${which}, so none is taken. ` +
    `Give each run a path of its own. ${LATER}`
  );
}

function resultOf(bucket: string, { key, size, etag }: StoredObject): ResultObject {
  return {
    resultKey: key,
    resultUri: `s3://${bucket}/${key}`,
    resultSize: size,
    resultEtag: etag,
    drift: null,
  };
}

/**
 * Compares the result object with what the state remembers of it. A store that cannot be asked is a
 * warning, and proves nothing.
 *
 * @returns the remembered result with its `drift`, which an update then accepts
 *   ({@link acceptResult}).
 */
export async function compareResult(
  ctx: RunContext,
  stored: Readonly<Record<string, unknown>>,
  remembered: ResultObject,
  urn: string | undefined,
): Promise<ResultObject> {
  try {
    const now = await readResult(ctx, stored, remembered);
    return { ...remembered, drift: driftBetween(remembered, now) };
  } catch (error) {
    if (ctx.cancelled.aborted) throw ctx.cancelled.reason;
    const cause = isNclueError(error) ? error.message : describeStoreError(error);
    ctx.log.warn(`the result object cannot be compared with the state (${cause})`, urn);
    return remembered;
  }
}

/** The result as it is now: what was remembered is given up. */
export async function acceptResult(
  ctx: RunContext,
  stored: Readonly<Record<string, unknown>>,
  remembered: ResultObject,
): Promise<ResultObject> {
  try {
    return (await readResult(ctx, stored, remembered)) ?? NO_RESULT;
  } catch (error) {
    throw new NclueError("unreachable", {
      doing: "looking at the result object anew",
      cause: isNclueError(error) ? error.message : describeStoreError(error),
      remedy: 'check the bucket and its rights, then run "pulumi up" again',
    });
  }
}

async function readResult(
  ctx: RunContext,
  stored: Readonly<Record<string, unknown>>,
  { resultKey }: ResultObject,
): Promise<ResultObject | undefined> {
  const { resultBucket: bucket } = readArguments(stored);
  if (bucket === undefined || resultKey === null) return undefined;
  const objects = await ctx.account().store.list(bucket, resultKey);
  const object = objects.find(({ key }) => key === resultKey);
  return object === undefined ? undefined : resultOf(bucket, object);
}

function driftBetween(remembered: ResultObject, now: ResultObject | undefined): Drift | null {
  if (now === undefined) return "result-missing";
  const isSame =
    now.resultEtag === normalizeEtag(remembered.resultEtag) &&
    now.resultSize === remembered.resultSize;
  return isSame ? null : "result-replaced";
}
