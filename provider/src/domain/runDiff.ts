import { printable } from "../kernel/text";
import {
  type ArgumentName,
  POLICY_ARGUMENTS,
  REPLACING_ARGUMENTS,
  readArguments,
} from "./arguments";
import { canonicalJson } from "./canonicalJson";
import { containsUnknown, type IsUnknown } from "./containsUnknown";
import { readPlumbing, readRecordKeeping } from "./plumbing";
import { hasReached, isTerminal } from "./status";

export interface RunDiff {
  readonly changes: boolean;
  readonly replaces: readonly string[];
  /** Why, where the reason is not an argument. */
  readonly reason?: string;
}

type Values = Readonly<Record<string, unknown>>;

const NO_CHANGE: RunDiff = { changes: false, replaces: [] };

/**
 * What the next update has to do with a run, from the outputs in the state and the new inputs.
 *
 * @param isPreview in a preview an unknown argument may turn out to be another one, so it replaces;
 *   in an update the engine asks with unknown values only while it looks for dependents that a
 *   delete-before-replace would take along, and a run is not made again for nothing.
 */
export function diffRun(
  id: string,
  outputs: Values,
  inputs: Values,
  isPreview: boolean,
  isUnknown: IsUnknown,
): RunDiff {
  const changed = REPLACING_ARGUMENTS.filter((name) => differs(name, outputs, inputs, isUnknown));
  const surely = changed.filter((name) => isPreview || !containsUnknown(inputs[name], isUnknown));
  if (surely.length > 0) return { changes: true, replaces: surely };
  const imported = readPlumbing(inputs).importId;
  if (
    imported !== undefined &&
    imported !== id &&
    imported !== readRecordKeeping(outputs).importId
  ) {
    return {
      changes: true,
      replaces: ["import"],
      reason: `the import option names task run ${imported} now, which replaces ${describe(outputs, id)}`,
    };
  }
  const byStatus = diffStatus(id, outputs, inputs);
  if (byStatus.replaces.length > 0 || byStatus.changes) return byStatus;
  return changed.length > 0 || policyChanged(outputs, inputs, isUnknown)
    ? { changes: true, replaces: [] }
    : NO_CHANGE;
}

function diffStatus(id: string, outputs: Values, inputs: Values): RunDiff {
  const { onFailure, waitFor } = readArguments(inputs);
  const status = typeof outputs.status === "string" ? outputs.status : null;
  if (status === "failed") {
    if (onFailure === "fail") return { changes: true, replaces: [] };
    const message = outputs.failMessage;
    const cause = typeof message === "string" ? `: ${printable(message)}` : "";
    return {
      changes: true,
      replaces: ["status"],
      reason: `task run ${describe(outputs, id)} failed${cause}; a new run replaces it (onFailure: "rerun")`,
    };
  }
  if (typeof outputs.drift === "string") return diffDrift(id, outputs, inputs);
  return { changes: status !== null && !hasReached(status, waitFor), replaces: [] };
}

/** The result object is not what the state remembers: accepted by an update, or made again. */
function diffDrift(id: string, outputs: Values, inputs: Values): RunDiff {
  const which = `the result of task run ${describe(outputs, id)}`;
  if (outputs.drift !== "result-missing") {
    const reason = `${which} was replaced; an update accepts it as it is now`;
    return { changes: true, replaces: [], reason };
  }
  if (readArguments(inputs).onResultMissing === "accept") {
    const reason = `${which} is missing; an update accepts that (onResultMissing: "accept")`;
    return { changes: true, replaces: [], reason };
  }
  const reason = `${which} is missing; a new run replaces it (onResultMissing: "rerun")`;
  return { changes: true, replaces: ["drift"], reason };
}

function describe(outputs: Values, id: string): string {
  const name = outputs.name;
  return typeof name === "string" ? `"${printable(name)}" (${id})` : id;
}

function policyChanged(outputs: Values, inputs: Values, isUnknown: IsUnknown): boolean {
  const status = outputs.status;
  if (isTerminal(typeof status === "string" ? status : null)) return false;
  const [before, now] = [readArguments(outputs), readArguments(inputs)];
  return POLICY_ARGUMENTS.some((name) => isUnknown(inputs[name]) || before[name] !== now[name]);
}

function differs(
  name: ArgumentName,
  outputs: Values,
  inputs: Values,
  isUnknown: IsUnknown,
): boolean {
  const now = inputs[name];
  if (containsUnknown(now, isUnknown)) return true;
  const keeping = readRecordKeeping(outputs);
  const nowAbsent = isAbsent(name, now);
  if (name === "name") {
    return nowAbsent ? keeping.nameGiven : now !== outputs.name;
  }
  if (nowAbsent && keeping.taken.includes(name)) return false;
  const before = outputs[name];
  if (isAbsent(name, before)) return !nowAbsent && wasStored(name, outputs);
  if (nowAbsent) return true;
  return canonicalJson(before) !== canonicalJson(now);
}

/** An old or hand-edited state may lack an argument that every run has: that says nothing. */
function wasStored(name: ArgumentName, outputs: Values): boolean {
  return name in outputs || (name !== "taskId" && name !== "featureId");
}

function isAbsent(name: ArgumentName, value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return name === "triggers" && Array.isArray(value) && value.length === 0;
}
