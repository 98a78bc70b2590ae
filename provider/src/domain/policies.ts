import type { Family } from "./family";
import { broken, kindOf, type Problem } from "./problem";
import { WAIT_TARGETS, type WaitFor } from "./status";

/**
 * The arguments that say how a job is handled. A change of one is never a reason for a new job; see
 * `domain/jobDiff.ts` for when it counts.
 */

/** What a failed job means to the next `pulumi up`: a new one replaces it, or it stays an error. */
export type OnFailure = "rerun" | "fail";
/** What to do when a job has to be deleted while it is pending or in progress. */
export type OnDeleteWhileRunning = "wait" | "abandon" | "fail";
/** What to do when another job has the given name. */
export type OnDuplicateName = "fail" | "adopt";
/** What it means that a completed job has no result object: a warning, a new job, or an error. */
export type OnResultMissing = "accept" | "rerun" | "fail";
/** What it means that the source data has changed since: an output says so, or a new job. */
export type OnSourceChange = "ignore" | "rerun";
/** What is looked up before anything is sent. */
export type Verify = "bucket" | "all" | "off";

export interface Policies {
  readonly waitFor: WaitFor;
  readonly onFailure: OnFailure;
  readonly onDeleteWhileRunning: OnDeleteWhileRunning;
  readonly onDuplicateName: OnDuplicateName;
  readonly verify: Verify;
  readonly onResultMissing: OnResultMissing;
  readonly onSourceChange: OnSourceChange;
  /** A completed task with a lower AUROC is an error; `null` for no bound. */
  readonly minAuroc: number | null;
}
export type PolicyName = keyof Policies;

export const ON_DELETE_WHILE_RUNNING: readonly OnDeleteWhileRunning[] = ["wait", "abandon", "fail"];

/** The words that each policy takes; the first one is the default. */
const WORDS = {
  waitFor: WAIT_TARGETS,
  onFailure: ["rerun", "fail"],
  onDeleteWhileRunning: ON_DELETE_WHILE_RUNNING,
  onDuplicateName: ["fail", "adopt"],
  verify: ["bucket", "all", "off"],
  onResultMissing: ["accept", "rerun", "fail"],
  onSourceChange: ["ignore", "rerun"],
} as const satisfies {
  readonly [Name in Exclude<PolicyName, "minAuroc">]: readonly Policies[Name][];
};

/** The policies that a family has. */
export function policiesOf(family: Family): readonly PolicyName[] {
  return [
    "waitFor",
    "onFailure",
    "onDeleteWhileRunning",
    "onDuplicateName",
    "verify",
    ...(family.result === undefined ? [] : (["onResultMissing"] as const)),
    ...(family.sources === undefined ? [] : (["onSourceChange"] as const)),
    ...(family.gate === undefined ? [] : (["minAuroc"] as const)),
  ];
}

/** Policies as a program, an old state or hand-edited inputs hold them: what is malformed is the default. */
export function readPolicies(values: Readonly<Record<string, unknown>>): Policies {
  const word = <Name extends keyof typeof WORDS>(name: Name) =>
    (WORDS[name] as readonly string[]).find((known) => known === values[name]) ?? WORDS[name][0];
  const names = Object.keys(WORDS) as (keyof typeof WORDS)[];
  return {
    ...(Object.fromEntries(names.map((name) => [name, word(name)])) as Omit<Policies, "minAuroc">),
    minAuroc: typeof values.minAuroc === "number" ? values.minAuroc : null,
  };
}

/** The rules that the value of a policy breaks; an absent value is not asked about. */
export function policyProblems(name: PolicyName, value: unknown): readonly Problem[] {
  if (name === "minAuroc") return gateProblems(value);
  const words: readonly string[] = WORDS[name];
  if (typeof value === "string" && words.includes(value)) return [];
  return [broken(`must be one of ${words.map((word) => `"${word}"`).join(", ")}`)];
}

function gateProblems(value: unknown): readonly Problem[] {
  if (typeof value !== "number") return [broken(`must be a number, not ${kindOf(value)}`)];
  return value >= 0 && value <= 1 ? [] : [broken(`must be a number from 0 to 1, not ${value}`)];
}
