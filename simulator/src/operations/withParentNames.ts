import { families } from "../service/families";
import type { FamilyName } from "../service/family";
import type { Job } from "../service/job";

/** The fields of a job with the name of each parent after its id, as the answers show them. */
export function withParentNames(
  family: FamilyName,
  fields: Readonly<Record<string, string | null>>,
  parents: Readonly<Record<string, Job>>,
): Record<string, string | null> {
  const shown: Record<string, string | null> = {};
  for (const { name, kind } of families[family].fields) {
    shown[name] = parents[name]?.id ?? fields[name] ?? null;
    if (kind === "parent") shown[parentNameField(name)] = parents[name]?.name ?? null;
  }
  return shown;
}

/** `task_id` → `task_name` */
export function parentNameField(idField: string): string {
  return idField.replace(/_id$/, "_name");
}
