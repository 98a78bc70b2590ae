import { type Declaration, isSecret, textField } from "../domain/declaration";
import type { Job } from "../domain/job";
import { hasResultPlace } from "../domain/jobDiff";
import { buildOutputs, type Drift, NO_RESULT, type ResultObject } from "../domain/outputs";
import type { Keeping } from "../domain/plumbing";
import { hasGateMeasure, unmetGate } from "../domain/qualityGate";
import { hasReached, isCompleted, isFailed, isTerminal } from "../domain/status";
import { mergeJob } from "../domain/stored";
import { NclueError, whileDoing } from "../kernel/errors";
import { confirmGone } from "./confirmGone";
import { hideNames, maskedJob } from "./hiddenNames";
import type { JobContext } from "./jobContext";
import { JobProgress } from "./jobProgress";
import { describeFailure, nameJob } from "./jobWords";
import type { ResultQuestion } from "./resultPlace";
import { isLeftOpen, searchResult } from "./resultSearch";
import type { SourceMemory } from "./source";
import { type Waited, waitForJob } from "./waitForJob";
import { problemOf } from "./waitProblem";

type Values = Readonly<Record<string, unknown>>;

/** A job that exists, and what is wrong with it, if anything. */
export interface Settled {
  readonly id: string;
  readonly outputs: Record<string, unknown>;
  readonly problem?: NclueError;
}

export interface Settling {
  readonly declaration: Declaration;
  /** The arguments that go into the outputs as they are. */
  readonly declared: Values;
  /** The job as it was seen last. */
  readonly job: Job;
  readonly keeping: Keeping;
  readonly source: Pick<SourceMemory, "sourceDigest">;
  /** How long the verb may take in all, and when that is over, on the monotonic clock. */
  readonly timeoutMs: number;
  readonly deadlineMs: number;
  /** Which of `customTimeouts` the next update goes by. */
  readonly timeoutOption: "create" | "update";
  readonly pollAtOnce: boolean;
  /** The result, where it is known for certain and need not be searched for. */
  readonly known?: ResultObject | undefined;
  readonly drift?: Drift | null;
}

/** Waits until a job is where `waitFor` wants it; whatever happens, the job is returned. */
export async function settleJob(ctx: JobContext, settling: Settling): Promise<Settled> {
  const { declaration, job } = settling;
  const { family, plumbing, policies } = declaration;
  const progress = new JobProgress(ctx, family, plumbing.urn);
  hideNames(ctx, declaration, job);
  if (isFailed(job.status)) {
    return finish(ctx, settling, progress, job, failed(declaration, job), "once");
  }
  if (hasReached(job.status, policies.waitFor)) {
    const isWanted = policies.onResultMissing !== "accept" || settling.keeping.isSearchOpen;
    return finish(ctx, settling, progress, job, undefined, isWanted ? "patiently" : "once");
  }
  const waited = await waitForOne(ctx, settling, progress);
  const last = mergeJob(waited.last, job);
  hideNames(ctx, declaration, last, job);
  const problem = await waitProblem(ctx, settling, waited, last);
  return finish(
    ctx,
    wasSeen(waited) ? seenHere(ctx, settling) : settling,
    progress,
    last,
    problem,
    "patiently",
  );
}

function waitForOne(
  ctx: JobContext,
  { declaration, job, timeoutMs, deadlineMs, pollAtOnce }: Settling,
  progress: JobProgress,
): Promise<Waited> {
  const { family, policies } = declaration;
  const { slots } = ctx.update;
  return slots.occupy(() =>
    waitForJob(ctx, {
      family,
      job,
      isReached: (status) => hasReached(status, policies.waitFor),
      timeoutMs: Math.max(0, deadlineMs - ctx.clock.monotonicMs()),
      boundMs: timeoutMs,
      pollAtOnce,
      onSeen: (seen, nextPollMs) => {
        progress.show(seen, nextPollMs);
        slots.notice(ctx.clock, ctx.log);
      },
      onUnseen: (trouble, nextPollMs) => progress.showUnseen(job.id, trouble, nextPollMs),
    }),
  );
}

/** Whoever has seen the job may judge it later. */
function seenHere(ctx: JobContext, settling: Settling): Settling {
  const { endpoint, keyHash } = ctx.clients().settings;
  return { ...settling, keeping: { ...settling.keeping, endpoint, keyHash } };
}

/** What goes into the state of a job that was waited for as long as it was. */
async function finish(
  ctx: JobContext,
  settling: Settling,
  progress: JobProgress,
  job: Job,
  waitingProblem: NclueError | undefined,
  patience: "once" | "patiently",
): Promise<Settled> {
  const { declaration, declared, keeping, source, drift = null } = settling;
  const { family } = declaration;
  const masked = maskedJob(ctx, job, settling.job);
  const found = await findResult(ctx, settling, masked, patience);
  const outputs = buildOutputs(
    family,
    declared,
    masked,
    { result: found.result, sourceDigest: source.sourceDigest, drift },
    { ...keeping, isSearchOpen: found.isOpen },
  );
  if (isTerminal(job.status)) progress.showEnd(masked);
  const problem = waitingProblem ?? gateProblem(declaration, masked) ?? found.problem;
  return problem === undefined ? { id: job.id, outputs } : { id: job.id, outputs, problem };
}

interface FoundResult {
  readonly result: ResultObject;
  readonly isOpen: boolean;
  readonly problem?: NclueError | undefined;
}

const AGAIN = 'the next "pulumi up" searches again';

async function findResult(
  ctx: JobContext,
  { declaration, known }: Settling,
  job: Job,
  patience: "once" | "patiently",
): Promise<FoundResult> {
  if (!isCompleted(job.status)) return { result: NO_RESULT, isOpen: false };
  if (known !== undefined) {
    const isMissing = known.resultKey === null && hasResultPlace(declaration.family, declaration);
    const text = "its result object is missing";
    const problem = isMissing ? missingResult(declaration, job, text, false) : undefined;
    return { result: known, isOpen: false, problem };
  }
  const search = await searchResult(ctx, resultQuestion(declaration, job), patience);
  const which = nameJob(declaration.family, job);
  const isOpen = isLeftOpen(search, declaration.policies);
  switch (search.kind) {
    case "found":
      return { result: search.result, isOpen: false };
    case "not-sought":
      return { result: NO_RESULT, isOpen: false };
    case "open": {
      if (ctx.cancelled.aborted) {
        const problem = new NclueError("cancelled", {
          doing: `searching for the result of ${which}`,
          cause: search.text,
          remedy: `nothing is lost: ${AGAIN}`,
        });
        return { result: NO_RESULT, isOpen: true, problem };
      }
      const problem = missingResult(declaration, job, search.text, isOpen);
      if (problem === undefined) warnOfResult(ctx, declaration, which, `${search.text}. ${AGAIN}`);
      return { result: NO_RESULT, isOpen, problem };
    }
    case "none": {
      const problem = missingResult(declaration, job, search.text, isOpen);
      const later = 'The next "pulumi refresh" searches again';
      if (problem === undefined) warnOfResult(ctx, declaration, which, `${search.text}. ${later}`);
      return { result: NO_RESULT, isOpen, problem };
    }
  }
}

function warnOfResult(
  ctx: JobContext,
  { plumbing }: Declaration,
  which: string,
  text: string,
): void {
  ctx.log.warn(`${which} is completed, but ${text}`, plumbing.urn);
}

export function resultQuestion(declaration: Declaration, job: Job): ResultQuestion {
  const { family } = declaration;
  const { bucket = "", path = "" } = family.result ?? {};
  return {
    family,
    job,
    bucket: textField(declaration, bucket),
    path: textField(declaration, path),
    isSecret: isSecret(declaration, bucket) || isSecret(declaration, path),
  };
}

/** What a completed job without its result means; `undefined` where a warning will do. */
function missingResult(
  declaration: Declaration,
  job: Job,
  text: string,
  isOpen: boolean,
): NclueError | undefined {
  const { family, policies } = declaration;
  const { onResultMissing } = policies;
  if (onResultMissing === "accept") return undefined;
  const next =
    onResultMissing === "rerun" && !isOpen
      ? `the next "pulumi up" creates a new ${family.short}`
      : `${AGAIN} and starts no new ${family.short}`;
  return new NclueError("result-missing", {
    doing: `${nameJob(family, job)} is completed, but has no result`,
    cause: text,
    remedy: `onResultMissing is "${onResultMissing}": ${next}`,
  });
}

function gateProblem({ family, policies }: Declaration, job: Job): NclueError | undefined {
  const unmet = unmetGate(family, job, policies.minAuroc);
  if (unmet === undefined) return undefined;
  return new NclueError("below-gate", {
    doing: `${nameJob(family, job)} is completed, but not good enough`,
    cause: unmet,
    remedy:
      "it is kept, and nothing is started on it: change its data or another argument to train " +
      `again, or ${hasGateMeasure(family, job) ? "lower minAuroc" : "take minAuroc out"} to accept it`,
  });
}

async function waitProblem(
  ctx: JobContext,
  { declaration, keeping, timeoutOption }: Settling,
  waited: Waited,
  last: Job,
): Promise<NclueError | undefined> {
  const { family } = declaration;
  if (waited.end === "failed") return failed(declaration, last);
  const doing = `waiting for ${nameJob(family, last)}`;
  const problem = problemOf(
    family,
    doing,
    { ...waited, last },
    {
      timedOut: (
        'it keeps running at the service: run "pulumi up" again to resume the wait, ' +
        "or raise customTimeouts.create"
      ).replace(/create$/, timeoutOption),
      cancelled: 'it keeps running at the service: run "pulumi up" again to resume the wait',
    },
  );
  if (waited.end !== "missing" || waited.error === undefined) return problem;
  try {
    await confirmGone(ctx, family, last.id, wasSeen(waited) ? {} : keeping, waited.error);
  } catch (error) {
    return whileDoing(doing, error);
  }
  return new NclueError("job-gone", {
    doing,
    cause: "somebody deleted it at the service",
    remedy: 'run "pulumi up --refresh" to create it again',
  });
}

/** Whether a poll has shown the job to these keys at this address. */
function wasSeen({ seen }: Waited): boolean {
  return [...seen.keys()].some((what) => !/^HTTP |answer$/.test(what));
}

function failed(declaration: Declaration, job: Job): NclueError {
  const { family, policies } = declaration;
  const { which, cause, remedy } = describeFailure(family, job);
  const next =
    policies.onFailure === "rerun"
      ? `the next "pulumi up" replaces it by a new ${family.short}`
      : `onFailure is "fail": change an argument to ask for a new ${family.short}`;
  const room =
    job.failMessage === "DISK_SPACE_SHORTAGE" && declaration.plumbing.inState
      ? "; in a replacement old and new need room at once: deleteBeforeReplace deletes the old one first"
      : "";
  return new NclueError("job-failed", { doing: which, cause, remedy: `${remedy}${room}; ${next}` });
}
