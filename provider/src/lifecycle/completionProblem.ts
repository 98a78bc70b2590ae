import { families } from "../domain/families";
import { type ErrorCode, NclueError, whileDoing } from "../kernel/errors";
import { confirmGone } from "./confirmGone";
import type { JobContext } from "./jobContext";
import { nameJob } from "./jobWords";
import type { Waited } from "./waitForJob";
import { problemOf } from "./waitProblem";

export interface Problem {
  /** `refused`: the service does not let us ask, or what it says proves nothing. */
  readonly kind: "failed" | "gone" | "refused" | "unfinished";
  readonly text: string;
  /** What to do, where it is not the same for all of the kind. */
  readonly remedy?: string | undefined;
}

const { taskRun } = families;

/** What is wrong with one run, if anything, after the wait for it. */
export async function problemOfRun(ctx: JobContext, waited: Waited): Promise<Problem | undefined> {
  const { last, end } = waited;
  const which = nameJob(taskRun, last);
  if (end === "missing" && waited.error !== undefined) {
    try {
      await confirmGone(ctx, taskRun, last.id, {}, waited.error); // the barrier has not created it
      return { kind: "gone", text: `${which} is gone: ${waited.error.text.cause}` };
    } catch (error) {
      return refused(which, whileDoing(which, error));
    }
  }
  const problem = problemOf(taskRun, which, waited, { timedOut: "", cancelled: "" });
  if (problem === undefined) return undefined;
  const { cause, remedy, doing } = problem.text;
  switch (end) {
    case "failed":
      return { kind: "failed", text: `${doing}: ${cause} (${remedy})` };
    case "refused":
      return refused(which, problem);
    default:
      return { kind: "unfinished", text: `${which} is ${cause}` };
  }
}

function refused(which: string, { text }: NclueError): Problem {
  return { kind: "refused", text: `${which}: ${text.cause}`, remedy: text.remedy };
}

interface Kind {
  readonly code: ErrorCode;
  readonly verb: string;
  readonly remedy: string | undefined;
}

const KINDS: Readonly<Record<Problem["kind"], Kind>> = {
  failed: {
    code: "job-failed",
    verb: "failed",
    remedy: '"pulumi up --refresh" creates failed runs again (by their own onFailure)',
  },
  gone: {
    code: "job-gone",
    verb: "are gone",
    remedy: '"pulumi up --refresh" creates this stack\'s own runs again that are gone',
  },
  refused: { code: "refused", verb: "cannot be read", remedy: undefined },
  unfinished: {
    code: "timed-out",
    verb: "are unfinished",
    remedy: 'unfinished runs continue at the service: "pulumi up" resumes the wait for them',
  },
};

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
