import type { Family, FamilyName } from "../family";
import { customAttributes } from "./customAttributes";
import { feature } from "./feature";
import { shoppingIntent } from "./shoppingIntent";
import { task } from "./task";
import { taskRun } from "./taskRun";

/** All families by name. */
export const families: Readonly<Record<FamilyName, Family>> = {
  feature,
  task,
  taskRun,
  customAttributes,
  shoppingIntent,
};

/** The families of which a job can be created from a job of this one, with the fields that name it. */
export function childrenOf(
  parent: FamilyName,
): readonly { readonly family: Family; readonly fields: readonly string[] }[] {
  return Object.values(families).flatMap((family) => {
    const fields = Object.keys(family.fields).filter(
      (name) => family.fields[name]?.refersTo === parent,
    );
    return fields.length === 0 ? [] : [{ family, fields }];
  });
}
