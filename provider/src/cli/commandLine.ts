import { Command, InvalidArgumentError, Option } from "commander";
import type { Family } from "../domain/family";
import { STATUSES } from "../domain/status";
import { parseDuration } from "../kernel/duration";
import type { Cli, Screen } from "./cli";
import { type DeleteOptions, deleteCommand, WHILE_RUNNING } from "./delete";
import { type DoctorOptions, doctor } from "./doctor";
import { type DownloadOptions, download } from "./download";
import { EXIT_CODES_TEXT, type ExitCode } from "./exitCodes";
import { ALL_FAMILIES, familyOf, LIST_COMMANDS } from "./familyWords";
import { argumentsFor, type ListOptions, listFamily } from "./listFamily";
import { type OrphansOptions, orphans } from "./orphans";
import { SETTINGS_TEXT } from "./settingsText";
import { OWN_PACKAGE } from "./versions";
import { type WatchOptions, watch } from "./watch";

const WIDEST_HELP = 100;

interface Screens {
  readonly out: Screen;
  readonly err: Screen;
}

/** Adds a command with what all of them take. */
type Add = (usage: string, description: string) => Command;

/** Runs a command when it is typed. */
type Run = (command: (cli: Cli) => Promise<ExitCode>) => Promise<void>;

/**
 * What can be typed.
 *
 * @param open called by a command when it begins.
 * @param done given the code that a command ends with.
 */
export function commandLine(
  screens: Screens,
  open: (options: { readonly verbose?: boolean }) => Cli,
  done: (code: ExitCode) => void,
): Command {
  const program = createProgram(screens);
  const add: Add = (usage, description) => {
    const command = program.command(usage).description(description);
    return command
      .option("--json", "print JSON")
      .showHelpAfterError(`("pulumi-nclue ${command.name()} --help" says what it takes)`)
      .addHelpText("after", `${EXIT_CODES_TEXT}\n${SETTINGS_TEXT}`);
  };
  const run: Run = async (command) => done(await command(open(program.opts())));
  for (const family of ALL_FAMILIES) addList(add, run, family);
  addJobCommands(add, run);
  addChecks(add, run);
  return program;
}

function createProgram({ out, err }: Screens): Command {
  return new Command("pulumi-nclue")
    .description("NCLUE jobs at the service: list, watch, download, delete, find what is wrong.")
    .version(OWN_PACKAGE.version, "-v, --version")
    .option("--verbose", "show each request, without bodies and headers")
    .showHelpAfterError('("pulumi-nclue --help" lists what there is)')
    .configureHelp({ showGlobalOptions: true })
    .addHelpText("after", `${EXIT_CODES_TEXT}\n${SETTINGS_TEXT}`)
    .configureOutput({
      writeOut: (text) => out.write(text),
      writeErr: (text) => err.write(text),
      getOutHelpWidth: () => Math.min(out.columns, WIDEST_HELP),
      getErrHelpWidth: () => Math.min(err.columns, WIDEST_HELP),
    })
    .exitOverride();
}

function addList(add: Add, run: Run, family: Family): void {
  const { nouns } = family;
  const list = add(LIST_COMMANDS[family.name], `List the account's ${nouns}, newest first.`)
    .addOption(new Option("--status <status>", `${nouns} with this status only`).choices(STATUSES))
    .option("--limit <count>", `the most ${nouns} to show`, parseCount, 50);
  for (const parent of ["task", "feature"] as const) {
    if (argumentsFor(family, parent).length === 0) continue;
    list.option(`--${parent} <${parent}>`, `${nouns} of this ${parent} only, by id or name`);
  }
  list.action((options: ListOptions) => run((cli) => listFamily(cli, family, options)));
}

function addJobCommands(add: Add, run: Run): void {
  add("watch <job...>", "Watch jobs, each by id or name, until all have ended.")
    .addOption(familyOption())
    .option("--exit-status", "end with 3 where a job failed, for pipelines")
    .addOption(timeoutOption("how long to watch, like 90m or 2h", "24h"))
    .action((names: string[], options: WatchOptions) => run((cli) => watch(cli, names, options)));

  add("download <job>", "Download the result of a job, by id or name, into a file.")
    .option("-o, --output <file>", "where to: a file, a folder/ or - for the standard output")
    .option("--force", "replace a file that exists")
    .addOption(familyOption())
    .action((name: string, options: DownloadOptions) => run((cli) => download(cli, name, options)));

  add("delete <job>", "Delete the record of a job, by id or name. A result object stays.")
    .addOption(familyOption())
    .option("-y, --yes", "do not ask")
    .addOption(
      new Option("--while-running <policy>", "what to do with a job that is pending or in progress")
        .choices(WHILE_RUNNING)
        .default("fail"),
    )
    .addOption(timeoutOption("how long to wait for its end", "1h"))
    .action((name: string, options: DeleteOptions) =>
      run((cli) => deleteCommand(cli, name, options)),
    );
}

function addChecks(add: Add, run: Run): void {
  add("orphans", "List jobs with a generated name that the given states don't know.")
    .requiredOption(
      "--stack-export <file...>",
      'what "pulumi stack export" wrote, of all stacks; - reads what is piped in',
    )
    .addOption(familyOption())
    .action((options: OrphansOptions) => run((cli) => orphans(cli, options)));

  add("doctor", "Check settings, keys, clock, API, bucket and versions, and explain each.")
    .option("--bucket <bucket>", "a bucket to check")
    .action((options: DoctorOptions) => run((cli) => doctor(cli, options)));
}

function familyOption(): Option {
  const description = `search these only: ${familyWords()}`;
  return new Option("--family <family>", description).argParser(parseFamily);
}

function familyWords(): string {
  return ALL_FAMILIES.map(({ name }) => LIST_COMMANDS[name]).join(", ");
}

function timeoutOption(description: string, words: string): Option {
  return new Option("--timeout <duration>", description)
    .argParser(parseTime)
    .default(parseTime(words), words);
}

/** The families that the option names; it may be given more than once. */
function parseFamily(text: string, before: readonly Family[] = []): readonly Family[] {
  const family = familyOf(text);
  if (family !== undefined) return [...before, family];
  throw new InvalidArgumentError(`It must be one of ${familyWords()}.`);
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
