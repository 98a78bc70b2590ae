import type { Field } from "./field";
import type { Measure } from "./measure";

/** The service's five kinds of jobs, in the order in which a pipeline needs them. */
export const FAMILY_NAMES = [
  "feature",
  "task",
  "taskRun",
  "customAttributes",
  "shoppingIntent",
] as const;
export type FamilyName = (typeof FAMILY_NAMES)[number];

/** The names of two fields that together say where an object, or a directory, is. */
export interface PlaceFields {
  readonly bucket: string;
  readonly path: string;
}

/**
 * What is particular to one family of jobs: data, never behaviour. Everything else about a job (how
 * it is created, awaited, adopted, read and deleted) is the same for all families.
 */
export interface Family {
  readonly name: FamilyName;
  /** In messages: `task run`. */
  readonly noun: string;
  /** In messages that have named it before: `run`. */
  readonly short: string;
  /** In messages about several: `task runs`. */
  readonly nouns: string;
  /** The collection's path below the endpoint: `/task-runs`. */
  readonly path: string;
  /** The array in the answer of a list: `runs`. */
  readonly list: string;
  /** The service writes `run_id` and `run_name`; the id's output is `runId`. */
  readonly stem: "feature" | "task" | "run" | "profile";
  /** What a job is created from. A change of any asks for a new job. */
  readonly fields: Readonly<Record<string, Field>>;
  /** What only the service can say of a job. */
  readonly measures: Readonly<Record<string, Measure>>;
  /** Where the service writes the result, for families whose result is an object. */
  readonly result?: PlaceFields;
  /** Where the data lies that a job is created from. */
  readonly sources?: readonly PlaceFields[];
  /** Optional fields that are given together or not at all. */
  readonly together?: readonly string[];
  /** The measure that `minAuroc` is compared with. */
  readonly gate?: string;
  /** The field whose equal values make jobs take about as long as each other. */
  readonly alike?: string;
  /** How long a create waits by default. */
  readonly createTimeout: string;
}

/** What a descriptor may leave out, because it follows from the rest or is the same for most families. */
type Derived = "short" | "nouns" | "list" | "createTimeout";

/** A family from its descriptor. */
export function familyOf(
  described: Omit<Family, Derived> & Partial<Pick<Family, Derived>>,
): Family {
  const { noun, stem } = described;
  return { short: noun, nouns: `${noun}s`, list: `${stem}s`, createTimeout: "2h", ...described };
}

/** The output that repeats the job's id under the service's own word: `runId`. */
export function idOutput(family: Family): string {
  return `${family.stem}Id`;
}

/** The measure that holds the name of the job that a field refers to: `taskName` for `taskId`. */
export function nameMeasure(field: string): string {
  return field.replace(/Id$/, "Name");
}

/** A field that holds the id of a job that one of the family is created from. */
export interface ParentField {
  readonly argument: string;
  readonly parent: FamilyName;
}

/** The jobs that one of the family is created from, in the order of its fields. */
export function parentFields({ fields }: Family): readonly ParentField[] {
  return Object.entries(fields).flatMap(([argument, { refersTo }]) =>
    refersTo === undefined || refersTo === "bucket" ? [] : [{ argument, parent: refersTo }],
  );
}

/** A field of a family by its name; the caller knows that it exists. */
export function fieldOf(family: Family, name: string): Field {
  const field = family.fields[name];
  if (field === undefined) throw new RangeError(`a ${family.noun} has no field ${name}`);
  return field;
}
