import { containsUnknown } from "../domain/containsUnknown";
import { PLUMBING, type Plumbing, readPlumbing, withoutCheckPlumbing } from "../domain/plumbing";
import type { RunDiff } from "../domain/runDiff";
import { durationOf } from "../domain/timeouts";
import { whileDoing } from "../kernel/errors";
import type { RunRecord } from "../nclue/wire";
import type { Checked, CheckFailure } from "./checked";
import { type Problem, problemOf, problemOfAll } from "./completionProblem";
import { CompletionProgress } from "./completionProgress";
import { lookForResult } from "./lookForResult";
import { readRun } from "./readRun";
import type { RunContext } from "./runContext";
import type { Settled } from "./settleRun";
import { waitForRun } from "./waitForRun";

/**
 * A barrier: one resource that waits for many runs in one of the engine's places. It makes and
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
  /** The key of the object that the service wrote, where exactly one is found. */
  readonly resultKey: string | null;
  /** `s3://bucket/key` of the result. */
  readonly resultUri: string | null;
  /** Why the run failed. */
  readonly failMessage: string | null;
}

const DEFAULT_TIMEOUT = "2h";

export async function check(ctx: RunContext, _olds: Values, news: Values): Promise<Checked> {
  const plumbing = readPlumbing(news);
  if (plumbing.dryRun !== undefined) ctx.update.isPreview = plumbing.dryRun;
  const problem = runIdsProblem(ctx, news.runIds);
  const failures: CheckFailure[] = [];
  if (problem !== undefined) {
    // The engine says the name and the value of the property that a failure names.
    const isSecret = plumbing.secrets.includes("runIds");
    if (isSecret) failures.push({ property: "", reason: `runIds: ${problem}` });
    else failures.push({ property: "runIds", reason: problem });
  }
  return { inputs: withoutCheckPlumbing(news), failures };
}

function runIdsProblem(ctx: RunContext, runIds: unknown): string | undefined {
  if (ctx.isUnknown(runIds)) return undefined;
  if (!Array.isArray(runIds)) return "must be a list of run ids";
  const isBad = (id: unknown) => !ctx.isUnknown(id) && (typeof id !== "string" || id === "");
  const bad = runIds.flatMap((id, index) => (isBad(id) ? [index + 1] : []));
  return bad.length === 0
    ? undefined
    : `must hold ids, as strings; entry ${bad.join(", ")} is none`;
}

/** A changed list waits for what is new; an unchanged one for what has not completed. */
export function diff(ctx: RunContext, _id: string, olds: Values, news: Values): RunDiff {
  if (containsUnknown(news.runIds, ctx.isUnknown)) return { changes: true, replaces: [] };
  const wanted = idsOf(news);
  const known = runsOf(olds);
  const isDone = (id: string) => known[id]?.status === "completed";
  const isSame = Object.keys(known).length === wanted.length;
  return { changes: !isSame || !wanted.every(isDone), replaces: [] };
}

export function create(ctx: RunContext, inputs: Values): Promise<Settled> {
  const plumbing = readPlumbing(inputs);
  const { logicalName, timeouts } = plumbing;
  return waitForAll(ctx, logicalName || "completion", inputs, {}, plumbing, timeouts.create);
}

export function update(ctx: RunContext, id: string, olds: Values, news: Values): Promise<Settled> {
  const plumbing = readPlumbing(news);
  const { timeouts } = plumbing;
  const bound = timeouts.update ?? timeouts.create;
  return waitForAll(ctx, id, news, runsOf(olds), plumbing, bound);
}

/** Looks for results that were not there yet; the rest stays as it was, for runs have their own reads. */
export async function read(ctx: RunContext, id: string, props: Values): Promise<Settled> {
  const entries = Object.entries(runsOf(props)).map(
    async ([runId, run]) => [runId, await withLateResult(ctx, id, runId, run)] as const,
  );
  if (entries.length === 0) return { id, outputs: { ...props } };
  return { id, outputs: { ...props, runs: Object.fromEntries(await Promise.all(entries)) } };
}

async function withLateResult(
  ctx: RunContext,
  id: string,
  runId: string,
  run: CompletedRun,
): Promise<CompletedRun> {
  if (run?.status !== "completed" || run.resultKey !== null) return run;
  const sighting = await readRun(ctx, runId).catch((error: unknown) => {
    throw whileDoing(`reading the runs of ${id}`, error);
  });
  if (sighting.kind === "missing") return run;
  const { resultKey, resultUri } = await resultOf(ctx, sighting.run, "look-once", ctx.urnOf(id));
  return { ...run, resultKey, resultUri };
}

/** A path that is secret is not known as such here: no warning names a key. */
function resultOf(
  ctx: RunContext,
  run: RunRecord,
  patience: "look-once" | "look-again",
  urn: string | undefined,
) {
  return lookForResult(ctx, { ...run, resultKey: "" }, run, patience, urn);
}

/** Nothing of it exists at the service. */
async function remove(): Promise<void> {}

export { remove as delete };

/** Waits for all runs, those that go on after others have failed included. */
async function waitForAll(
  ctx: RunContext,
  id: string,
  inputs: Values,
  known: Readonly<Record<string, CompletedRun>>,
  { timeouts, urn }: Plumbing,
  bound: string | undefined,
): Promise<Settled> {
  const timeoutMs = durationOf(bound, DEFAULT_TIMEOUT);
  const wanted = idsOf(inputs);
  const progress = new CompletionProgress(ctx, id, urn, wanted.length);
  const settled = await Promise.all(
    wanted.map(async (runId): Promise<Waited> => {
      const before = known[runId];
      const waited =
        before?.status === "completed"
          ? { runId, run: before }
          : await waitForOne(ctx, runId, timeoutMs, urn, progress);
      progress.settle(waited.problem !== undefined);
      return waited;
    }),
  );
  const runs = Object.fromEntries(settled.map(({ runId, run }) => [runId, run]));
  const outputs = { runIds: inputs.runIds ?? [], runs, [PLUMBING]: { timeouts } };
  const problems = settled.flatMap(({ problem }) => problem ?? []);
  const problem = problemOfAll(id, problems, settled.length, ctx.cancelled.aborted);
  return problem === undefined ? { id, outputs } : { id, outputs, problem };
}

interface Waited {
  readonly runId: string;
  readonly run: CompletedRun;
  readonly problem?: Problem | undefined;
}

async function waitForOne(
  ctx: RunContext,
  runId: string,
  timeoutMs: number,
  urn: string | undefined,
  progress: CompletionProgress,
): Promise<Waited> {
  let last: RunRecord | undefined;
  const outcome = await waitForRun(ctx, {
    runId,
    isReached: (status) => status === "completed",
    timeoutMs,
    lookAtOnce: true,
    onLook: (run, nextLookMs) => {
      last = run;
      progress.show(run, nextLookMs);
    },
    onTrouble: (nextLookMs) => progress.showTrouble(nextLookMs),
  });
  if (outcome.kind === "reached" || outcome.kind === "failed") last = outcome.run;
  const run = await completedRun(ctx, last, urn);
  return { runId, run, problem: await problemOf(ctx, runId, run, outcome, timeoutMs) };
}

async function completedRun(
  ctx: RunContext,
  run: RunRecord | undefined,
  urn: string | undefined,
): Promise<CompletedRun> {
  const found =
    run?.status === "completed"
      ? await resultOf(ctx, run, "look-again", urn)
      : { resultKey: null, resultUri: null };
  return {
    name: run?.name ?? null,
    status: run?.status ?? null,
    lineCount: run?.lineCount ?? null,
    completedAt: run?.completedAt ?? null,
    resultKey: found.resultKey,
    resultUri: found.resultUri,
    failMessage: run?.failMessage ?? null,
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
