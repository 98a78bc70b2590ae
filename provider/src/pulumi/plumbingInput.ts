import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { canonicalJson } from "../domain/canonicalJson";
import { type Family, type FamilyName, parentFields } from "../domain/family";
import { creatableArguments } from "./creatableArguments";
import { knownValue } from "./knownValue";
import { newJobsSoFar } from "./newJobs";
import { type Declared, ownUrns } from "./ownUrns";
import { secretArguments } from "./secretArguments";
import { readStackState } from "./stackState";

/** A resource that needs plumbing. */
export interface Plumbed extends Declared {
  readonly args: Readonly<Record<string, unknown>>;
  /** The family of its job; the barrier has none. */
  readonly family?: Family;
  /** What is wrong with triggers that had to be awaited. */
  readonly triggerProblem?: Promise<string | undefined> | undefined;
}

/**
 * What the class hands on to the plugin in the one input `__nclue`, because the engine says none of
 * it to a dynamic provider. `domain/plumbing.ts` reads it.
 */
export async function plumbingInput(resource: Plumbed): Promise<object> {
  const { name, options } = resource;
  const urns = await ownUrns(resource);
  const [secrets, triggers, job] = await Promise.all([
    secretArguments(resource.args),
    triggerFacts(resource),
    jobFacts(resource, urns),
  ]);
  return withoutEmpty({
    urn: urns[0],
    organization: pulumi.getOrganization(),
    project: pulumi.getProject(),
    stack: pulumi.getStack(),
    logicalName: name,
    timeouts: options.customTimeouts && { ...options.customTimeouts },
    importId: options.import,
    dryRun: pulumi.runtime.isDryRun(),
    secrets,
    ...triggers,
    ...job,
  });
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
  const known = await knownArguments(args, ["name", ...Object.keys(family.fields)]);
  const [inState, mayBeCreated] = await Promise.all([
    readStackState({
      family,
      urns,
      logicalName: name,
      name: typeof known.name === "string" ? known.name : undefined,
      importId: options.import,
      mayAdopt: args.onDuplicateName !== undefined,
      args: known,
      hidden: options.additionalSecretOutputs,
      parents: parentsAmong(family, known),
    }),
    creatableArguments(family, args, options),
  ]);
  return { ...inState, mayBeCreated, newJobs: await newJobsSoFar() };
}

async function knownArguments(
  args: Plumbed["args"],
  names: readonly string[],
): Promise<Readonly<Record<string, unknown>>> {
  const entries = names.map(async (name) => [name, await knownValue(args[name])] as const);
  return Object.fromEntries(await Promise.all(entries));
}

function parentsAmong(
  family: Family,
  known: Readonly<Record<string, unknown>>,
): readonly (readonly [FamilyName, string])[] {
  return parentFields(family).flatMap(({ argument, parent }) => {
    const id = known[argument];
    return typeof id === "string" ? [[parent, id] as const] : [];
  });
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
