import { Command, InvalidArgumentError, Option } from "commander";
import { STATUSES } from "../domain/status";
import { parseDuration } from "../kernel/duration";
import type { Cli } from "./cli";
import { type DeleteOptions, deleteCommand, WHILE_RUNNING } from "./delete";
import { type DoctorOptions, doctor } from "./doctor";
import { EXIT_CODES_TEXT, type ExitCode, SETTINGS_TEXT } from "./exitCodes";
import { type OrphansOptions, orphans } from "./orphans";
import { type RunsOptions, runs } from "./runs";
import { OWN_PACKAGE } from "./versions";
import { type WatchOptions, watch } from "./watch";

/**
 * What can be typed.
 *
 * @param done told how a command ended.
 */
export function commandLine(cli: Cli, done: (code: ExitCode) => void): Command {
  const program = new Command("pulumi-nclue")
    .description("NCLUE task runs at the service: list, watch, delete, and find out what is wrong.")
    .version(OWN_PACKAGE.version, "-v, --version")
    .showHelpAfterError('("pulumi-nclue --help" lists what there is)')
    .addHelpText("after", `${EXIT_CODES_TEXT}\n${SETTINGS_TEXT}`)
    .configureOutput({
      writeOut: (text) => cli.out.write(text),
      writeErr: (text) => cli.err.write(text),
      getOutHelpWidth: () => cli.out.columns,
      getErrHelpWidth: () => cli.err.columns,
    })
    .exitOverride();
  const add = (usage: string, description: string) =>
    program
      .command(usage)
      .description(description)
      .option("--json", "print JSON", false)
      .addHelpText("after", `${EXIT_CODES_TEXT}\n${SETTINGS_TEXT}`);

  add("runs", "List the account's task runs, newest first, with age and usual length.")
    .option("--task <task>", "runs of this task only, by id or name")
    .addOption(new Option("--status <status>", "runs with this status only").choices(STATUSES))
    .option("--limit <count>", "the most runs to show", parseCount, 50)
    .action(async (options: RunsOptions) => done(await runs(cli, options)));

  add("watch <run...>", "Watch runs, each by id or name, until all have ended.")
    .option("--exit-status", "end with 3 where a run failed, for pipelines", false)
    .option(
      "--timeout <duration>",
      "how long to watch, like 90m or 2h",
      parseTime,
      parseTime("24h"),
    )
    .action(async (names: string[], options: WatchOptions) =>
      done(await watch(cli, names, options)),
    );

  add("delete <run>", "Delete the record of a run, by id or name. Its result object stays.")
    .option("-y, --yes", "do not ask", false)
    .addOption(
      new Option("--while-running <policy>", "what to do with a run that is pending or in progress")
        .choices(WHILE_RUNNING)
        .default("fail"),
    )
    .option("--timeout <duration>", "how long to wait for its end", parseTime, parseTime("1h"))
    .action(async (name: string, options: DeleteOptions) =>
      done(await deleteCommand(cli, name, options)),
    );

  add("orphans", "List runs with a generated name that the given states don't know.")
    .requiredOption(
      "--stack-export <file...>",
      'what "pulumi stack export" wrote, of all stacks; - reads what is piped in',
    )
    .action(async (options: OrphansOptions) => done(await orphans(cli, options)));

  add("doctor", "Check settings, keys, clock, API, bucket and versions, and explain each.")
    .option("--bucket <bucket>", "a result bucket to check")
    .action(async (options: DoctorOptions) => done(await doctor(cli, options)));

  return program;
}

function parseCount(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number above 0.");
}

function parseTime(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0) return ms;
  throw new InvalidArgumentError("It must be a length of time like 90s, 45m or 1h30m.");
}
