import { type Family, idOutput } from "../domain/family";
import { readKeeping } from "../domain/plumbing";
import { isBusy } from "../domain/status";
import { isNclueError, NclueError } from "../kernel/errors";
import { humanDuration, printable } from "../kernel/text";
import { deleteJob } from "../lifecycle/deleteJob";
import { nameJob } from "../lifecycle/jobWords";
import { describeBusy } from "../lifecycle/waitProblem";
import { type Cli, printJson, printLine } from "./cli";
import { EXIT, type ExitCode } from "./exitCodes";
import { findJobs } from "./findJobs";
import type { FoundJob } from "./jobFacts";

export const WHILE_RUNNING = ["fail", "wait"] as const;

export interface DeleteOptions {
  readonly yes?: boolean;
  readonly json?: boolean;
  /** The families to search. */
  readonly family?: readonly Family[];
  readonly whileRunning: (typeof WHILE_RUNNING)[number];
  /** Milliseconds. */
  readonly timeout: number;
}

/** Deletes the record of one job, after asking; a result object stays. */
export async function deleteCommand(
  cli: Cli,
  idOrName: string,
  options: DeleteOptions,
): Promise<ExitCode> {
  const [found] = await findJobs(cli, [idOrName], options.family);
  if (found === undefined) throw new RangeError("one text finds one job");
  const { family, job } = found;
  if (isBusy(job.status) && options.whileRunning === "fail") {
    throw busy(found, describeBusy(family, job.status));
  }
  await confirm(cli, found, options);
  await cli.activity.during(
    () => doingOf(found),
    () => remove(cli, found, options),
  );
  if (options.json) {
    printJson(cli.out, { deleted: { [idOutput(family)]: job.id, name: job.name } });
  } else printLine(cli.out, `deleted ${nameJob(family, job)}`);
  return EXIT.done;
}

async function confirm(cli: Cli, found: FoundJob, { yes }: DeleteOptions): Promise<void> {
  if (yes) return;
  const doing = doingOf(found);
  if (!cli.input.isTerminal || !cli.err.isTerminal) {
    throw new NclueError(
      "malformed",
      { doing, cause: "nobody is there to be asked", remedy: "give --yes to delete it unasked" },
      { exitCode: EXIT.usage },
    );
  }
  const { family, job } = found;
  const effect = job.status === "registered" ? "; it has not begun, so this cancels it" : "";
  const question =
    `Delete ${nameJob(family, job)}, which is ${printable(job.status ?? "unknown")}` +
    `${effect}? ${describeRest(family)} [y/N] `;
  if (/^y(es)?$/i.test((await cli.input.ask(question)).trim())) return;
  throw new NclueError("cancelled", { doing, cause: "not confirmed, so nothing was deleted" });
}

function describeRest({ result, sources }: Family): string {
  if (result !== undefined) return "Its result object stays.";
  return sources === undefined ? "Its result goes with it." : "Its source data stays.";
}

/** The lifecycle's rules, in the words of this command. */
async function remove(
  cli: Cli,
  found: FoundJob,
  { whileRunning, timeout }: DeleteOptions,
): Promise<void> {
  const { settings } = cli.context.clients();
  const { endpoint, keyHash } = settings;
  try {
    await deleteJob(cli.context, {
      ...found,
      policy: whileRunning,
      timeoutMs: () => timeout,
      keeping: { ...readKeeping({}), endpoint, keyHash },
    });
  } catch (error) {
    if (isNclueError(error, "job-busy")) throw busy(found, error.text.cause);
    if (isNclueError(error, "timed-out")) {
      const cause = `it has not ended within ${humanDuration(timeout)}`;
      const remedy = "it continues at the service: run it again, or give a longer --timeout";
      const text = { doing: doingOf(found), cause, remedy };
      throw new NclueError("timed-out", text, { exitCode: EXIT.timedOut });
    }
    throw cli.interrupted.aborted ? cli.interrupted.reason : error;
  }
}

function busy(found: FoundJob, cause: string): NclueError {
  const remedy = "run it again when that has ended, or give --while-running wait";
  const text = { doing: doingOf(found), cause, remedy };
  return new NclueError("job-busy", text, { exitCode: EXIT.busy });
}

function doingOf({ family, job }: FoundJob): string {
  return `deleting ${nameJob(family, job)}`;
}
