import type { Family } from "../domain/family";
import type { Job } from "../domain/job";
import { isNclueError, whileDoing } from "../kernel/errors";
import { listJobs } from "../lifecycle/findJob";
import { incompleteList } from "../nclue/jobs/incompleteList";
import type { IsEnough, Latest } from "../nclue/jobs/listed";
import type { Cli } from "./cli";

/**
 * All jobs of a family, newest first; says so where it takes long.
 *
 * @throws NclueError `unreadable` where the list may be incomplete
 */
export function readList(cli: Cli, family: Family): Promise<readonly Job[]> {
  const clients = cli.context.clients();
  return cli.activity.during(
    () => describeReading(cli, family),
    () => listJobs(clients, family, {}, cli.interrupted),
  );
}

/**
 * The newest jobs of a family until they are enough, or all of them.
 *
 * @throws NclueError `unreadable` where it is not certain that these are the newest
 */
export async function readLatest(cli: Cli, family: Family, isEnough: IsEnough): Promise<Latest> {
  const doing = `listing ${family.nouns}`;
  const jobs = cli.context.clients().jobs[family.name];
  const reading = cli.activity.during(
    () => describeReading(cli, family),
    () => jobs.latest(isEnough, cli.interrupted),
  );
  const latest = await reading.catch((error: unknown) => {
    throw isNclueError(error) ? whileDoing(doing, error) : error;
  });
  if (!latest.hasNewest) throw incompleteList(family, doing);
  return latest;
}

/** `reading the list, 400 of 1,268 task runs` */
function describeReading(cli: Cli, { name, nouns }: Family): string {
  const { readSoFar } = cli.context.clients().jobs[name];
  if (readSoFar === undefined) return `reading the list of ${nouns}`;
  const { entries, total } = readSoFar;
  const all = total === undefined ? "" : ` of ${figure(total)}`;
  return `reading the list, ${figure(entries)}${all} ${nouns}`;
}

function figure(count: number): string {
  return count.toLocaleString("en-US");
}
