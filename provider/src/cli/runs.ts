import { listRuns } from "../lifecycle/findRun";
import { type Cli, printJson, printLine } from "./cli";
import { EXIT, type ExitCode } from "./exitCodes";
import { factsFrom } from "./runFacts";
import { countRuns, drawRuns } from "./runTable";

export interface RunsOptions {
  /** An id or a name. */
  readonly task?: string;
  readonly status?: string;
  readonly limit: number;
  readonly json: boolean;
}

/** Lists the account's runs, newest first. */
export async function runs(cli: Cli, options: RunsOptions): Promise<ExitCode> {
  const account = cli.context.account();
  const { status, task, limit } = options;
  const listed = await listRuns(account, { status }, cli.interrupted);
  const found = listed.filter(
    (run) => task === undefined || run.taskId === task || run.taskName === task,
  );
  const facts = found.slice(0, limit).map(factsFrom(account.directory.seen(), cli.clock.nowMs()));
  if (options.json) {
    printJson(cli.out, { total: found.length, runs: facts });
    return EXIT.done;
  }
  if (found.length === 0) {
    printLine(cli.err, "no task runs");
    return EXIT.done;
  }
  printLine(cli.out, drawRuns(facts, cli.out.paint));
  if (found.length > facts.length) {
    const more = countRuns(found.length - facts.length);
    printLine(cli.err, `and ${more} more: --limit ${found.length} shows all`);
  }
  return EXIT.done;
}
