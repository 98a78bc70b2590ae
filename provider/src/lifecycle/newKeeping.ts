import { isAbsent } from "../domain/arguments";
import { type Declaration, isImport } from "../domain/declaration";
import type { Keeping, Timeouts } from "../domain/plumbing";
import { durationOf } from "../domain/timeouts";
import type { JobContext } from "./jobContext";
import type { SourceMemory } from "./source";

type Values = Readonly<Record<string, unknown>>;

/** What later verbs need to know of a job that was just created, adopted or imported. */
export function newKeeping(
  ctx: JobContext,
  given: Values,
  declaration: Declaration,
  source: SourceMemory,
): Keeping {
  const { endpoint, keyHash } = ctx.clients().settings;
  const { family, inputs, plumbing, carried } = declaration;
  const { importId, inState, knownImports = [] } = plumbing;
  const before = inState?.importedIds ?? knownImports;
  return {
    timeouts: plumbing.timeouts,
    ...lateTimeout(ctx, given, plumbing.timeouts.create),
    nameGiven: declaration.name !== undefined,
    importedIds: importId === undefined ? before : [...new Set([...before, importId])],
    mark: `${ctx.clock.nowMs().toString(36)}-${Math.floor(ctx.random() * 1e9).toString(36)}`,
    taken: isImport(declaration)
      ? Object.keys(family.fields).filter((argument) => isAbsent(inputs[argument]))
      : carried,
    endpoint,
    keyHash,
    secrets: plumbing.secrets,
    isSearchOpen: false,
    source: source.source,
    ...(source.isOpen === true ? { isSourceOpen: true } : {}),
    isExternal: false,
  };
}

/** What to raise so that the next update waits longer. */
export function timeoutOption(
  { update }: Timeouts,
  { lateCreateTimeout }: Keeping,
  updateMs?: number,
): "create" | "update" {
  const isOwn = (update ?? lateCreateTimeout ?? updateMs) !== undefined;
  return isOwn ? "update" : "create";
}

/** What a transform has set instead of what the program says. */
function lateTimeout(ctx: JobContext, inputs: Values, declared: string | undefined) {
  const { timeoutMs } = ctx.requestOf(inputs);
  const isLate = timeoutMs !== undefined && timeoutMs !== durationOf(declared, "0s");
  return isLate ? { lateCreateTimeout: `${timeoutMs / 1000}s` } : {};
}
