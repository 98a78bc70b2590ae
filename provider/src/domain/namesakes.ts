import type { RunArguments } from "./arguments";
import type { HeldRun } from "./plumbing";
import { resultKeyMatches } from "./resultKey";
import { parseServiceTime } from "./serviceTime";

/** What the rules need to know of a run at the service. */
export interface KnownRun {
  readonly runId: string;
  readonly name: string | null;
  readonly status: string | null;
  readonly taskId: string | null;
  readonly featureId: string | null;
  readonly resultBucket: string | null;
  readonly resultFilePath: string | null;
  readonly createdAt: string | null;
}

export type NameChoice<Run> =
  | { readonly kind: "adopt"; readonly run: Run }
  | { readonly kind: "post"; readonly name: string }
  /** Whether it may be adopted cannot be told. */
  | { readonly kind: "unclear"; readonly run: Run };

export interface NameQuestion<Run> {
  readonly nameOf: (n: number) => string;
  readonly args: RunArguments;
  readonly known: readonly Run[];
  /** What the state holds, `null` for nothing, `undefined` where it could not be read. */
  readonly held: HeldRun | null | undefined;
  /** Runs that belong to other resources. */
  readonly otherRunIds: ReadonlySet<string>;
  /** Names that other resources of this update use. */
  readonly isClaimed: (name: string) => boolean;
}

/** More followers than this would mean that something is badly wrong. */
const MOST_FOLLOWERS = 1000;

/**
 * Which of the generated names to use: a run that an earlier, interrupted attempt at this very
 * thing has left is adopted; otherwise a new one is made under the first free name. Only a run of
 * the same content that has not failed, belongs to nobody else and is not the one that the state
 * holds (nor older than it) can be such a run.
 */
export function chooseGeneratedName<Run extends KnownRun>(q: NameQuestion<Run>): NameChoice<Run> {
  const byName = groupByName(q.known);
  const candidates: Run[] = [];
  let firstFree: string | undefined;
  for (let n = 1, misses = 0; n <= MOST_FOLLOWERS && misses < 10; n++) {
    const name = q.nameOf(n);
    const namesakes = byName.get(name) ?? [];
    if (q.isClaimed(name)) continue;
    // Nothing can be told from a namesake where it is unknown what the state holds.
    if (q.held === undefined && namesakes[0] !== undefined) {
      return { kind: "unclear", run: namesakes[0] };
    }
    if (namesakes.length === 0) {
      misses += 1;
      firstFree ??= name;
      continue;
    }
    candidates.push(...namesakes.filter((run) => couldBeOurs(run, q)));
  }
  const newest = candidates.sort(newestFirst)[0];
  if (newest !== undefined) return { kind: "adopt", run: newest };
  return { kind: "post", name: firstFree ?? q.nameOf(MOST_FOLLOWERS + 1) };
}

export function sameContent(run: KnownRun, args: RunArguments): boolean {
  return differences(run, args).length === 0;
}

export interface Difference {
  readonly argument: "name" | "taskId" | "featureId" | "resultBucket" | "resultFilePath";
  readonly atService: string | null;
  readonly inProgram: string | null;
}

/** Where a run at the service is not what the arguments ask for; `name` is left aside. */
export function differences(run: KnownRun, args: RunArguments): readonly Difference[] {
  const found: Difference[] = [];
  for (const argument of ["taskId", "featureId", "resultBucket", "resultFilePath"] as const) {
    const [atService, inProgram] = [run[argument], args[argument] ?? null];
    const isFinalKey =
      argument === "resultFilePath" &&
      atService !== null &&
      inProgram !== null &&
      resultKeyMatches(atService, inProgram);
    if (atService !== inProgram && !isFinalKey) found.push({ argument, atService, inProgram });
  }
  return found;
}

function couldBeOurs<Run extends KnownRun>(run: Run, q: NameQuestion<Run>): boolean {
  if (run.status === "failed" || run.runId === q.held?.id || q.otherRunIds.has(run.runId)) {
    return false;
  }
  return sameContent(run, q.args) && !isOlder(run.createdAt, q.held?.createdAt);
}

/** Stamps have whole seconds: equal ones are not older. */
function isOlder(stamp: string | null, than: string | null | undefined): boolean {
  const [a, b] = [parseServiceTime(stamp), parseServiceTime(than)];
  return a !== undefined && b !== undefined && a < b;
}

/** For sorting. */
export function newestFirst(
  a: Pick<KnownRun, "createdAt">,
  b: Pick<KnownRun, "createdAt">,
): number {
  return (parseServiceTime(b.createdAt) ?? 0) - (parseServiceTime(a.createdAt) ?? 0);
}

function groupByName<Run extends KnownRun>(runs: readonly Run[]): ReadonlyMap<string, Run[]> {
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    if (run.name === null) continue;
    const group = groups.get(run.name);
    if (group === undefined) groups.set(run.name, [run]);
    else group.push(run);
  }
  return groups;
}
