import { printable } from "../kernel/text";
import { isNone, isSameArgument, replacingArgumentsOf } from "./arguments";
import { containsUnknown, type IsUnknown } from "./containsUnknown";
import type { Declaration } from "./declaration";
import type { Family } from "./family";
import { includesId } from "./job";
import { type PolicyName, policiesOf, readPolicies } from "./policies";
import { unmetGate } from "./qualityGate";
import { hasReached, isCompleted, isFailed, isTerminal } from "./status";
import type { Stored } from "./stored";

export interface JobDiff {
  readonly changes: boolean;
  readonly replaces: readonly string[];
  /** Old and new job would carry the same given name, which only one can have. */
  readonly deleteBeforeReplace?: boolean;
  /** Why, where the reason is not an argument; a sentence about `{job}`, which the caller names. */
  readonly reason?: string;
}

export interface DiffFacts {
  /**
   * In a preview an unknown argument may turn out to be another one, so it replaces; in an update
   * the engine asks with unknown values only while it looks for dependents that a
   * delete-before-replace would take along, and a job is not created again for nothing.
   */
  readonly isPreview: boolean;
  readonly isUnknown: IsUnknown;
  /** What has changed about the source data since, where `onSourceChange` is `"rerun"`. */
  readonly sourceChange: string | undefined;
  /** Whether data that could not be read before can be read now. */
  readonly isSourceReadable: boolean;
}

const NO_CHANGE: JobDiff = { changes: false, replaces: [] };
const CHANGE: JobDiff = { changes: true, replaces: [] };

/** What the next update has to do with a job, from what the state holds and the new declaration. */
export function diffJob(stored: Stored, declaration: Declaration, facts: DiffFacts): JobDiff {
  const diff = diffAll(stored, declaration, facts);
  const isSameName = declaration.name !== undefined && declaration.name === stored.job.name;
  return diff.replaces.length > 0 && isSameName ? { ...diff, deleteBeforeReplace: true } : diff;
}

function diffAll(stored: Stored, declaration: Declaration, facts: DiffFacts): JobDiff {
  const { family, inputs } = declaration;
  const { isUnknown, isPreview } = facts;
  const changed = replacingArgumentsOf(family).filter((name) =>
    differs(name, stored, declaration, isUnknown),
  );
  const surely = changed.filter((name) => isPreview || !containsUnknown(inputs[name], isUnknown));
  if (surely.length > 0) return { changes: true, replaces: surely };
  return (
    diffImport(stored, declaration) ??
    diffStatus(stored, declaration, facts) ??
    diffUnread(facts) ??
    (changed.length > 0 || policyChanged(stored, declaration, isUnknown) ? CHANGE : NO_CHANGE)
  );
}

/** What the `import` option has named before is history; only another id imports. */
function diffImport({ job, keeping }: Stored, { plumbing }: Declaration): JobDiff | undefined {
  const { importId } = plumbing;
  const known = [job.id, ...keeping.importedIds];
  if (importId === undefined || includesId(known, importId)) return undefined;
  return {
    changes: true,
    replaces: ["import"],
    reason: `the import option names ${importId} now, which replaces {job}`,
  };
}

/** Data that could not be read when the job was created is not watched yet. */
function diffUnread({ isSourceReadable }: DiffFacts): JobDiff | undefined {
  if (!isSourceReadable) return undefined;
  return {
    ...CHANGE,
    reason: "the source data of {job} could not be read when it was created; an update reads it",
  };
}

function diffStatus(
  stored: Stored,
  declaration: Declaration,
  { sourceChange }: DiffFacts,
): JobDiff | undefined {
  const { status, failMessage } = stored.job;
  const { family, policies } = declaration;
  const { onFailure, waitFor } = policies;
  if (isFailed(status) && onFailure === "rerun") {
    const cause = failMessage === null ? "" : `: ${printable(failMessage)}`;
    const reason = `{job} failed${cause}; a new ${family.short} replaces it (onFailure: "rerun")`;
    return { changes: true, replaces: ["status"], reason };
  }
  if (sourceChange !== undefined) {
    const reason = `${sourceChange}; a new ${family.short} replaces it (onSourceChange: "rerun")`;
    return { changes: true, replaces: ["sourceDigest"], reason };
  }
  if (isFailed(status)) return CHANGE;
  if (isCompleted(status)) return diffCompleted(stored, declaration);
  // A hand-edited state may lack it, which says nothing; null is what a wait has not seen.
  const isKnown = status !== null || stored.outputs.status === null;
  return isKnown && !hasReached(status, waitFor) ? CHANGE : undefined;
}

function diffCompleted(stored: Stored, declaration: Declaration): JobDiff | undefined {
  const { family, policies } = declaration;
  const unmet = unmetGate(family, stored.job, policies.minAuroc);
  if (unmet !== undefined) return { ...CHANGE, reason: `{job} is not good enough: ${unmet}` };
  if (stored.drift === "result-replaced") {
    return {
      ...CHANGE,
      reason: "the result of {job} was replaced; an update accepts it as it is now",
    };
  }
  if (stored.drift === "result-missing") return diffMissing(declaration, "is missing");
  if (stored.keeping.isSearchOpen) {
    const reason = "the search for the result of {job} was cut short; an update searches again";
    return { ...CHANGE, reason };
  }
  const isSought = stored.result.resultKey === null && hasResultPlace(family, declaration);
  if (!isSought || policies.onResultMissing === "accept") return undefined;
  return diffMissing(declaration, "was not found");
}

function diffMissing({ family, policies }: Declaration, what: string): JobDiff {
  const { onResultMissing } = policies;
  const policy = `(onResultMissing: "${onResultMissing}")`;
  const which = `the result of {job} ${what}`;
  if (onResultMissing === "accept") {
    return { ...CHANGE, reason: `${which}; an update accepts that ${policy}` };
  }
  if (onResultMissing === "fail") {
    return {
      ...CHANGE,
      reason: `${which}; an update searches again, and fails without it ${policy}`,
    };
  }
  return {
    changes: true,
    replaces: ["resultKey"],
    reason: `${which}; a new ${family.short} replaces it ${policy}`,
  };
}

/** Whether a program says where the result goes. */
export function hasResultPlace(family: Family, { fields }: Declaration): boolean {
  const { result } = family;
  return (
    result !== undefined && fields[result.bucket] !== undefined && fields[result.path] !== undefined
  );
}

/**
 * Policies matter while a job is unfinished. At any time, the bound of the quality gate is stored, and
 * data that is to be watched from now on is read.
 */
function policyChanged(
  { job, outputs, sourceDigest }: Stored,
  { family, inputs, policies }: Declaration,
  isUnknown: IsUnknown,
): boolean {
  const before = readPolicies(outputs);
  const isChanged = (name: PolicyName) =>
    isUnknown(inputs[name]) || before[name] !== policies[name];
  const isToBeRead = policies.onSourceChange === "rerun" && sourceDigest === null;
  if (family.sources !== undefined && isToBeRead && isChanged("onSourceChange")) return true;
  return policiesOf(family).some(
    (name) => (name === "minAuroc" || !isTerminal(job.status)) && isChanged(name),
  );
}

function differs(
  name: string,
  { outputs, keeping }: Stored,
  { family, inputs }: Declaration,
  isUnknown: IsUnknown,
): boolean {
  const now = inputs[name];
  if (containsUnknown(now, isUnknown)) return true;
  const isLeftOut = isNone(name, now);
  if (name === "name") return isLeftOut ? keeping.nameGiven : now !== outputs.name;
  if (isLeftOut && keeping.taken.includes(name)) return false;
  const before = outputs[name];
  // An old or hand-edited state may lack an argument that every job has: that says nothing.
  const mayBeMissing = family.fields[name]?.isRequired !== true;
  if (isNone(name, before)) return !isLeftOut && (name in outputs || mayBeMissing);
  if (isLeftOut) return true;
  return !isSameArgument(family, name, before, now);
}
