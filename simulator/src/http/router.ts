import type { Operation } from "../operations/call";
import { deleteJob } from "../operations/deleteJob";
import { downloadResult } from "../operations/downloadResult";
import { getJob } from "../operations/getJob";
import { listJobs } from "../operations/listJobs";
import { postJob } from "../operations/postJob";
import { families, familyNames, isFamilyName } from "../service/families";
import type { FamilyName } from "../service/family";

/** The path of the API on its host. */
export const basePath = "/api/v1";

export interface Route {
  readonly operation: Operation;
  readonly family: FamilyName;
  readonly id: string;
}

const collectionOperations: Readonly<Record<string, Operation>> = { GET: listJobs, POST: postJob };
const itemOperations: Readonly<Record<string, Operation>> = { GET: getJob, DELETE: deleteJob };
const downloadOperations: Readonly<Record<string, Operation>> = { GET: downloadResult };

const familyOfDownload = new Map(
  familyNames.map((family) => [families[family].downloadPath, family] as const),
);

/**
 * Finds the operation for a method and a path that begins with {@link basePath}. A collection's path may
 * have several segments; an id is one more.
 */
export function findRoute(method: string, path: string, trailingSlash: boolean): Route | undefined {
  if (!path.startsWith(`${basePath}/`)) return undefined;
  let below = path.slice(basePath.length + 1);
  if (trailingSlash && below.endsWith("/")) below = below.slice(0, -1);
  if (isFamilyName(below)) return route(collectionOperations[method], below, "");

  const slash = below.lastIndexOf("/");
  const collection = below.slice(0, Math.max(slash, 0));
  const id = below.slice(slash + 1);
  if (id === "") return undefined;
  if (isFamilyName(collection)) return route(itemOperations[method], collection, id);
  const family = familyOfDownload.get(collection);
  return family && route(downloadOperations[method], family, id);
}

function route(
  operation: Operation | undefined,
  family: FamilyName,
  id: string,
): Route | undefined {
  return operation && { operation, family, id };
}
