import { containsUnknown, type IsUnknown } from "./containsUnknown";
import type { Family } from "./family";
import type { FieldValue } from "./field";
import { includesId } from "./job";
import { type CheckPlumbing, type Plumbing, readPlumbing } from "./plumbing";
import { type Policies, readPolicies } from "./policies";
import { triggerContent } from "./triggerContent";

/** What a program declares: its arguments, policies and plumbing, parsed once at the door of a verb. */
export interface Declaration {
  readonly family: Family;
  /** As the program gives it; `undefined` for a generated name. */
  readonly name: string | undefined;
  /** The fields that the program gives, in their own types; a malformed or unknown one is left out. */
  readonly fields: Readonly<Record<string, FieldValue>>;
  readonly triggers: readonly unknown[];
  readonly policies: Policies;
  readonly plumbing: Plumbing & CheckPlumbing;
  /** Arguments that the program leaves out, and whose values an import has taken from the service. */
  readonly carried: readonly string[];
  /** The inputs as they came, with triggers by content. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

export function readDeclaration(
  family: Family,
  inputs: Readonly<Record<string, unknown>>,
  isUnknown: IsUnknown = () => false,
): Declaration {
  const { name } = inputs;
  const triggers = triggerContent(inputs.triggers);
  const fields: Record<string, FieldValue> = {};
  for (const [argument, field] of Object.entries(family.fields)) {
    const isKnown = !containsUnknown(inputs[argument], isUnknown);
    const value = isKnown ? field.read(inputs[argument]) : undefined;
    if (value !== undefined) fields[argument] = value;
  }
  return {
    family,
    name: typeof name === "string" ? name : undefined,
    fields,
    triggers: Array.isArray(triggers) ? triggers : [],
    policies: readPolicies(inputs),
    plumbing: readPlumbing(inputs),
    carried: [],
    inputs: triggers === undefined ? inputs : { ...inputs, triggers },
  };
}

/**
 * The declaration with what an import took, where the program leaves it out: the job that was imported is
 * what the user has asked for, and so is one that replaces it.
 */
export function withTaken(
  declaration: Declaration,
  taken: Readonly<Record<string, unknown>>,
): Declaration {
  const { family, inputs, fields, carried } = declaration;
  const added = Object.entries(family.fields).flatMap(([argument, field]) => {
    const value = field.read(taken[argument]);
    return value === undefined || (inputs[argument] ?? null) !== null ? [] : [[argument, value]];
  });
  if (added.length === 0) return declaration;
  const values: Readonly<Record<string, FieldValue>> = Object.fromEntries(added);
  return {
    ...declaration,
    fields: { ...fields, ...values },
    inputs: { ...inputs, ...values },
    carried: [...carried, ...Object.keys(values)],
  };
}

/** The inputs as the program gives them. */
export function givenInputs({ inputs, carried }: Declaration): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(inputs).filter(([name]) => !carried.includes(name)));
}

/** A field that holds a text, such as an id, a bucket or a path. */
export function textField(declaration: Declaration, name: string): string | undefined {
  const value = declaration.fields[name];
  return typeof value === "string" ? value : undefined;
}

export function isSecret({ plumbing }: Declaration, argument: string): boolean {
  return plumbing.secrets.includes(argument);
}

/** Whether the `import` option names a job that was not imported before. What was is history. */
export function isImport(
  declaration: Declaration,
): declaration is Declaration & { plumbing: { importId: string } } {
  const { importId, inState, knownImports = [] } = declaration.plumbing;
  if (importId === undefined) return false;
  const known = inState ? [inState.id, ...inState.importedIds] : knownImports;
  return !includesId(known, importId);
}
