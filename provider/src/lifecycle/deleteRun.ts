import {
  ON_DELETE_WHILE_RUNNING,
  type OnDeleteWhileRunning,
  readArguments,
} from "../domain/arguments";
import type { RunRecordKeeping } from "../domain/plumbing";
import { isBusy } from "../domain/status";
import { isNclueError, NclueError, whileDoing } from "../kernel/errors";
import { printable } from "../kernel/text";
import { Priority } from "../nclue/rateLimiter";
import type { RunRecord } from "../nclue/wire";
import { confirmGone } from "./confirmGone";
import type { RunContext } from "./runContext";
import { RunProgress } from "./runProgress";
import { describeTimeout, waitForRun } from "./waitForRun";

export interface Deletion {
  readonly runId: string;
  /** `deleting task run "x" (id)` */
  readonly doing: string;
  readonly keeping: RunRecordKeeping;
  readonly policy: OnDeleteWhileRunning;
  /** How long to wait for a busy run to end. */
  readonly timeoutMs: number;
}

/** A run may change its state between a refusal and the look that follows it. */
const MOST_REFUSALS = 4;

/**
 * Deletes a run, which the service refuses while it is pending or in progress. The code of that
 * refusal is not documented, so the run's state decides what it meant.
 *
 * Returns once the run is gone for certain (or left behind, under the policy `"abandon"`).
 */
export async function deleteRun(ctx: RunContext, deletion: Deletion): Promise<void> {
  if ((await untilGone(ctx, deletion)) !== "gone") return;
  const { directory, watch } = ctx.account();
  directory.remove(deletion.runId);
  watch.forget(deletion.runId);
}

async function untilGone(ctx: RunContext, deletion: Deletion): Promise<"gone" | "abandoned"> {
  const { doing, policy } = deletion;
  const deadlineMs = ctx.clock.monotonicMs() + deletion.timeoutMs;
  for (let refusals = 1; ; refusals++) {
    const refusal = await askToDelete(ctx, deletion);
    if (refusal === undefined) return "gone";
    const run = await lookAfterRefusal(ctx, deletion, refusal);
    if (run === "gone") return "gone";
    if (!isBusy(run.status)) {
      if (refusals >= MOST_REFUSALS) throw whileDoing(doing, refusal);
      continue;
    }
    if (policy === "abandon") {
      sayAbandoned(ctx, deletion, run);
      return "abandoned";
    }
    if (policy === "fail") throw busy(deletion, run);
    const leftMs = Math.max(0, deadlineMs - ctx.clock.monotonicMs());
    if ((await waitForEnd(ctx, deletion, run, leftMs)) === "gone") return "gone";
    refusals = 0;
  }
}

/** The environment has the last word: at destroy it is too late to change the program. */
export function deletePolicy(
  { environment }: RunContext,
  props: Readonly<Record<string, unknown>>,
): OnDeleteWhileRunning {
  const variable = "NCLUE_ON_DELETE_WHILE_RUNNING";
  const word = environment[variable];
  if (word === undefined || word === "") return readArguments(props).onDeleteWhileRunning;
  const policy = ON_DELETE_WHILE_RUNNING.find((known) => known === word);
  if (policy !== undefined) return policy;
  throw new NclueError("settings", {
    doing: "reading the settings of pulumi-nclue",
    cause: `${variable} must be one of ${ON_DELETE_WHILE_RUNNING.join(", ")}, not "${printable(word)}"`,
  });
}

/** Asks once (sent again after lost answers); `undefined` is success. */
async function askToDelete(
  ctx: RunContext,
  { runId, doing }: Deletion,
): Promise<NclueError | undefined> {
  try {
    const options = { priority: Priority.write, signal: ctx.cancelled };
    await ctx.account().client.deleteTaskRun(runId, options);
    return undefined;
  } catch (error) {
    if (!isNclueError(error, "refused", "unreachable", "unreadable")) {
      throw isNclueError(error, "settings") ? error : whileDoing(doing, error);
    }
    if (error.facts.kind === "denied") throw whileDoing(doing, error);
    return error;
  }
}

async function lookAfterRefusal(
  ctx: RunContext,
  { runId, doing, keeping }: Deletion,
  refusal: NclueError,
): Promise<RunRecord | "gone"> {
  try {
    if (refusal.facts.kind === "not-found") {
      await confirmGone(ctx, runId, keeping, refusal);
      return "gone";
    }
    const dueMs = ctx.clock.monotonicMs();
    const options = { dueMs, priority: Priority.read, signal: ctx.cancelled };
    const sighting = await ctx.account().watch.observe(runId, options);
    if (sighting.kind === "seen") return sighting.run;
    await confirmGone(ctx, runId, keeping, sighting.error);
    return "gone";
  } catch (error) {
    throw isNclueError(error) ? whileDoing(doing, error) : error;
  }
}

async function waitForEnd(
  ctx: RunContext,
  deletion: Deletion,
  run: RunRecord,
  timeoutMs: number,
): Promise<"ended" | "gone"> {
  const { runId, doing, keeping } = deletion;
  let status = run.status;
  const progress = new RunProgress(ctx, ctx.urnOf(runId));
  const outcome = await waitForRun(ctx, {
    runId,
    isReached: (now) => !isBusy(now),
    timeoutMs,
    lookAtOnce: false,
    onLook: (seen, nextLookMs) => {
      status = seen.status;
      progress.show(seen, nextLookMs, "can be deleted when it has ended");
    },
    onTrouble: (nextLookMs) => progress.showTrouble(runId, nextLookMs),
  });
  switch (outcome.kind) {
    case "reached":
    case "failed":
      return "ended";
    case "missing":
      await confirmGone(ctx, runId, keeping, outcome.error);
      return "gone";
    case "refused":
      throw whileDoing(doing, outcome.error);
    case "cancelled":
      throw new NclueError("cancelled", {
        doing,
        cause: `stopped while it is ${status}`,
        remedy: 'it is still there: run "pulumi destroy" or "pulumi up" again',
      });
    case "timed-out":
      throw new NclueError("timed-out", {
        doing,
        cause: describeTimeout(outcome, status, deletion.timeoutMs),
        remedy: `run it again to go on waiting, raise customTimeouts.delete, or ${LEAVE_IT}`,
      });
  }
}

const LEAVE_IT = "set NCLUE_ON_DELETE_WHILE_RUNNING=abandon to leave the run behind";

function busy({ doing }: Deletion, run: RunRecord): NclueError {
  return new NclueError("job-busy", {
    doing,
    cause: `it is ${run.status}, and the service deletes no run that is pending or in progress`,
    remedy: `run it again when the run has ended, set NCLUE_ON_DELETE_WHILE_RUNNING=wait, or ${LEAVE_IT}`,
  });
}

function sayAbandoned(ctx: RunContext, { runId }: Deletion, run: RunRecord): void {
  ctx.log.warn(
    `abandoned task run "${run.name}" (${runId}): it is ${run.status} and goes on at the service, ` +
      "which charges for it; delete it there when it has ended",
    ctx.urnOf(runId),
  );
}
