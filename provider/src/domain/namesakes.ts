import type { Declaration } from "./declaration";
import type { FieldValue } from "./field";
import { includesId, type Job, newestFirst } from "./job";
import type { InState } from "./plumbing";
import { parseExactTime, parseServiceTime } from "./serviceTime";
import { isFailed } from "./status";

export type NameChoice =
  | { readonly kind: "adopt"; readonly job: Job }
  | { readonly kind: "post"; readonly name: string }
  /** A job has the generated name, but not the content that the name stands for. */
  | { readonly kind: "differs"; readonly job: Job; readonly differences: readonly Difference[] }
  /** Whether it may be adopted is not known. */
  | { readonly kind: "unclear"; readonly job: Job };

export interface NameQuestion {
  readonly nameOf: (n: number) => string;
  readonly declaration: Declaration;
  readonly known: readonly Job[];
  /** What the state holds, `null` for nothing, `undefined` where it could not be read. */
  readonly inState: InState | null | undefined;
  /** Jobs that belong to other resources of the stack. */
  readonly otherJobIds: ReadonlySet<string>;
  /** Names that other resources of this update use, or that the service has refused as taken. */
  readonly isClaimed: (name: string) => boolean;
  /** When an interrupted attempt may have been made, for jobs whose names the service does not tell. */
  readonly attempts?: Period | undefined;
}

/** By the service's clock; the end is not part of it. */
export interface Period {
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** More followers than this would mean that something is badly wrong. */
const MOST_FOLLOWERS = 1000;
/** So many free names in a row end the search for namesakes. */
const MOST_GAPS = 10;

/**
 * Which of the generated names to use. A name stands for its content, so a job that has it is what an
 * earlier, interrupted attempt at this very thing has left, and is adopted. Another job is created
 * only beside one that the state holds (or that is older than it), that failed, or that another
 * resource owns.
 */
export function chooseGeneratedName(question: NameQuestion): NameChoice {
  const { nameOf, known, isClaimed, inState, declaration } = question;
  const byName = Map.groupBy(known, ({ name }) => name);
  const candidates: Job[] = [];
  let firstFree: string | undefined;
  for (let n = 1, gaps = 0; n <= MOST_FOLLOWERS && gaps < MOST_GAPS; n++) {
    const name = nameOf(n);
    if (isClaimed(name)) continue;
    const namesakes = byName.get(name) ?? [];
    // Nothing can be said of a namesake where it is unknown what the state holds.
    if (inState === undefined && namesakes[0] !== undefined) {
      return { kind: "unclear", job: namesakes[0] };
    }
    gaps = namesakes.length === 0 ? gaps + 1 : 0;
    if (namesakes.length === 0) firstFree ??= name;
    candidates.push(...namesakes.filter((job) => isUnexplained(job, question)));
  }
  const nameless = namelessAttempts(question);
  if (inState === undefined && nameless[0] !== undefined) {
    return { kind: "unclear", job: nameless[0] };
  }
  candidates.push(...nameless);
  // Stamps have whole seconds: of equal ones, the later follower is the newer job.
  candidates.reverse().sort(newestFirst);
  const ours = candidates.find((job) => hasSameContent(job, declaration));
  if (ours !== undefined) return { kind: "adopt", job: ours };
  const [other] = candidates;
  if (other !== undefined) {
    return { kind: "differs", job: other, differences: differences(other, declaration) };
  }
  return { kind: "post", name: firstFree ?? nameOf(MOST_FOLLOWERS + 1) };
}

/**
 * Jobs that may be an interrupted attempt although the service does not tell their names: of this very
 * content, which it does tell, made in the time that fits, and explained by nothing else. Newest first.
 */
export function namelessAttempts(
  question: Pick<NameQuestion, "known" | "declaration" | "inState" | "otherJobIds" | "attempts">,
): readonly Job[] {
  const { known, declaration, attempts } = question;
  if (attempts === undefined) return [];
  const isInTime = ({ createdAt }: Job) => {
    const createdMs = parseExactTime(createdAt) ?? Number.NaN;
    return createdMs >= attempts.sinceMs && createdMs < attempts.untilMs;
  };
  return known
    .filter((job) => job.name === null && isInTime(job) && isUnexplained(job, question))
    .filter((job) => tellsAll(job, declaration) && hasSameContent(job, declaration))
    .sort(newestFirst);
}

/** Whether the service tells each field of a job that the program gives. */
function tellsAll({ fields }: Job, declaration: Declaration): boolean {
  return Object.keys(declaration.fields).every((argument) => (fields[argument] ?? null) !== null);
}

/** A field in which a job is not what the program asks for. */
export interface Difference {
  readonly argument: string;
  readonly atService: FieldValue;
  readonly inProgram: FieldValue;
}

/**
 * Where a job is not what the program asks for; the name is left aside. What the service does not
 * say, and what the program does not ask for, is no difference.
 */
export function differences(job: Job, { family, fields }: Declaration): readonly Difference[] {
  return Object.entries(family.fields).flatMap(([argument, field]) => {
    const [inProgram, atService] = [fields[argument], job.fields[argument] ?? null];
    if (inProgram === undefined || atService === null) return [];
    return field.isSame(inProgram, atService, job) ? [] : [{ argument, atService, inProgram }];
  });
}

export function hasSameContent(job: Job, declaration: Declaration): boolean {
  return differences(job, declaration).length === 0;
}

/** Neither failed, nor owned by a resource of the stack, nor older than what the state holds. */
function isUnexplained(
  job: Job,
  { inState, otherJobIds }: Pick<NameQuestion, "inState" | "otherJobIds">,
): boolean {
  const owned = [...otherJobIds, ...(inState ? [inState.id] : [])];
  if (isFailed(job.status) || includesId(owned, job.id)) return false;
  return !isOlder(job.createdAt, inState?.createdAt);
}

/** Stamps have whole seconds: equal ones are not older. */
function isOlder(stamp: string | null, than: string | null | undefined): boolean {
  const [a, b] = [parseServiceTime(stamp), parseServiceTime(than)];
  return a !== undefined && b !== undefined && a < b;
}
