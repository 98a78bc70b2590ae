import { families } from "../domain/families";
import { type Family, type FamilyName, nameMeasure, parentFields } from "../domain/family";
import { isSameId, type Job, newestFirst } from "../domain/job";
import { isSameName } from "../domain/jobName";
import { findJob } from "../lifecycle/findJob";
import { type Cli, printJson, printLine } from "./cli";
import { EXIT, type ExitCode } from "./exitCodes";
import { LIST_COMMANDS } from "./familyWords";
import { factsFrom, jsonOf } from "./jobFacts";
import { drawJobs } from "./jobTable";
import { readLatest, readList } from "./readList";
import { resultsOfJobs } from "./resultsOfJobs";

export interface ListOptions {
  /** Ids or names of what the jobs were created from. */
  readonly task?: string;
  readonly feature?: string;
  readonly status?: string;
  readonly limit: number;
  readonly json?: boolean;
}

/** The jobs that are to be shown, and how many there are of them. */
interface Listed {
  readonly jobs: readonly Job[];
  /** `null` where more exist, but nobody has said how many. */
  readonly total: number | null;
}

/** Lists the account's jobs of one family, newest first. */
export async function listFamily(
  cli: Cli,
  family: Family,
  options: ListOptions,
): Promise<ExitCode> {
  const { jobs, total } = await list(cli, family, options);
  const clients = cli.context.clients();
  const facts = jobs
    .map((job) => ({ family, job }))
    .map(factsFrom(clients.jobs, cli.clock.nowMs()));
  if (options.json) {
    const results = await resultsOfJobs(cli, facts);
    const entries = facts.map((each) => jsonOf(each, results.get(each.job.id)));
    printJson(cli.out, { total, [LIST_COMMANDS[family.name]]: entries });
    return EXIT.done;
  }
  if (jobs.length === 0) {
    printLine(cli.err, `no ${family.nouns}`);
    return EXIT.done;
  }
  printLine(cli.out, drawJobs(facts, cli.out));
  if (total === null) printLine(cli.err, "and more: --limit with a higher number shows them");
  else if (total > jobs.length) {
    printLine(cli.err, `and ${total - jobs.length} more: --limit ${total} shows all`);
  }
  return EXIT.done;
}

/** The fields that say what a job of a family was created from. */
export function argumentsFor(family: Family, parent: FamilyName): readonly string[] {
  const ofParent = parentFields(family).filter((field) => field.parent === parent);
  return ofParent.map(({ argument }) => argument);
}

async function list(cli: Cli, family: Family, options: ListOptions): Promise<Listed> {
  const { task, feature, status, limit } = options;
  if (task === undefined && feature === undefined && status === undefined) {
    return listSome(cli, family, limit);
  }
  const listed = await readList(cli, family, { status });
  const narrowed = await narrow(cli, family, listed, [
    [families.task, task],
    [families.feature, feature],
  ]);
  return { jobs: narrowed.slice(0, limit), total: narrowed.length };
}

async function listSome(cli: Cli, family: Family, limit: number): Promise<Listed> {
  const latest = await readLatest(cli, family, limit);
  if (!latest.isOrderClear) {
    const why = `the service lists ${family.nouns} in no clear order, so all of them were read`;
    printLine(cli.err, why);
  }
  const jobs = [...latest.jobs].sort(newestFirst).slice(0, limit);
  const total = latest.total ?? (latest.isWhole ? latest.jobs.length : null);
  return { jobs, total };
}

/** @throws NclueError `job-gone`, where no job has a parent that the service does not know either. */
async function narrow(
  cli: Cli,
  family: Family,
  jobs: readonly Job[],
  parents: readonly (readonly [Family, string | undefined])[],
): Promise<readonly Job[]> {
  let narrowed = jobs;
  for (const [parent, idOrName] of parents) {
    if (idOrName === undefined) continue;
    const fields = argumentsFor(family, parent.name);
    const isChild = (job: Job) => fields.some((field) => isFrom(job, field, idOrName));
    // A task that is gone still has its runs, so the service is asked only where nothing is found.
    if (!jobs.some(isChild)) {
      await cli.activity.during(
        () => `looking up ${parent.noun} ${idOrName}`,
        () => findJob(cli.context.clients(), parent, idOrName, cli.interrupted),
      );
    }
    narrowed = narrowed.filter(isChild);
  }
  return narrowed;
}

function isFrom(job: Job, field: string, idOrName: string): boolean {
  const id = job.fields[field];
  const name = job.measures[nameMeasure(field)];
  return (
    (typeof id === "string" && isSameId(id, idOrName)) ||
    (typeof name === "string" && isSameName(name, idOrName))
  );
}
