import { NO_RESULT, type ResultObject, type ServiceFacts } from "../domain/outputs";
import { PLUMBING } from "../domain/plumbing";
import { printable } from "../kernel/text";
import type { RunRecord } from "../nclue/wire";

/** Between what the state holds and what the service says. */

type Values = { readonly [key: string]: unknown };

const DRIFTS = ["result-missing", "result-replaced"] as const;

/** Arguments that an import takes from the service where the program gives none. */
export const TAKEN = ["taskId", "featureId", "resultBucket", "resultFilePath"] as const;

export function withTaken(inputs: Values, run: RunRecord): Record<string, unknown> {
  const taken = Object.fromEntries(TAKEN.map((argument) => [argument, run[argument]]));
  const given = Object.entries(inputs).filter(([, value]) => value !== undefined && value !== null);
  return { ...taken, ...Object.fromEntries(given) };
}

/** What the service says now, with what the state holds where the service says nothing (any more). */
export function factsOf(run: RunRecord, stored: Values | RunRecord): ServiceFacts {
  const kept = (key: keyof RunRecord) => textOf((stored as Values)[key]);
  return {
    runId: run.runId,
    name: run.name ?? kept("name"),
    taskName: run.taskName ?? kept("taskName"),
    featureName: run.featureName ?? kept("featureName"),
    status: run.status ?? kept("status"),
    createdAt: run.createdAt ?? kept("createdAt"),
    completedAt: run.completedAt,
    lineCount: run.lineCount,
    failMessage: run.failMessage,
  };
}

export function runOf(id: string, stored: Values): RunRecord {
  const text = (key: string) => textOf(stored[key]);
  return {
    runId: id,
    name: text("name"),
    taskId: text("taskId"),
    taskName: text("taskName"),
    featureId: text("featureId"),
    featureName: text("featureName"),
    status: text("status"),
    createdAt: text("createdAt"),
    completedAt: text("completedAt"),
    lineCount: numberOf(stored.lineCount),
    failMessage: text("failMessage"),
    resultBucket: text("resultBucket"),
    resultFilePath: text("resultFilePath"),
  };
}

export function storedResult(stored: Values): ResultObject {
  const resultKey = textOf(stored.resultKey);
  if (resultKey === null) return NO_RESULT;
  return {
    resultKey,
    resultUri: textOf(stored.resultUri),
    resultSize: numberOf(stored.resultSize),
    resultEtag: textOf(stored.resultEtag),
    drift: DRIFTS.find((drift) => drift === stored.drift) ?? null,
  };
}

/** The plumbing as it is stored, fields of other releases included. */
export function rawKeeping(stored: Values): object {
  const keeping = stored[PLUMBING];
  return typeof keeping === "object" && keeping !== null ? keeping : {};
}

export function describeStored(id: string, stored: { readonly name?: unknown }): string {
  const name = textOf(stored.name);
  return name === null ? printable(id) : `"${printable(name)}" (${printable(id)})`;
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function numberOf(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}
