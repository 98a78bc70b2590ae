import { NclueError, whileDoing } from "../kernel/errors";
import { confirmGone } from "./confirmGone";
import type { RunContext } from "./runContext";
import { describeFailure } from "./runFailure";
import { describeStored } from "./storedRun";
import { describeTimeout, type WaitOutcome } from "./waitForRun";

export interface Problem {
  /** `refused`: the service does not let us look, or what it says proves nothing. */
  readonly kind: "failed" | "gone" | "refused" | "unfinished";
  readonly text: string;
  /** What to do, where it is not the same for all of the kind. */
  readonly remedy?: string | undefined;
}

/** What is wrong with one run, if anything, after the wait for it. */
export async function problemOf(
  ctx: RunContext,
  runId: string,
  run: { readonly name: string | null; readonly status: string | null },
  outcome: WaitOutcome,
  timeoutMs: number,
): Promise<Problem | undefined> {
  const which = `task run ${describeStored(runId, run)}`;
  switch (outcome.kind) {
    case "reached":
      return undefined;
    case "failed": {
      const failure = describeFailure(outcome.run);
      return { kind: "failed", text: `${failure.which}: ${failure.cause} (${failure.remedy})` };
    }
    case "timed-out":
      return {
        kind: "unfinished",
        text: `${which} is ${describeTimeout(outcome, run.status, timeoutMs)}`,
      };
    case "cancelled":
      return { kind: "unfinished", text: `${which} is ${run.status ?? "not seen yet"}` };
    case "refused":
      return refused(which, outcome.error);
    case "missing":
      try {
        const madeWhere = { endpoint: undefined, keyHash: undefined }; // the barrier has not made it
        await confirmGone(ctx, runId, madeWhere, outcome.error);
        return { kind: "gone", text: `${which} is gone: ${outcome.error.text.cause}` };
      } catch (error) {
        return refused(which, whileDoing(which, error));
      }
  }
}

function refused(which: string, { text }: NclueError): Problem {
  return { kind: "refused", text: `${which}: ${text.cause}`, remedy: text.remedy };
}

const KINDS = {
  failed: {
    code: "job-failed",
    verb: "failed",
    remedy: '"pulumi up --refresh" makes failed runs again (by their own onFailure)',
  },
  gone: {
    code: "job-gone",
    verb: "are gone",
    remedy: '"pulumi up --refresh" makes this stack\'s own runs again that are gone',
  },
  refused: { code: "refused", verb: "cannot be looked at", remedy: undefined },
  unfinished: {
    code: "timed-out",
    verb: "are unfinished",
    remedy: 'unfinished runs go on at the service: "pulumi up" goes on waiting for them',
  },
} as const;

/** All that is wrong with any run, one by one; the gravest kind gives the error its code. */
export function problemOfAll(
  id: string,
  problems: readonly Problem[],
  total: number,
  isCancelled: boolean,
): NclueError | undefined {
  const kinds = (["failed", "gone", "refused", "unfinished"] as const)
    .map((kind) => ({ ...KINDS[kind], found: problems.filter((each) => each.kind === kind) }))
    .filter(({ found }) => found.length > 0);
  const [gravest] = kinds;
  if (gravest === undefined) return undefined;
  const remedies = kinds.flatMap(({ found, remedy }) => [remedy, ...found.map((p) => p.remedy)]);
  const isOnlyStopped = gravest.code === "timed-out" && isCancelled;
  return new NclueError(isOnlyStopped ? "cancelled" : gravest.code, {
    doing: `waiting for the runs of ${id}`,
    cause: kinds
      .map(({ found, verb }) => `${found.length} of ${total} task runs ${verb}`)
      .join(", "),
    details: kinds.flatMap(({ found }) => found.map(({ text }) => text)),
    remedy: [...new Set(remedies.filter((remedy) => remedy !== undefined))].join("; "),
  });
}
