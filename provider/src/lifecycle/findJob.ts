import type { Family } from "../domain/family";
import { isSameId, type Job, newestFirst } from "../domain/job";
import { isSameName } from "../domain/jobName";
import { normalizeStatus } from "../domain/status";
import { isNclueError, isNotFound, NclueError, whileDoing } from "../kernel/errors";
import { printable } from "../kernel/text";
import { incompleteList } from "../nclue/jobs/incompleteList";
import type { Sighting } from "../nclue/jobs/sharedReads";
import { isOwnFault } from "../nclue/jobs/unknownId";
import type { Clients } from "./jobContext";

/** Looking jobs up for somebody who asks, with nothing in mind to change. */

export interface JobFilter {
  readonly status?: string | undefined;
  /** Values that fields must have: `{ taskId: "…" }`. */
  readonly fields?: Readonly<Record<string, string | undefined>>;
}

type JobClients = Pick<Clients, "jobs">;

const NEVER = new AbortController().signal;

/** @throws NclueError `job-gone` */
export async function findJobById(
  { jobs }: JobClients,
  family: Family,
  id: string,
  signal: AbortSignal = NEVER,
): Promise<Job> {
  const doing = `looking up ${family.noun} ${printable(id)}`;
  try {
    const sighting = await jobs[family.name].lookUp(id, signal).catch(missingAtFault);
    if (sighting.kind === "seen") return sighting.job;
    const { error } = sighting;
    const isUnknown =
      isNotFound(error) || (await jobs[family.name].isListed(id, signal)) === "absent";
    if (!isUnknown) throw error;
  } catch (error) {
    throw isNclueError(error) ? whileDoing(doing, error) : error;
  }
  throw notFound(family, doing, `the service knows no ${family.short} of this id`);
}

/** The service may fail at an id that it does not know: the whole list decides then. */
function missingAtFault(error: unknown): Sighting {
  if (isOwnFault(error)) return { kind: "missing", error };
  throw error;
}

/**
 * The one job of a name. The service cannot be asked for it, so its whole list is read.
 *
 * @throws NclueError `job-gone`, or `several-jobs`, which lists them
 */
export function findJobByName(
  clients: JobClients,
  family: Family,
  name: string,
  signal: AbortSignal = NEVER,
): Promise<Job> {
  return findListed(clients, family, name, isCalled, signal);
}

/** What a person types: an id or a name. */
export async function findJob(
  clients: JobClients,
  family: Family,
  idOrName: string,
  signal: AbortSignal = NEVER,
): Promise<Job> {
  if (!isIdShaped(idOrName)) return findListed(clients, family, idOrName, isMeant, signal);
  try {
    return await findJobById(clients, family, idOrName, signal);
  } catch (error) {
    if (!isNclueError(error, "job-gone")) throw error;
    const jobs = await listJobs(clients, family, {}, signal);
    const found = jobs.filter((job) => isCalled(job, idOrName));
    if (found.length === 1 && found[0] !== undefined) return found[0];
    throw found.length === 0 ? error : several(family, idOrName, found);
  }
}

/** Whether a listed job has the text for its name, or for an id in a form that the pages do not show. */
export function isMeant(job: Job, idOrName: string): boolean {
  const isId = !isIdShaped(idOrName) && isSameId(job.id, idOrName);
  return isId || isCalled(job, idOrName);
}

/**
 * All jobs of the account that the filter lets through, newest first.
 *
 * @throws NclueError `unreadable` where the list may be incomplete
 */
export async function listJobs(
  { jobs }: JobClients,
  family: Family,
  { status, fields = {} }: JobFilter = {},
  signal: AbortSignal = NEVER,
): Promise<readonly Job[]> {
  const doing = `listing ${family.nouns}`;
  const listed = await jobs[family.name].list(signal).catch((error: unknown) => {
    throw isNclueError(error) ? whileDoing(doing, error) : error;
  });
  if (!listed.isWhole) throw incompleteList(family, doing);
  const wanted = status === undefined ? undefined : normalizeStatus(status);
  const isWanted = (job: Job) =>
    Object.entries(fields).every(
      ([name, value]) => value === undefined || holds(family, job, name, value),
    );
  return listed.jobs
    .filter((job) => (wanted === undefined || job.status === wanted) && isWanted(job))
    .sort(newestFirst);
}

/** Whether a job was created from this value, however the service spells it. */
function holds(family: Family, job: Job, field: string, value: string): boolean {
  const atService = job.fields[field] ?? null;
  return atService !== null && family.fields[field]?.isSame(value, atService, job) === true;
}

/** The form of every id that the service's pages show; ids are opaque all the same. */
export function isIdShaped(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

function isCalled({ name }: Job, text: string): boolean {
  return name !== null && isSameName(name, text);
}

/** The one job of the list that a text fits. */
async function findListed(
  clients: JobClients,
  family: Family,
  text: string,
  fits: (job: Job, text: string) => boolean,
  signal: AbortSignal,
): Promise<Job> {
  const found = (await listJobs(clients, family, {}, signal)).filter((job) => fits(job, text));
  const [job] = found;
  if (job === undefined) {
    const what = fits === isMeant ? "name or id" : "name";
    const cause = `the service lists no ${family.short} of this ${what}`;
    throw notFound(family, doingOf(family, text), cause);
  }
  if (found.length > 1) throw several(family, text, found);
  return job;
}

function notFound({ short }: Family, doing: string, cause: string): NclueError {
  return new NclueError("job-gone", {
    doing,
    cause,
    remedy: `check it, and that address and keys are those of the account that has the ${short}`,
  });
}

function several(family: Family, text: string, jobs: readonly Job[]): NclueError {
  const each = jobs.map(({ id, status, createdAt }) => `${id} (${status}, created ${createdAt})`);
  const what = jobs.every((job) => isCalled(job, text)) ? "name" : "name or id";
  return new NclueError(
    "several-jobs",
    {
      doing: doingOf(family, text),
      cause: `${jobs.length} ${family.nouns} have the ${what}: ${each.join(", ")}`,
      remedy: "name the one that is meant by its id",
    },
    { jobIds: jobs.map(({ id }) => id) },
  );
}

function doingOf({ noun }: Family, name: string): string {
  return `looking up ${noun} "${printable(name)}"`;
}
