import { newestFirst } from "../domain/namesakes";
import { normalizeStatus } from "../domain/status";
import { isNclueError, NclueError, whileDoing } from "../kernel/errors";
import { printable } from "../kernel/text";
import { Priority } from "../nclue/rateLimiter";
import type { RunRecord } from "../nclue/wire";
import type { Account } from "./runContext";

/** Looking runs up for somebody who asks, with nothing in mind to change. */

export interface RunFilter {
  readonly taskId?: string | undefined;
  readonly status?: string | undefined;
}

type Looker = Pick<Account, "client" | "pages" | "directory">;

/** @throws NclueError `run-gone` */
export async function findRunById(
  { client }: Looker,
  runId: string,
  signal?: AbortSignal,
): Promise<RunRecord> {
  const doing = `looking up task run ${printable(runId)}`;
  try {
    return await client.getTaskRun(runId, { priority: Priority.read, signal });
  } catch (error) {
    if (isUnknownToService(error)) throw notFound(doing, "the service knows no run of this id");
    throw isNclueError(error) && error.code !== "settings" ? whileDoing(doing, error) : error;
  }
}

/**
 * The one run of a name. The service cannot be asked for it, so its whole list is read.
 *
 * @throws NclueError `run-gone`, or `several-runs`, which lists them
 */
export async function findRunByName(
  account: Looker,
  name: string,
  signal?: AbortSignal,
): Promise<RunRecord> {
  const doing = `looking up task run "${printable(name)}"`;
  const found = (await listRuns(account, {}, signal)).filter((run) => run.name === name);
  const [run] = found;
  if (run === undefined) throw notFound(doing, "the service lists no run of this name");
  if (found.length > 1) throw several(doing, found);
  return run;
}

/** What a person types: an id or a name. */
export async function findRun(
  account: Looker,
  idOrName: string,
  signal?: AbortSignal,
): Promise<RunRecord> {
  if (!isIdShaped(idOrName)) return findRunByName(account, idOrName, signal);
  try {
    return await findRunById(account, idOrName, signal);
  } catch (error) {
    if (!isNclueError(error, "job-gone")) throw error;
    const found = (await listRuns(account, {}, signal)).filter((run) => run.name === idOrName);
    if (found.length === 1 && found[0] !== undefined) return found[0];
    throw found.length === 0 ? error : several(`looking up task run "${idOrName}"`, found);
  }
}

/** All runs of the account that the filter lets through, newest first. */
export async function listRuns(
  { pages, directory }: Looker,
  { taskId, status }: RunFilter = {},
  signal?: AbortSignal,
): Promise<readonly RunRecord[]> {
  const wanted = status === undefined ? undefined : normalizeStatus(status);
  const all: RunRecord[] = [];
  try {
    for await (const runs of pages.walk({ priority: Priority.read, signal })) all.push(...runs);
  } catch (error) {
    throw isNclueError(error) ? whileDoing("listing task runs", error) : error;
  }
  // What is known of finished runs makes the estimates.
  for (const run of all) directory.add(run);
  const filtered = all.filter(
    (run) =>
      (taskId === undefined || run.taskId === taskId) &&
      (wanted === undefined || run.status === wanted),
  );
  return filtered.sort(newestFirst);
}

/** The form of every id that the service's pages show; ids are opaque all the same. */
export function isIdShaped(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

function isUnknownToService(error: unknown): boolean {
  return (
    isNclueError(error, "refused") &&
    error.facts.kind === "not-found" &&
    error.facts.fromGateway !== true
  );
}

function notFound(doing: string, cause: string): NclueError {
  return new NclueError("job-gone", {
    doing,
    cause,
    remedy: "check it, and that address and keys are those of the account that has the run",
  });
}

function several(doing: string, runs: readonly RunRecord[]): NclueError {
  const each = runs.map((run) => `${run.runId} (${run.status}, made ${run.createdAt})`);
  return new NclueError(
    "several-jobs",
    {
      doing,
      cause: `${runs.length} runs have the name: ${each.join(", ")}`,
      remedy: "name the one that is meant by its id",
    },
    { jobIds: runs.map(({ runId }) => runId) },
  );
}
