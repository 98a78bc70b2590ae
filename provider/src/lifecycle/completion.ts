import { containsUnknown } from "../domain/containsUnknown";
import { families } from "../domain/families";
import type { Job } from "../domain/job";
import type { JobDiff } from "../domain/jobDiff";
import {
  PLUMBING,
  type Plumbing,
  readKeeping,
  readPlumbing,
  withoutCheckPlumbing,
} from "../domain/plumbing";
import { isCompleted } from "../domain/status";
import { durationOf } from "../domain/timeouts";
import { whileDoing } from "../kernel/errors";
import type { Checked, CheckFailure } from "./checkJob";
import { type Problem, problemOfAll, problemOfRun } from "./completionProblem";
import { CompletionProgress } from "./completionProgress";
import type { JobContext } from "./jobContext";
import { nameJob } from "./jobWords";
import { readJob } from "./readJob";
import { type ResultSearch, searchResult } from "./resultSearch";
import type { Settled } from "./settleJob";
import { waitForJob } from "./waitForJob";

/**
 * A barrier: one resource that waits for many task runs in one of the engine's slots. It creates and
 * deletes nothing at the service; what it knows of the runs is in its outputs, by run id.
 */

type Values = Readonly<Record<string, unknown>>;

/** What is known of one run; `null` where nothing is. */
export interface CompletedRun {
  /** The run's name at the service. */
  readonly name: string | null;
  /** As last seen: `completed` or `failed`, unless the wait ended before the run. */
  readonly status: string | null;
  /** Lines of the feature that the task was applied to. */
  readonly lineCount: number | null;
  /** ISO 8601, as the service writes it (Korean time). */
  readonly completedAt: string | null;
  /** The bucket that the result is in. */
  readonly resultBucket: string | null;
  /** The key of the object that the service wrote, where exactly one is found. */
  readonly resultKey: string | null;
  /** `s3://bucket/key` of the result. */
  readonly resultUri: string | null;
  /** The result's size in bytes. */
  readonly resultSize: number | null;
  /** The result's ETag, as the store gives it. */
  readonly resultEtag: string | null;
  /** Why the run failed. */
  readonly failMessage: string | null;
}

const DEFAULT_TIMEOUT = "2h";
const { taskRun } = families;

export async function check(ctx: JobContext, _olds: Values, news: Values): Promise<Checked> {
  const plumbing = readPlumbing(news);
  const problem = runIdsProblem(ctx, news.runIds);
  const failures: CheckFailure[] = [];
  if (problem !== undefined) {
    // The engine prints the name and the value of the property that a failure names.
    const isSecret = plumbing.secrets.includes("runIds");
    if (isSecret) failures.push({ property: "", reason: `runIds: ${problem}` });
    else failures.push({ property: "runIds", reason: problem });
  }
  return { inputs: withoutCheckPlumbing(news), failures };
}

function runIdsProblem(ctx: JobContext, runIds: unknown): string | undefined {
  if (ctx.isUnknown(runIds)) return undefined;
  if (!Array.isArray(runIds)) return "must be a list of run ids";
  const isBad = (id: unknown) => !ctx.isUnknown(id) && (typeof id !== "string" || id === "");
  const bad = runIds.flatMap((id, index) => (isBad(id) ? [index + 1] : []));
  return bad.length === 0
    ? undefined
    : `must hold ids, as strings; entry ${bad.join(", ")} is none`;
}

/** A changed list waits for what is new; an unchanged one for what has not completed. */
export async function diff(
  ctx: JobContext,
  _id: string,
  olds: Values,
  news: Values,
): Promise<JobDiff> {
  if (containsUnknown(news.runIds, ctx.isUnknown)) return { changes: true, replaces: [] };
  const wanted = idsOf(news);
  const known = runsOf(olds);
  const open = openSearches(olds);
  const isDone = (id: string) => isCompleted(known[id]?.status ?? null) && !open.has(id);
  const isSame = Object.keys(known).length === wanted.length;
  return { changes: !isSame || !wanted.every(isDone), replaces: [] };
}

export function create(ctx: JobContext, inputs: Values): Promise<Settled> {
  const plumbing = declare(ctx, inputs);
  const { logicalName, timeouts } = plumbing;
  return waitForAll(ctx, logicalName || "completion", inputs, {}, plumbing, timeouts.create);
}

export function update(ctx: JobContext, id: string, olds: Values, news: Values): Promise<Settled> {
  const plumbing = declare(ctx, news);
  const { timeouts } = plumbing;
  const bound = timeouts.update ?? timeouts.create;
  const open = openSearches(olds);
  const known = Object.entries(runsOf(olds)).filter(([runId]) => !open.has(runId));
  return waitForAll(ctx, id, news, Object.fromEntries(known), plumbing, bound);
}

function declare(ctx: JobContext, inputs: Values): Plumbing {
  const plumbing = readPlumbing(inputs);
  noteSecrets(ctx, plumbing.secrets, inputs);
  return { ...plumbing, urn: ctx.requestOf(inputs).urn ?? plumbing.urn };
}

function noteSecrets({ update }: JobContext, secrets: readonly string[], values: Values): void {
  for (const argument of secrets) update.secrets.add(values[argument]);
}

/** Searches for results that were not there yet; the rest stays, for runs have their own reads. */
export async function read(ctx: JobContext, id: string, props: Values): Promise<Settled> {
  noteSecrets(ctx, readKeeping(props).secrets, props);
  const entries = Object.entries(runsOf(props)).map(
    async ([runId, run]) => [runId, await withLateResult(ctx, id, runId, run)] as const,
  );
  if (entries.length === 0) return { id, outputs: { ...props } };
  const runs = Object.fromEntries(await Promise.all(entries));
  return { id, outputs: { ...props, runs, [PLUMBING]: withoutFound(props, runs) } };
}

/** A search that has found the result is no longer open. */
function withoutFound(props: Values, runs: Readonly<Record<string, CompletedRun>>): unknown {
  const open = openSearches(props);
  if (open.size === 0) return props[PLUMBING];
  const isOpen = (id: string) => open.has(id) && runs[id]?.resultKey === null;
  const positions = idsOf(props).flatMap((id, position) => (isOpen(id) ? [position] : []));
  return { ...(props[PLUMBING] as object), openSearches: positions };
}

async function withLateResult(
  ctx: JobContext,
  id: string,
  runId: string,
  run: CompletedRun,
): Promise<CompletedRun> {
  if (!isCompleted(run?.status ?? null) || run.resultKey !== null) return run;
  const sighting = await readJob(ctx, taskRun, runId).catch((error: unknown) => {
    throw whileDoing(`reading the runs of ${id}`, error);
  });
  if (sighting.kind === "missing") return run;
  const search = await searchOf(ctx, sighting.job, "once");
  return search.kind === "found" ? { ...run, ...search.result } : run;
}

/** Whether a path is secret is not known here, so no warning names a key. */
function searchOf(
  ctx: JobContext,
  job: Job,
  patience: "once" | "patiently",
): Promise<ResultSearch> {
  const { resultBucket, resultFilePath } = job.fields;
  const bucket = typeof resultBucket === "string" ? resultBucket : undefined;
  const path = typeof resultFilePath === "string" ? resultFilePath : undefined;
  return searchResult(ctx, { family: taskRun, job, bucket, path, isSecret: true }, patience);
}

/** Nothing of it exists at the service. */
async function remove(): Promise<void> {}

export { remove as delete };

/** Waits for all runs, those that are still running after others have failed included. */
async function waitForAll(
  ctx: JobContext,
  id: string,
  inputs: Values,
  known: Readonly<Record<string, CompletedRun>>,
  { timeouts, urn, secrets }: Plumbing,
  bound: string | undefined,
): Promise<Settled> {
  const timeoutMs = ctx.requestOf(inputs).timeoutMs ?? durationOf(bound, DEFAULT_TIMEOUT);
  const wanted = idsOf(inputs);
  const progress = new CompletionProgress(ctx, id, urn, wanted.length);
  const waited = await Promise.all(
    wanted.map(async (runId): Promise<WaitedRun> => {
      const before = known[runId];
      const one =
        before !== undefined && isCompleted(before.status)
          ? { runId, run: before, isOpen: false }
          : await waitForRun(ctx, runId, timeoutMs, urn, progress);
      progress.countEnd(one.problem !== undefined);
      return one;
    }),
  );
  progress.showEnd();
  const runs = Object.fromEntries(waited.map(({ runId, run }) => [runId, run]));
  const open = waited.flatMap(({ isOpen }, position) => (isOpen ? [position] : []));
  const keeping = { timeouts, secrets, openSearches: open };
  const outputs = { runIds: inputs.runIds ?? [], runs, [PLUMBING]: keeping };
  const problems = waited.flatMap(({ problem }) => problem ?? []);
  const problem = problemOfAll(id, problems, waited.length, ctx.cancelled.aborted);
  return problem === undefined ? { id, outputs } : { id, outputs, problem };
}

interface WaitedRun {
  readonly runId: string;
  readonly run: CompletedRun;
  /** The search for the result was cut short. */
  readonly isOpen: boolean;
  readonly problem?: Problem | undefined;
}

async function waitForRun(
  ctx: JobContext,
  runId: string,
  timeoutMs: number,
  urn: string | undefined,
  progress: CompletionProgress,
): Promise<WaitedRun> {
  const waited = await waitForJob(ctx, {
    family: taskRun,
    job: unseenRun(runId),
    isReached: isCompleted,
    timeoutMs,
    pollAtOnce: true,
    onSeen: (job, nextPollMs) => progress.show(job, nextPollMs),
    onUnseen: (_, nextPollMs) => progress.showUnseen(nextPollMs),
  });
  const { last } = waited;
  const search = isCompleted(last.status) ? await searchOf(ctx, last, "patiently") : undefined;
  const problem = (await problemOfRun(ctx, waited)) ?? stoppedSearch(ctx, waited.last, search);
  if (search?.kind === "none" || search?.kind === "open") {
    ctx.log.warn(`task run ${runId} is completed, but ${search.text}`, urn);
  }
  return { runId, run: describe(ctx, last, search), isOpen: search?.kind === "open", problem };
}

function stoppedSearch(
  ctx: JobContext,
  job: Job,
  search: ResultSearch | undefined,
): Problem | undefined {
  if (search?.kind !== "open" || !ctx.cancelled.aborted) return undefined;
  return { kind: "unfinished", text: `${nameJob(taskRun, job)} is completed, but ${search.text}` };
}

function unseenRun(id: string): Job {
  return {
    id,
    name: null,
    status: null,
    createdAt: null,
    completedAt: null,
    failMessage: null,
    fields: {},
    measures: {},
  };
}

function describe(ctx: JobContext, job: Job, search: ResultSearch | undefined): CompletedRun {
  const result = search?.kind === "found" ? search.result : undefined;
  const { lineCount } = job.measures;
  const bucket = job.fields.resultBucket;
  const mask = (text: string | null) => (text === null ? null : ctx.update.secrets.mask(text));
  return {
    name: mask(job.name),
    status: job.status,
    lineCount: typeof lineCount === "number" ? lineCount : null,
    completedAt: job.completedAt,
    resultBucket: typeof bucket === "string" ? bucket : null,
    resultKey: result?.resultKey ?? null,
    resultUri: result?.resultUri ?? null,
    resultSize: result?.resultSize ?? null,
    resultEtag: result?.resultEtag ?? null,
    failMessage: mask(job.failMessage),
  };
}

function idsOf(values: Values): readonly string[] {
  const { runIds } = values;
  const ids = Array.isArray(runIds) ? runIds.filter((id) => typeof id === "string") : [];
  return [...new Set(ids)];
}

function runsOf(outputs: Values): Readonly<Record<string, CompletedRun>> {
  const { runs } = outputs;
  if (typeof runs !== "object" || runs === null || Array.isArray(runs)) return {};
  return runs as Record<string, CompletedRun>;
}

/** Runs whose result was not searched to the end: kept by their positions, since ids may be secret. */
function openSearches(outputs: Values): ReadonlySet<string> {
  const keeping = outputs[PLUMBING] as { openSearches?: unknown } | null | undefined;
  const open = keeping?.openSearches;
  const isOpen = (_: string, position: number) => Array.isArray(open) && open.includes(position);
  return new Set(idsOf(outputs).filter(isOpen));
}
