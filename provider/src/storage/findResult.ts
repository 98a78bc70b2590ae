import { isResultKey, resultKeyMatches, resultKeyPrefix } from "../domain/resultKey";
import type { ObjectStore, StoredObject } from "./objectStore";

export interface ResultQuestion {
  readonly bucket: string;
  /** The run's `result_file_path`. */
  readonly path: string;
  /** The object must have been written in this window, by the store's clock. */
  readonly fromMs: number;
  readonly untilMs: number;
}

/** All objects that can be the run's result: exactly one is an answer. */
export async function findResults(
  store: Pick<ObjectStore, "list">,
  { bucket, path, fromMs, untilMs }: ResultQuestion,
): Promise<readonly StoredObject[]> {
  const objects = await store.list(bucket, isResultKey(path) ? path : resultKeyPrefix(path));
  return objects.filter(
    ({ key, modifiedMs }) =>
      (key === path || resultKeyMatches(key, path)) &&
      modifiedMs >= fromMs &&
      modifiedMs <= untilMs,
  );
}
