import type { ContractTarget } from "./contractTarget";

/** What the guide says of one family. */
export interface ContractFamily {
  readonly path: string;
  readonly list: string;
  readonly stem: string;
  /** What a POST says beside `name`; undefined where the target names no such parent or file. */
  readonly request: (target: ContractTarget) => Readonly<Record<string, string>> | undefined;
  /** Names of parents, which answers add. */
  readonly parentNames: readonly string[];
  /** Integers of a job that is completed. */
  readonly counts: readonly string[];
  /** A path of the request with the code of its refusal, if it has one. */
  readonly pathRule?: readonly [field: string, code: number];
}

export const contractFamilies: readonly ContractFamily[] = [
  {
    path: "/features",
    list: "features",
    stem: "feature",
    request: ({ bucket, sourcePath }) =>
      sourcePath === undefined
        ? undefined
        : { source_bucket: bucket, source_file_path: sourcePath },
    parentNames: [],
    counts: ["user_count", "token_count", "disk_usage"],
    pathRule: ["source_file_path", 10103],
  },
  {
    path: "/tasks",
    list: "tasks",
    stem: "task",
    request: ({ bucket, featureId, labelsPath }) =>
      featureId === undefined || labelsPath === undefined
        ? undefined
        : { train_feature_id: featureId, train_bucket: bucket, train_file_path: labelsPath },
    parentNames: ["train_feature_name"],
    counts: ["line_count", "disk_usage"],
    pathRule: ["train_file_path", 10104],
  },
  {
    path: "/task-runs",
    list: "runs",
    stem: "run",
    request: ({ taskId, featureId, bucket }) =>
      taskId === undefined || featureId === undefined
        ? undefined
        : {
            task_id: taskId,
            feature_id: featureId,
            result_bucket: bucket,
            result_file_path: "contract/",
          },
    parentNames: ["task_name", "feature_name"],
    counts: ["line_count"],
    pathRule: ["result_file_path", 10103],
  },
  {
    path: "/profile/custom-attributes",
    list: "profiles",
    stem: "profile",
    request: ({ featureId, bucket }) =>
      featureId === undefined
        ? undefined
        : {
            feature_id: featureId,
            keyword_set: "running\nmarathon",
            result_bucket: bucket,
            result_file_path: "contract/",
          },
    parentNames: ["feature_name"],
    counts: ["line_count"],
    pathRule: ["result_file_path", 10103],
  },
  {
    path: "/profile/shopping-intents",
    list: "profiles",
    stem: "profile",
    request: ({ taskId }) => (taskId === undefined ? undefined : { task_id: taskId }),
    parentNames: ["task_name"],
    counts: ["line_count", "disk_usage"],
  },
];
