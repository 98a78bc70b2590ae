import ts from "typescript";

/** What makes a sentence for a person, by the last name of what is called. */
const MAKERS: ReadonlySet<string> = new Set([
  "NclueError",
  "whileDoing",
  "broken",
  "warning",
  "programError",
]);
const LOG_METHODS: ReadonlySet<string> = new Set(["info", "warn", "debug", "progress"]);

/** An error, a line of the log, a problem, or words that a value is put into. */
export function makesMessage(node: ts.Node): boolean {
  if (ts.isTemplateExpression(node)) return /[a-z]{2} | [a-z]{2}/.test(wordsOf(node));
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return false;
  const names = node.expression.getText().split(".");
  const last = names.at(-1) ?? "";
  return MAKERS.has(last) || (LOG_METHODS.has(last) && names.at(-2) === "log");
}

function wordsOf({ head, templateSpans }: ts.TemplateExpression): string {
  return [head, ...templateSpans.map(({ literal }) => literal)].map(({ text }) => text).join("");
}
