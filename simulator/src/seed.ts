import { randomUUID } from "node:crypto";
import type { FamilyName } from "./families";
import type { Job, Plan } from "./job";
import { madeUpFeatureMeasures, madeUpTaskMeasures } from "./madeUpMeasures";
import { checkPlan } from "./planBook";
import type { Service } from "./service";

/** What every seeded job may say; all of it may be left out. */
export interface Seed {
  /** @default a random one */
  readonly id?: string;
  /** @default one made from the id */
  readonly name?: string;
  /** The owner. @default the first account */
  readonly account?: string;
  /** When it was created, in milliseconds since 1970. @default now, by the service's clock */
  readonly createdAtMs?: number;
  /** @default completed at once for features and tasks, the default plan for task runs */
  readonly plan?: Partial<Plan>;
}

export interface FeatureSeed extends Seed {
  readonly sourceBucket?: string;
  readonly sourceFilePath?: string;
  /** How many users it holds, which is how many lines the result of a run has. @default 120 */
  readonly userCount?: number;
}

export interface TaskSeed extends Seed {
  /** @default a feature seeded for the purpose */
  readonly trainFeatureId?: string;
  readonly trainBucket?: string;
  readonly trainFilePath?: string;
}

export interface TaskRunSeed extends Seed {
  /** @default a task seeded for the purpose */
  readonly taskId?: string;
  /** @default the task's own feature */
  readonly featureId?: string;
  readonly resultBucket?: string;
  readonly resultFilePath?: string;
}

/** Puts jobs into the service past the API and its checks. */
export interface Seeder {
  seedFeature(seed?: FeatureSeed): Job;
  seedTask(seed?: TaskSeed): Job;
  seedTaskRun(seed?: TaskRunSeed): Job;
}

export function createSeeder(service: Service, firstAccount: string): Seeder {
  const add = (
    family: FamilyName,
    seed: Seed,
    plan: Plan,
    rest: Pick<Job, "fields" | "parents" | "measures">,
  ): Job => {
    checkPlan(seed.plan ?? {});
    const id = seed.id ?? randomUUID();
    const job: Job = {
      ...rest,
      family,
      id,
      name: seed.name ?? `${family}-${id.slice(0, 8)}`,
      account: seed.account ?? firstAccount,
      createdAtMs: seed.createdAtMs ?? service.clock.now(),
      plan: { ...plan, ...seed.plan },
      resultKeys: [],
    };
    service.store.add(job);
    return job;
  };

  const parent = (id: string): Job => {
    const job = service.store.find(id);
    if (!job) throw new RangeError(`seeding: there is no job ${id}`);
    return job;
  };

  const seedFeature: Seeder["seedFeature"] = (seed = {}) =>
    add("features", seed, completedAtOnce, {
      parents: [],
      fields: {
        source_bucket: seed.sourceBucket ?? "seeded",
        source_file_path: seed.sourceFilePath ?? "features/",
      },
      measures: {
        ...madeUpFeatureMeasures,
        user_count: seed.userCount ?? madeUpFeatureMeasures.user_count,
      },
    });

  const seedTask: Seeder["seedTask"] = (seed = {}) => {
    const feature = seed.trainFeatureId
      ? parent(seed.trainFeatureId)
      : seedFeature(seed.account === undefined ? {} : { account: seed.account });
    return add("tasks", seed, completedAtOnce, {
      parents: [feature.id],
      fields: {
        train_feature_id: feature.id,
        train_feature_name: feature.name,
        train_bucket: seed.trainBucket ?? "seeded",
        train_file_path: seed.trainFilePath ?? "labels/train.tsv",
        test_feature_id: null,
        test_feature_name: null,
        test_bucket: null,
        test_file_path: null,
      },
      measures: madeUpTaskMeasures([feature]),
    });
  };

  const seedTaskRun: Seeder["seedTaskRun"] = (seed = {}) => {
    const task = seed.taskId
      ? parent(seed.taskId)
      : seedTask(seed.account === undefined ? {} : { account: seed.account });
    const feature = parent(seed.featureId ?? task.parents[0] ?? "");
    return add("task-runs", seed, service.plans.byDefault(), {
      parents: [task.id, feature.id],
      fields: {
        task_id: task.id,
        task_name: task.name,
        feature_id: feature.id,
        feature_name: feature.name,
        result_bucket: seed.resultBucket ?? "seeded",
        result_file_path: seed.resultFilePath ?? "runs/",
      },
      measures: { line_count: feature.measures.user_count ?? 0 },
    });
  };

  return { seedFeature, seedTask, seedTaskRun };
}

const completedAtOnce: Plan = {
  registeredMs: 0,
  pendingMs: 0,
  inProgressMs: 0,
  outcome: "completed",
};
