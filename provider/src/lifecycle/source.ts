import { containsUnknown } from "../domain/containsUnknown";
import { type Declaration, isSecret, textField } from "../domain/declaration";
import type { Job } from "../domain/job";
import type { Drift } from "../domain/outputs";
import type { SourceRecord } from "../domain/plumbing";
import { parseExactTime } from "../domain/serviceTime";
import { describeChange, recordOf, type SourceSummary, summarize } from "../domain/sourceDigest";
import type { Stored } from "../domain/stored";
import { describeStoreError } from "../storage/objectStore";
import type { JobContext } from "./jobContext";
import { nameJob } from "./jobWords";

/** The data that a job is created from: its digest, and whether it has changed since. */

/** What is remembered of the data. */
export interface SourceMemory {
  readonly sourceDigest: string | null;
  readonly source: SourceRecord | undefined;
  /** It could not be read. */
  readonly isOpen?: true | undefined;
}

const NOTHING: SourceMemory = { sourceDigest: null, source: undefined };

/** In an update, what was read this long ago still holds for other resources with the same place. */
const SHARED_FOR_MS = 5000;

/**
 * The data as it is right now, to be remembered with a job; nothing where nobody asks for it, or where
 * it cannot be read.
 *
 * @param job an earlier attempt's job, which may have been created from older data.
 */
export async function rememberSource(
  ctx: JobContext,
  declaration: Declaration,
  job?: Job,
): Promise<SourceMemory> {
  if (!isWatched(declaration)) return NOTHING;
  const summary = await readSource(ctx, declaration, ctx.clock.monotonicMs());
  if (summary === undefined) return { ...NOTHING, isOpen: true };
  const createdMs = parseExactTime(job?.createdAt);
  if (job !== undefined && createdMs === undefined) sayUnclear(ctx, declaration, job);
  const isOutdated = createdMs !== undefined && summary.newest.modifiedMs > createdMs;
  return { sourceDigest: summary.digest, source: recordOf(summary, isOutdated) };
}

/** To create another job for it would cost money where nothing may have changed. */
function sayUnclear(ctx: JobContext, { family, policies, plumbing }: Declaration, job: Job): void {
  if (policies.onSourceChange !== "rerun") return;
  ctx.log.warn(
    `when ${nameJob(family, job)} was created cannot be read, so it is not known whether its source data ` +
      "has changed since; the data is taken as it is now, and nothing is replaced",
    plumbing.urn,
  );
}

/** What an update has to know of the data under `onSourceChange: "rerun"`. */
export interface SourceFacts {
  /** What has changed about it since the job was created. */
  readonly sourceChange: string | undefined;
  /** Whether it could not be read before, and can be now. */
  readonly isSourceReadable: boolean;
}

export const NO_SOURCE_CHANGE: SourceFacts = { sourceChange: undefined, isSourceReadable: false };

/** Looks at the data for `onSourceChange: "rerun"`. */
export async function readSourceChange(
  ctx: JobContext,
  stored: Stored,
  declaration: Declaration,
): Promise<SourceFacts> {
  if (declaration.policies.onSourceChange !== "rerun") return NO_SOURCE_CHANGE;
  if (stored.keeping.isSourceOpen === true) {
    const isSourceReadable = (await readAsOfNow(ctx, declaration)) !== undefined;
    return { ...NO_SOURCE_CHANGE, isSourceReadable };
  }
  const sourceChange = await changeSince(ctx, stored, declaration);
  return sourceChange === undefined ? NO_SOURCE_CHANGE : { sourceChange, isSourceReadable: false };
}

/** What a refresh says of the data. */
export async function sourceDrift(
  ctx: JobContext,
  stored: Stored,
  declaration: Declaration,
): Promise<Drift | null> {
  const change = await changeSince(ctx, stored, declaration);
  return change === undefined ? null : "source-changed";
}

async function changeSince(
  ctx: JobContext,
  { sourceDigest, keeping, job }: Stored,
  declaration: Declaration,
): Promise<string | undefined> {
  const { source } = keeping;
  if (sourceDigest === null) return undefined;
  const { family } = declaration;
  const now = await readAsOfNow(ctx, declaration);
  if (now === undefined) return undefined;
  const which = `the source data of ${nameJob(family, job)}`;
  if (source?.isOutdated) return `${which} is younger than the ${family.noun}`;
  if (now.digest === sourceDigest) return undefined;
  if (source === undefined) return `${which} has changed`;
  return `${which} has changed: ${describeChange(source, now, hasSecretPlace(declaration))}`;
}

/** The data as it is at this moment of the update; nothing where nobody asks for it. */
async function readAsOfNow(
  ctx: JobContext,
  declaration: Declaration,
): Promise<SourceSummary | undefined> {
  if (!isWatched(declaration) || hasUnknownPlace(ctx, declaration)) return undefined;
  const newerThanMs = ctx.update.isPreview
    ? Number.NEGATIVE_INFINITY
    : ctx.clock.monotonicMs() - SHARED_FOR_MS;
  return readSource(ctx, declaration, newerThanMs);
}

/** Data that cannot be read, or is gone, is a warning and no change: nothing is lost for it. */
async function readSource(
  ctx: JobContext,
  declaration: Declaration,
  newerThanMs: number,
): Promise<SourceSummary | undefined> {
  const warn = (text: string) => ctx.log.warn(text, declaration.plumbing.urn);
  try {
    const { sources } = ctx.clients();
    const places = placesOf(declaration);
    const objects = await Promise.all(
      places.map(({ bucket, path }) => sources.read(bucket, path, newerThanMs)),
    );
    const summary = objects.some((found) => found.length === 0)
      ? undefined
      : summarize(objects.flat());
    if (summary === undefined && places.length > 0) {
      warn(
        "the source data is gone, so it is not known whether it has changed; nothing is replaced",
      );
    }
    return summary;
  } catch (error) {
    if (ctx.cancelled.aborted) throw ctx.cancelled.reason;
    warn(
      "the source data cannot be read, so it is not known whether it has changed " +
        `(${describeStoreError(error)}); nothing is replaced`,
    );
    return undefined;
  }
}

function isWatched({ family, policies }: Declaration): boolean {
  if (family.sources === undefined) return false;
  return policies.verify !== "off" || policies.onSourceChange === "rerun";
}

export interface Place {
  readonly bucket: string;
  readonly path: string;
  /** The argument that names the path. */
  readonly argument: string;
}

/** Where the program says that the data lies. */
export function placesOf(declaration: Declaration): readonly Place[] {
  const { sources = [] } = declaration.family;
  return sources.flatMap((source) => {
    const bucket = textField(declaration, source.bucket);
    const path = textField(declaration, source.path);
    return bucket === undefined || path === undefined
      ? []
      : [{ bucket, path, argument: source.path }];
  });
}

function hasUnknownPlace(ctx: JobContext, { family, inputs }: Declaration): boolean {
  return (family.sources ?? []).some(({ bucket, path }) =>
    containsUnknown([inputs[bucket], inputs[path]], ctx.isUnknown),
  );
}

function hasSecretPlace(declaration: Declaration): boolean {
  const { sources = [] } = declaration.family;
  return sources.some(
    ({ bucket, path }) => isSecret(declaration, bucket) || isSecret(declaration, path),
  );
}
