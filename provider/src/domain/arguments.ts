import { canonicalJson } from "./canonicalJson";
import { containsUnknown, type IsUnknown } from "./containsUnknown";
import type { Family } from "./family";
import { asksForSame } from "./field";
import { nameProblems } from "./jobName";
import { policiesOf, policyProblems } from "./policies";
import { type ArgumentProblem, broken, kindOf, type Problem, warning } from "./problem";

type Values = Readonly<Record<string, unknown>>;

/** The names of all arguments of a family: what asks for a new job first, then the policies. */
export function argumentsOf(family: Family): readonly string[] {
  return [...replacingArgumentsOf(family), ...policiesOf(family)];
}

/** A change of one of these asks for a new job. */
export function replacingArgumentsOf(family: Family): readonly string[] {
  return ["name", ...Object.keys(family.fields), "triggers"];
}

/** Whether an argument of two programs asks for the same, where nothing else is known of the job. */
export function isSameArgument(family: Family, argument: string, a: unknown, b: unknown): boolean {
  if (isNone(argument, a) && isNone(argument, b)) return true;
  const isField = family.fields[argument] !== undefined;
  return canonicalJson(a ?? null) === canonicalJson(b ?? null) || (isField && asksForSame(a, b));
}

/** An empty list of triggers is the same as none. */
export function isNone(argument: string, value: unknown): boolean {
  return isAbsent(value) || (argument === "triggers" && Array.isArray(value) && value.length === 0);
}

/**
 * All problems of the arguments that `isChecked` selects, and of rules between several where it selects
 * one of them. What holds unknown values is skipped.
 */
export function argumentProblems(
  family: Family,
  values: Values,
  isChecked: (argument: string) => boolean,
  isUnknown: IsUnknown,
): readonly ArgumentProblem[] {
  const own = argumentsOf(family)
    .filter((argument) => isChecked(argument) && !containsUnknown(values[argument], isUnknown))
    .flatMap((argument) =>
      problemsOf(family, argument, values[argument]).map((problem) => ({ argument, ...problem })),
    );
  return [
    ...own,
    ...problemsTogether(family, values, isChecked),
    ...resultProblems(family, values, isChecked),
  ];
}

export function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

function problemsOf(family: Family, argument: string, value: unknown): readonly Problem[] {
  const field = family.fields[argument];
  if (isAbsent(value)) return field?.isRequired === true ? [broken("is required")] : [];
  if (field !== undefined) return field.problems(value);
  if (argument === "name") return nameProblems(value);
  if (argument === "triggers") {
    return Array.isArray(value) ? [] : [broken(`must be a list, not ${kindOf(value)}`)];
  }
  return policiesOf(family)
    .filter((policy) => policy === argument)
    .flatMap((policy) => policyProblems(policy, value));
}

function problemsTogether(
  { together = [] }: Family,
  values: Values,
  isChecked: (argument: string) => boolean,
): readonly ArgumentProblem[] {
  const missing = together.filter((argument) => isAbsent(values[argument]));
  const [first] = missing;
  if (first === undefined || missing.length === together.length) return [];
  if (!together.some(isChecked)) return [];
  const text = `is missing: give ${together.join(", ")} together, or none of them`;
  return [{ argument: first, ...broken(text) }];
}

const NEWEST_DOCUMENTATION =
  "the service's newest documentation requires resultBucket and resultFilePath";

function resultProblems(
  { result, fields }: Family,
  values: Values,
  isChecked: (argument: string) => boolean,
): readonly ArgumentProblem[] {
  if (result === undefined || fields[result.bucket]?.isRequired === true) return [];
  const place = [result.bucket, result.path];
  const missing = place.filter((argument) => isAbsent(values[argument]));
  const [first] = missing;
  if (first === undefined) return [];
  const problems: ArgumentProblem[] = [];
  const policy = values.onResultMissing;
  if ((policy === "fail" || policy === "rerun") && [...place, "onResultMissing"].some(isChecked)) {
    const text = `is "${policy}", which needs ${place.join(" and ")}: give both, or leave it out`;
    problems.push({ argument: "onResultMissing", ...broken(text) });
  }
  if (place.some(isChecked)) {
    const without = missing.length === place.length ? "them" : first;
    const text = `is not given: ${NEWEST_DOCUMENTATION}, and without ${without} no result can be found`;
    problems.push({ argument: first, ...warning(text) });
  }
  return problems;
}
