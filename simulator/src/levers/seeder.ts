import { randomUUID } from "node:crypto";
import { withParentNames } from "../operations/withParentNames";
import { families } from "../service/families";
import type { FamilyName, Field, ParentField } from "../service/family";
import type { Job, Plan } from "../service/job";
import { madeUpCounts } from "../service/measures";
import { checkPlan } from "../service/planBook";
import type { Service } from "../service/service";
import type { Seed, Seeds } from "./seeds";

/** Puts jobs into the service past the API and its checks. */
export interface Seeder {
  seed<Name extends FamilyName>(family: Name, seed?: Seeds[Name]): Job;
}

export function createSeeder(service: Service, firstAccount: string): Seeder {
  const seedJob = (family: FamilyName, seed: Seed & { readonly userCount?: number }): Job => {
    checkSeed(family, seed);
    const { fields, isSeededCompleted } = families[family];
    const parents = seedParents(family, seed);
    const id = seed.id ?? randomUUID();
    const job: Job = {
      family,
      id,
      name: seed.name ?? `${family.replace(/.*\//, "")}-${id.slice(0, 8)}`,
      account: seed.account ?? firstAccount,
      createdAtMs: seed.createdAtMs ?? service.clock.now(),
      fields: withParentNames(family, seededFields(fields, seed), parents),
      parents,
      counts: { ...madeUpCounts, lines: seed.userCount ?? madeUpCounts.lines },
      isQueued: false,
      plan: { ...(isSeededCompleted ? completedAtOnce : service.plans.byDefault()), ...seed.plan },
      resultKeys: [],
    };
    service.store.add(job);
    return job;
  };

  const seedParents = (family: FamilyName, seed: Seed): Parents => {
    const parents: Record<string, Job> = {};
    for (const field of families[family].fields.filter((field) => field.kind === "parent")) {
      const id = valueFor(field, seed);
      const parent = id === undefined ? ownPart(field, parents) : findJob(id, service);
      if (parent) parents[field.name] = parent;
      else if (field.isRequired) {
        const sameAccount = seed.account === undefined ? {} : { account: seed.account };
        parents[field.name] = seedJob(field.family, sameAccount);
      }
    }
    return parents;
  };

  return { seed: (family, seed = {}) => seedJob(family, seed) };
}

function findJob(id: string, { store }: Service): Job {
  const job = store.find(id);
  if (!job) throw new RangeError(`seeding: there is no job ${id}`);
  return job;
}

/** Where a parent may be one of another's own, that one. */
function ownPart({ family, partOf }: ParentField, parents: Parents): Job | undefined {
  const whole = partOf && parents[partOf.field];
  return Object.values(whole?.parents ?? {}).find((part) => part.family === family);
}

type Parents = Readonly<Record<string, Job>>;

/** What the seeds of all families may say. */
const seedKeys = ["id", "name", "account", "createdAtMs", "plan", "userCount"];

const completedAtOnce: Plan = {
  registeredMs: 0,
  pendingMs: 0,
  inProgressMs: 0,
  outcome: "completed",
};

/** Seeds also come in over HTTP, where no compiler has checked them. */
function checkSeed(family: FamilyName, seed: Seed): void {
  const known = [...seedKeys, ...families[family].fields.map(seedKey)];
  const unknown = Object.keys(seed).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw new TypeError(`seeding ${family}: there is no ${unknown}; use ${known.join(", ")}`);
  }
  checkPlan(seed.plan ?? {});
}

function seededFields(fields: readonly Field[], seed: Seed): Record<string, string | null> {
  const values: Record<string, string | null> = {};
  for (const field of fields) {
    const value = valueFor(field, seed) ?? field.seeded ?? null;
    values[field.name] = field.kind === "keywords" ? (value?.replaceAll("\n", ",") ?? null) : value;
  }
  return values;
}

function valueFor(field: Field, seed: Seed): string | undefined {
  return (seed as Readonly<Record<string, string | undefined>>)[seedKey(field)];
}

/** `train_feature_id` → `trainFeatureId` */
function seedKey({ name }: Field): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
