import type { IsUnknown } from "./containsUnknown";
import type { Family } from "./family";
import { policiesOf, policyProblems } from "./policies";
import { type ArgumentProblem, broken, kindOf, type Problem, warning } from "./problem";

/** The rules that the arguments of a job must follow. Pure: nothing is looked up here. */

type Values = Readonly<Record<string, unknown>>;

/** The names of all arguments of a family: what asks for a new job first, then the policies. */
export function argumentsOf(family: Family): readonly string[] {
  return [...replacingArgumentsOf(family), ...policiesOf(family)];
}

/** A change of one of these asks for a new job. */
export function replacingArgumentsOf(family: Family): readonly string[] {
  return ["name", ...Object.keys(family.fields), "triggers"];
}

/** All problems of the arguments that `isChecked` selects. Unknown values are skipped. */
export function argumentProblems(
  family: Family,
  values: Values,
  isChecked: (argument: string) => boolean,
  isUnknown: IsUnknown,
): readonly ArgumentProblem[] {
  const own = argumentsOf(family)
    .filter((argument) => isChecked(argument) && !isUnknown(values[argument]))
    .flatMap((argument) =>
      problemsOf(family, argument, values[argument]).map((problem) => ({ argument, ...problem })),
    );
  const isSilent = (name: string) => isUnknown(values[name]);
  return [
    ...own,
    ...problemsBetween(family, values, isSilent).filter((p) => isChecked(p.argument)),
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

/** The longest name that the service has documented. */
const LONGEST_NAME = 100;

function nameProblems(value: unknown): readonly Problem[] {
  if (typeof value !== "string") return [broken(`must be a string, not ${kindOf(value)}`)];
  const length = [...value].length;
  if (length < 1 || length > LONGEST_NAME) {
    return [broken(`must be 1 to ${LONGEST_NAME} characters long, not ${length}`)];
  }
  return value.trim() === "" ? [broken("must not be blank")] : [];
}

/** Rules that several arguments must follow together. */
function problemsBetween(
  family: Family,
  values: Values,
  isUnknown: (argument: string) => boolean,
): readonly ArgumentProblem[] {
  return [...problemsTogether(family, values), ...resultProblems(family, values, isUnknown)];
}

function problemsTogether(family: Family, values: Values): readonly ArgumentProblem[] {
  const { together = [] } = family;
  const missing = together.filter((argument) => isAbsent(values[argument]));
  const [first] = missing;
  if (first === undefined || missing.length === together.length) return [];
  const text = `is missing: give ${together.join(", ")} together, or none of them`;
  return [{ argument: first, ...broken(text) }];
}

const NEWEST_DOCUMENTATION =
  "the service's newest documentation requires resultBucket and resultFilePath";

function resultProblems(
  family: Family,
  values: Values,
  isUnknown: (argument: string) => boolean,
): readonly ArgumentProblem[] {
  const { result } = family;
  if (result === undefined || family.fields[result.bucket]?.isRequired === true) return [];
  const missing = [result.bucket, result.path].filter((argument) => isAbsent(values[argument]));
  const [first] = missing;
  if (first === undefined) return [];
  const problems: ArgumentProblem[] = [];
  const policy = values.onResultMissing;
  if ((policy === "fail" || policy === "rerun") && !isUnknown("onResultMissing")) {
    const text = `is "${policy}", which needs ${result.bucket} and ${result.path}: give both, or leave it out`;
    problems.push({ argument: "onResultMissing", ...broken(text) });
  }
  const consequence =
    missing.length === 2
      ? "without them no result can be found"
      : `without ${first} no result can be found`;
  problems.push({
    argument: first,
    ...warning(`is not given: ${NEWEST_DOCUMENTATION}, and ${consequence}`),
  });
  return problems;
}
