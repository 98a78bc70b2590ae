import { isBusy } from "../domain/status";
import { isNclueError, NclueError } from "../kernel/errors";
import { humanDuration, printable } from "../kernel/text";
import { deleteRun } from "../lifecycle/deleteRun";
import { findRun } from "../lifecycle/findRun";
import { describeStored } from "../lifecycle/storedRun";
import type { RunRecord } from "../nclue/wire";
import { type Cli, printJson, printLine } from "./cli";
import { EXIT, type ExitCode } from "./exitCodes";

export const WHILE_RUNNING = ["fail", "wait"] as const;

export interface DeleteOptions {
  readonly yes: boolean;
  readonly json: boolean;
  readonly whileRunning: (typeof WHILE_RUNNING)[number];
  readonly timeout: number;
}

/** Deletes the record of one run, after asking; its result object stays. */
export async function deleteCommand(
  cli: Cli,
  idOrName: string,
  options: DeleteOptions,
): Promise<ExitCode> {
  const run = await findRun(cli.context.account(), idOrName, cli.interrupted);
  const doing = `deleting task run ${describeStored(run.runId, run)}`;
  if (isBusy(run.status) && options.whileRunning === "fail") throw busy(doing, run.status);
  await confirm(cli, run, doing, options);
  await remove(cli, run, doing, options);
  if (options.json) printJson(cli.out, { deleted: { runId: run.runId, name: run.name } });
  else printLine(cli.out, `deleted task run ${describeStored(run.runId, run)}`);
  return EXIT.done;
}

async function confirm(
  cli: Cli,
  run: RunRecord,
  doing: string,
  { yes }: DeleteOptions,
): Promise<void> {
  if (yes) return;
  if (!cli.input.isTerminal || !cli.err.isTerminal) {
    throw new NclueError(
      "malformed",
      { doing, cause: "nobody is there to be asked", remedy: "give --yes to delete it unasked" },
      { exitCode: EXIT.usage },
    );
  }
  const effect = run.status === "registered" ? "; it has not begun, so this cancels it" : "";
  const question =
    `Delete task run ${describeStored(run.runId, run)}, which is ${printable(run.status ?? "unknown")}` +
    `${effect}? Its result object stays. [y/N] `;
  if (/^y(es)?$/i.test((await cli.input.ask(question)).trim())) return;
  throw new NclueError("cancelled", { doing, cause: "not confirmed, so nothing was deleted" });
}

/** The lifecycle's rules, told in the words of this command. */
async function remove(
  cli: Cli,
  run: RunRecord,
  doing: string,
  { whileRunning, timeout }: DeleteOptions,
): Promise<void> {
  const { settings } = cli.context.account();
  try {
    await deleteRun(cli.context, {
      runId: run.runId,
      doing,
      policy: whileRunning,
      timeoutMs: timeout,
      keeping: {
        timeouts: {},
        nameGiven: false,
        importId: undefined,
        mark: undefined,
        taken: [],
        endpoint: settings.endpoint,
        keyHash: settings.keyHash,
      },
    });
  } catch (error) {
    if (isNclueError(error, "job-busy")) throw busy(doing, "pending or in_progress");
    if (isNclueError(error, "timed-out")) {
      const cause = `it has not ended within ${humanDuration(timeout)}`;
      const remedy = "it goes on at the service: run it again, or give a longer --timeout";
      throw new NclueError("timed-out", { doing, cause, remedy }, { exitCode: EXIT.timedOut });
    }
    throw cli.interrupted.aborted ? cli.interrupted.reason : error;
  }
}

function busy(doing: string, status: string | null): NclueError {
  return new NclueError(
    "job-busy",
    {
      doing,
      cause: `it is ${status}, and the service deletes no run that is pending or in progress`,
      remedy: "run it again when the run has ended, or give --while-running wait",
    },
    { exitCode: EXIT.busy },
  );
}
