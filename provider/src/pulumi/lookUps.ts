import * as pulumi from "@pulumi/pulumi";
import { isNclueError } from "../kernel/errors";
import { systemClock, systemEnvironment, systemRandom } from "../kernel/ports";
import type { LookUps } from "../plugin/lookUps";
import { isRunByEngine } from "./plumbing";

/**
 * Look-ups run in the program's own process: the engine would load them as functions of a package
 * plugin, which a dynamic provider does not have. So they know nothing of the pace of the plugin
 * process, and keep one of their own.
 */

/** One a program run; several inline programs may run in one process, one after the other. */
const lookUpsOfRun = new WeakMap<object, LookUps>();

/**
 * Looks something up; in a unit test with mocks it asks the mocks' `call` for `nclue:index:<name>`.
 *
 * @throws pulumi.RunError, which Pulumi shows without a stack
 */
export async function lookUp<T extends object>(
  name: "getTaskRun" | "getTaskRuns",
  args: pulumi.Inputs,
  ask: (lookUps: LookUps) => Promise<T>,
): Promise<T> {
  if (!isRunByEngine()) return (await pulumi.runtime.invoke(`nclue:index:${name}`, args)) as T;
  try {
    return await ask(lookUpsOfThisRun());
  } catch (error) {
    throw isNclueError(error) ? new pulumi.RunError(error.message) : error;
  }
}

/**
 * The same for Inputs: with an unknown one in a preview the result is unknown, and so it is while a
 * resource that it depends on has yet to be made.
 */
export function lookUpOutput<Args extends object, Result>(
  args: pulumi.Input<pulumi.Inputs> | undefined,
  options: pulumi.InvokeOutputOptions | undefined,
  ask: (args: Args) => Promise<Result>,
): pulumi.Output<Result> {
  const dependencies = pulumi.output(options?.dependsOn ?? []) as pulumi.Output<unknown>;
  const made = dependencies.apply((found) =>
    pulumi.all(
      (Array.isArray(found) ? found : [found]).map((resource: pulumi.Resource) =>
        pulumi.CustomResource.isInstance(resource) ? resource.id : resource.urn,
      ),
    ),
  );
  return pulumi
    .all([pulumi.output(args ?? {}), made])
    .apply(([known]) => ask(known as Args)) as pulumi.Output<Result>;
}

function lookUpsOfThisRun(): LookUps {
  const run = pulumi.runtime.getStackResource();
  const known = run === undefined ? undefined : lookUpsOfRun.get(run);
  if (known !== undefined) return known;
  // Loaded at the first look-up only: a program without one needs no HTTP client.
  const { createLookUps } = require("../plugin/lookUps") as typeof import("../plugin/lookUps");
  const lookUps = createLookUps({
    config: (key) => pulumi.runtime.getConfig(key),
    environment: systemEnvironment(),
    clock: systemClock,
    random: systemRandom,
    log: programLog,
  });
  if (run !== undefined) lookUpsOfRun.set(run, lookUps);
  return lookUps;
}

const programLog = {
  info: (text: string) => void pulumi.log.info(text),
  warn: (text: string) => void pulumi.log.warn(text),
  debug: (text: string) => void pulumi.log.debug(text),
  progress: () => {},
};
