import { createHash } from "node:crypto";
import { canonicalJson } from "./canonicalJson";
import { type Declaration, isSecret } from "./declaration";
import { broken, kindOf, type Problem } from "./problem";

/** The longest name that the service has documented. */
const LONGEST_NAME = 100;
/** Short enough for every limit that the service has documented (40, then 100). */
const LONGEST_GENERATED_NAME = 40;
const HASH_DIGITS = 10;
const GENERATED_NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*-([0-9a-f]{10})(?:-(?:[2-9]|[1-9]\d+))?$/;
/** `2026112614` */
const DATE_AND_HOUR = /^20\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])$/;

/**
 * The names that a resource without a given name may use, in order: `<logical name>-<hash>` (`run` and
 * the like for a name without Latin letters), then the same with `-2`, `-3` and so on. The hash covers what makes two jobs different work, so an
 * interrupted attempt is found again under the name that the next attempt asks for. Secret values
 * are left out, since a short digest of one could be guessed; so is what an import took, which a later
 * attempt may not know any more.
 *
 * @returns the `n`th name, counted from 1.
 */
export function generatedNames(declaration: Declaration): (n: number) => string {
  const { family, fields, triggers, plumbing, carried } = declaration;
  const { organization, project, stack, logicalName, replacementTrigger } = plumbing;
  const isShown = ([argument]: readonly [string, unknown]) =>
    !isSecret(declaration, argument) && !carried.includes(argument);
  const content = {
    owner: [organization, project, stack, family.name, logicalName],
    fields: Object.fromEntries(Object.entries(fields).map(inOrder).filter(isShown)),
    triggers: isSecret(declaration, "triggers") ? [] : triggers,
    replacementTrigger: replacementTrigger ?? null,
  };
  const digest = createHash("sha256").update(canonicalJson(content)).digest("hex");
  const hash = digest.slice(0, HASH_DIGITS);
  return (n) => {
    const end = n === 1 ? `-${hash}` : `-${hash}-${n}`;
    const start = slug(logicalName, LONGEST_GENERATED_NAME - end.length) || family.stem;
    return start + end;
  };
}

/**
 * Whether a name looks like one of {@link generatedNames}, of whichever resource. People end names with
 * a date and an hour, which hashes hardly ever look like.
 */
export function isGeneratedName(name: string): boolean {
  if (name.length > LONGEST_GENERATED_NAME) return false;
  const [, hash] = GENERATED_NAME.exec(name) ?? [];
  return hash !== undefined && !DATE_AND_HOUR.test(hash);
}

/** Of a list of keywords, neither the order counts nor how each is spelled in Unicode. */
function inOrder([argument, value]: [string, unknown]): [string, unknown] {
  return [argument, Array.isArray(value) ? value.map(String).map(normalText).sort() : value];
}

function slug(logicalName: string, longest: number): string {
  const plain = logicalName.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return plain.replace(/^-+/, "").slice(0, longest).replace(/-+$/, "");
}

/** Whether two names are the same but for the form of their Unicode and blanks around them. */
export function isSameName(a: string, b: string): boolean {
  return normalText(a) === normalText(b);
}

/** The same, but for their case too: whether that tells two names apart is the service's affair. */
export function isSameNameInAnyCase(a: string, b: string): boolean {
  return normalText(a.toLowerCase()) === normalText(b.toLowerCase());
}

/** The form in which names, and keywords, are compared. */
export function normalText(text: string): string {
  return text.normalize("NFC").trim();
}

/** The rules for a name that the program gives. */
export function nameProblems(value: unknown): readonly Problem[] {
  if (typeof value !== "string") return [broken(`must be a string, not ${kindOf(value)}`)];
  const length = [...value].length;
  if (length < 1 || length > LONGEST_NAME) {
    return [broken(`must be 1 to ${LONGEST_NAME} characters long, not ${length}`)];
  }
  return value.trim() === "" ? [broken("must not be blank")] : [];
}
