import { type Declaration, isImport, readDeclaration, withTaken } from "../domain/declaration";
import { type Family, idOutput } from "../domain/family";
import { includesId, type Job } from "../domain/job";
import { diffJob, type JobDiff } from "../domain/jobDiff";
import type { ResultObject } from "../domain/outputs";
import { type Keeping, readKeeping } from "../domain/plumbing";
import { hasGateMeasure, unmetGate } from "../domain/qualityGate";
import { hasReached, isTerminal } from "../domain/status";
import { mergeJob, readStored, type Stored, takenFrom } from "../domain/stored";
import { durationOf } from "../domain/timeouts";
import { NclueError, whileDoing } from "../kernel/errors";
import { type Checked, checkJob, verifyBeforePost, verifyReplacement } from "./checkJob";
import { seenOrGone } from "./confirmGone";
import { deleteJob, deletePolicy } from "./deleteJob";
import { ensureJob } from "./ensureJob";
import type { JobContext } from "./jobContext";
import { JobProgress } from "./jobProgress";
import { nameJob } from "./jobWords";
import { refuseOneTooMany } from "./newJobLimit";
import { newKeeping, timeoutOption } from "./newKeeping";
import { noteDeletedName } from "./owners";
import { readJob, readJobNow } from "./readJob";
import { readExternal, refreshJob } from "./refreshJob";
import { acceptResult } from "./resultSearch";
import { resultQuestion, type Settled, settleJob } from "./settleJob";
import { NO_SOURCE_CHANGE, readSourceChange, rememberSource, type SourceMemory } from "./source";

/**
 * What happens to a job of any family, verb by verb. Each verb observes before it acts: what the
 * service says beats what was remembered. A job that was created is never lost from sight again:
 * whatever goes wrong after that, create and update return it together with the problem.
 */

type Values = Readonly<Record<string, unknown>>;

const DEFAULT_DELETE_TIMEOUT = "1h";

/** All problems of all arguments at once. */
export async function check(
  ctx: JobContext,
  family: Family,
  olds: Values,
  news: Values,
): Promise<Checked> {
  const declaration = declare(ctx, family, news);
  const { dryRun, urn = "", inState, newJobs } = declaration.plumbing;
  const { update } = ctx;
  if (dryRun !== undefined) update.isPreview = dryRun;
  if (!update.isPreview) update.turns.check(urn, inState === null, newJobs);
  return checkJob(ctx, declaration, olds);
}

/** What the next update has to do, and why, where the reason is not an argument. */
export async function diff(
  ctx: JobContext,
  family: Family,
  id: string,
  olds: Values,
  news: Values,
): Promise<JobDiff> {
  const declared = declare(ctx, family, news);
  const stored = recall(ctx, family, id, olds);
  const { job, keeping } = stored;
  const urn = declared.plumbing.urn ?? "";
  ctx.update.imported.set(urn, [id, ...keeping.importedIds]);
  ctx.update.taken.set(urn, takenFrom(job, keeping));
  const declaration = withTaken(declared, takenFrom(job, keeping));
  const result = await diffWithSource(ctx, stored, declaration);
  if (!result.changes) noteTurn(ctx, declaration);
  if (result.deleteBeforeReplace && ctx.update.turns.isWaiting(urn)) {
    refuseOneTooMany(ctx, family, declaration.name ?? "");
  }
  if (result.reason === undefined) return result;
  const named = result.reason.replaceAll("{job}", nameJob(family, stored.job));
  const reason = ctx.update.secrets.mask(named);
  ctx.log.warn(reason, declaration.plumbing.urn);
  await verifyReplacement(ctx, declaration, result);
  return { ...result, reason };
}

/** The data is asked for only where nothing else replaces the job. */
async function diffWithSource(
  ctx: JobContext,
  stored: Stored,
  declaration: Declaration,
): Promise<JobDiff> {
  const { update, isUnknown } = ctx;
  const facts = { isPreview: update.isPreview, isUnknown };
  const result = diffJob(stored, declaration, { ...facts, ...NO_SOURCE_CHANGE });
  if (result.replaces.length > 0) return result;
  const found = await readSourceChange(ctx, stored, declaration);
  const isNothing = found.sourceChange === undefined && !found.isSourceReadable;
  return isNothing ? result : diffJob(stored, declaration, { ...facts, ...found });
}

/** Creates the job, or adopts what an interrupted attempt has left, and waits for it. */
export async function create(ctx: JobContext, family: Family, inputs: Values): Promise<Settled> {
  const declaration = declare(ctx, family, inputs);
  const { timeouts } = declaration.plumbing;
  const timeoutMs = timeoutOf(ctx, inputs, timeouts.create, family.createTimeout);
  const deadlineMs = ctx.clock.monotonicMs() + timeoutMs;
  noteTurn(ctx, declaration);
  await verifyBeforePost(ctx, declaration);
  const { job, source } = await ensureJob(ctx, declaration, deadlineMs);
  const keeping = newKeeping(ctx, inputs, declaration, source);
  ctx.update.inState.set(job.id, keeping.mark);
  return settleJob(ctx, {
    ...wholly(declaration, job, keeping),
    job,
    keeping,
    source,
    timeoutMs,
    deadlineMs,
    timeoutOption: timeoutOption(timeouts, keeping),
    pollAtOnce: job.status !== "registered",
  });
}

/** The job as the service has it now, or `"gone"`. */
export async function read(
  ctx: JobContext,
  family: Family,
  id: string,
  props: Values,
): Promise<Settled | "gone"> {
  const stored = recall(ctx, family, id, props);
  const isExternal = stored.keeping.isExternal || props[idOutput(family)] === undefined;
  const doing = `reading ${nameJob(family, stored.job)}`;
  const sighting = await readJob(ctx, family, id).catch((error: unknown) => {
    throw whileDoing(doing, error);
  });
  const seen =
    sighting.kind === "seen"
      ? sighting.job
      : await seenOrGone(ctx, family, id, stored.keeping, sighting.error);
  if (seen === "gone") {
    if (isExternal && sighting.kind === "missing") throw notFound(doing, sighting.error);
    return "gone";
  }
  const job = mergeJob(seen, stored.job);
  if (!isTerminal(job.status)) new JobProgress(ctx, family, ctx.urnOf(id)).show(job);
  return isExternal ? readExternal(ctx, family, job) : refreshJob(ctx, family, stored, job);
}

/** Resumes the wait, accepts a drifted result, or says again what is wrong. Starts no job. */
export async function update(
  ctx: JobContext,
  family: Family,
  id: string,
  olds: Values,
  news: Values,
): Promise<Settled> {
  const declared = declare(ctx, family, news);
  const stored = recall(ctx, family, id, olds);
  const { job, keeping } = stored;
  const declaration = withTaken(declared, takenFrom(job, keeping));
  const { plumbing, policies, name } = declaration;
  noteTurn(ctx, declaration);
  if (!isTerminal(job.status) && !hasReached(job.status, policies.waitFor)) {
    const resumed = `resumed the wait for ${nameJob(family, job)}`;
    ctx.log.info(`${resumed}; no new ${family.short} was started`, plumbing.urn);
  } else if (keeping.isSearchOpen) {
    ctx.log.info(`resumed the search for the result of ${nameJob(family, job)}`, plumbing.urn);
  }
  const { timeouts } = plumbing;
  const bound = timeouts.update ?? keeping.lateCreateTimeout ?? timeouts.create;
  const timeoutMs = timeoutOf(ctx, news, bound, family.createTimeout);
  const deadlineMs = ctx.clock.monotonicMs() + timeoutMs;
  const known = await knownResult(ctx, declaration, stored);
  const source = await sourceOf(ctx, declaration, stored);
  return settleJob(ctx, {
    ...wholly(declaration, job, keeping),
    job: await withLateMeasure(ctx, declaration, { ...job, name: name ?? job.name }),
    keeping: {
      ...keeping,
      source: source.source,
      isSourceOpen: source.isOpen,
      timeouts,
      secrets: plumbing.secrets,
    },
    source,
    timeoutMs,
    deadlineMs,
    timeoutOption: timeoutOption(timeouts, keeping, ctx.requestOf(news).timeoutMs),
    pollAtOnce: true,
    known,
    drift: stored.drift === "source-changed" ? stored.drift : null,
  });
}

/** Deletes the record of the job; its result object stays. */
async function remove(ctx: JobContext, family: Family, id: string, props: Values): Promise<void> {
  const { inState } = ctx.update;
  const seenMark = inState.get(id);
  const isSeen = inState.has(id);
  const { job, keeping } = remember(ctx, family, id, props);
  if (isSeen && seenMark !== keeping.mark) {
    // An entry that an interrupted replacement has left is hidden from the class, so that create
    // may have adopted its job: the engine asks to delete what another entry holds now.
    ctx.log.info(
      `kept ${nameJob(family, job)}, which this update has taken over again`,
      ctx.urnOf(id),
    );
    return;
  }
  await deleteJob(ctx, {
    family,
    job,
    keeping,
    policy: deletePolicy(ctx, props),
    timeoutMs: () => {
      const declared = durationOf(keeping.timeouts.delete, DEFAULT_DELETE_TIMEOUT);
      return ctx.searchRequestOf(props).timeoutMs ?? declared;
    },
  });
  noteDeletedName(ctx, family, job.name);
}

export { remove as delete };

/** Parses the inputs, once a verb, and takes note of what must never be shown. */
function declare(ctx: JobContext, family: Family, inputs: Values): Declaration {
  const declaration = readDeclaration(family, inputs, ctx.isUnknown);
  for (const argument of declaration.plumbing.secrets) ctx.update.secrets.add(inputs[argument]);
  const urn = ctx.requestOf(inputs).urn ?? declaration.plumbing.urn;
  const knownImports = ctx.update.imported.get(urn ?? "") ?? [];
  const declared = { ...declaration, plumbing: { ...declaration.plumbing, urn, knownImports } };
  if (isImport(declared)) return declared;
  const { inState } = declared.plumbing;
  return withTaken(declared, inState?.taken ?? ctx.update.taken.get(urn ?? "") ?? {});
}

/** The resource no longer waits for its turn. */
function noteTurn({ update }: JobContext, { plumbing }: Declaration): void {
  update.turns.take(plumbing.urn ?? "");
}

/** Reads what the state holds, and notes that its entry is alive. */
function recall(ctx: JobContext, family: Family, id: string, outputs: Values): Stored {
  const stored = remember(ctx, family, id, outputs);
  ctx.update.inState.set(id, stored.keeping.mark);
  const { resultKey } = stored.result;
  if (resultKey !== null) ctx.update.resultKeys.set(id, resultKey);
  return stored;
}

function remember(ctx: JobContext, family: Family, id: string, outputs: Values): Stored {
  for (const argument of readKeeping(outputs).secrets) ctx.update.secrets.add(outputs[argument]);
  return readStored(family, id, outputs);
}

/** What the engine says counts, since transforms may have changed it; then what the class handed on. */
function timeoutOf(
  ctx: JobContext,
  values: Values,
  declared: string | undefined,
  byDefault: string,
): number {
  return ctx.requestOf(values).timeoutMs ?? durationOf(declared, byDefault);
}

/** What an update need not search for: a result that was found, or one whose drift it accepts. */
async function knownResult(
  ctx: JobContext,
  declaration: Declaration,
  { drift, result, job }: Stored,
): Promise<ResultObject | undefined> {
  if (drift === "result-missing" || drift === "result-replaced") {
    return acceptResult(ctx, resultQuestion(declaration, job), result);
  }
  return result.resultKey === null ? undefined : result;
}

/**
 * Data that was not remembered before (an import of long ago) is taken as it is now. Where it could not
 * be read when the job was created, what is younger than the job counts as changed.
 */
async function sourceOf(
  ctx: JobContext,
  declaration: Declaration,
  { sourceDigest, keeping, job }: Stored,
): Promise<SourceMemory> {
  const isWanted = sourceDigest === null && declaration.policies.onSourceChange === "rerun";
  const isOwn = keeping.isSourceOpen === true && !includesId(keeping.importedIds, job.id);
  if (isWanted) return rememberSource(ctx, declaration, isOwn ? job : undefined);
  return { sourceDigest, source: keeping.source, isOpen: keeping.isSourceOpen };
}

/** The service may tell late how good a job is, so one that failed for that is read again. */
async function withLateMeasure(
  ctx: JobContext,
  { family, policies }: Declaration,
  job: Job,
): Promise<Job> {
  const isUnmet = unmetGate(family, job, policies.minAuroc) !== undefined;
  if (!isUnmet || hasGateMeasure(family, job)) return job;
  const doing = `reading ${nameJob(family, job)}`;
  const sighting = await readJobNow(ctx, family, job.id).catch((error: unknown) => {
    throw whileDoing(doing, error);
  });
  return sighting.kind === "seen" ? mergeJob(sighting.job, job) : job;
}

function notFound(doing: string, { code, text, facts }: NclueError): NclueError {
  const remedy = "check the id, and that address and keys are those of its account";
  return new NclueError(code, { doing, cause: text.cause, remedy }, facts);
}

/** The declaration, and the arguments for the outputs, with what an import has just taken. */
function wholly(declared: Declaration, job: Job, keeping: Keeping) {
  const declaration = withTaken(declared, takenFrom(job, keeping));
  return { declaration, declared: declaration.inputs };
}
