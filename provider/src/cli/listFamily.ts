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
import { readLatest } from "./readList";
import { resultsOfJobs } from "./resultsOfJobs";

export interface ListOptions {
  /** Ids or names of what the jobs were created from. */
  readonly task?: string;
  readonly feature?: string;
  readonly status?: string;
  readonly limit: number;
  readonly json?: boolean;
}

interface Listed {
  /** Those that are to be shown. */
  readonly jobs: readonly Job[];
  /** How many there are of them; `null` where nobody has said it, and not all were read. */
  readonly total: number | null;
  /** Whether more than these were seen. */
  readonly hasMore: boolean;
}

/** Lists the account's jobs of one family, newest first. */
export async function listFamily(
  cli: Cli,
  family: Family,
  options: ListOptions,
): Promise<ExitCode> {
  const { jobs, total, hasMore } = await list(cli, family, options);
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
  if (total === null) {
    const more = hasMore
      ? "and more: --limit with a higher number shows them"
      : "there may be more: --limit with a higher number would show them";
    printLine(cli.err, more);
  } else if (total > jobs.length) {
    printLine(cli.err, `and ${total - jobs.length} more: --limit ${total} shows all`);
  }
  return EXIT.done;
}

/** The fields that say what a job of a family was created from. */
export function argumentsFor(family: Family, parent: FamilyName): readonly string[] {
  const ofParent = parentFields(family).filter((field) => field.parent === parent);
  return ofParent.map(({ argument }) => argument);
}

/**
 * Reads no more than it takes to find as many jobs as are to be shown, where the list begins with the
 * newest.
 */
async function list(cli: Cli, family: Family, options: ListOptions): Promise<Listed> {
  const { status, limit } = options;
  const parents = parentsNamed(family, options);
  const isWanted = (job: Job) =>
    (status === undefined || job.status === status) && parents.every(({ isChild }) => isChild(job));
  const isNarrowed = status !== undefined || parents.length > 0;

  const latest = await readLatest(cli, family, (jobs) => jobs.filter(isWanted).length >= limit);
  if (!latest.isOrderClear) {
    const why = `the service lists ${family.nouns} in no clear order, so all of them were read`;
    printLine(cli.err, why);
  }
  const wanted = latest.jobs.filter(isWanted).sort(newestFirst);
  if (wanted.length === 0) await checkParents(cli, parents, latest.jobs);
  const counted = isNarrowed ? undefined : latest.total;
  const total = latest.isWhole ? wanted.length : (counted ?? null);
  return { jobs: wanted.slice(0, limit), total, hasMore: wanted.length > limit };
}

/** A feature or task that the listed jobs were created from. */
interface NamedParent {
  readonly family: Family;
  readonly idOrName: string;
  readonly isChild: (job: Job) => boolean;
}

function parentsNamed(family: Family, { task, feature }: ListOptions): readonly NamedParent[] {
  const given = [
    [families.task, task],
    [families.feature, feature],
  ] as const;
  return given.flatMap(([parent, idOrName]) => {
    if (idOrName === undefined) return [];
    const fields = argumentsFor(family, parent.name);
    const isChild = (job: Job) => fields.some((field) => isFrom(job, field, idOrName));
    return [{ family: parent, idOrName, isChild }];
  });
}

/**
 * A task that is gone still has its runs, so the service is asked only where nothing is found.
 *
 * @throws NclueError `job-gone`, where no job has a parent that the service does not know either
 */
async function checkParents(
  cli: Cli,
  parents: readonly NamedParent[],
  jobs: readonly Job[],
): Promise<void> {
  for (const { family, idOrName, isChild } of parents) {
    if (jobs.some(isChild)) continue;
    await cli.activity.during(
      () => `looking up ${family.noun} ${idOrName}`,
      () => findJob(cli.context.clients(), family, idOrName, cli.interrupted),
    );
  }
}

function isFrom(job: Job, field: string, idOrName: string): boolean {
  const id = job.fields[field];
  const name = job.measures[nameMeasure(field)];
  return (
    (typeof id === "string" && isSameId(id, idOrName)) ||
    (typeof name === "string" && isSameName(name, idOrName))
  );
}
