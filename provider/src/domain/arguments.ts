import type { IsUnknown } from "./containsUnknown";
import { WAIT_TARGETS, type WaitFor } from "./status";

/**
 * The arguments of a task run as the plugin receives them, and the rules that each must follow.
 * Pure: no look-up is made here.
 */

/** What a failed run means to the next `pulumi up`: a new run replaces it, or it stays an error. */
export type OnFailure = "rerun" | "fail";
export const ON_FAILURE: readonly OnFailure[] = ["rerun", "fail"];

/** What to do when a run has to be deleted while it is pending or in progress. */
export type OnDeleteWhileRunning = "wait" | "abandon" | "fail";
export const ON_DELETE_WHILE_RUNNING: readonly OnDeleteWhileRunning[] = ["wait", "abandon", "fail"];

/** What to do when another run has the given name. */
export type OnDuplicateName = "fail" | "adopt";
export const ON_DUPLICATE_NAME: readonly OnDuplicateName[] = ["fail", "adopt"];

/** What a missing result object means to the next `pulumi up`: it is forgotten, or made again. */
export type OnResultMissing = "accept" | "rerun";
export const ON_RESULT_MISSING: readonly OnResultMissing[] = ["accept", "rerun"];

/** What is looked up before anything is sent. */
export type Verify = "bucket" | "all" | "off";
export const VERIFY: readonly Verify[] = ["bucket", "all", "off"];

/** A change of one of these asks for another run. */
export const REPLACING_ARGUMENTS = [
  "name",
  "taskId",
  "featureId",
  "resultBucket",
  "resultFilePath",
  "triggers",
] as const;

/** A change of one of these is no reason for a new run; see `domain/runDiff.ts` for when it counts. */
export const POLICY_ARGUMENTS = [
  "waitFor",
  "onFailure",
  "onDeleteWhileRunning",
  "onDuplicateName",
  "onResultMissing",
  "verify",
] as const;

export const ARGUMENTS = [...REPLACING_ARGUMENTS, ...POLICY_ARGUMENTS] as const;
export type ArgumentName = (typeof ARGUMENTS)[number];

/** Arguments that passed {@link checkArguments}, all known, with defaults filled in. */
export interface RunArguments {
  readonly name: string | undefined;
  readonly taskId: string;
  readonly featureId: string;
  readonly resultBucket: string | undefined;
  readonly resultFilePath: string | undefined;
  readonly triggers: readonly unknown[];
  readonly waitFor: WaitFor;
  readonly onFailure: OnFailure;
  readonly onDeleteWhileRunning: OnDeleteWhileRunning;
  readonly onDuplicateName: OnDuplicateName;
  readonly onResultMissing: OnResultMissing;
  readonly verify: Verify;
}

export interface Problem {
  readonly argument: ArgumentName;
  readonly severity: "error" | "warning";
  readonly text: string;
}

type Values = Readonly<Record<string, unknown>>;

/** Policies as an old state or hand-edited inputs may hold them: what is malformed is the default. */
export function readArguments(values: Values): RunArguments {
  return {
    name: optionalText(values.name),
    taskId: optionalText(values.taskId) ?? "",
    featureId: optionalText(values.featureId) ?? "",
    resultBucket: optionalText(values.resultBucket),
    resultFilePath: optionalText(values.resultFilePath),
    triggers: Array.isArray(values.triggers) ? values.triggers : [],
    waitFor: oneOf(WAIT_TARGETS, values.waitFor, "completed"),
    onFailure: oneOf(ON_FAILURE, values.onFailure, "rerun"),
    onDeleteWhileRunning: oneOf(ON_DELETE_WHILE_RUNNING, values.onDeleteWhileRunning, "wait"),
    onDuplicateName: oneOf(ON_DUPLICATE_NAME, values.onDuplicateName, "fail"),
    onResultMissing: oneOf(ON_RESULT_MISSING, values.onResultMissing, "accept"),
    verify: oneOf(VERIFY, values.verify, "bucket"),
  };
}

/**
 * All problems of the arguments that `isChecked` selects. Unknown values are skipped.
 */
export function checkArguments(
  values: Values,
  isChecked: (argument: ArgumentName) => boolean,
  isUnknown: IsUnknown,
): readonly Problem[] {
  return ARGUMENTS.filter(
    (argument) => isChecked(argument) && !isUnknown(values[argument]),
  ).flatMap((argument) => RULES[argument](values[argument], values).map(toProblem(argument)));
}

/** The broken rules, each a sentence's end (`must be …`) that an argument's name goes before. */
type Rule = (value: unknown, values: Values) => readonly (string | { readonly warning: string })[];

const RULES: Readonly<Record<ArgumentName, Rule>> = {
  name: (value) => {
    if (isAbsent(value)) return [];
    if (typeof value !== "string") return [`must be a string, not ${kindOf(value)}`];
    const length = [...value].length;
    return length >= 1 && length <= 100 ? [] : [`must be 1 to 100 characters long, not ${length}`];
  },
  taskId: requiredText,
  featureId: requiredText,
  resultBucket: (value) => {
    if (isAbsent(value)) return [];
    if (typeof value !== "string") return [`must be a string, not ${kindOf(value)}`];
    return bucketProblems(value);
  },
  resultFilePath: (value, values) => {
    if (isAbsent(value)) return [];
    if (typeof value !== "string") return [`must be a string, not ${kindOf(value)}`];
    const problems: (string | { warning: string })[] = pathProblems(value);
    if (isAbsent(values.resultBucket)) {
      problems.push({ warning: "is given without resultBucket, so no result can be found for it" });
    }
    return problems;
  },
  triggers: (value) =>
    isAbsent(value) || Array.isArray(value) ? [] : [`must be a list, not ${kindOf(value)}`],
  waitFor: choice(WAIT_TARGETS),
  onFailure: choice(ON_FAILURE),
  onDeleteWhileRunning: choice(ON_DELETE_WHILE_RUNNING),
  onDuplicateName: choice(ON_DUPLICATE_NAME),
  onResultMissing: choice(ON_RESULT_MISSING),
  verify: choice(VERIFY),
};

function requiredText(value: unknown): readonly string[] {
  if (isAbsent(value)) return ["is required"];
  if (typeof value !== "string") return [`must be a string, not ${kindOf(value)}`];
  return value.trim() === "" ? ["must not be empty"] : [];
}

function choice(words: readonly string[]): Rule {
  const list = words.map((word) => `"${word}"`).join(", ");
  return (value) =>
    isAbsent(value) || (typeof value === "string" && words.includes(value))
      ? []
      : [`must be one of ${list}`];
}

/** Object Storage's rules for bucket names, which are S3's. */
function bucketProblems(bucket: string): readonly string[] {
  const problems: string[] = [];
  if (bucket.length < 3 || bucket.length > 63) {
    problems.push(`must be 3 to 63 characters long, not ${bucket.length}`);
  }
  if (!/^[a-z0-9.-]*$/.test(bucket)) {
    problems.push('may hold only small letters, digits, "." and "-"');
  } else if (!/^[a-z0-9]/.test(bucket) || !/[a-z0-9]$/.test(bucket)) {
    problems.push("must begin and end with a small letter or a digit");
  }
  if (bucket.includes("..")) problems.push('must not hold ".."');
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(bucket)) problems.push("must not look like an IP address");
  return problems;
}

/** Refused by every version of the service's documentation. */
const FORBIDDEN_IN_PATHS = "&$@;:+,?*\\{}^%`[]<>~#|\"'";

function pathProblems(path: string): (string | { warning: string })[] {
  if (path === "") return ["must not be empty"];
  const problems: (string | { warning: string })[] = [];
  const forbidden = [...new Set(path)].filter(isForbiddenInPaths);
  if (forbidden.length > 0) {
    problems.push(`must not hold ${forbidden.map(nameOfCharacter).join(" ")}`);
  }
  const disputed = [...new Set(path)].filter((c) => c === "=" || c === " " || c > "\u00ff");
  if (disputed.length > 0) {
    const list = disputed.map(nameOfCharacter).join(" ");
    problems.push({ warning: `holds ${list}, which the service may refuse` });
  }
  return problems;
}

function isForbiddenInPaths(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return FORBIDDEN_IN_PATHS.includes(character) || code < 32 || (code >= 127 && code <= 255);
}

function nameOfCharacter(character: string): string {
  if (character === " ") return "a space";
  const code = character.codePointAt(0) ?? 0;
  const isPlain = code > 32 && code < 127;
  return isPlain ? character : `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}

function toProblem(argument: ArgumentName) {
  return (broken: string | { readonly warning: string }): Problem =>
    typeof broken === "string"
      ? { argument, severity: "error", text: broken }
      : { argument, severity: "warning", text: broken.warning };
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

export function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

function optionalText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function oneOf<const T extends string>(words: readonly T[], value: unknown, byDefault: T): T {
  return words.find((word) => word === value) ?? byDefault;
}
