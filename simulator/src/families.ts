export type FamilyName = "features" | "tasks" | "task-runs";

/** How one family spells what all families share: requests say `name`, answers each their own. */
export interface Family {
  readonly idField: string;
  readonly nameField: string;
  readonly listField: string;
  /** Fields that have a value only once the job is completed. */
  readonly measures: readonly string[];
}

export const families: Readonly<Record<FamilyName, Family>> = {
  features: {
    idField: "feature_id",
    nameField: "feature_name",
    listField: "features",
    measures: ["user_count", "token_count", "disk_usage"],
  },
  tasks: {
    idField: "task_id",
    nameField: "task_name",
    listField: "tasks",
    measures: ["AUROC", "line_count", "disk_usage"],
  },
  "task-runs": {
    idField: "run_id",
    nameField: "run_name",
    listField: "runs",
    measures: ["line_count"],
  },
};

export function isFamilyName(text: string | undefined): text is FamilyName {
  return text !== undefined && Object.hasOwn(families, text);
}
