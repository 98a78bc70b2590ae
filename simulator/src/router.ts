import { type FamilyName, isFamilyName } from "./families";
import type { Operation } from "./operations/call";
import { deleteJob } from "./operations/deleteJob";
import { getJob } from "./operations/getJob";
import { listJobs } from "./operations/listJobs";
import { postFeature } from "./operations/postFeature";
import { postTask } from "./operations/postTask";
import { postTaskRun } from "./operations/postTaskRun";

/** The path of the API on its host. */
export const basePath = "/api/v1";

export interface Route {
  readonly operation: Operation;
  readonly family: FamilyName;
  readonly id: string;
}

const postOperations: Readonly<Record<FamilyName, Operation>> = {
  features: postFeature,
  tasks: postTask,
  "task-runs": postTaskRun,
};

/** Finds the operation for a method and a path that begins with {@link basePath}. */
export function findRoute(method: string, path: string, trailingSlash: boolean): Route | undefined {
  if (!path.startsWith(`${basePath}/`)) return undefined;
  const segments = path.slice(basePath.length + 1).split("/");
  if (trailingSlash && segments.at(-1) === "") segments.pop();
  const [family, id = "", ...rest] = segments;
  if (!isFamilyName(family) || rest.length > 0 || (segments.length === 2 && id === "")) {
    return undefined;
  }
  const operation = id === "" ? collectionOperation(method, family) : itemOperation(method);
  return operation && { operation, family, id };
}

function collectionOperation(method: string, family: FamilyName): Operation | undefined {
  if (method === "GET") return listJobs;
  return method === "POST" ? postOperations[family] : undefined;
}

function itemOperation(method: string): Operation | undefined {
  if (method === "GET") return getJob;
  return method === "DELETE" ? deleteJob : undefined;
}
