import type { Declaration } from "../domain/declaration";
import type { JobContext } from "./jobContext";
import { idWithName } from "./jobWords";

/** Which resource of this update has which name and which job: nothing ever belongs to two. */

export function isOthersName(ctx: JobContext, declaration: Declaration, name: string): boolean {
  const owner = ctx.update.nameOwners.get(`${declaration.family.name} ${name}`);
  return owner !== undefined && owner !== ownerOf(declaration);
}

/** Reserves a name for one resource, so that two never share a job. */
export function claimName(ctx: JobContext, declaration: Declaration, name: string): void {
  ctx.update.nameOwners.set(`${declaration.family.name} ${name}`, ownerOf(declaration));
}

/** Jobs that other resources of the stack hold: in the state, or since this update has begun. */
export function heldByOthers(ctx: JobContext, declaration: Declaration): readonly string[] {
  const own = ownerOf(declaration);
  const claimed = [...jobOwners(ctx, declaration)].filter(([, owner]) => owner !== own);
  return [...declaration.plumbing.otherJobIds, ...claimed.map(([id]) => id)];
}

/** Reserves a job that is about to be taken over. */
export function claimJob(ctx: JobContext, declaration: Declaration, id: string): void {
  jobOwners(ctx, declaration).set(id, ownerOf(declaration));
}

function jobOwners({ update }: JobContext, { family }: Declaration): Map<string, string> {
  const owners = update.jobOwners.get(family.name) ?? new Map<string, string>();
  update.jobOwners.set(family.name, owners);
  return owners;
}

/** Two resources of one logical name still have different URNs. */
function ownerOf({ plumbing }: Declaration): string {
  return plumbing.urn ?? idWithName(plumbing.logicalName, "");
}
