import { argumentsOf } from "./arguments";
import { type Family, idOutput } from "./family";
import type { Job } from "./job";
import { type Keeping, PLUMBING } from "./plumbing";

/** The object that the service wrote, or nothing yet. */
export interface ResultObject {
  /** The object's key. */
  readonly resultKey: string | null;
  /** `s3://bucket/key` of the object. */
  readonly resultUri: string | null;
  /** In bytes. */
  readonly resultSize: number | null;
  /** `null` too where the store gives none. */
  readonly resultEtag: string | null;
}

/** How something differs from what the state remembers of it. */
export type Drift = "result-missing" | "result-replaced" | "source-changed";
export const DRIFTS: readonly Drift[] = ["result-missing", "result-replaced", "source-changed"];

export const NO_RESULT: ResultObject = {
  resultKey: null,
  resultUri: null,
  resultSize: null,
  resultEtag: null,
};

/** What is known of a job beside what the service says of it. */
export interface Findings {
  readonly result: ResultObject;
  /** A digest of the source data that the job was created from. */
  readonly sourceDigest: string | null;
  readonly drift: Drift | null;
}

type Values = Readonly<Record<string, unknown>>;

/** The names of what the service says of a job, in the order of the documentation. */
export function jobOutputsOf(family: Family): readonly string[] {
  return [
    idOutput(family),
    "name",
    ...Object.keys(family.fields),
    ...Object.keys(family.measures),
    "status",
    "createdAt",
    "completedAt",
    "failMessage",
  ];
}

/** The names of a family's outputs, in the order of the documentation. */
export function outputsOf(family: Family): readonly string[] {
  return [
    ...jobOutputsOf(family),
    ...(family.result === undefined ? [] : Object.keys(NO_RESULT)),
    ...(family.sources === undefined ? [] : ["sourceDigest"]),
    ...(hasDrift(family) ? ["drift"] : []),
  ];
}

/**
 * What goes into the state: the arguments as they were given, what the service says, what was found
 * in Object Storage and the plumbing; `null` where there is nothing (an output that is absent would
 * be unknown in every later preview).
 *
 * @param declared the stored arguments, copied as they are: whatever the service returns for them
 *   must not become a difference.
 * @param keeping what later verbs need; a read hands it on with fields of other releases.
 */
export function buildOutputs(
  family: Family,
  declared: Values,
  job: Job,
  { result, sourceDigest, drift }: Findings,
  keeping: Keeping | object,
): Record<string, unknown> {
  const echoed: Record<string, unknown> = {};
  for (const argument of argumentsOf(family)) {
    const value = declared[argument];
    if (value !== undefined && value !== null) echoed[argument] = value;
  }
  for (const argument of Object.keys(family.fields)) echoed[argument] ??= null;
  return {
    ...echoed,
    [idOutput(family)]: job.id,
    name: echoed.name ?? job.name,
    ...Object.fromEntries(
      Object.keys(family.measures).map((measure) => [measure, job.measures[measure] ?? null]),
    ),
    status: job.status,
    createdAt: job.createdAt,
    completedAt: job.completedAt,
    failMessage: job.failMessage,
    ...(family.result === undefined ? {} : result),
    ...(family.sources === undefined ? {} : { sourceDigest }),
    ...(hasDrift(family) ? { drift } : {}),
    [PLUMBING]: keeping,
  };
}

function hasDrift(family: Family): boolean {
  return family.result !== undefined || family.sources !== undefined;
}
