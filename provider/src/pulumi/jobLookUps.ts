import * as pulumi from "@pulumi/pulumi";
import { type Family, idOutput } from "../domain/family";
import type { Job } from "../domain/job";
import { jobOutputsOf, NO_RESULT, type ResultObject } from "../domain/outputs";
import { STATUSES } from "../domain/status";
import { isNclueError } from "../kernel/errors";
import { systemClock, systemRandom } from "../kernel/ports";
import { SecretMask } from "../kernel/secretMask";
import { printable } from "../kernel/text";
import type { FoundJob, LookUps } from "../plugin/lookUps";
import { engineEnvironment } from "./engineEnvironment";
import { programError } from "./programError";
import { isRunByEngine } from "./runByEngine";
import { secretArguments } from "./secretArguments";

/**
 * Look-ups run in the program's own process: the engine would load them as functions of a package
 * plugin, which a dynamic provider does not have. So they know nothing of the pace of the plugin
 * process, and keep one of their own.
 */

/** Which job is looked up: by its id, under the name of the family's id output, or by its name. */
export type IdOrName<IdName extends string, Text = string> =
  | ({ readonly [Name in IdName]: Text } & {
      /** Not beside an id. */
      readonly name?: never;
    })
  | ({ readonly [Name in IdName]?: never } & {
      /** The job's name at the service. */
      readonly name: Text;
    });

/**
 * The outputs of a class as plain values: the id, and for all others `null` where the service says
 * nothing. What only the state knows, or what is asked of Object Storage, is not among them.
 */
export type JobFacts<Job, Id extends keyof Job> = {
  readonly [Name in keyof Job as Job[Name] extends pulumi.Output<unknown>
    ? Exclude<Name, "id" | "urn" | "drift" | "sourceDigest" | keyof ResultObject>
    : never]: Job[Name] extends pulumi.Output<infer Value>
    ? Name extends Id
      ? string
      : Value | null
    : never;
};

type Args = Readonly<Record<string, unknown>>;

/** @throws pulumi.RunError, which Pulumi shows without a stack trace */
export async function lookUpJob<Found>(
  family: Family,
  token: string,
  // JavaScript may leave it out.
  args: object | undefined,
): Promise<Found> {
  const asked = (args ?? {}) as Args;
  const id = textOf(asked[idOutput(family)]);
  const name = textOf(asked.name);
  if ((id === undefined) === (name === undefined)) throw eitherOr(family, token);
  const found = await ask(token, asked, async (lookUps) =>
    factsOf(
      family,
      id === undefined ? await lookUps.byName(family, name ?? "") : await lookUps.byId(family, id),
    ),
  );
  return allFacts(family, found, "with-result") as Found;
}

/** @throws pulumi.RunError, which Pulumi shows without a stack trace */
export async function lookUpJobs<Found>(
  family: Family,
  token: string,
  args: object | undefined,
): Promise<Found> {
  const asked = (args ?? {}) as Readonly<Record<string, string>>;
  refuseUnknownFilters(family, token, asked);
  const { status, ...fields } = asked;
  const found = await ask(token, asked, async (lookUps) => {
    const jobs = await lookUps.list(family, { ...(status && { status }), fields: given(fields) });
    return { [family.list]: jobs.map((job) => factsOf(family, { job, result: NO_RESULT })) };
  });
  const listed = found[family.list];
  const jobs = (Array.isArray(listed) ? listed : []) as readonly Args[];
  return { [family.list]: jobs.map((facts) => allFacts(family, facts, "without-result")) } as Found;
}

/**
 * The same for Inputs: with an unknown one in a preview the result is unknown, and so it is while a
 * resource that it depends on has yet to be created.
 */
export function lookUpOutput<Known, Found>(
  args: object | undefined,
  options: pulumi.InvokeOutputOptions | undefined,
  lookUp: (args: Known) => Promise<Found>,
): pulumi.Output<Found> {
  const dependencies = pulumi.output(options?.dependsOn ?? []) as pulumi.Output<unknown>;
  const created = dependencies.apply((found) =>
    pulumi.all(
      (Array.isArray(found) ? found : [found]).map((resource: pulumi.Resource) =>
        pulumi.CustomResource.isInstance(resource) ? resource.id : resource.urn,
      ),
    ),
  );
  return pulumi.all([pulumi.output({ ...args }), created]).apply(async ([known]) => {
    for (const name of await secretArguments((args ?? {}) as Args))
      secrets.add((known as Args)[name]);
    return lookUp(known as Known);
  }) as pulumi.Output<Found>;
}

/** Asks the service; in a unit test with mocks, the mocks' `call` for `nclue:index:<token>`. */
async function ask(
  token: string,
  args: object,
  look: (lookUps: LookUps) => Promise<Args>,
): Promise<Args> {
  if (!isRunByEngine()) return pulumi.runtime.invoke(`nclue:index:${token}`, { ...args });
  try {
    return await look(lookUpsOfThisRun());
  } catch (error) {
    throw isNclueError(error) ? programError(secrets.mask(error.message)) : error;
  }
}

/** Of all secret arguments of look-ups in this process. */
const secrets = new SecretMask();

function factsOf(family: Family, { job, result }: FoundJob): Args {
  const { id, fields, measures, ...common } = job satisfies Job;
  return { ...common, ...fields, ...measures, ...result, [idOutput(family)]: id };
}

/** All facts in the order of the documentation, `null` where there is nothing: mocks may leave some out. */
function allFacts(family: Family, found: Args, kind: "with-result" | "without-result"): Args {
  const names = [
    ...jobOutputsOf(family),
    ...(kind === "with-result" && family.result !== undefined ? Object.keys(NO_RESULT) : []),
  ];
  const facts = Object.fromEntries(names.map((name) => [name, found[name] ?? null]));
  return { ...facts, [idOutput(family)]: found[idOutput(family)] ?? "" };
}

/** One for each program run; several inline programs may run in one process. */
const lookUpsOfRun = new WeakMap<object, LookUps>();

function lookUpsOfThisRun(): LookUps {
  const run = pulumi.runtime.getStackResource();
  const known = run === undefined ? undefined : lookUpsOfRun.get(run);
  if (known !== undefined) return known;
  // Loaded at the first look-up only: a program without one needs no HTTP client.
  const { createLookUps } = require("../plugin/lookUps") as typeof import("../plugin/lookUps");
  const lookUps = createLookUps({
    config: (key: string) => pulumi.runtime.getConfig(key),
    environment: engineEnvironment(),
    clock: systemClock,
    random: systemRandom,
    log: programLog,
  });
  if (run !== undefined) lookUpsOfRun.set(run, lookUps);
  return lookUps;
}

const programLog = {
  info: (text: string) => void pulumi.log.info(secrets.mask(text)),
  warn: (text: string) => void pulumi.log.warn(secrets.mask(text)),
  debug: (text: string) => void pulumi.log.debug(secrets.mask(text)),
  progress: () => {},
};

function given(fields: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A word that no job can have would list nothing, and look like an answer. */
function refuseUnknownFilters(family: Family, token: string, asked: Args): void {
  const doing = `looking up ${family.nouns}`;
  const status = asked.status ?? undefined;
  if (status !== undefined && !STATUSES.some((known) => known === status)) {
    const said = secrets.mask(printable(String(status)));
    throw programError(`${doing}: "${said}" is no status; give ${token} ${listOf(STATUSES)}`);
  }
  const known = ["status", ...Object.keys(family.fields)];
  const unknown = Object.keys(asked).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw programError(`${doing}: ${token} takes no ${printable(unknown)}; see its documentation`);
  }
}

function listOf(words: readonly string[]): string {
  return `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

function eitherOr(family: Family, token: string): pulumi.RunError {
  return programError(
    `looking up a ${family.noun}: give ${token} either ${idOutput(family)} or name`,
  );
}
