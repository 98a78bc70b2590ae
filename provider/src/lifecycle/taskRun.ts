import {
  ARGUMENTS,
  type ArgumentName,
  checkArguments,
  isAbsent,
  readArguments,
} from "../domain/arguments";
import { canonicalJson } from "../domain/canonicalJson";
import { containsUnknown } from "../domain/containsUnknown";
import { buildOutputs, type ResultObject } from "../domain/outputs";
import {
  type CheckPlumbing,
  type Plumbing,
  type RunRecordKeeping,
  readPlumbing,
  readRecordKeeping,
  withoutCheckPlumbing,
} from "../domain/plumbing";
import { diffRun, type RunDiff } from "../domain/runDiff";
import { hasReached, isTerminal } from "../domain/status";
import { durationOf, timeoutProblems } from "../domain/timeouts";
import { isNclueError, NclueError, whileDoing } from "../kernel/errors";
import type { Checked, CheckFailure } from "./checked";
import { confirmGone } from "./confirmGone";
import { deletePolicy, deleteRun } from "./deleteRun";
import { ensureRun } from "./ensureRun";
import { importProblems, isImport, runToImport } from "./importRun";
import { acceptResult, compareResult } from "./lookForResult";
import { readRun } from "./readRun";
import type { RunContext } from "./runContext";
import { RunProgress } from "./runProgress";
import { resultOf, type Settled, settleRun } from "./settleRun";
import {
  describeStored,
  factsOf,
  rawKeeping,
  runOf,
  storedResult,
  TAKEN,
  withTaken,
} from "./storedRun";
import { verifyArguments } from "./verifyArguments";

/**
 * What happens to a task run, verb by verb. Each verb observes before it acts: what the service
 * says beats what was remembered. A run that was made is never lost from sight again: whatever goes
 * wrong after that, create and update return it together with the problem.
 */

type Values = Readonly<Record<string, unknown>>;

const DEFAULT_CREATE_TIMEOUT = "2h";
const DEFAULT_DELETE_TIMEOUT = "1h";

/** All problems of all arguments at once. Rules and look-ups apply to what differs from `olds`. */
export async function check(ctx: RunContext, olds: Values, news: Values): Promise<Checked> {
  const plumbing = readPlumbing(news);
  if (plumbing.dryRun !== undefined) ctx.update.isPreview = plumbing.dryRun;
  const failures: CheckFailure[] = [];
  const fail = (argument: string | undefined, text: string) => {
    const isShown = isArgument(argument) && !plumbing.secrets.includes(argument);
    // The engine says the name and the value of the property that a failure names.
    if (isShown) failures.push({ property: argument, reason: text });
    else failures.push({ property: "", reason: withArgument(argument, text) });
  };
  const warn = (text: string) => ctx.log.warn(text, plumbing.urn);

  const isNew = (argument: ArgumentName) => !sameValue(olds[argument], news[argument]);
  const problems = checkArguments(news, isNew, ctx.isUnknown);
  for (const { argument, severity, text } of problems) {
    if (severity === "error") fail(argument, text);
    else warn(`${argument} ${text}`);
  }
  for (const text of timeoutProblems(plumbing.timeouts)) fail("customTimeouts", text);

  const isBroken = (argument: ArgumentName) =>
    problems.some((problem) => problem.argument === argument && problem.severity === "error");
  const isKnown = (argument: ArgumentName) => !ctx.isUnknown(news[argument]);
  const findings = await verifyArguments(ctx, news, {
    isVerified: (argument) => isNew(argument) && isKnown(argument) && !isBroken(argument),
    isPreview: ctx.update.isPreview,
    bucketMayBeMade: plumbing.bucketMayBeMade,
  });
  for (const { argument, text, certainty } of findings) {
    const isOnlyWarned = certainty !== "proven" && ctx.update.isPreview;
    if (isOnlyWarned) warn(`${withArgument(argument, text)}. The update looks again`);
    else fail(argument, text);
  }
  if (failures.length === 0) await checkImport(ctx, olds, news, plumbing, fail);
  return { inputs: withoutCheckPlumbing(news), failures };
}

/** What the next update has to do, and why, where the reason is not an argument. */
export function diff(ctx: RunContext, id: string, olds: Values, news: Values): RunDiff {
  ctx.update.heldRuns.set(id, readRecordKeeping(olds).mark);
  const result = diffRun(id, olds, news, ctx.update.isPreview, ctx.isUnknown);
  if (result.reason !== undefined) ctx.log.warn(result.reason, readPlumbing(news).urn);
  return result;
}

/** Makes the run, or adopts what an interrupted attempt has left, and waits for it. */
export async function create(ctx: RunContext, inputs: Values): Promise<Settled> {
  const args = readArguments(inputs);
  const plumbing = readPlumbing(inputs);
  await verifyBeforePost(ctx, inputs, plumbing);
  const run = await ensureRun(ctx, args, plumbing);
  const keeping = newRecordKeeping(ctx, inputs, plumbing);
  ctx.update.heldRuns.set(run.runId, keeping.mark);
  return settleRun(ctx, {
    stored: isImport(plumbing) ? withTaken(inputs, run) : inputs,
    run,
    keeping,
    timeoutMs: durationOf(plumbing.timeouts.create, DEFAULT_CREATE_TIMEOUT),
    urn: plumbing.urn,
    lookAtOnce: run.status !== "registered",
  });
}

/** The run as the service has it now, or `"gone"`. */
export async function read(ctx: RunContext, id: string, props: Values): Promise<Settled | "gone"> {
  const keeping = readRecordKeeping(props);
  const isExternal = props.runId === undefined;
  const { settings } = ctx.account();
  const sighting = await readRun(ctx, id).catch((error: unknown) => {
    throw whileDoing(`reading task run ${describeStored(id, props)}`, error);
  });
  if (sighting.kind === "missing") {
    await confirmGone(ctx, id, keeping, sighting.error);
    if (isExternal) throw notFound(id, sighting.error);
    return "gone";
  }
  const { run } = sighting;
  const urn = ctx.urnOf(id);
  if (!isTerminal(run.status)) new RunProgress(ctx, urn).show(run);
  if (isExternal) {
    const taken = withTaken({}, run);
    const found = await resultOf(ctx, taken, run, "look-once", urn);
    const kept = { endpoint: settings.endpoint, keyHash: settings.keyHash };
    return { id, outputs: buildOutputs(taken, factsOf(run, {}), found, kept) };
  }
  const facts = factsOf(run, props);
  const stored = storedResult(props);
  const result =
    stored.resultKey === null
      ? await resultOf(ctx, props, facts, "look-once", urn)
      : await compareResult(ctx, props, stored, urn);
  return { id, outputs: buildOutputs(props, facts, result, rawKeeping(props)) };
}

/** Goes on waiting, accepts a drifted result, or says again that the run failed. Starts no run. */
export async function update(
  ctx: RunContext,
  id: string,
  olds: Values,
  news: Values,
): Promise<Settled> {
  const plumbing = readPlumbing(news);
  const kept = readRecordKeeping(olds);
  const args = readArguments(news);
  const run = runOf(id, olds);
  ctx.update.heldRuns.set(id, kept.mark);
  if (!isTerminal(run.status) && !hasReached(run.status, args.waitFor)) {
    const which = describeStored(id, olds);
    ctx.log.info(`resumed the wait for task run ${which}; no new run was started`, plumbing.urn);
  }
  const stored = { ...Object.fromEntries(kept.taken.map((name) => [name, olds[name]])), ...news };
  return settleRun(ctx, {
    stored,
    run: { ...run, name: args.name ?? run.name },
    keeping: { ...kept, timeouts: plumbing.timeouts },
    timeoutMs: durationOf(
      plumbing.timeouts.update ?? plumbing.timeouts.create,
      DEFAULT_CREATE_TIMEOUT,
    ),
    urn: plumbing.urn,
    lookAtOnce: true,
    known: await knownResult(ctx, stored, storedResult(olds)),
  });
}

/** What an update need not look for: a result that was found, or one whose drift it accepts. */
async function knownResult(
  ctx: RunContext,
  stored: Values,
  remembered: ResultObject,
): Promise<ResultObject | undefined> {
  if (remembered.drift !== null) return acceptResult(ctx, stored, remembered);
  return remembered.resultKey === null ? undefined : remembered;
}

/** Deletes the record of the run; its result object stays. */
async function remove(ctx: RunContext, id: string, props: Values): Promise<void> {
  const which = `task run ${describeStored(id, props)}`;
  const doing = `deleting ${which}`;
  const keeping = readRecordKeeping(props);
  const { heldRuns } = ctx.update;
  if (heldRuns.has(id) && heldRuns.get(id) !== keeping.mark) {
    // An entry that an interrupted replacement has left is hidden from the class, so that create
    // may have adopted its run: the engine asks to delete what another entry holds anew.
    ctx.log.info(`kept ${which}, which this update has taken over again`, ctx.urnOf(id));
    return;
  }
  await deleteRun(ctx, {
    runId: id,
    doing,
    keeping,
    policy: deletePolicy(ctx, props),
    timeoutMs: durationOf(keeping.timeouts.delete, DEFAULT_DELETE_TIMEOUT),
  });
}

export { remove as delete };

const CHECK_THE_ID =
  "check the id, and that address and keys are those of the account that has the run";

function notFound(id: string, { code, text, facts }: NclueError): NclueError {
  const doing = `reading task run ${id}`;
  return new NclueError(code, { doing, cause: text.cause, remedy: CHECK_THE_ID }, facts);
}

/** Finds out before anything is sent whether the run that `import` names can be taken over. */
async function checkImport(
  ctx: RunContext,
  olds: Values,
  news: Values,
  plumbing: Plumbing & CheckPlumbing,
  fail: (argument: string, text: string) => void,
): Promise<void> {
  if (!isImport(plumbing) || readPlumbing(olds).importId === plumbing.importId) return;
  if (containsUnknown(news, ctx.isUnknown)) return;
  try {
    const run = await runToImport(ctx, plumbing.importId);
    const isSecret = (argument: string) => plumbing.secrets.includes(argument);
    const problems = importProblems(run, readArguments(news), isSecret);
    for (const { argument, text } of problems) fail(argument, text);
  } catch (error) {
    if (!isNclueError(error)) throw error;
    const text = `task run ${plumbing.importId} cannot be looked up: ${error.message}`;
    if (error.facts.kind === "not-found") fail("import", `${text}\n${CHECK_THE_ID}`);
    else if (ctx.update.isPreview) ctx.log.warn(`import: ${text}`, plumbing.urn);
  }
}

/** The second look, right before money is spent. */
async function verifyBeforePost(
  ctx: RunContext,
  inputs: Values,
  plumbing: Plumbing,
): Promise<void> {
  if (isImport(plumbing)) return;
  const findings = await verifyArguments(ctx, inputs, {
    isVerified: () => true,
    isPreview: false,
    bucketMayBeMade: false,
  });
  if (findings.length === 0) return;
  throw new NclueError("not-usable", {
    doing: `creating task run ${plumbing.logicalName}`,
    cause: findings.map(({ argument, text }) => withArgument(argument, text)).join("; "),
    remedy: 'nothing was sent to the service: correct it, then run "pulumi up" again',
  });
}

function newRecordKeeping(ctx: RunContext, inputs: Values, plumbing: Plumbing): RunRecordKeeping {
  const { endpoint, keyHash } = ctx.account().settings;
  return {
    timeouts: plumbing.timeouts,
    nameGiven: typeof inputs.name === "string",
    importId: plumbing.importId,
    mark: `${ctx.clock.nowMs().toString(36)}-${Math.floor(ctx.random() * 1e9).toString(36)}`,
    taken: isImport(plumbing) ? TAKEN.filter((argument) => isAbsent(inputs[argument])) : [],
    endpoint,
    keyHash,
  };
}

function withArgument(argument: string | undefined, text: string): string {
  return argument === undefined ? text : `${argument}: ${text}`;
}

function isArgument(name: string | undefined): name is ArgumentName {
  return name !== undefined && (ARGUMENTS as readonly string[]).includes(name);
}

function sameValue(a: unknown, b: unknown): boolean {
  return canonicalJson(a ?? null) === canonicalJson(b ?? null);
}
