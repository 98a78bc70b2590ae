import * as pulumi from "@pulumi/pulumi";
import { knownValue } from "./knownValue";

/** What a resource is declared as. */
export interface Declared {
  readonly type: string;
  /** Its logical name. */
  readonly name: string;
  readonly options: pulumi.CustomResourceOptions;
}

type Urn = string;

/**
 * The URN of a resource, then those that it had before: its own `aliases`, and those that it inherits
 * from a parent that has some.
 */
export async function ownUrns({ type, name, options }: Declared): Promise<readonly Urn[]> {
  const { parent, aliases = [] } = options;
  if (parent === undefined && aliases.length === 0) {
    return [`urn:pulumi:${pulumi.getStack()}::${pulumi.getProject()}::${type}::${name}`];
  }
  const [current, own, ofParent] = await Promise.all([
    knownUrns([pulumi.createUrn(name, type, parent)]),
    knownUrns(aliases.map((alias) => urnBefore(alias, { type, name, options }))),
    parent === undefined ? [] : formerUrns(parent),
  ]);
  const inherited = inheritedUrns({ type, name, own }, partsOf(parent), ofParent);
  return [...new Set([...current, ...own, ...(await inherited)])];
}

function urnBefore(
  alias: pulumi.Input<string | pulumi.Alias>,
  { type, name, options }: Declared,
): pulumi.Output<Urn> {
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
  }) as pulumi.Output<Urn>;
}

/** What a resource has besides what the SDK documents. */
interface Parts {
  readonly __name?: string;
  readonly __pulumiType?: string;
  readonly __parentResource?: pulumi.Resource;
  /** The URNs of its own aliases. */
  readonly __aliases?: readonly pulumi.Output<Urn>[];
}

function partsOf(resource: pulumi.Resource | undefined): Parts {
  return (resource ?? {}) as unknown as Parts;
}

/** The URNs that a resource had before, those that its parents bring along among them. */
async function formerUrns(resource: pulumi.Resource): Promise<readonly Urn[]> {
  const { __name: name, __pulumiType: type, __parentResource, __aliases = [] } = partsOf(resource);
  const own = await knownUrns(__aliases);
  if (__parentResource === undefined || name === undefined || type === undefined) return own;
  const ofParent = await formerUrns(__parentResource);
  const inherited = await inheritedUrns({ type, name, own }, partsOf(__parentResource), ofParent);
  return [...own, ...inherited];
}

interface Child {
  readonly type: string;
  readonly name: string;
  /** URNs of its own aliases. */
  readonly own: readonly Urn[];
}

/** As the engine has it: under each former URN of the parent, the child and each of its own aliases. */
async function inheritedUrns(
  { type, name, own }: Child,
  { __name: parentName = "" }: Parts,
  ofParent: readonly Urn[],
): Promise<readonly Urn[]> {
  const children = [{ type, name }, ...own.map(typeAndName)];
  const urns = ofParent.flatMap((parentUrn) =>
    children.map((child) => {
      const formerParent = typeAndName(parentUrn).name;
      // A child whose name begins with its parent's is taken to be named after it.
      const isNamedAfter = parentName !== "" && child.name.startsWith(parentName);
      const formerName = isNamedAfter
        ? formerParent + child.name.slice(parentName.length)
        : child.name;
      return pulumi.createUrn(formerName, child.type, parentUrn);
    }),
  );
  return knownUrns(urns);
}

/** `urn:pulumi:<stack>::<project>::<type of parent>$<type>::<name>` */
function typeAndName(urn: Urn): { readonly type: string; readonly name: string } {
  const [, , types = "", ...name] = urn.split("::");
  return { type: types.slice(types.lastIndexOf("$") + 1), name: name.join("::") };
}

async function knownUrns(urns: readonly pulumi.Output<Urn>[]): Promise<readonly Urn[]> {
  const known = await Promise.all(urns.map(knownValue));
  return known.filter((urn) => typeof urn === "string");
}
