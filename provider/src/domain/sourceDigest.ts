import { createHash } from "node:crypto";
import type { SourceRecord } from "./plumbing";
import { normalEtag } from "./resultDrift";

/** An object that a job is created from. */
export interface SourceObject {
  readonly key: string;
  readonly size: number;
  readonly etag: string | null;
  /** Milliseconds since 1970-01-01 UTC, by the store's own clock. */
  readonly modifiedMs: number;
}

/** The objects of one place, or of several, in short. */
export interface SourceSummary {
  /** Of key, size and ETag of each object, in the order of the keys. */
  readonly digest: string;
  readonly count: number;
  readonly newest: { readonly key: string; readonly modifiedMs: number };
  /** How many objects have changed after a moment. */
  changedSince(ms: number): number;
}

/**
 * Whether an object of a directory counts as data: neither the marker of a directory nor one whose name,
 * or a folder of it, begins with `_` or `.`, such as Hadoop's `_SUCCESS` and `_temporary/`.
 *
 * @param path the key, without the directory that is asked for
 */
export function isData(path: string): boolean {
  return !path.endsWith("/") && path !== "" && !/(^|\/)[_.]/.test(path);
}

/** @returns `undefined` for no object at all. */
export function summarize(objects: readonly SourceObject[]): SourceSummary | undefined {
  const [first] = objects;
  if (first === undefined) return undefined;
  const sorted = [...objects].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const hash = createHash("sha256");
  for (const { key, size, etag } of sorted) {
    hash.update(`${key}\u0000${size}\u0000${normalEtag(etag) ?? ""}\u0000`);
  }
  const newest = sorted.reduce((a, b) => (timeOf(b) > timeOf(a) ? b : a), first);
  return {
    digest: hash.digest("hex"),
    count: sorted.length,
    newest: { key: newest.key, modifiedMs: timeOf(newest) },
    changedSince: (ms) => sorted.filter(({ modifiedMs }) => modifiedMs > ms).length,
  };
}

/** A store may give no date. */
function timeOf({ modifiedMs }: SourceObject): number {
  return Number.isNaN(modifiedMs) ? 0 : modifiedMs;
}

/** What the state keeps of the data beside its digest. */
export function recordOf(summary: SourceSummary, isOutdated: boolean): SourceRecord {
  return { count: summary.count, newestMs: summary.newest.modifiedMs, isOutdated };
}

/**
 * `3 of 214 objects changed since, the newest "seq/2026-11/part-7.tsv"; 2 are gone`: what is known of a
 * change that the digests show. Dates may be too coarse to show the one object that it needs.
 */
export function describeChange(
  before: SourceRecord,
  now: SourceSummary,
  isSecret: boolean,
): string {
  const gone = Math.max(0, before.count - now.count);
  const changed = Math.max(now.changedSince(before.newestMs), gone > 0 ? 0 : 1);
  const newest = isSecret ? "" : `, the newest "${now.newest.key}"`;
  const parts = [
    ...(changed > 0 ? [`${changed} of ${now.count} objects changed since${newest}`] : []),
    ...(gone > 0 ? [`${gone} ${gone === 1 ? "is" : "are"} gone`] : []),
  ];
  return parts.join("; ");
}
