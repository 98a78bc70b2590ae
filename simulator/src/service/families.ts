import type { Family, FamilyName, Field } from "./family";

const resultFields: readonly Field[] = [
  { kind: "bucket", name: "result_bucket", isRequired: true, seeded: "seeded" },
  {
    kind: "path",
    name: "result_file_path",
    isRequired: true,
    seeded: "runs/",
    refusal: "pathCharacter",
  },
];

const result = { bucket: "result_bucket", path: "result_file_path" };

/** The five families. To add one is to add an entry. */
export const families: Readonly<Record<FamilyName, Family>> = {
  features: {
    stem: "feature",
    list: "features",
    fields: [
      { kind: "bucket", name: "source_bucket", isRequired: true, seeded: "seeded" },
      {
        kind: "path",
        name: "source_file_path",
        isRequired: true,
        seeded: "features/",
        refusal: "pathCharacter",
      },
    ],
    measures: { user_count: "lines", token_count: "tokens", disk_usage: "sourceBytes" },
    linesFrom: [],
    sources: [
      {
        bucket: "source_bucket",
        path: "source_file_path",
        content: "behaviour",
        missing: "pathNotFound",
      },
    ],
    isStored: true,
    isSeededCompleted: true,
  },

  tasks: {
    stem: "task",
    list: "tasks",
    fields: [
      { kind: "parent", name: "train_feature_id", isRequired: true, family: "features" },
      { kind: "bucket", name: "train_bucket", isRequired: true, seeded: "seeded" },
      {
        kind: "path",
        name: "train_file_path",
        isRequired: true,
        seeded: "labels/train.tsv",
        refusal: "trainPathCharacter",
      },
      { kind: "parent", name: "test_feature_id", isRequired: false, family: "features" },
      { kind: "bucket", name: "test_bucket", isRequired: false },
      { kind: "path", name: "test_file_path", isRequired: false, refusal: "testPathCharacter" },
    ],
    measures: { AUROC: "auroc", line_count: "lines", disk_usage: "modelBytes" },
    linesFrom: ["train_feature_id", "test_feature_id"],
    sources: [
      {
        bucket: "train_bucket",
        path: "train_file_path",
        content: "labels",
        missing: "trainPathNotFound",
      },
      {
        bucket: "test_bucket",
        path: "test_file_path",
        content: "labels",
        missing: "testPathNotFound",
      },
    ],
    queueSwitch: "tasksAtOnce",
    isStored: true,
    isSeededCompleted: true,
  },

  "task-runs": {
    stem: "run",
    list: "runs",
    fields: [
      { kind: "parent", name: "task_id", isRequired: true, family: "tasks" },
      {
        kind: "parent",
        name: "feature_id",
        isRequired: true,
        family: "features",
        partOf: { field: "task_id", enforcedBy: "featureMustBeTasksOwn" },
      },
      // Pages of 2025 called the result optional here, and here only.
      ...resultFields.map((field) => ({ ...field, isRequired: "resultRequired" as const })),
    ],
    measures: { line_count: "lines" },
    linesFrom: ["feature_id"],
    sources: [],
    result,
    isStored: false,
    isSeededCompleted: false,
  },

  "profile/custom-attributes": {
    stem: "profile",
    list: "profiles",
    fields: [
      { kind: "parent", name: "feature_id", isRequired: true, family: "features" },
      { kind: "keywords", name: "keyword_set", isRequired: true, seeded: "running\nmarathon" },
      ...resultFields,
    ],
    measures: { line_count: "lines" },
    linesFrom: ["feature_id"],
    sources: [],
    result,
    columnsFrom: "keyword_set",
    isStored: false,
    isSeededCompleted: false,
  },

  "profile/shopping-intents": {
    stem: "profile",
    list: "profiles",
    fields: [{ kind: "parent", name: "task_id", isRequired: true, family: "tasks" }],
    measures: { line_count: "lines", disk_usage: "resultBytes" },
    linesFrom: ["task_id"],
    sources: [],
    downloadPath: "profile/shopping-intents-download",
    isStored: true,
    isSeededCompleted: false,
  },
};

export const familyNames = Object.keys(families) as readonly FamilyName[];

export function isFamilyName(text: string | undefined): text is FamilyName {
  return text !== undefined && Object.hasOwn(families, text);
}
