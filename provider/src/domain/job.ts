import type { Family } from "./family";
import type { Field, FieldValue } from "./field";
import { parseServiceTime } from "./serviceTime";

/** A job of any family as the service describes it; `null` where it says nothing. */
export interface Job {
  readonly id: string;
  readonly name: string | null;
  /** `null` in the answer to POST, which has none. */
  readonly status: string | null;
  readonly createdAt: string | null;
  readonly completedAt: string | null;
  readonly failMessage: string | null;
  /** What it was created from, by the names of the family's fields. */
  readonly fields: Readonly<Record<string, FieldValue | null>>;
  /** What only the service can say of it, by the names of the family's measures. */
  readonly measures: Readonly<Record<string, string | number | null>>;
}

/** The fields of a job of a family, each from wherever `valueOf` finds it. */
export function fieldsFrom(
  family: Family,
  find: (name: string, field: Field) => FieldValue | null,
): Job["fields"] {
  return Object.fromEntries(
    Object.entries(family.fields).map(([name, field]) => [name, find(name, field)]),
  );
}

/** For sorting; a job without a readable date comes last. */
export function newestFirst(a: Pick<Job, "createdAt">, b: Pick<Job, "createdAt">): number {
  return (parseServiceTime(b.createdAt) ?? 0) - (parseServiceTime(a.createdAt) ?? 0);
}

/** Ids are compared without case. */
export function isSameId(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

export function includesId(ids: Iterable<string>, id: string): boolean {
  return [...ids].some((other) => isSameId(other, id));
}
