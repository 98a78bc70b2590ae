/** A broken rule, or something to be warned of: a sentence's end that an argument's name goes before. */
export interface Problem {
  readonly severity: "error" | "warning";
  readonly text: string;
  /** Said instead where the argument is secret, and the text would show parts of its value. */
  readonly secretText?: string;
}

/** A problem of one argument. */
export interface ArgumentProblem extends Problem {
  readonly argument: string;
}

export function broken(text: string, secretText?: string): Problem {
  return { severity: "error", text, ...(secretText === undefined ? {} : { secretText }) };
}

export function warning(text: string, secretText?: string): Problem {
  return { severity: "warning", text, ...(secretText === undefined ? {} : { secretText }) };
}

/** What a value is, for a message: `a list`, `an object`, `a number`, `null`. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
