import { isResultKey, resultKeyMatches, resultKeyPrefix } from "../domain/resultKey";
import type { ObjectStore, StoredObject } from "./objectStore";

/** A store's dates have whole seconds. */
export const STORE_STEP_MS = 1000;

/** Where and when a job can have written its result. */
export interface ResultPlace {
  readonly bucket: string;
  /** The job's `result_file_path`, in each form in which the service may have taken it. */
  readonly paths: readonly string[];
  /** The object must have been written in this window, by the store's clock, whose dates have whole seconds. */
  readonly fromMs: number;
  readonly untilMs: number;
}

/** A moment as a store would date it. */
export function wholeSecond(ms: number): number {
  return Math.floor(ms / STORE_STEP_MS) * STORE_STEP_MS;
}

/** All objects that can be the job's result: exactly one is an answer. */
export async function resultCandidates(
  store: Pick<ObjectStore, "list">,
  { bucket, paths, fromMs, untilMs }: ResultPlace,
): Promise<readonly StoredObject[]> {
  const found = new Map<string, StoredObject>();
  const sinceMs = wholeSecond(fromMs);
  for (const path of paths) {
    const objects = await store.list(bucket, isResultKey(path) ? path : resultKeyPrefix(path));
    for (const object of objects) {
      const { key, modifiedMs } = object;
      const isIts = key === path || resultKeyMatches(key, path);
      if (isIts && modifiedMs >= sinceMs && modifiedMs <= untilMs) found.set(key, object);
    }
  }
  return [...found.values()];
}

/** The objects that have one of these very keys. */
export async function findNamed(
  store: Pick<ObjectStore, "list">,
  bucket: string,
  keys: readonly string[],
): Promise<readonly StoredObject[]> {
  const found = new Map<string, StoredObject>();
  for (const key of keys) {
    const object = (await store.list(bucket, key)).find((listed) => listed.key === key);
    if (object !== undefined) found.set(key, object);
  }
  return [...found.values()];
}
