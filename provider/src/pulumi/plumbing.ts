import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { canonicalJson } from "../domain/canonicalJson";

/**
 * What the class hands on to the plugin in the one input `__nclue`, because the engine tells a
 * dynamic provider none of it. `domain/plumbing.ts` reads it.
 */
export function plumbingOf(
  type: string,
  name: string,
  args: Readonly<Record<string, unknown>>,
  options: pulumi.CustomResourceOptions,
): pulumi.Input<object> {
  const [organization, project, stack] = [
    pulumi.getOrganization(),
    pulumi.getProject(),
    pulumi.getStack(),
  ];
  const trigger = (options as { replacementTrigger?: unknown }).replacementTrigger;
  const facts = {
    organization,
    project,
    stack,
    logicalName: name,
    timeouts: options.customTimeouts && { ...options.customTimeouts },
    importId: options.import,
    replacementTrigger:
      trigger === undefined ? undefined : pulumi.unsecret(pulumi.output(trigger).apply(digest)),
    dryRun: pulumi.runtime.isDryRun(),
  };
  const withState = async (urn: string) => {
    const [state, secrets, bucketMayBeMade] = await Promise.all([
      readState(organization, project, stack),
      secretArguments(args),
      mayBeMade(args.resultBucket, options),
    ]);
    const held = whatStateHolds(state, urn, type, name);
    return withoutEmpty({ urn, ...facts, secrets, bucketMayBeMade, ...held });
  };
  // As few outputs and promises as can be: each costs a program of hundreds of runs a moment.
  return options.parent === undefined
    ? withState(`urn:pulumi:${stack}::${project}::${type}::${name}`)
    : pulumi.createUrn(name, type, options.parent).apply(withState);
}

/** Each fact costs the program and the engine a moment; those that say nothing are not handed on. */
function withoutEmpty(facts: object): object {
  const says = (value: unknown) =>
    value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
  return Object.fromEntries(
    Object.entries(facts).filter(([name, value]) => name === "dryRun" || says(value)),
  );
}

/** Whether a program is run by the engine, and not by a user's unit test with mocks. */
export function isRunByEngine(): boolean {
  return pulumi.runtime.getEngine() !== undefined;
}

/** An input that exists only where one of the arguments is secret, and makes its output secret. */
export function secretIfAny(
  ...args: readonly unknown[]
): pulumi.Output<string | undefined> | undefined {
  if (args.every(isPlain)) return undefined;
  const flags = Promise.all(args.map(isSecret));
  return pulumi
    .output(flags)
    .apply((secret) =>
      secret.some(Boolean) ? pulumi.secret("") : pulumi.output<string | undefined>(undefined),
    );
}

async function secretArguments(args: Readonly<Record<string, unknown>>): Promise<string[]> {
  const names = Object.keys(args).filter((name) => !isPlain(args[name]));
  const flags = await Promise.all(names.map((name) => isSecret(args[name])));
  return names.filter((_, index) => flags[index]);
}

async function isSecret(value: unknown): Promise<boolean> {
  return !isPlain(value) && (await pulumi.isSecret(pulumi.output(value)));
}

/** Whether a value is neither an output nor may hold one. */
function isPlain(value: unknown): boolean {
  return value === null || typeof value !== "object";
}

/** A bucket that is missing in a preview may be about to be made by the same program. */
async function mayBeMade(bucket: unknown, options: pulumi.ResourceOptions): Promise<boolean> {
  const { dependsOn } = options;
  if (Array.isArray(dependsOn) ? dependsOn.length > 0 : dependsOn !== undefined) return true;
  if (!pulumi.Output.isInstance(bucket)) return false;
  const { allResources } = bucket as { allResources?: () => Promise<ReadonlySet<unknown>> };
  return allResources === undefined || (await allResources.call(bucket)).size > 0;
}

function digest(value: unknown): string {
  return createHash("sha256")
    .update(canonicalJson(value ?? null))
    .digest("hex");
}

/** The stack's resources by URN, as they were before this update. */
type StackState = Readonly<Record<string, { type?: unknown; outputs?: Record<string, unknown> }>>;

interface StateFacts {
  readonly stateWasRead: boolean;
  readonly held: { id: string; createdAt: string | null } | undefined;
  readonly otherRunIds: string[];
}

function whatStateHolds(
  state: StackState | undefined,
  ownUrn: string,
  type: string,
  logicalName: string,
): StateFacts {
  if (state === undefined) return { stateWasRead: false, held: undefined, otherRunIds: [] };
  const otherRunIds: string[] = [];
  let held: StateFacts["held"];
  for (const [urn, resource] of Object.entries(state)) {
    const { runId, createdAt } = resource.outputs ?? {};
    if (typeof runId !== "string") continue;
    if (urn === ownUrn) {
      held = { id: runId, createdAt: typeof createdAt === "string" ? createdAt : null };
    } else if (resource.type === type && urn.endsWith(`::${logicalName}`)) {
      otherRunIds.push(runId);
    }
  }
  return { stateWasRead: true, held, otherRunIds };
}

/** One call a program run: several inline programs may run in one process, one after the other. */
const stateOfRun = new WeakMap<object, Promise<StackState | undefined>>();

function readState(
  organization: string,
  project: string,
  stack: string,
): Promise<StackState | undefined> {
  const run = pulumi.runtime.getStackResource();
  const known = run === undefined ? undefined : stateOfRun.get(run);
  if (known !== undefined) return known;
  const state = pulumi.runtime
    .invoke("pulumi:pulumi:readStackResourceOutputs", {
      stackName: `${organization}/${project}/${stack}`,
    })
    .then(
      (result: { outputs?: StackState }) => result.outputs,
      () => undefined,
    );
  if (run !== undefined) stateOfRun.set(run, state);
  return state;
}
