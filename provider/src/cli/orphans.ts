import { type Family, idOutput } from "../domain/family";
import { isGeneratedName } from "../domain/jobName";
import { messageOf, NclueError } from "../kernel/errors";
import { printable } from "../kernel/text";
import { type Cli, printJson, printLine } from "./cli";
import { EXIT, type ExitCode } from "./exitCodes";
import { ALL_FAMILIES, countJobs } from "./familyWords";
import { type FoundJob, factsFrom, jsonOf } from "./jobFacts";
import { drawJobs } from "./jobTable";
import { readList } from "./readList";

export interface OrphansOptions {
  /** Files that `pulumi stack export` wrote; `-` is what is piped in. */
  readonly stackExport: readonly string[];
  /** The families to list. */
  readonly family?: readonly Family[];
  readonly json?: boolean;
}

const NOTE =
  "A state that was not given (another stack, project or backend) may know them: nothing was deleted";

/** Lists jobs with a generated name that the given states don't know. Deletes nothing. */
export async function orphans(cli: Cli, options: OrphansOptions): Promise<ExitCode> {
  const known = await readStates(cli, options.stackExport);
  const families = options.family ?? ALL_FAMILIES;
  const found: FoundJob[] = [];
  for (const family of families) {
    for (const job of await readList(cli, family)) {
      const isOrphan = job.name !== null && isGeneratedName(job.name) && !known.has(keyOf(job.id));
      if (isOrphan) found.push({ family, job });
    }
  }
  const facts = found.map(factsFrom(cli.context.clients().jobs, cli.clock.nowMs()));
  if (options.json) {
    const entries = facts.map((each) => ({ family: each.family.name, ...jsonOf(each) }));
    printJson(cli.out, { states: options.stackExport, note: NOTE, orphans: entries });
    return EXIT.done;
  }
  if (facts.length === 0) {
    printLine(cli.err, "the given states know every job that has a generated name");
    return EXIT.done;
  }
  const count = countJobs(facts.length, families);
  printLine(cli.out, drawJobs(facts, cli.out, new Set(families)));
  printLine(cli.err, `\n${count} that the given states don't know. ${NOTE}.`);
  printLine(cli.err, 'Delete the ones you do not need with "pulumi-nclue delete <id>".');
  return EXIT.done;
}

/** The ids that the states know. */
async function readStates(cli: Cli, files: readonly string[]): Promise<ReadonlySet<string>> {
  const known = new Set<string>();
  for (const file of files) {
    const { all, jobs } = idsOf(file, await readText(cli, file));
    if (jobs === 0) {
      const warning = cli.err.paint("yellow", "warning:");
      printLine(cli.err, `${warning} ${file} holds no resource of pulumi-nclue`);
    }
    for (const id of all) known.add(keyOf(id));
  }
  return known;
}

/** Ids are compared without case. */
function keyOf(id: string): string {
  return id.toLowerCase();
}

async function readText(cli: Cli, file: string): Promise<string> {
  if (file === "-") {
    return cli.activity.during(
      () => "waiting for a state on standard input",
      () => cli.input.readAll(),
    );
  }
  try {
    return cli.input.readFile(file);
  } catch (error) {
    throw unreadable(file, messageOf(error));
  }
}

interface StateIds {
  /** Ids of all resources: more than needed, so that nothing known is taken for an orphan. */
  readonly all: readonly string[];
  /** Resources of ours. */
  readonly jobs: number;
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
  const inState = [...listOf(resources), ...listOf(pending).map((each) => fieldsOf(each).resource)];
  const ids = inState.flatMap((each) => {
    const { id, outputs } = fieldsOf(each);
    const named = ALL_FAMILIES.map((family) => fieldsOf(outputs)[idOutput(family)]);
    return [id, ...named].filter((value) => typeof value === "string");
  });
  const ours = inState.filter((each) => String(fieldsOf(each).type).includes("dynamic/nclue:"));
  return { all: ids, jobs: ours.length };
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
