import type { FamilyName } from "./family";
import { decodeText } from "./measure";
import { normalPath, pathProblems, tidyPath } from "./paths";
import { broken, kindOf, type Problem } from "./problem";
import { fitsLife, type Life, resultKeyMatches } from "./resultKey";

/** What a field holds: a text, or a list of texts. */
export type FieldValue = string | readonly string[];

/**
 * One argument that the service creates a job from: how it is checked, sent, read back and
 * compared, how a message says it, and what it refers to.
 */
export interface Field {
  /** Its name in requests and answers. */
  readonly wire: string;
  readonly isRequired: boolean;
  readonly refersTo?: FamilyName | "bucket";
  /** What goes before its value in a message: `of task`. */
  readonly words?: string;
  /** The rules that a value breaks; an absent value is not asked about. */
  problems(value: unknown): readonly Problem[];
  /** The value in its own type, or `undefined` where it is malformed. */
  read(value: unknown): FieldValue | undefined;
  encode(value: FieldValue): unknown;
  decode(json: unknown): FieldValue | null;
  /** Whether what the service gives back of a job is what was asked for. */
  isSame(asked: FieldValue, atService: FieldValue, job: Life): boolean;
}

/** The id of a job of another family. Ids are compared without case. */
export function idOf(family: FamilyName, wire: string, words: string): Field {
  return { ...textField(wire, notBlank, lowerCase), refersTo: family, words };
}

/** The name of a bucket. */
export function bucket(wire: string): Field {
  return { ...textField(wire, bucketProblems, lowerCase), refersTo: "bucket" };
}

/** A path within a bucket, of an object or of a directory. */
export function path(wire: string): Field {
  return textField(wire, pathProblems, normalPath);
}

/**
 * The path of a result. After the end the service may give back the key of the object instead, which
 * bears the hour of the end: another job's path may look like a key too.
 */
export function resultPath(wire: string): Field {
  const field = path(wire);
  return {
    ...field,
    isSame: (asked, atService, job) =>
      field.isSame(asked, atService, job) ||
      (resultKeyMatches(tidyPath(String(atService)), tidyPath(String(asked))) &&
        fitsLife(String(atService), job)),
  };
}

/** The same field, which a program may leave out. */
export function optional(field: Field): Field {
  return { ...field, isRequired: false };
}

/** The longest that keywords may be together, joined: in characters (code points). */
const MOST_KEYWORD_CHARACTERS = 1000;

/** A list of keywords: sent with line breaks between them, given back with commas. A set. */
export function keywords(wire: string): Field {
  return {
    wire,
    isRequired: true,
    problems: keywordProblems,
    read: (value) => (isTexts(value) ? value : undefined),
    encode: (value) => listOf(value).join("\n"),
    decode: (json) => (typeof json === "string" && json !== "" ? splitKeywords(json) : null),
    isSame: (asked, atService) => asSet(asked) === asSet(atService),
  };
}

/** Whether two values of a program ask for the same: the order of a list does not count. */
export function asksForSame(a: unknown, b: unknown): boolean {
  return isTexts(a) && isTexts(b) ? asSet(a) === asSet(b) : a === b;
}

function textField(
  wire: string,
  rules: (text: string) => readonly Problem[],
  normal: (text: string) => string,
): Field {
  return {
    wire,
    isRequired: true,
    problems: (value) =>
      typeof value === "string" ? rules(value) : [broken(`must be a string, not ${kindOf(value)}`)],
    read: (value) => (typeof value === "string" ? value : undefined),
    encode: (value) => value,
    decode: decodeText,
    isSame: (asked, atService) => normal(String(asked)) === normal(String(atService)),
  };
}

function lowerCase(text: string): string {
  return text.trim().toLowerCase();
}

function notBlank(text: string): readonly Problem[] {
  return text.trim() === "" ? [broken("must not be empty")] : [];
}

/** Object Storage's rules for bucket names, which are S3's. */
function bucketProblems(name: string): readonly Problem[] {
  const problems: string[] = [];
  if (name.length < 3 || name.length > 63) {
    problems.push(`must be 3 to 63 characters long, not ${name.length}`);
  }
  if (!/^[a-z0-9.-]*$/.test(name)) {
    problems.push('may hold only lowercase letters, digits, "." and "-"');
  } else if (!/^[a-z0-9]/.test(name) || !/[a-z0-9]$/.test(name)) {
    problems.push("must begin and end with a lowercase letter or a digit");
  }
  if (name.includes("..")) problems.push('must not hold ".."');
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(name)) problems.push("must not look like an IP address");
  return problems.map((text) => broken(text));
}

function keywordProblems(value: unknown): readonly Problem[] {
  if (!Array.isArray(value)) return [broken(`must be a list of strings, not ${kindOf(value)}`)];
  if (value.length === 0) return [broken("must hold at least one keyword")];
  const seen = new Set<string>();
  const problems = value.flatMap((keyword: unknown, index) => {
    const problem = keywordProblem(keyword, seen);
    return problem === undefined ? [] : [broken(`${problem}: entry ${index + 1}`)];
  });
  if (problems.length > 0) return problems;
  const length = [...value.join("\n")].length;
  return length <= MOST_KEYWORD_CHARACTERS
    ? []
    : [
        broken(
          `must be at most ${MOST_KEYWORD_CHARACTERS} characters together, with a line break ` +
            `between each two, not ${length}`,
        ),
      ];
}

function keywordProblem(keyword: unknown, seen: Set<string>): string | undefined {
  if (typeof keyword !== "string") return `must hold strings, not ${kindOf(keyword)}`;
  if (/[\n\r\u2028\u2029]/.test(keyword)) return "must not hold line breaks";
  if (keyword.includes(",")) return "must not hold commas, which separate keywords in answers";
  const normal = normalKeyword(keyword);
  if (normal === "") return "must not hold blank keywords";
  if (seen.has(normal)) return "must not hold a keyword twice";
  seen.add(normal);
  return undefined;
}

function splitKeywords(text: string): readonly string[] {
  return text
    .split(/[,\n]/)
    .map((keyword) => keyword.trim())
    .filter((keyword) => keyword !== "");
}

function asSet(value: FieldValue): string {
  return JSON.stringify([...new Set(listOf(value).map(normalKeyword))].sort());
}

function normalKeyword(keyword: string): string {
  return keyword.trim().normalize("NFC");
}

function listOf(value: FieldValue): readonly string[] {
  return typeof value === "string" ? [value] : value;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
