import type { Plan } from "../service/job";

/** What every seeded job may say; all of it may be left out. */
export interface Seed {
  /** @default a random one */
  readonly id?: string;
  /** @default one from the family and the id */
  readonly name?: string;
  /** The owner. @default the first account */
  readonly account?: string;
  /** When it was created, in milliseconds since 1970. @default now, by the service's clock */
  readonly createdAtMs?: number;
  /** @default completed at once for features and tasks, the default plan for the others */
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
  /** @default none */
  readonly testFeatureId?: string;
  readonly testBucket?: string;
  readonly testFilePath?: string;
}

export interface TaskRunSeed extends Seed {
  /** @default a task seeded for the purpose */
  readonly taskId?: string;
  /** @default the task's own feature */
  readonly featureId?: string;
  readonly resultBucket?: string;
  readonly resultFilePath?: string;
}

export interface CustomAttributesSeed extends Seed {
  /** @default a feature seeded for the purpose */
  readonly featureId?: string;
  /** Separated by line breaks, as in a POST. @default two keywords */
  readonly keywordSet?: string;
  readonly resultBucket?: string;
  readonly resultFilePath?: string;
}

export interface ShoppingIntentSeed extends Seed {
  /** @default a task seeded for the purpose */
  readonly taskId?: string;
}

/** The seed of each family. */
export interface Seeds {
  readonly features: FeatureSeed;
  readonly tasks: TaskSeed;
  readonly "task-runs": TaskRunSeed;
  readonly "profile/custom-attributes": CustomAttributesSeed;
  readonly "profile/shopping-intents": ShoppingIntentSeed;
}
