/**
 * The key under which the service stores a result: `{path}nclue_{random}_{YYYYMMDDHH}.tsv` where
 * the path ends with `/`, `{path}_{random}_{YYYYMMDDHH}.tsv` otherwise. The form of `{random}` and
 * the stamp's length are not documented in full, so the pattern is generous about them.
 *
 * @see https://api.ncloud-docs.com/docs/nclue-posttaskrun
 */
export function resultKeyPrefix(path: string): string {
  return path.endsWith("/") ? `${path}nclue_` : `${path}_`;
}

const MIDDLE = /^[^/]+_\d{8,14}\.tsv$/;

export function resultKeyMatches(key: string, path: string): boolean {
  const prefix = resultKeyPrefix(path);
  return key.startsWith(prefix) && MIDDLE.test(key.slice(prefix.length));
}

/** Whether a path is the key of a result already: what GET may show once a run has completed. */
export function isResultKey(path: string): boolean {
  return /_[^/]+_\d{8,14}\.tsv$/.test(path);
}
