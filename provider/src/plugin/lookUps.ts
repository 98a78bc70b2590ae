import { findRunById, findRunByName, listRuns, type RunFilter } from "../lifecycle/findRun";
import type { RunRecord } from "../nclue/wire";
import { type AccountSources, createAccount } from "./account";

/** What a program may ask about runs, in the program's own process. */
export interface LookUps {
  byId(runId: string): Promise<RunRecord>;
  byName(name: string): Promise<RunRecord>;
  list(filter: RunFilter): Promise<readonly RunRecord[]>;
}

/** @throws NclueError `settings` */
export function createLookUps(sources: AccountSources): LookUps {
  const account = createAccount(sources);
  return {
    byId: (runId) => findRunById(account, runId),
    byName: (name) => findRunByName(account, name),
    list: (filter) => listRuns(account, filter),
  };
}
