import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { canonicalJson } from "../domain/canonicalJson";
import type { Family } from "../domain/family";
import { creatableArguments } from "./creatableArguments";
import { knownValue } from "./knownValue";
import { secretArguments } from "./secretArguments";
import { readStackState } from "./stackState";

/** A resource for which plumbing is made. */
export interface Plumbed {
  readonly type: string;
  /** Its logical name. */
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly options: pulumi.CustomResourceOptions;
  /** The family of its job; the barrier has none. */
  readonly family?: Family;
  /** What is wrong with triggers that had to be awaited. */
  readonly triggerProblem?: Promise<string | undefined> | undefined;
}

/**
 * What the class hands on to the plugin in the one input `__nclue`, because the engine says none of
 * it to a dynamic provider. `domain/plumbing.ts` reads it.
 */
export function plumbingInput(resource: Plumbed): pulumi.Input<object> {
  const { type, name, options } = resource;
  const facts = {
    organization: pulumi.getOrganization(),
    project: pulumi.getProject(),
    stack: pulumi.getStack(),
    logicalName: name,
    timeouts: options.customTimeouts && { ...options.customTimeouts },
    importId: options.import,
    dryRun: pulumi.runtime.isDryRun(),
  };
  const plumbing = async (urns: readonly string[]) => {
    const found = await Promise.all([
      secretArguments(resource.args).then((secrets) => ({ secrets })),
      triggerFacts(resource),
      jobFacts(resource, urns),
    ]);
    return withoutEmpty(Object.assign({ urn: urns[0] }, facts, ...found));
  };
  // As few outputs and promises as can be: each costs a program of hundreds of jobs a moment.
  if (options.parent !== undefined || options.aliases !== undefined) {
    return pulumi.output(allUrns(type, name, options)).apply(plumbing);
  }
  return plumbing([`urn:pulumi:${facts.stack}::${facts.project}::${type}::${name}`]);
}

async function triggerFacts({ options, triggerProblem }: Plumbed): Promise<object> {
  const { replacementTrigger } = options as { replacementTrigger?: unknown };
  return {
    triggerProblem: await triggerProblem,
    replacementTrigger: await replacementDigest(replacementTrigger),
  };
}

async function jobFacts(
  { family, name, args, options }: Plumbed,
  urns: readonly string[],
): Promise<object> {
  if (family === undefined) return {};
  const givenName = await knownValue(args.name);
  const [inState, mayBeCreated] = await Promise.all([
    readStackState({
      family,
      urns,
      logicalName: name,
      name: typeof givenName === "string" ? givenName : undefined,
      importId: options.import,
    }),
    creatableArguments(family, args, options),
  ]);
  return { ...inState, mayBeCreated };
}

/** The resource's URN, then those of its aliases. */
function allUrns(
  type: string,
  name: string,
  { parent, aliases = [] }: pulumi.CustomResourceOptions,
): pulumi.Output<string>[] {
  const urnBefore = (alias: pulumi.Input<string | pulumi.Alias>) =>
    (pulumi.output(alias) as pulumi.Output<string | pulumi.Alias>).apply((known) => {
      if (typeof known === "string") return pulumi.output(known);
      return pulumi.createUrn(
        known.name ?? name,
        known.type ?? type,
        ("parent" in known ? known.parent : parent) as pulumi.Resource | undefined,
        known.project as string | undefined,
        known.stack as string | undefined,
      );
    }) as pulumi.Output<string>;
  return [pulumi.createUrn(name, type, parent), ...aliases.map(urnBefore)];
}

/** A digest of a secret could be guessed, so there is none. While it is unknown, so is the digest. */
async function replacementDigest(trigger: unknown): Promise<unknown> {
  if (trigger === undefined) return undefined;
  const output = pulumi.output(trigger);
  return (await pulumi.isSecret(output)) ? undefined : output.apply(digest);
}

function digest(value: unknown): string {
  return createHash("sha256")
    .update(canonicalJson(value ?? null))
    .digest("hex");
}

/** Each fact costs the program and the engine a moment; those that say nothing are not handed on. */
function withoutEmpty(facts: object): object {
  const says = (value: unknown) =>
    value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
  return Object.fromEntries(
    Object.entries(facts).filter(([name, value]) => name === "dryRun" || says(value)),
  );
}
