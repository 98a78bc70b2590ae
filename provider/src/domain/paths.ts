import { broken, type Problem, warning } from "./problem";

/**
 * The service's rules for paths in Object Storage, and the form in which two paths are compared.
 *
 * @see https://api.ncloud-docs.com/docs/nclue-posttaskrun
 */

/** Refused by every version of the service's documentation. */
const FORBIDDEN = "&$@;:+,?*\\{}^%`[]<>~#|\"'";

export function pathProblems(path: string): readonly Problem[] {
  if (path === "") return [broken("must not be empty")];
  const problems: Problem[] = [];
  const characters = [...new Set(path)];
  const forbidden = characters.filter(isForbidden);
  if (forbidden.length > 0) {
    problems.push(
      broken(`must not hold ${listOf(forbidden)}`, "holds characters that the service refuses"),
    );
  }
  const disputed = characters.filter((c) => c === "=" || c === " " || c > "\u00ff");
  if (disputed.length > 0) {
    problems.push(
      warning(
        `holds ${listOf(disputed)}, which the service may refuse`,
        "holds characters that the service may refuse",
      ),
    );
  }
  const odd = oddities(path);
  if (odd.length > 0) {
    problems.push(
      warning(
        `holds ${odd.join(", ")}: how the service reads that is not documented, so leave it out`,
        "has an unusual form, which the service may read in its own way",
      ),
    );
  }
  return problems;
}

/**
 * The form in which a path that was asked for and one that the service gives back are compared:
 * without leading, doubled and trailing slashes, in composed Unicode.
 */
export function normalPath(path: string): string {
  return tidyPath(path).replace(/[/\s]+$/, "");
}

/** Without leading and doubled slashes, in composed Unicode; a slash at the end means a directory. */
export function tidyPath(path: string): string {
  return path
    .normalize("NFC")
    .trimEnd()
    .replace(/\/+/g, "/")
    .replace(/^[/\s]+/, "");
}

/**
 * Each form in which the service may have taken a path: as it was asked for, and tidied in some ways or
 * in all. A plain path has one.
 */
export function formsOf(path: string): readonly string[] {
  const forms = new Set([path]);
  for (const tidy of TIDYINGS) for (const form of [...forms]) forms.add(tidy(form));
  return [...forms];
}

const TIDYINGS: readonly ((path: string) => string)[] = [
  (path) => path.normalize("NFC"),
  (path) => path.trimEnd(),
  withoutDots,
  (path) => path.replace(/\/+/g, "/"),
  (path) => path.replace(/^[/\s]+/, ""),
];

/** Without the segments "." and "..", as a file system would read them. */
function withoutDots(path: string): string {
  const segments = path.split("/");
  if (!segments.some(isDots)) return path;
  const kept: string[] = [];
  for (const segment of segments) {
    if (segment === "..") kept.pop();
    else if (segment !== ".") kept.push(segment);
  }
  const isDirectory = isDots(segments.at(-1) ?? "") && kept.length > 0;
  return isDirectory ? `${kept.join("/")}/` : kept.join("/");
}

function isDots(segment: string): boolean {
  return segment === "." || segment === "..";
}

/** Whether the service may have taken a path in another form than it was asked for. */
export function isOddPath(path: string): boolean {
  return formsOf(path).length > 1;
}

function oddities(path: string): readonly string[] {
  const segments = path.split("/");
  return [
    path.startsWith("/") ? 'a leading "/"' : "",
    path.includes("//") ? '"//"' : "",
    segments.includes(".") ? 'the segment "."' : "",
    segments.includes("..") ? 'the segment ".."' : "",
  ].filter((oddity) => oddity !== "");
}

function isForbidden(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return FORBIDDEN.includes(character) || code < 32 || (code >= 127 && code <= 255);
}

function listOf(characters: readonly string[]): string {
  return characters.map(nameOfCharacter).join(" ");
}

function nameOfCharacter(character: string): string {
  if (character === " ") return "a space";
  const code = character.codePointAt(0) ?? 0;
  const isPlain = code > 32 && code < 127;
  return isPlain ? character : `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}
