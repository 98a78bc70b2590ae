import { ARGUMENTS } from "./arguments";
import { PLUMBING, type RunRecordKeeping } from "./plumbing";

/** The object that the service wrote, or nothing yet. */
export interface ResultObject {
  readonly resultKey: string | null;
  readonly resultUri: string | null;
  readonly resultSize: number | null;
  readonly resultEtag: string | null;
  /** How the object differs from what was remembered, until an update accepts it. */
  readonly drift: Drift | null;
}

/** How a result object differs from what the state remembers of it. */
export type Drift = "result-missing" | "result-replaced";

export const NO_RESULT: ResultObject = {
  resultKey: null,
  resultUri: null,
  resultSize: null,
  resultEtag: null,
  drift: null,
};

/** The part of a run that the service decides. */
export interface ServiceFacts {
  readonly runId: string;
  readonly name: string | null;
  readonly taskName: string | null;
  readonly featureName: string | null;
  readonly status: string | null;
  readonly createdAt: string | null;
  readonly completedAt: string | null;
  readonly lineCount: number | null;
  readonly failMessage: string | null;
}

/** The arguments that outputs always hold, `null` where the program gives none. */
const ALWAYS_PRESENT = ["taskId", "featureId", "resultBucket", "resultFilePath"] as const;

type Values = Readonly<Record<string, unknown>>;

/**
 * What goes into the state: the arguments as they were given, the service's facts, the result and
 * the plumbing; `null` where there is nothing (an output that is absent would be unknown in every
 * later preview).
 *
 * @param args the stored arguments, copied as they are: whatever the service returns for them must
 *   not become a difference.
 * @param keeping what later verbs need ({@link RunRecordKeeping}); a read hands it on as it is.
 */
export function buildOutputs(
  args: Values,
  facts: ServiceFacts,
  result: ResultObject,
  keeping: RunRecordKeeping | object,
): Record<string, unknown> {
  const echoed: Record<string, unknown> = {};
  for (const argument of ARGUMENTS) {
    const value = args[argument];
    if (value !== undefined && value !== null) echoed[argument] = value;
  }
  for (const argument of ALWAYS_PRESENT) echoed[argument] ??= null;
  return {
    ...echoed,
    runId: facts.runId,
    name: echoed.name ?? facts.name,
    taskName: facts.taskName,
    featureName: facts.featureName,
    status: facts.status,
    createdAt: facts.createdAt,
    completedAt: facts.completedAt,
    lineCount: facts.lineCount,
    failMessage: facts.failMessage,
    ...result,
    [PLUMBING]: keeping,
  };
}
