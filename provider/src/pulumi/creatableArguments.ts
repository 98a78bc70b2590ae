import * as pulumi from "@pulumi/pulumi";
import type { Family } from "../domain/family";

/**
 * The arguments that name a bucket, or data in one, which the same program may create: what is
 * missing in a preview may be there by the time of the update.
 */
export async function creatableArguments(
  family: Family,
  args: Readonly<Record<string, unknown>>,
  { dependsOn }: pulumi.ResourceOptions,
): Promise<readonly string[]> {
  const places = [
    ...(family.result === undefined ? [] : [family.result]),
    ...(family.sources ?? []),
  ];
  const names = places
    .flatMap(({ bucket, path }) => [bucket, path])
    .filter((name) => args[name] !== undefined);
  if (Array.isArray(dependsOn) ? dependsOn.length > 0 : dependsOn !== undefined) return names;
  const flags = await Promise.all(names.map((name) => comesFromResource(args[name])));
  return names.filter((_, index) => flags[index]);
}

async function comesFromResource(value: unknown): Promise<boolean> {
  if (!pulumi.Output.isInstance(value)) return false;
  const { allResources } = value as { allResources?: () => Promise<ReadonlySet<unknown>> };
  if (allResources === undefined) return true;
  try {
    return (await allResources.call(value)).size > 0;
  } catch {
    return true;
  }
}
