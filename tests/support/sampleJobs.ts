import { type Declaration, readDeclaration } from "../../provider/src/domain/declaration";
import { families } from "../../provider/src/domain/families";
import type { Family, FamilyName } from "../../provider/src/domain/family";
import { fieldsFrom, type Job } from "../../provider/src/domain/job";
import { PLUMBING } from "../../provider/src/domain/plumbing";

type Values = Readonly<Record<string, unknown>>;

/** What a program has to give of each family, and no more. */
export const requiredArguments: Readonly<Record<FamilyName, Values>> = {
  feature: { sourceBucket: "acme-behaviour", sourceFilePath: "seq/2026-11/" },
  task: {
    trainFeatureId: "f-1",
    trainBucket: "acme-behaviour",
    trainFilePath: "labels/churn.tsv",
  },
  taskRun: { taskId: "t-1", featureId: "f-1" },
  customAttributes: {
    featureId: "f-1",
    keywords: ["running", "marathon"],
    resultBucket: "acme-results",
    resultFilePath: "runners/",
  },
  shoppingIntent: { taskId: "t-1" },
};

/** A job of a family that nothing is known of but what is given. */
export function jobOf(family: Family, changes: Partial<Job> = {}): Job {
  return {
    id: "1",
    name: "name-1",
    status: "in_progress",
    createdAt: "2026-11-01T09:00:00+09:00",
    completedAt: null,
    failMessage: null,
    measures: Object.fromEntries(Object.keys(family.measures).map((name) => [name, null])),
    ...changes,
    fields: { ...fieldsFrom(family, () => null), ...changes.fields },
  };
}

/** The nth of many runs: `run-7`. */
export function runNumber(n: number, changes: Partial<Job> = {}): Job {
  return jobOf(families.taskRun, { id: `run-${n}`, name: `name-${n}`, ...changes });
}

/** What a program declares of a job, with what the class hands on. */
export function declarationOf(
  family: Family,
  changes: Values = {},
  plumbing: Values = {},
): Declaration {
  const inputs = { ...requiredArguments[family.name], ...changes };
  return readDeclaration(family, {
    ...inputs,
    [PLUMBING]: { stateWasRead: true, ...plumbing },
  });
}
