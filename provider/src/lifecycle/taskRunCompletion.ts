import { containsUnknown } from "../domain/containsUnknown";
import { PLUMBING, type Plumbing, readPlumbing, withoutCheckPlumbing } from "../domain/plumbing";
import type { RunDiff } from "../domain/runDiff";
import { durationOf } from "../domain/timeouts";
import { NclueError, whileDoing } from "../kernel/errors";
import { Priority } from "../nclue/rateLimiter";
import type { RunRecord } from "../nclue/wire";
import { BarrierProgress } from "./barrierProgress";
import type { Checked, CheckFailure } from "./checked";
import { confirmGone } from "./confirmGone";
import { lookForResult } from "./lookForResult";
import { READ_MAX_AGE_MS, type RunContext } from "./runContext";
import { describeFailure } from "./runFailure";
import type { Settled } from "./settleRun";
import { describeStored } from "./storedRun";
import { describeTimeout, type WaitOutcome, waitForRun } from "./waitForRun";

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
  const look = { dueMs: ctx.clock.monotonicMs(), maxAgeMs: READ_MAX_AGE_MS };
  const options = { ...look, priority: Priority.read, signal: ctx.cancelled };
  const sighting = await ctx
    .account()
    .watch.observe(runId, options)
    .catch((error: unknown) => {
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
  const progress = new BarrierProgress(ctx, id, urn, wanted.length);
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
  const problem = problemOfAll(id, settled, ctx.cancelled.aborted);
  return problem === undefined ? { id, outputs } : { id, outputs, problem };
}

interface Waited {
  readonly runId: string;
  readonly run: CompletedRun;
  readonly problem?: Problem | undefined;
}

interface Problem {
  /** `refused`: the service does not let us look, or what it says proves nothing. */
  readonly kind: "failed" | "gone" | "refused" | "unfinished";
  readonly text: string;
  /** What to do, where it is not the same for all of the kind. */
  readonly remedy?: string | undefined;
}

async function waitForOne(
  ctx: RunContext,
  runId: string,
  timeoutMs: number,
  urn: string | undefined,
  progress: BarrierProgress,
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

async function problemOf(
  ctx: RunContext,
  runId: string,
  run: CompletedRun,
  outcome: WaitOutcome,
  timeoutMs: number,
): Promise<Problem | undefined> {
  const which = `task run ${describeStored(runId, run)}`;
  switch (outcome.kind) {
    case "reached":
      return undefined;
    case "failed": {
      const failure = describeFailure(outcome.run);
      return { kind: "failed", text: `${failure.which}: ${failure.cause} (${failure.remedy})` };
    }
    case "timed-out":
      return {
        kind: "unfinished",
        text: `${which} is ${describeTimeout(outcome, run.status, timeoutMs)}`,
      };
    case "cancelled":
      return { kind: "unfinished", text: `${which} is ${run.status ?? "not seen yet"}` };
    case "refused":
      return refused(which, outcome.error);
    case "missing":
      try {
        const madeWhere = { endpoint: undefined, keyHash: undefined }; // the barrier has not made it
        await confirmGone(ctx, runId, madeWhere, outcome.error);
        return { kind: "gone", text: `${which} is gone: ${outcome.error.text.cause}` };
      } catch (error) {
        return refused(which, whileDoing(which, error));
      }
  }
}

function refused(which: string, { text }: NclueError): Problem {
  return { kind: "refused", text: `${which}: ${text.cause}`, remedy: text.remedy };
}

const KINDS = {
  failed: {
    code: "run-failed",
    verb: "failed",
    remedy: '"pulumi up --refresh" makes failed runs again (by their own onFailure)',
  },
  gone: {
    code: "run-gone",
    verb: "are gone",
    remedy: '"pulumi up --refresh" makes this stack\'s own runs again that are gone',
  },
  refused: { code: "refused", verb: "cannot be looked at", remedy: undefined },
  unfinished: {
    code: "timed-out",
    verb: "are unfinished",
    remedy: 'unfinished runs go on at the service: "pulumi up" goes on waiting for them',
  },
} as const;

/** All that is wrong with any run, one by one; the gravest kind gives the error its code. */
function problemOfAll(
  id: string,
  settled: readonly Waited[],
  isCancelled: boolean,
): NclueError | undefined {
  const problems = settled.flatMap(({ problem }) => problem ?? []);
  const kinds = (["failed", "gone", "refused", "unfinished"] as const)
    .map((kind) => ({ ...KINDS[kind], found: problems.filter((each) => each.kind === kind) }))
    .filter(({ found }) => found.length > 0);
  const [gravest] = kinds;
  if (gravest === undefined) return undefined;
  const total = settled.length;
  const remedies = kinds.flatMap(({ found, remedy }) => [remedy, ...found.map((p) => p.remedy)]);
  const isOnlyStopped = gravest.code === "timed-out" && isCancelled;
  return new NclueError(isOnlyStopped ? "cancelled" : gravest.code, {
    doing: `waiting for the runs of ${id}`,
    cause: kinds
      .map(({ found, verb }) => `${found.length} of ${total} task runs ${verb}`)
      .join(", "),
    details: kinds.flatMap(({ found }) => found.map(({ text }) => text)),
    remedy: [...new Set(remedies.filter((remedy) => remedy !== undefined))].join("; "),
  });
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
