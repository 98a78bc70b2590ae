import * as nclue from "pulumi-nclue";
import type { JobView } from "../../simulator/src";
import type { Program } from "./engine";
import type { Nclue } from "./withNclue";

// Programs of jobs of all families: side by side, each on parents that exist, and as one chain.

/** The families whose basic life is tested side by side; that of task runs has files of its own. */
export const FAMILIES = ["feature", "task", "customAttributes", "shoppingIntent"] as const;
export type FamilyName = (typeof FAMILIES)[number];

/** What the tests have to know of a family. */
export const FACTS = {
  feature: { path: "features", token: "Feature", idOutput: "featureId", noun: "feature" },
  task: { path: "tasks", token: "Task", idOutput: "taskId", noun: "task" },
  customAttributes: {
    path: "profile/custom-attributes",
    token: "CustomAttributes",
    idOutput: "profileId",
    noun: "custom attributes",
  },
  shoppingIntent: {
    path: "profile/shopping-intents",
    token: "ShoppingIntent",
    idOutput: "profileId",
    noun: "shopping intent",
  },
} as const;

export const BEHAVIOUR = "seq/2026-11/";
export const LABELS = "labels/churn.tsv";

export interface JobArgsByFamily {
  readonly feature: nclue.FeatureArgs;
  readonly task: nclue.TaskArgs;
  readonly customAttributes: nclue.CustomAttributesArgs;
  readonly shoppingIntent: nclue.ShoppingIntentArgs;
}

export type Changes = { readonly [Name in FamilyName]?: Partial<JobArgsByFamily[Name]> };
export type Options = Partial<Record<FamilyName, ConstructorParameters<typeof nclue.Task>[2]>>;

/** Puts the source data into the bucket; each line is a user. */
export async function putSources({ buckets, bucket }: Nclue): Promise<void> {
  await buckets.putObject(bucket, `${BEHAVIOUR}part-1.tsv`, "user-1\tshoes->running\n");
  await buckets.putObject(bucket, `${BEHAVIOUR}part-2.tsv`, "user-2\tmarathon->socks\n");
  await buckets.putObject(bucket, LABELS, "user-1\t1\nuser-2\t0\n");
}

/** Enough for a job of each family, on a task and a feature that exist. */
export function argsOf({ args, bucket }: Nclue): JobArgsByFamily {
  const { featureId, taskId } = args;
  return {
    feature: { sourceBucket: bucket, sourceFilePath: BEHAVIOUR },
    task: { trainFeatureId: featureId, trainBucket: bucket, trainFilePath: LABELS },
    customAttributes: {
      featureId,
      keywords: ["running", "marathon"],
      resultBucket: bucket,
      resultFilePath: "runners/",
    },
    shoppingIntent: { taskId },
  };
}

/** One job of each family, named like it. */
export function sideBySide(n: Nclue, changes: Changes = {}, options: Options = {}): Program {
  const args = argsOf(n);
  return async () => {
    new nclue.Feature("feature", { ...args.feature, ...changes.feature }, options.feature);
    new nclue.Task("task", { ...args.task, ...changes.task }, options.task);
    new nclue.CustomAttributes(
      "customAttributes",
      { ...args.customAttributes, ...changes.customAttributes },
      options.customAttributes,
    );
    new nclue.ShoppingIntent(
      "shoppingIntent",
      { ...args.shoppingIntent, ...changes.shoppingIntent },
      options.shoppingIntent,
    );
  };
}

export interface ChainChanges {
  readonly members?: Partial<nclue.FeatureArgs>;
  readonly churn?: Partial<nclue.TaskArgs>;
}

/** Behaviour files → feature → task → two runs. */
export function chain({ bucket }: Nclue, { members, churn }: ChainChanges = {}): Program {
  return async () => {
    const source = { sourceBucket: bucket, sourceFilePath: BEHAVIOUR };
    const feature = new nclue.Feature("members", { ...source, ...members });
    const labels = { trainBucket: bucket, trainFilePath: LABELS };
    const task = new nclue.Task("churn", { trainFeatureId: feature.id, ...labels, ...churn });
    const run = { taskId: task.id, featureId: feature.id, resultBucket: bucket };
    new nclue.TaskRun("scores", { ...run, resultFilePath: "scores/" });
    new nclue.TaskRun("again", { ...run, resultFilePath: "again/" });
  };
}

/** The jobs of each family that were created through the API, oldest first. */
export async function ownJobs({ simulator, task, feature }: Nclue): Promise<Jobs> {
  const found = await Promise.all(
    FAMILIES.map(async (name) => {
      const jobs = await simulator.jobs(FACTS[name].path);
      return [name, jobs.filter(({ id }) => id !== task.id && id !== feature.id)] as const;
    }),
  );
  return Object.fromEntries(found) as unknown as Jobs;
}

export type Jobs = Readonly<Record<FamilyName, readonly JobView[]>>;
