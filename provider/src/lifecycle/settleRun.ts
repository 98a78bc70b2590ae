import { readArguments } from "../domain/arguments";
import { buildOutputs, NO_RESULT, type ResultObject } from "../domain/outputs";
import type { RunRecordKeeping } from "../domain/plumbing";
import { hasReached } from "../domain/status";
import { NclueError, whileDoing } from "../kernel/errors";
import type { RunRecord } from "../nclue/wire";
import { confirmGone } from "./confirmGone";
import { type FinishedRun, lookForResult } from "./lookForResult";
import type { RunContext } from "./runContext";
import { describeFailure } from "./runFailure";
import { RunProgress } from "./runProgress";
import { describeStored, factsOf } from "./storedRun";
import { describeTimeout, type WaitOutcome, waitForRun } from "./waitForRun";

type Values = Readonly<Record<string, unknown>>;

/** A run that exists, and what is wrong with it, if anything. */
export interface Settled {
  readonly id: string;
  readonly outputs: Record<string, unknown>;
  readonly problem?: NclueError;
}

export interface Settling {
  /** The arguments that go into the outputs as they are. */
  readonly stored: Values;
  /** The run as it was last seen. */
  readonly run: RunRecord;
  readonly keeping: RunRecordKeeping;
  readonly timeoutMs: number;
  readonly urn: string | undefined;
  readonly lookAtOnce: boolean;
  /** The result, where it is known for certain and need not be looked for. */
  readonly known?: ResultObject | undefined;
}

/** Waits until a run is where `waitFor` wants it; whatever happens, the run is returned. */
export async function settleRun(ctx: RunContext, settling: Settling): Promise<Settled> {
  const { waitFor } = readArguments(settling.stored);
  let last = settling.run;
  if (last.status === "failed") return returnRun(ctx, settling, last, failed(settling, last));
  if (hasReached(last.status, waitFor)) {
    return returnRun(ctx, settling, last, undefined, "look-once");
  }
  const progress = new RunProgress(ctx, settling.urn);
  const outcome = await ctx.update.house.occupy(() =>
    waitForRun(ctx, {
      runId: last.runId,
      isReached: (status) => hasReached(status, waitFor),
      timeoutMs: settling.timeoutMs,
      lookAtOnce: settling.lookAtOnce,
      onLook: (run, nextLookMs) => {
        last = run;
        progress.show(run, nextLookMs);
        ctx.update.house.notice(ctx.clock, ctx.log);
      },
      onTrouble: (nextLookMs) => progress.showTrouble(last.runId, nextLookMs),
    }),
  );
  if (outcome.kind === "reached" || outcome.kind === "failed") last = outcome.run;
  const problem = await problemOf(ctx, settling, last, outcome);
  return returnRun(ctx, settling, last, problem, "look-again");
}

/** The result of a completed run; of any other, none. */
export async function resultOf(
  ctx: RunContext,
  stored: Values,
  run: FinishedRun & { readonly status: string | null },
  patience: "look-once" | "look-again",
  urn: string | undefined,
): Promise<ResultObject> {
  return run.status === "completed" ? lookForResult(ctx, stored, run, patience, urn) : NO_RESULT;
}

async function returnRun(
  ctx: RunContext,
  { stored, keeping, known, urn, run: before }: Settling,
  run: RunRecord,
  problem: NclueError | undefined,
  patience: "look-once" | "look-again" = "look-once",
): Promise<Settled> {
  const facts = factsOf(run, before);
  const result = known ?? (await resultOf(ctx, stored, facts, patience, urn));
  const outputs = buildOutputs(stored, facts, result, keeping);
  return problem === undefined ? { id: run.runId, outputs } : { id: run.runId, outputs, problem };
}

async function problemOf(
  ctx: RunContext,
  settling: Settling,
  last: RunRecord,
  outcome: WaitOutcome,
): Promise<NclueError | undefined> {
  const doing = `waiting for task run ${describeStored(last.runId, last)}`;
  switch (outcome.kind) {
    case "reached":
      return undefined;
    case "failed":
      return failed(settling, outcome.run);
    case "timed-out":
      return new NclueError("timed-out", {
        doing,
        cause: describeTimeout(outcome, last.status, settling.timeoutMs),
        remedy:
          'it keeps running at the service: run "pulumi up" again to go on waiting, ' +
          "or raise customTimeouts.create",
      });
    case "cancelled":
      return new NclueError("cancelled", {
        doing,
        cause: `stopped while it is ${last.status}`,
        remedy: 'it keeps running at the service: run "pulumi up" again to go on waiting',
      });
    case "refused":
      return whileDoing(doing, outcome.error);
    case "missing":
      return vanished(ctx, settling, doing, last, outcome.error);
  }
}

async function vanished(
  ctx: RunContext,
  { keeping }: Settling,
  doing: string,
  { runId }: RunRecord,
  refusal: NclueError,
): Promise<NclueError> {
  try {
    await confirmGone(ctx, runId, keeping, refusal);
  } catch (error) {
    return whileDoing(doing, error);
  }
  return new NclueError("job-gone", {
    doing,
    cause: "somebody deleted it at the service",
    remedy: 'run "pulumi up --refresh" to make it again',
  });
}

function failed({ stored }: Settling, run: RunRecord): NclueError {
  const { onFailure, taskId, featureId } = readArguments(stored);
  const { which, cause, remedy } = describeFailure({ ...run, taskId, featureId });
  const next =
    onFailure === "rerun"
      ? 'the next "pulumi up" replaces it by a new run'
      : 'onFailure is "fail": change an argument to ask for a new run';
  return new NclueError("job-failed", { doing: which, cause, remedy: `${remedy}; ${next}` });
}
