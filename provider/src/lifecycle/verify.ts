import { type Declaration, textField } from "../domain/declaration";
import { families } from "../domain/families";
import { type ParentField, parentFields } from "../domain/family";
import { isFailed } from "../domain/status";
import { isNclueError, messageOf } from "../kernel/errors";
import { printable } from "../kernel/text";
import { Priority } from "../nclue/rateLimiter";
import { type BucketState, storeFailure } from "../storage/objectStore";
import { isUnknownId } from "./confirmGone";
import { hideParentName } from "./hiddenNames";
import type { JobContext } from "./jobContext";
import { placesOf } from "./source";

/** What a look-up found wrong with an argument. */
export interface Finding {
  /** `undefined` where the settings themselves are wrong, so that nothing can be looked up. */
  readonly argument: string | undefined;
  readonly text: string;
  /**
   * `proven`: it is so. `unproven`: the look-up itself did not work. `may-be-created`: it is not
   * there yet, and the same program may create it.
   */
  readonly certainty: "proven" | "unproven" | "may-be-created";
}

export interface VerifyOptions {
  readonly isVerified: (argument: string) => boolean;
  readonly isPreview: boolean;
}

/** Looks up what the arguments name, as far as `verify` asks for it. Changes nothing anywhere. */
export async function verify(
  ctx: JobContext,
  declaration: Declaration,
  options: VerifyOptions,
): Promise<readonly Finding[]> {
  const { verify: depth } = declaration.policies;
  if (depth === "off" || ctx.isUnknown(declaration.inputs.verify)) return [];
  const lookUps = [
    ...verifyResultBucket(ctx, declaration, options),
    ...verifySources(ctx, declaration, options),
    ...(depth === "all" ? verifyParents(ctx, declaration, options) : []),
  ];
  const findings = (await Promise.all(lookUps)).filter((finding) => finding !== undefined);
  const settings = findings.find(({ argument }) => argument === undefined);
  return settings === undefined ? findings : [settings];
}

type LookUp = Promise<Finding | undefined>;

function verifyResultBucket(
  ctx: JobContext,
  declaration: Declaration,
  options: VerifyOptions,
): readonly LookUp[] {
  const argument = declaration.family.result?.bucket;
  const bucket = argument === undefined ? undefined : textField(declaration, argument);
  if (argument === undefined || bucket === undefined || !options.isVerified(argument)) return [];
  return [verifyBucket(ctx, declaration, argument, bucket, options)];
}

async function verifyBucket(
  ctx: JobContext,
  declaration: Declaration,
  argument: string,
  bucket: string,
  { isPreview }: VerifyOptions,
): LookUp {
  try {
    const state = await ctx.clients().buckets.read(bucket, isPreview);
    const text = describeBucket(state);
    return text === undefined ? undefined : found(declaration, argument, state, text, isPreview);
  } catch (error) {
    if (ctx.cancelled.aborted) throw error;
    return unproven(argument, error);
  }
}

/** The source is looked at in one request, which says of the bucket what is to be said, too. */
function verifySources(
  ctx: JobContext,
  declaration: Declaration,
  options: VerifyOptions,
): readonly LookUp[] {
  const { sources = [] } = declaration.family;
  return placesOf(declaration).flatMap((place) => {
    const bucket = sources.find(({ path }) => path === place.argument)?.bucket ?? "";
    const isVerified = options.isVerified(place.argument) || options.isVerified(bucket);
    return isVerified
      ? [verifySource(ctx, declaration, { ...place, bucketArgument: bucket }, options)]
      : [];
  });
}

async function verifySource(
  ctx: JobContext,
  declaration: Declaration,
  place: { bucket: string; path: string; argument: string; bucketArgument: string },
  { isPreview }: VerifyOptions,
): LookUp {
  const { argument, bucketArgument, bucket, path } = place;
  const newerThanMs = isPreview ? Number.NEGATIVE_INFINITY : ctx.clock.monotonicMs();
  try {
    const objects = await ctx.clients().sources.read(bucket, path, newerThanMs);
    if (objects.length > 0) return undefined;
    const what = path.endsWith("/")
      ? "there is no object in the directory"
      : "there is no such object, and none in a directory of that name";
    const text = `${what}: upload the data, or name another`;
    return found(declaration, argument, { kind: "missing" }, text, isPreview, bucketArgument);
  } catch (error) {
    if (ctx.cancelled.aborted) throw error;
    if (isNclueError(error, "settings")) return unproven(argument, error);
    const state = storeFailure(error);
    const text = describeBucket(state);
    return text === undefined
      ? unproven(bucketArgument, error)
      : found(declaration, bucketArgument, state, text, isPreview);
  }
}

function found(
  { plumbing }: Declaration,
  argument: string,
  state: BucketState,
  text: string,
  isPreview: boolean,
  bucketArgument = argument,
): Finding {
  // Whatever makes the bucket may fill it, too.
  const mayBeCreated = [argument, bucketArgument].some((of) => plumbing.mayBeCreated.includes(of));
  if (state.kind === "missing" && isPreview && mayBeCreated) {
    const [what = text] = text.split(":");
    const maybe = `${what}, but this program may be about to create it`;
    return { argument, text: maybe, certainty: "may-be-created" };
  }
  return { argument, text, certainty: state.kind === "unreachable" ? "unproven" : "proven" };
}

/** What is wrong with a bucket, and what to do; `undefined` where nothing is. */
export function describeBucket(state: BucketState): string | undefined {
  switch (state.kind) {
    case "exists":
      return undefined;
    case "missing":
      return "the bucket does not exist (404): create it, or name another";
    case "forbidden":
      return (
        `the bucket is forbidden${state.mayBeClock ? ", or the clock is off" : ""} (403): it exists ` +
        "but belongs to someone else, or these keys may " +
        'not see it. Name another, give the keys the right to it, or set verify: "off" where NCLUE ' +
        "may write although these keys may not look"
      );
    case "elsewhere":
      return "the bucket is in another region: NCLUE works with Korea (kr-standard) only";
    case "unreachable":
      return (
        `Object Storage cannot be reached (${state.cause}): check the network and ` +
        "nclue:objectStorageEndpoint (NCLOUD_OBS_ENDPOINT)"
      );
  }
}

function verifyParents(
  ctx: JobContext,
  declaration: Declaration,
  { isVerified, isPreview }: VerifyOptions,
): readonly LookUp[] {
  return parentFields(declaration.family).flatMap(({ argument, parent }) => {
    const id = textField(declaration, argument);
    return id !== undefined && isVerified(argument)
      ? [verifyParent(ctx, declaration, { argument, parent, id }, isPreview)]
      : [];
  });
}

/** One that is not completed yet is waited for, so only a failed or a missing one is a finding. */
async function verifyParent(
  ctx: JobContext,
  declaration: Declaration,
  { argument, parent, id }: ParentField & { readonly id: string },
  isPreview: boolean,
): LookUp {
  const { noun } = families[parent];
  try {
    const now = ctx.clock.monotonicMs();
    const sighting = await ctx.clients().jobs[parent].observe(id, {
      dueMs: now,
      newerThanMs: isPreview ? Number.NEGATIVE_INFINITY : now,
      priority: Priority.read,
      signal: ctx.cancelled,
    });
    if (sighting.kind === "missing") {
      // Created a moment ago: the create waits for it.
      if (ctx.clients().jobs[parent].mayStillAppear(id)) return undefined;
      throw sighting.error;
    }
    hideParentName(ctx, declaration, sighting.job);
    const { status, name, failMessage } = sighting.job;
    if (!isFailed(status)) return undefined;
    const what = name === null ? `the ${noun}` : `the ${noun} "${printable(name)}"`;
    const why = failMessage === null ? "" : ` (${printable(failMessage)})`;
    return { argument, text: `${what} has failed${why}: name another`, certainty: "proven" };
  } catch (error) {
    if (ctx.cancelled.aborted) throw error;
    return (await isUnknownId(ctx, families[parent], id, error))
      ? { argument, text: `no ${noun} has this id: check it in the console`, certainty: "proven" }
      : unproven(argument, error);
  }
}

function unproven(argument: string, error: unknown): Finding {
  return isNclueError(error, "settings")
    ? { argument: undefined, text: error.message, certainty: "unproven" }
    : { argument, text: `cannot be looked up: ${messageOf(error)}`, certainty: "unproven" };
}
