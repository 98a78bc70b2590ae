/** One switch: where it is at the start, and what it may be set to. */
export interface Switch<Value> {
  readonly byDefault: Value;
  readonly accepts: string;
  /** All positions, for tests that draw one; empty where they are numbers or texts. */
  readonly choices: readonly Value[];
  readonly allows: (value: unknown) => boolean;
}

/** The first choice is the default. */
export function oneOf<const Choices extends readonly [string, ...string[]]>(
  ...choices: Choices
): Switch<Choices[number]> {
  return {
    byDefault: choices[0],
    accepts: choices.join(" | "),
    choices,
    allows: (value) => typeof value === "string" && choices.includes(value),
  };
}

export function flag(byDefault: boolean): Switch<boolean> {
  return {
    byDefault,
    accepts: "true | false",
    choices: [byDefault, !byDefault],
    allows: (value) => typeof value === "boolean",
  };
}

export function text(byDefault: string): Switch<string> {
  return {
    byDefault,
    accepts: "a text",
    choices: [],
    allows: (value) => typeof value === "string",
  };
}

export function whole(byDefault: number): Switch<number> {
  return {
    byDefault,
    accepts: "a whole number above 0",
    choices: [],
    allows: (value) => Number.isInteger(value) && Number(value) > 0,
  };
}

export function number(byDefault: number): Switch<number> {
  return {
    byDefault,
    accepts: "a number, 0 or more",
    choices: [],
    allows: (value) => typeof value === "number" && Number.isFinite(value) && value >= 0,
  };
}

export function anyNumber(byDefault: number): Switch<number> {
  return {
    byDefault,
    accepts: "a number",
    choices: [],
    allows: (value) => typeof value === "number" && Number.isFinite(value),
  };
}
