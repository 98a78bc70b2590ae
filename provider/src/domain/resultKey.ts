import { parseServiceTime } from "./serviceTime";
import { isSurelyNotCompleted } from "./status";

/**
 * The key under which the service stores a result: `{path}nclue_{random}_{YYYYMMDDHH}.tsv` where
 * the path ends with `/`, `{path}_{random}_{YYYYMMDDHH}.tsv` otherwise. The form of `{random}` is not
 * documented; here it holds neither `/` nor `_`, so that a longer path's object is never taken for
 * a shorter one's.
 *
 * @see https://api.ncloud-docs.com/docs/nclue-posttaskrun
 */
export function resultKeyPrefix(path: string): string {
  return path.endsWith("/") ? `${path}nclue_` : `${path}_`;
}

const RANDOM_AND_STAMP = /^[^/_]+_\d{8,14}\.tsv$/;

export function resultKeyMatches(key: string, path: string): boolean {
  const prefix = resultKeyPrefix(path);
  return key.startsWith(prefix) && RANDOM_AND_STAMP.test(key.slice(prefix.length));
}

/** Whether a path is the key of a result already: what GET may show once a job has completed. */
export function isResultKey(path: string): boolean {
  return /_[^/_]+_\d{8,14}\.tsv$/.test(path);
}

/** What is known of when a job lived. */
export interface Life {
  readonly status: string | null;
  readonly createdAt: string | null;
  readonly completedAt: string | null;
}

const STAMP = /_(\d{4})(\d{2})(\d{2})(\d{2})?(\d{2})?(\d{2})?\d*\.tsv$/;
/** The zone of the stamp is not documented: Korea's and UTC are usual, nine hours apart. */
const ZONES = ["+09:00", "Z"];
/** The key may be given a little before the end is noted, or after it. */
const AROUND_MS = 60 * 60_000;
const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;

/** Whether a completed job can have given the key its stamp: it was alive then. */
export function fitsLife(key: string, { status, createdAt, completedAt }: Life): boolean {
  const [fromMs, endMs] = [parseServiceTime(createdAt), parseServiceTime(completedAt)];
  const match = STAMP.exec(key);
  if (isSurelyNotCompleted(status) || fromMs === undefined || match === null) return false;
  const untilMs = (endMs ?? Number.POSITIVE_INFINITY) + AROUND_MS;
  const [, year, month, day, hour, minute = "00", second = "00"] = match;
  const lengthMs = hour === undefined ? DAY_MS : HOUR_MS;
  return ZONES.some((zone) => {
    const stamp = `${year}-${month}-${day}T${hour ?? "00"}:${minute}:${second}${zone}`;
    const stampMs = Date.parse(stamp);
    return stampMs + lengthMs > fromMs && stampMs <= untilMs;
  });
}
