import type { Family } from "../domain/family";
import type { Job } from "../domain/job";
import { NO_RESULT, type ResultObject } from "../domain/outputs";
import { findJobById, findJobByName, type JobFilter, listJobs } from "../lifecycle/findJob";
import { findResultOf } from "../lifecycle/findResultOf";
import { type ClientSources, createClients } from "./clients";

/** What a program may ask about jobs, in the program's own process. */
export interface LookUps {
  byId(family: Family, id: string): Promise<FoundJob>;
  byName(family: Family, name: string): Promise<FoundJob>;
  list(family: Family, filter: JobFilter): Promise<readonly Job[]>;
}

export interface FoundJob {
  readonly job: Job;
  readonly result: ResultObject;
}

/** @throws NclueError `settings` */
export function createLookUps(sources: ClientSources): LookUps {
  const clients = createClients(sources);
  const withResult = async (family: Family, job: Job) => ({
    job,
    result:
      family.result === undefined
        ? NO_RESULT
        : await findResultOf(clients, sources.clock, family, job),
  });
  return {
    byId: async (family, id) => withResult(family, await findJobById(clients, family, id)),
    byName: async (family, name) => withResult(family, await findJobByName(clients, family, name)),
    list: (family, filter) => listJobs(clients, family, filter),
  };
}
