/** Fewest labels of each kind, and longest user id, that the guide names. */
const fewestLabels = 100;
const longestUserId = 100;

/** The `fail_message` for a behaviour file that breaks the documented rules. */
export function behaviourProblem(lines: readonly string[]): string | undefined {
  const users = lines.map((line) => line.split("\t")[0] ?? "");
  if (lines.some((line) => !line.includes("\t"))) return "UNEXPECTED_TXT_FORMAT";
  if (users.some((user) => [...user].length > longestUserId)) return "LIMIT_ERROR_MID_LENGTH";
  if (new Set(users).size < users.length) return "DUPLICATE_USERID";
  return undefined;
}

/** The same for a file of labels: user id, then 0 or 1. */
export function labelProblem(lines: readonly string[]): string | undefined {
  const labels = lines.map((line) => line.split("\t")[1]?.trim());
  if (labels.some((label) => label !== "0" && label !== "1")) return "UNEXPECTED_LABEL";
  const ones = labels.filter((label) => label === "1").length;
  return Math.min(ones, labels.length - ones) < fewestLabels
    ? "NUM_OF_LABEL_INSUFFICIENT"
    : undefined;
}
