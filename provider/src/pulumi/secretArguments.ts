import * as pulumi from "@pulumi/pulumi";
import type { Family } from "../domain/family";
import { knownValue } from "./knownValue";

type Args = Readonly<Record<string, unknown>>;

/**
 * The names of the arguments whose value is secret, wholly or in some part, in order.
 *
 * A transform may make a value secret after the class is done; nothing here can see that.
 */
export async function secretArguments(args: Args): Promise<readonly string[]> {
  const names = Object.keys(args).filter((name) => !isPlain(args[name]));
  const flags = await Promise.all(names.map((name) => holdsSecret(args[name])));
  return names.filter((_, index) => flags[index]).sort();
}

/**
 * Inputs that make outputs of the same name secret: the engine keeps an output secret where the input
 * of its name is. Their value means nothing.
 */
export function secretOutputs(family: Family, args: Args): Args {
  const { result, sources = [] } = family;
  const derived: Record<string, readonly string[]> = {};
  if (result !== undefined) {
    derived.resultKey = [result.bucket, result.path];
    derived.resultUri = [result.bucket, result.path];
  }
  if (sources.length > 0)
    derived.sourceDigest = sources.flatMap(({ bucket, path }) => [bucket, path]);
  return Object.fromEntries(
    Object.entries(derived).map(([output, names]) => [
      output,
      secretIfAny(names.map((name) => args[name])),
    ]),
  );
}

/** A secret text where one of the values is secret, otherwise nothing. */
export function secretIfAny(values: readonly unknown[]): pulumi.Input<string> | undefined {
  if (values.every(isPlain)) return undefined;
  const flags = Promise.all(values.map((value) => holdsSecret(value)));
  return flags.then((secret) => (secret.some(Boolean) ? pulumi.secret("") : undefined)) as Promise<
    pulumi.Input<string>
  > as pulumi.Input<string>;
}

async function holdsSecret(value: unknown, seen = new Set<unknown>()): Promise<boolean> {
  if (isPlain(value) || seen.has(value) || pulumi.Resource.isInstance(value)) return false;
  seen.add(value);
  if (pulumi.Output.isInstance(value)) {
    const isSecret = await pulumi.isSecret(value).catch(() => false);
    return isSecret || holdsSecret(await knownValue(value), seen);
  }
  if (value instanceof Promise) return holdsSecret(await knownValue(value), seen);
  const inner = await Promise.all(Object.values(value as object).map((v) => holdsSecret(v, seen)));
  return inner.some(Boolean);
}

/** Whether a value is neither an output nor may hold one. */
function isPlain(value: unknown): boolean {
  return value === null || typeof value !== "object";
}
