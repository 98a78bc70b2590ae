import type { FamilyName } from "./family";
import type { Job } from "./job";

/** Everything that was created and not yet deleted. */
export interface Store {
  add(job: Job): void;
  /** By id in any case, deleted jobs that still show included. */
  find(id: string): Job | undefined;
  /** All of an account's jobs of a family, oldest first, deleted jobs that still show included. */
  list(account: string, family: FamilyName): readonly Job[];
  all(): Iterable<Job>;
  /** Jobs with a name of any case, in any family of the account. */
  named(account: string, name: string): readonly Job[];
  /** Jobs whose end has not been dealt with; the only ones that a request must go through. */
  unsettled(): Iterable<Job>;
  markSettled(job: Job): void;
  /** Takes the job away at `nowMs`; it is forgotten for good once {@link Store.forget} is called. */
  markDeleted(job: Job, nowMs: number): void;
  deleted(): Iterable<Job>;
  forget(job: Job): void;
}

export function createStore(): Store {
  const byId = new Map<string, Job>();
  const byFamily = new Map<string, Set<Job>>();
  const byName = new Map<string, Set<Job>>();
  const unsettled = new Set<Job>();
  const deleted = new Set<Job>();

  return {
    add(job) {
      if (byId.has(idKey(job.id)))
        throw new RangeError(`adding ${job.family} ${job.id}: the id is taken`);
      byId.set(idKey(job.id), job);
      entry(byFamily, familyKey(job.account, job.family)).add(job);
      entry(byName, nameKey(job.account, job.name)).add(job);
      unsettled.add(job);
    },
    find: (id) => byId.get(idKey(id)),
    list: (account, family) => [...(byFamily.get(familyKey(account, family)) ?? [])],
    all: () => byId.values(),
    named: (account, name) => [...(byName.get(nameKey(account, name)) ?? [])],
    unsettled: () => unsettled,
    markSettled(job) {
      unsettled.delete(job);
    },
    markDeleted(job, nowMs) {
      job.deletedAtMs = nowMs;
      unsettled.delete(job);
      deleted.add(job);
    },
    deleted: () => deleted,
    forget(job) {
      byId.delete(idKey(job.id));
      deleted.delete(job);
      remove(byFamily, familyKey(job.account, job.family), job);
      remove(byName, nameKey(job.account, job.name), job);
    },
  };
}

function idKey(id: string): string {
  return id.toLowerCase();
}

function familyKey(account: string, family: FamilyName): string {
  return `${family} ${account}`;
}

function nameKey(account: string, name: string): string {
  return `${account} ${name.toLowerCase()}`;
}

function entry(index: Map<string, Set<Job>>, key: string): Set<Job> {
  const known = index.get(key);
  if (known) return known;
  const jobs = new Set<Job>();
  index.set(key, jobs);
  return jobs;
}

function remove(index: Map<string, Set<Job>>, key: string, job: Job): void {
  const jobs = index.get(key);
  jobs?.delete(job);
  if (jobs?.size === 0) index.delete(key);
}
