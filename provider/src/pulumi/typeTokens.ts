import type { FamilyName } from "../domain/family";

/** The types of the resources. Frozen for good: they are written into every state. */
export const TYPE_TOKENS = {
  feature: "pulumi-nodejs:dynamic/nclue:Feature",
  task: "pulumi-nodejs:dynamic/nclue:Task",
  taskRun: "pulumi-nodejs:dynamic/nclue:TaskRun",
  customAttributes: "pulumi-nodejs:dynamic/nclue:CustomAttributes",
  shoppingIntent: "pulumi-nodejs:dynamic/nclue:ShoppingIntent",
  taskRunCompletion: "pulumi-nodejs:dynamic/nclue:TaskRunCompletion",
} as const satisfies Readonly<Record<FamilyName | "taskRunCompletion", string>>;

/** Whether a value is a resource of a type, even one of another copy of this package. */
export function hasType(value: unknown, type: string): boolean {
  return (value as { __pulumiType?: unknown } | null | undefined)?.__pulumiType === type;
}
