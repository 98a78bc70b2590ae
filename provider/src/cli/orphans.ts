import { isGeneratedName } from "../domain/runName";
import { messageOf, NclueError } from "../kernel/errors";
import { printable } from "../kernel/text";
import { listRuns } from "../lifecycle/findRun";
import { type Cli, printJson, printLine } from "./cli";
import { EXIT, type ExitCode } from "./exitCodes";
import { factsFrom } from "./runFacts";
import { countRuns, drawRuns } from "./runTable";

export interface OrphansOptions {
  /** Files that `pulumi stack export` wrote; `-` is what is piped in. */
  readonly stackExport: readonly string[];
  readonly json: boolean;
}

const NOTE =
  "A state that was not given (another stack, project or backend) may know them: nothing was deleted";

/** Lists runs with a generated name that the given states don't know. Deletes nothing. */
export async function orphans(cli: Cli, options: OrphansOptions): Promise<ExitCode> {
  const known = new Set<string>();
  for (const file of options.stackExport) {
    const ids = idsOf(file, await readText(cli, file));
    if (ids.runs === 0) {
      printLine(cli.err, `${cli.err.paint("yellow", "warning:")} ${file} holds no task run`);
    }
    for (const id of ids.all) known.add(id);
  }
  const account = cli.context.account();
  const listed = await listRuns(account, {}, cli.interrupted);
  const facts = listed
    .filter(({ runId, name }) => name !== null && isGeneratedName(name) && !known.has(runId))
    .map(factsFrom(account.directory.seen(), cli.clock.nowMs()));
  if (options.json) {
    printJson(cli.out, { states: options.stackExport, note: NOTE, orphans: facts });
    return EXIT.done;
  }
  if (facts.length === 0) {
    printLine(cli.err, "the given states know every task run that has a generated name");
    return EXIT.done;
  }
  printLine(cli.out, drawRuns(facts, cli.out.paint));
  printLine(cli.err, `\n${countRuns(facts.length)} that the given states don't know. ${NOTE}.`);
  printLine(cli.err, 'One that nobody needs goes with "pulumi-nclue delete <id>".');
  return EXIT.done;
}

async function readText(cli: Cli, file: string): Promise<string> {
  if (file === "-") return cli.input.readAll();
  try {
    return cli.input.readFile(file);
  } catch (error) {
    throw unreadable(file, messageOf(error));
  }
}

interface StateIds {
  /** Ids of all resources: more than needed, so that nothing known is taken for an orphan. */
  readonly all: readonly string[];
  readonly runs: number;
}

function idsOf(file: string, text: string): StateIds {
  let state: unknown;
  try {
    state = JSON.parse(text);
  } catch {
    throw unreadable(file, "it is not JSON");
  }
  const { deployment } = fieldsOf(state);
  const { resources, pending_operations: pending } = fieldsOf(deployment);
  if (deployment === undefined) throw unreadable(file, 'it has no "deployment"');
  const held = [...listOf(resources), ...listOf(pending).map((each) => fieldsOf(each).resource)];
  const ids = held.flatMap((each) => {
    const { id, outputs } = fieldsOf(each);
    return [id, fieldsOf(outputs).runId].filter((value) => typeof value === "string");
  });
  const runs = held.filter((each) => String(fieldsOf(each).type).endsWith("/nclue:TaskRun"));
  return { all: ids, runs: runs.length };
}

function unreadable(file: string, cause: string): NclueError {
  return new NclueError("malformed", {
    doing: `reading the state in ${printable(file)}`,
    cause,
    remedy: 'write it with "pulumi stack export --file <file>"',
  });
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
