import * as pulumi from "@pulumi/pulumi";
import { knownValue } from "./knownValue";

/** What a resource is declared as. */
export interface Declared {
  readonly type: string;
  /** Its logical name. */
  readonly name: string;
  readonly options: pulumi.CustomResourceOptions;
}

/** The URN of a resource, then those that it had before (`aliases`). */
export async function ownUrns({ type, name, options }: Declared): Promise<readonly string[]> {
  const { parent, aliases = [] } = options;
  if (parent === undefined && aliases.length === 0) {
    return [`urn:pulumi:${pulumi.getStack()}::${pulumi.getProject()}::${type}::${name}`];
  }
  const urns = [
    pulumi.createUrn(name, type, parent),
    ...aliases.map((alias) => urnBefore(alias, { type, name, options })),
  ];
  const known = await Promise.all(urns.map(knownValue));
  return known.filter((urn) => typeof urn === "string");
}

function urnBefore(
  alias: pulumi.Input<string | pulumi.Alias>,
  { type, name, options }: Declared,
): pulumi.Output<string> {
  const output = pulumi.output(alias) as pulumi.Output<string | pulumi.Alias>;
  return output.apply((known) => {
    if (typeof known === "string") return pulumi.output(known);
    return pulumi.createUrn(
      known.name ?? name,
      known.type ?? type,
      ("parent" in known ? known.parent : options.parent) as pulumi.Resource | undefined,
      known.project as string | undefined,
      known.stack as string | undefined,
    );
  }) as pulumi.Output<string>;
}
