import { type ArgumentName, type RunArguments, readArguments } from "../domain/arguments";
import { isNclueError, messageOf } from "../kernel/errors";
import { printable } from "../kernel/text";
import type { BucketState } from "../storage/objectStore";
import type { RunContext } from "./runContext";

/** What a look-up found wrong with an argument. */
export interface Finding {
  /** `undefined` where the settings themselves are wrong, so that nothing can be looked up. */
  readonly argument: ArgumentName | undefined;
  readonly text: string;
  /**
   * `proven`: it is so. `unproven`: the look-up itself did not work. `maybe-made`: it is not there
   * yet, and the same program may make it.
   */
  readonly certainty: "proven" | "unproven" | "maybe-made";
}

export interface VerifyOptions {
  readonly isVerified: (argument: ArgumentName) => boolean;
  readonly isPreview: boolean;
  readonly bucketMayBeMade: boolean;
}

/** Looks up what the arguments name, as far as `verify` asks for it. Changes nothing anywhere. */
export async function verifyArguments(
  ctx: RunContext,
  values: Readonly<Record<string, unknown>>,
  options: VerifyOptions,
): Promise<readonly Finding[]> {
  const args = readArguments(values);
  if (args.verify === "off") return [];
  const looks = [verifyBucket(ctx, args, options)];
  if (args.verify === "all") {
    looks.push(verifyPart(ctx, "task", args.taskId, options));
    looks.push(verifyPart(ctx, "feature", args.featureId, options));
  }
  const findings = (await Promise.all(looks)).filter((finding) => finding !== undefined);
  const settings = findings.find(({ argument }) => argument === undefined);
  return settings === undefined ? findings : [settings];
}

async function verifyBucket(
  ctx: RunContext,
  { resultBucket: bucket }: RunArguments,
  { isVerified, isPreview, bucketMayBeMade }: VerifyOptions,
): Promise<Finding | undefined> {
  if (bucket === undefined || !isVerified("resultBucket")) return undefined;
  let state: BucketState;
  try {
    state = await ctx.account().buckets.lookAt(bucket, isPreview);
  } catch (error) {
    if (ctx.cancelled.aborted) throw error;
    return unproven("resultBucket", error);
  }
  const text = describeBucket(state);
  if (text === undefined) return undefined;
  if (state.kind === "missing" && bucketMayBeMade && isPreview) {
    const maybe = "the bucket does not exist (404), but this program may be about to make it";
    return { argument: "resultBucket", text: maybe, certainty: "maybe-made" };
  }
  const certainty = state.kind === "unreachable" ? "unproven" : "proven";
  return { argument: "resultBucket", text, certainty };
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
        `the bucket is forbidden${state.mayBeClock ? ", or the clock is off" : ""} (403): it exists but belongs to someone else, or these keys may ` +
        'not see it. Name another, give the keys the right to it, or set verify: "off" where NCLUE ' +
        "may write although these keys may not look"
      );
    case "elsewhere":
      return "the bucket lies in another region: NCLUE writes to Korea (kr-standard)";
    case "unreachable":
      return (
        `Object Storage cannot be reached (${state.cause}): check the network and ` +
        "nclue:objectStorageEndpoint (NCLOUD_OBS_ENDPOINT)"
      );
  }
}

async function verifyPart(
  ctx: RunContext,
  family: "task" | "feature",
  id: string,
  { isVerified, isPreview }: VerifyOptions,
): Promise<Finding | undefined> {
  const argument = family === "task" ? "taskId" : "featureId";
  if (id === "" || !isVerified(argument)) return undefined;
  try {
    const { status, name } = await ctx.account().parts.look(family, id, isPreview, ctx.cancelled);
    if (status === "completed" || status === null) return undefined;
    const what = name === null ? `the ${family}` : `the ${family} "${printable(name)}"`;
    const todo = status === "failed" ? "name another" : "wait until it is completed";
    return { argument, text: `${what} is ${printable(status)}: ${todo}`, certainty: "proven" };
  } catch (error) {
    if (ctx.cancelled.aborted) throw error;
    const isMissing =
      isNclueError(error, "refused") &&
      error.facts.kind === "not-found" &&
      error.facts.fromGateway !== true;
    return isMissing
      ? { argument, text: `no ${family} has this id: check it in the console`, certainty: "proven" }
      : unproven(argument, error);
  }
}

function unproven(argument: ArgumentName, error: unknown): Finding {
  return isNclueError(error, "settings")
    ? { argument: undefined, text: error.message, certainty: "unproven" }
    : { argument, text: `cannot be looked up: ${messageOf(error)}`, certainty: "unproven" };
}
