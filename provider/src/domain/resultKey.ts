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
