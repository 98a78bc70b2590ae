import { families } from "../service/families";
import type { Field } from "../service/family";
import { nclueError, type ServiceError } from "../service/serviceError";
import type { Call } from "./call";

/** Longest `keyword_set`, in characters. */
const keywordLimit = 1_000;

/** What the body says for each field of the family, checked on its own; null for what is left out. */
export function readFields(call: Call): Readonly<Record<string, string | null>> {
  const read = families[call.family].fields.map((field) => [field.name, readField(call, field)]);
  return Object.fromEntries(read);
}

/** The `name`, if it is short enough. */
export function readName(call: Call): string {
  const name = readText(call, "name");
  if ([...name].length > call.service.switches.read().nameLimit) throw nclueError.nameTooLong();
  return name;
}

function readField(call: Call, field: Field): string | null {
  const { isRequired } = field;
  const switches = call.service.switches.read();
  const mustBeThere = typeof isRequired === "boolean" ? isRequired : switches[isRequired];
  const text = mustBeThere ? readText(call, field.name) : readOptionalText(call, field.name);
  if (text === null) return null;
  switch (field.kind) {
    case "path":
      checkPath(text, call, nclueError[field.refusal]);
      return text;
    case "keywords":
      if ([...text].length > keywordLimit) throw nclueError.parameter(switches, field.name);
      return text.split("\n").join(",");
    case "bucket":
    case "parent":
      return text;
  }
}

function readText(call: Call, field: string): string {
  const text = readOptionalText(call, field);
  if (text === null) throw nclueError.parameter(call.service.switches.read(), field);
  return text;
}

/** A text of the body that may be left out or null, but not empty. */
function readOptionalText(call: Call, field: string): string | null {
  const value = call.body[field];
  if (value === undefined || value === null) return null;
  if (typeof value !== "string" || value.trim() === "") {
    throw nclueError.parameter(call.service.switches.read(), field);
  }
  return value;
}

function checkPath(path: string, call: Call, refusal: () => ServiceError): void {
  const { pathRules, wideCharactersInPaths } = call.service.switches.read();
  for (const character of path) {
    const code = character.codePointAt(0) ?? 0;
    const isRefused =
      refusedInPaths[pathRules].includes(character) ||
      code <= 31 ||
      (code >= 128 && (code <= 255 || wideCharactersInPaths === "refuse"));
    if (isRefused) throw refusal();
  }
}

const refusedInPaths = {
  "2026": "&$@;:+,?*\\{}^%`[]<>~#|\"' ",
  late2025: "&$@;:+,?*\\{}^%`[]<>~#|\"'",
  early2025: "&$@=;:+,?*\\{}^%`[]<>~#|\"'",
};
