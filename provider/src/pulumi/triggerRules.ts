import * as pulumi from "@pulumi/pulumi";
import { knownValue } from "./knownValue";
import { programError } from "./programError";

/**
 * A trigger counts by its content, as far as Pulumi carries that to the provider. What it would drop
 * or flatten without a word (a `Date` becomes `{}`) is refused: a change of it would change nothing.
 */

/** @throws pulumi.RunError for what the program gives as it is */
export function refuseTriggers(doing: string, triggers: unknown): void {
  const problem = problemOf(triggers, "triggers", []);
  if (problem !== undefined) throw programError(`${doing}: ${problem}`);
}

/** The problem of what comes out of outputs and promises; `undefined` where there are none of these. */
export function lateTriggerProblem(triggers: unknown): Promise<string | undefined> | undefined {
  const late = lateValues(triggers, "triggers");
  return late.length === 0 ? undefined : firstProblem(late);
}

interface Late {
  readonly value: unknown;
  readonly place: string;
}

async function firstProblem(late: readonly Late[]): Promise<string | undefined> {
  for (const { value, place } of late) {
    const known = await knownValue(value);
    const problem = problemOf(known, place, []) ?? (await firstProblem(lateValues(known, place)));
    if (problem === undefined) continue;
    const isSecret =
      pulumi.Output.isInstance(value) && (await pulumi.isSecret(value).catch(() => false));
    // What is inside of a secret, the names of its keys included, is not shown.
    return isSecret ? `${place} is secret, and holds what cannot be compared: ${KINDS}` : problem;
  }
  return undefined;
}

const HALF_CHARACTER = /\p{Surrogate}/u;

/** The mark of what the SDK wraps (a plain object with it never arrives), and a key that it drops. */
const PULUMIS_KEYS: readonly string[] = [pulumi.runtime.specialSigKey, "__proto__"];

const KINDS = "use texts, numbers, booleans, lists, plain objects, assets and archives";

function lateValues(value: unknown, place: string): readonly Late[] {
  if (pulumi.Output.isInstance(value) || value instanceof Promise) return [{ value, place }];
  return partsOf(value, place).flatMap((part) => lateValues(part.value, part.place));
}

/** @param around the objects that the value is in, to notice a cycle */
function problemOf(value: unknown, place: string, around: readonly unknown[]): string | undefined {
  if (around.includes(value)) return `${place} holds itself: ${KINDS}`;
  const own = ownProblem(value);
  if (own !== undefined) return `${place} ${own}`;
  const inside = [...around, value];
  for (const part of partsOf(value, place)) {
    const problem = problemOf(part.value, part.place, inside);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function partsOf(value: unknown, place: string): readonly Late[] {
  if (typeof value !== "object" || value === null || isCarried(value)) return [];
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => ({ value: item, place: `${place}[${index}]` }));
  }
  return Object.entries(value).map(([key, inner]) => ({
    value: inner,
    place: /^[A-Za-z_$][\w$]*$/.test(key) ? `${place}.${key}` : `${place}[${JSON.stringify(key)}]`,
  }));
}

/** What Pulumi itself knows how to carry, or to wait for. */
function isCarried(value: object): boolean {
  return (
    pulumi.Output.isInstance(value) ||
    value instanceof Promise ||
    pulumi.asset.Asset.isInstance(value) ||
    pulumi.asset.Archive.isInstance(value)
  );
}

function ownProblem(value: unknown): string | undefined {
  switch (typeof value) {
    case "bigint":
      return "is a bigint: use toString()";
    case "function":
      return "is a function: use what it returns";
    case "symbol":
      return "is a symbol: use its description";
    case "number":
      return Number.isFinite(value) ? undefined : `is ${value}: use a finite number`;
    case "string":
      return textProblem(value);
    case "object":
      return value === null || isCarried(value) ? undefined : objectProblem(value);
    default:
      return undefined;
  }
}

function textProblem(text: string): string | undefined {
  if (HALF_CHARACTER.test(text)) return "is a text with half a character in it";
  return text === pulumi.runtime.unknownValue
    ? "is the text that Pulumi takes for a value that is not known yet: use another"
    : undefined;
}

function objectProblem(value: object): string | undefined {
  if (pulumi.Resource.isInstance(value)) return "is a resource: use its id or urn";
  if (Array.isArray(value)) return listProblem(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  // The prototype of a plain object has none itself, in whichever realm.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    const name = classOf(value);
    const article = /^[AEIO]/.test(name) ? "an" : "a";
    return `is ${article} ${name}: ${INSTEAD[name] ?? "use its data as a plain object"}`;
  }
  return Reflect.ownKeys(value)
    .map((key) => keyProblem(value, key))
    .find((problem) => problem !== undefined);
}

/** Of a list, Pulumi carries the items alone. */
function listProblem(list: readonly unknown[]): string | undefined {
  // The places come first, in order; the length is a key too.
  const keys = Reflect.ownKeys(list);
  const hole = keys.findIndex((key, place) => key !== String(place));
  if (hole < list.length) return `has nothing at [${hole}]: use null there`;
  const other = keys.slice(list.length).find((key) => key !== "length");
  return other === undefined
    ? undefined
    : `is a list with the key ${wordOf(other)} besides its items: use a plain list`;
}

function keyProblem(object: object, key: string | symbol): string | undefined {
  if (typeof key === "symbol") return "has a symbol as a key: use texts as keys";
  if (HALF_CHARACTER.test(key)) return `has a key with half a character in it: ${wordOf(key)}`;
  if (PULUMIS_KEYS.includes(key)) {
    return `has the key ${wordOf(key)}, which Pulumi does not carry: use another key`;
  }
  const isCounted = Object.prototype.propertyIsEnumerable.call(object, key);
  return isCounted ? undefined : `has the key ${wordOf(key)}, which is hidden: use a plain object`;
}

function wordOf(key: string | symbol): string {
  return typeof key === "symbol" ? String(key) : JSON.stringify(key);
}

/** What to use in place of an object that is not carried. */
const INSTEAD: Readonly<Record<string, string>> = {
  Date: "use toISOString()",
  Map: "use Object.fromEntries(…)",
  Set: "use a list",
  URL: "use its href",
  RegExp: "use its source",
  Buffer: 'use toString("base64")',
  Error: "use its message",
};

function classOf(value: object): string {
  const name = (value as { constructor?: { name?: unknown } }).constructor?.name;
  return typeof name === "string" && name !== "" ? name : "class instance";
}
