import type { Declaration } from "../domain/declaration";
import type { Family } from "../domain/family";
import { normalText } from "../domain/jobName";
import type { JobContext, Update } from "./jobContext";
import { idWithName } from "./jobWords";

/** Which resource of this update has which name and which job: nothing ever belongs to two. */

export function isOthersName(ctx: JobContext, declaration: Declaration, name: string): boolean {
  const owner = ctx.update.nameOwners.get(keyOf(declaration.family, name));
  return owner !== undefined && owner !== ownerOf(declaration);
}

/** Reserves a name for one resource, so that two never share a job. */
export function claimName(ctx: JobContext, declaration: Declaration, name: string): void {
  ctx.update.nameOwners.set(keyOf(declaration.family, name), ownerOf(declaration));
}

/** Jobs that other resources of the stack hold: in the state, or since this update has begun. */
export function heldByOthers(ctx: JobContext, declaration: Declaration): readonly string[] {
  const { update } = ctx;
  const own = ownerOf(declaration);
  const claimed = [...jobOwners(ctx, declaration)].filter(([, owner]) => owner !== own);
  // What a transform makes of a resource is hidden from its class, but not from the diff of the others.
  const shown = [...update.imported].filter(([urn]) => urn !== "" && urn !== own);
  return [
    ...declaration.plumbing.otherJobIds,
    ...claimed.map(([id]) => id),
    ...shown.flatMap(([, [id]]) => (id === undefined ? [] : [id])),
  ];
}

/** Reserves a job that is about to be taken over, or that was just created. */
export function claimJob(ctx: JobContext, declaration: Declaration, id: string): void {
  jobOwners(ctx, declaration).set(id, ownerOf(declaration));
}

/** Names of jobs that an update has deleted itself, which the service may keep as taken. */
const deletedNames = new WeakMap<Update, Set<string>>();

export function noteDeletedName({ update }: JobContext, family: Family, name: string | null): void {
  if (name === null) return;
  const names = deletedNames.get(update) ?? new Set<string>();
  deletedNames.set(update, names.add(keyOf(family, name)));
}

export function wasDeletedHere({ update }: JobContext, family: Family, name: string): boolean {
  return deletedNames.get(update)?.has(keyOf(family, name)) === true;
}

function jobOwners({ update }: JobContext, { family }: Declaration): Map<string, string> {
  const owners = update.jobOwners.get(family.name) ?? new Map<string, string>();
  update.jobOwners.set(family.name, owners);
  return owners;
}

/**
 * Case counts: a service that tells "Weekly" from "weekly" has two jobs then. Where it does not, the job
 * of the first answers to both names, and is held by its resource.
 */
function keyOf({ name: family }: Family, name: string): string {
  return `${family} ${normalText(name)}`;
}

/** Two resources of one logical name still have different URNs. */
function ownerOf({ plumbing }: Declaration): string {
  return plumbing.urn ?? idWithName(plumbing.logicalName, "");
}
