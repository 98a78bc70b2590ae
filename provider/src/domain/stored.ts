import type { Family } from "./family";
import { fieldsFrom, type Job } from "./job";
import { decodeText } from "./measure";
import { DRIFTS, type Findings, NO_RESULT, type ResultObject } from "./outputs";
import { type Keeping, PLUMBING, readKeeping } from "./plumbing";

type Values = Readonly<Record<string, unknown>>;

/** What the state holds of a job. */
export interface Stored extends Findings {
  readonly job: Job;
  readonly keeping: Keeping;
  /** The outputs as they are stored. */
  readonly outputs: Values;
}

export function readStored(family: Family, id: string, outputs: Values): Stored {
  return {
    job: {
      id,
      name: decodeText(outputs.name),
      status: decodeText(outputs.status),
      createdAt: decodeText(outputs.createdAt),
      completedAt: decodeText(outputs.completedAt),
      failMessage: decodeText(outputs.failMessage),
      fields: fieldsFrom(family, (name, field) => field.read(outputs[name]) ?? null),
      measures: Object.fromEntries(
        Object.entries(family.measures).map(([name, { decode }]) => [name, decode(outputs[name])]),
      ),
    },
    result: storedResult(outputs),
    sourceDigest: decodeText(outputs.sourceDigest),
    drift: DRIFTS.find((drift) => drift === outputs.drift) ?? null,
    keeping: readKeeping(outputs),
    outputs,
  };
}

/** What the service says now, with what was known before where it says nothing (any more). */
export function mergeJob(seen: Job, before: Job): Job {
  return {
    ...seen,
    name: seen.name ?? before.name,
    status: seen.status ?? before.status,
    createdAt: seen.createdAt ?? before.createdAt,
    fields: Object.fromEntries(
      Object.entries(seen.fields).map(([name, value]) => [
        name,
        value ?? before.fields[name] ?? null,
      ]),
    ),
    measures: Object.fromEntries(
      Object.entries(seen.measures).map(([name, value]) => [
        name,
        value ?? namesOnly(before.measures[name]),
      ]),
    ),
  };
}

/** The name of a parent stays known when the parent is gone; figures are what the service says now. */
function namesOnly(value: string | number | null | undefined): string | null {
  return typeof value === "string" ? value : null;
}

/** What an import took from the service. */
export function takenFrom({ fields }: Pick<Job, "fields">, { taken }: Keeping): Values {
  return Object.fromEntries(taken.map((argument) => [argument, fields[argument]]));
}

/** The plumbing as it is stored, fields of other releases included, with changes. */
export function keepingWith({ outputs }: Stored, changes: Partial<Keeping>): object {
  const stored = outputs[PLUMBING];
  return { ...(typeof stored === "object" && stored !== null ? stored : {}), ...changes };
}

function storedResult(outputs: Values): ResultObject {
  const resultKey = decodeText(outputs.resultKey);
  if (resultKey === null) return NO_RESULT;
  const { resultSize } = outputs;
  return {
    resultKey,
    resultUri: decodeText(outputs.resultUri),
    resultSize: typeof resultSize === "number" ? resultSize : null,
    resultEtag: decodeText(outputs.resultEtag),
  };
}
