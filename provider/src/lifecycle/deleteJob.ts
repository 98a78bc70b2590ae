import type { Family } from "../domain/family";
import { isSameId, type Job } from "../domain/job";
import type { Keeping } from "../domain/plumbing";
import {
  ON_DELETE_WHILE_RUNNING,
  type OnDeleteWhileRunning,
  readPolicies,
} from "../domain/policies";
import { isBusy, isTerminal } from "../domain/status";
import {
  isDenied,
  isNclueError,
  isNotFound,
  isThrottled,
  NclueError,
  whileDoing,
} from "../kernel/errors";
import { humanDuration, printable } from "../kernel/text";
import { mayMeanUnknownId } from "../nclue/jobs/unknownId";
import { rethrow } from "./attempt";
import { type Blockers, describeBlockers, findBlockers } from "./blockers";
import { confirmGone, type SeenBy, seenOrGone } from "./confirmGone";
import type { JobContext } from "./jobContext";
import { JobProgress } from "./jobProgress";
import { nameJob } from "./jobWords";
import { readJobNow } from "./readJob";
import { pollIntervalMs, waitForJob } from "./waitForJob";
import { describeBusy, problemOf } from "./waitProblem";

export interface Deletion {
  readonly family: Family;
  /** The job as the state knows it. */
  readonly job: Job;
  readonly keeping: Keeping;
  readonly policy: OnDeleteWhileRunning;
  /** How long to wait for a busy job, or for those that use it, to end. Asked only where one must be waited for. */
  readonly timeoutMs: () => number;
}

/** A job may change its state between a refusal and the read that follows it. */
const MOST_REFUSALS = 4;

/**
 * Deletes a job, which the service refuses while it is pending or in progress, or while others use it.
 * The code of that refusal is not documented, so the states of the jobs decide what it meant.
 *
 * Returns once the job is gone for certain (or left behind, under the policy `"abandon"`).
 */
export async function deleteJob(ctx: JobContext, deletion: Deletion): Promise<void> {
  const startedMs = ctx.clock.monotonicMs();
  let seenBy: SeenBy = deletion.keeping;
  if (isSeenElsewhere(ctx, deletion.keeping)) {
    // A 404 to DELETE would prove nothing: these keys have never seen the job. To this read it is an
    // error.
    await readNow(ctx, deletion, seenBy);
    seenBy = {};
  }
  let waits = 0;
  for (let refusals = 1; ; refusals++) {
    const refusal = await askToDelete(ctx, deletion);
    if (refusal === undefined) return;
    const job = await readNow(ctx, deletion, seenBy);
    if (job === "gone") return;
    seenBy = {};
    const obstacle = await obstacleOf(ctx, deletion, job, refusal);
    if (obstacle === undefined || (isUnseen(obstacle) && refusals === 1)) {
      if ((await mayTryAgain(ctx, deletion, refusal, refusals)) === "gone") return;
      continue;
    }
    if (deletion.policy === "abandon") return sayAbandoned(ctx, deletion, obstacle);
    if (deletion.policy === "fail" || isUnseen(obstacle)) throw busy(deletion, obstacle, refusal);
    if (waits > 0) await pause(ctx, deletion, obstacle, startedMs, refusal);
    if ((await waitForObstacle(ctx, deletion, obstacle, startedMs)) === "gone") return;
    waits += 1;
    refusals = 0;
  }
}

/** The environment has the last word: at destroy it is too late to change the program. */
export function deletePolicy(
  { environment }: JobContext,
  props: Readonly<Record<string, unknown>>,
): OnDeleteWhileRunning {
  const variable = "NCLUE_ON_DELETE_WHILE_RUNNING";
  const word = environment[variable];
  if (word === undefined || word === "") return readPolicies(props).onDeleteWhileRunning;
  const policy = ON_DELETE_WHILE_RUNNING.find((known) => known === word);
  if (policy !== undefined) return policy;
  throw new NclueError("settings", {
    doing: "reading the settings of pulumi-nclue",
    cause: `${variable} must be one of ${ON_DELETE_WHILE_RUNNING.join(", ")}, not "${printable(word)}"`,
  });
}

/** What keeps the service from deleting a job: its own state, or others that use it. */
type Obstacle =
  | { readonly kind: "own-state"; readonly job: Job }
  | { readonly kind: "blockers"; readonly blockers: Blockers };

function isSeenElsewhere(ctx: JobContext, { endpoint, keyHash }: Keeping): boolean {
  const { settings } = ctx.clients();
  return (
    (endpoint !== undefined && endpoint !== settings.endpoint) ||
    (keyHash !== undefined && keyHash !== settings.keyHash)
  );
}

/** Asks once (sent again after lost answers); `undefined` is success. */
async function askToDelete(ctx: JobContext, deletion: Deletion): Promise<NclueError | undefined> {
  const { family, job } = deletion;
  try {
    await ctx.clients().jobs[family.name].delete(job.id, ctx.cancelled);
    return undefined;
  } catch (error) {
    if (!isNclueError(error, "refused", "unreachable", "unreadable")) {
      throw whileDoing(doingOf(deletion), error);
    }
    // Refusals of pace have been borne for as long as they are; the job has nothing to do with them.
    const isOfKeys = isDenied(error) && !mayMeanUnknownId(error);
    if (isOfKeys || isThrottled(error)) throw whileDoing(doingOf(deletion), error);
    return error;
  }
}

/** After a refusal that nothing explains: asking again may help, since jobs change meanwhile. */
async function mayTryAgain(
  ctx: JobContext,
  deletion: Deletion,
  refusal: NclueError,
  refusals: number,
): Promise<"try-again" | "gone"> {
  const { family, job } = deletion;
  if (isNotFound(refusal) && refusals > 1) {
    // Reads may go on showing a job whose DELETE took effect although its answer was lost.
    await confirmGone(ctx, family, job.id, {}, refusal).catch(rethrow(doingOf(deletion)));
    return "gone";
  }
  const isFinal = refusal.facts.isLasting === true || isDenied(refusal);
  if (isFinal || refusals >= MOST_REFUSALS) throw whileDoing(doingOf(deletion), refusal);
  return "try-again";
}

/** What is said to have ended may be refused all the same: not for longer than a wait may take. */
async function pause(
  ctx: JobContext,
  deletion: Deletion,
  obstacle: Obstacle,
  startedMs: number,
  refusal: NclueError,
): Promise<void> {
  const { family, job } = deletion;
  const waitedMs = ctx.clock.monotonicMs() - startedMs;
  if (waitedMs >= deletion.timeoutMs()) throw whileDoing(doingOf(deletion), refusal);
  const delayMs = pollIntervalMs(ctx, waitedMs);
  const text = `${reasonOf(deletion, obstacle)} · asked again in ${humanDuration(delayMs)}`;
  const urn = ctx.urnOf(job.id);
  ctx.log.progress({ urn, key: job.id, status: `${family.short} not deleted yet`, text });
  await ctx.clock.sleep(delayMs, ctx.cancelled);
}

async function readNow(ctx: JobContext, deletion: Deletion, seenBy: SeenBy): Promise<Job | "gone"> {
  const { family, job } = deletion;
  try {
    const sighting = await readJobNow(ctx, family, job.id);
    if (sighting.kind === "seen") return sighting.job;
    return await seenOrGone(ctx, family, job.id, seenBy, sighting.error);
  } catch (error) {
    throw whileDoing(doingOf(deletion), error);
  }
}

async function obstacleOf(
  ctx: JobContext,
  { family, job: { id } }: Deletion,
  job: Job,
  refusal: NclueError,
): Promise<Obstacle | undefined> {
  if (isBusy(job.status)) return { kind: "own-state", job };
  // An answer that was lost is no refusal that others could explain.
  if (!isNclueError(refusal, "refused")) return undefined;
  const blockers = await findBlockers(ctx, family, id);
  const isFree = blockers.found.length === 0 && blockers.isWhole;
  return isFree ? undefined : { kind: "blockers", blockers };
}

/** Others may use the job, but none of them was found on the pages that were read. */
function isUnseen(obstacle: Obstacle): boolean {
  return obstacle.kind === "blockers" && obstacle.blockers.found.length === 0;
}

async function waitForObstacle(
  ctx: JobContext,
  deletion: Deletion,
  obstacle: Obstacle,
  startedMs: number,
): Promise<"ended" | "gone"> {
  if (obstacle.kind === "own-state") {
    return waitForEnd(ctx, deletion, deletion.family, obstacle.job, startedMs);
  }
  for (const { family, job } of obstacle.blockers.found) {
    await waitForEnd(ctx, deletion, family, job, startedMs);
  }
  return "ended";
}

/** Waits for the end of the job itself, or of one that uses it. */
async function waitForEnd(
  ctx: JobContext,
  deletion: Deletion,
  family: Family,
  job: Job,
  startedMs: number,
): Promise<"ended" | "gone"> {
  const isItself = family.name === deletion.family.name && isSameId(job.id, deletion.job.id);
  const boundMs = deletion.timeoutMs();
  const note = isItself
    ? "can be deleted when it has ended"
    : `${nameJob(family, job)} uses it; it can be deleted when that has ended`;
  const progress = new JobProgress(ctx, family, ctx.urnOf(deletion.job.id));
  const waited = await waitForJob(ctx, {
    family,
    job,
    isReached: (status) => (isItself ? !isBusy(status) : isTerminal(status)),
    timeoutMs: Math.max(0, startedMs + boundMs - ctx.clock.monotonicMs()),
    boundMs,
    pollAtOnce: false,
    onSeen: (seen, nextPollMs) => progress.show(seen, nextPollMs, note),
    onUnseen: (trouble, nextPollMs) => progress.showUnseen(job.id, trouble, nextPollMs),
  });
  if (waited.end === "failed") return "ended";
  if (waited.end === "missing" && waited.error !== undefined) {
    if (isItself) await confirmGone(ctx, family, job.id, {}, waited.error);
    return isItself ? "gone" : "ended";
  }
  const doing = isItself
    ? doingOf(deletion)
    : `${doingOf(deletion)}, waiting for ${nameJob(family, job)}, which uses it`;
  const problem = problemOf(family, doing, waited, {
    timedOut:
      'run it again to resume the wait, raise customTimeouts.delete and run "pulumi up" (so that ' +
      `the state knows it), or ${leaveIt(deletion)}`,
    cancelled: 'it is still there: run "pulumi destroy" or "pulumi up" again',
  });
  if (problem !== undefined) throw problem;
  return "ended";
}

function leaveIt({ family }: Deletion): string {
  return `set NCLUE_ON_DELETE_WHILE_RUNNING=abandon to leave the ${family.short} behind`;
}

function busy(deletion: Deletion, obstacle: Obstacle, refusal: NclueError): NclueError {
  const doing = doingOf(deletion);
  const reason = reasonOf(deletion, obstacle);
  if (isUnseen(obstacle)) {
    const cause = `${refusal.text.cause}: ${reason}`;
    return new NclueError("job-busy", { doing, cause, remedy: leaveIt(deletion) });
  }
  return new NclueError("job-busy", {
    doing,
    cause: reason,
    remedy: `run it again when ${obstacle.kind === "own-state" ? `the ${deletion.family.short}` : "that"} has ended, set NCLUE_ON_DELETE_WHILE_RUNNING=wait, or ${leaveIt(deletion)}`,
  });
}

function reasonOf({ family }: Deletion, obstacle: Obstacle): string {
  return obstacle.kind === "own-state"
    ? describeBusy(family, obstacle.job.status)
    : `it is used by ${describeBlockers(obstacle.blockers)}`;
}

function sayAbandoned(ctx: JobContext, deletion: Deletion, obstacle: Obstacle): void {
  const { family, job } = deletion;
  const why =
    obstacle.kind === "own-state"
      ? `it is ${obstacle.job.status} and continues at the service, which charges for it; ` +
        "delete it there when it has ended"
      : `it is used by ${describeBlockers(obstacle.blockers)}; delete it there when these have ended`;
  ctx.log.warn(`abandoned ${nameJob(family, job)}: ${why}`, ctx.urnOf(job.id));
}

function doingOf({ family, job }: Deletion): string {
  return `deleting ${nameJob(family, job)}`;
}
