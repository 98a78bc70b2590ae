import { containsUnknown } from "../domain/containsUnknown";
import { PLUMBING, type Plumbing, readPlumbing, withoutCheckPlumbing } from "../domain/plumbing";
import type { RunDiff } from "../domain/runDiff";
import { durationOf } from "../domain/timeouts";
import { NclueError } from "../kernel/errors";
import { humanDuration } from "../kernel/text";
import type { RunRecord } from "../nclue/wire";
import type { Checked, CheckFailure } from "./checked";
import { lookForResult } from "./lookForResult";
import type { RunContext } from "./runContext";
import { describeFailure } from "./runFailure";
import { UsualDuration } from "./runProgress";
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

export async function check(ctx: RunContext, olds: Values, news: Values): Promise<Checked> {
  const plumbing = readPlumbing(news);
  if (plumbing.dryRun !== undefined) ctx.update.isPreview = plumbing.dryRun;
  const { runIds } = news;
  const failures: CheckFailure[] = [];
  const fail = (text: string) => failures.push({ property: "runIds", reason: `runIds: ${text}` });
  if (!ctx.isUnknown(runIds) && runIds !== olds.runIds) {
    if (!Array.isArray(runIds)) fail("must be a list of run ids");
    else {
      const isBad = (id: unknown) => !ctx.isUnknown(id) && (typeof id !== "string" || id === "");
      const bad = runIds.flatMap((id, index) => (isBad(id) ? [index] : []));
      if (bad.length > 0) fail(`must hold ids as strings, which number ${bad.join(", ")} is not`);
    }
  }
  return { inputs: withoutCheckPlumbing(news), failures };
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
  return waitForAll(ctx, plumbing.logicalName || "completion", inputs, {}, plumbing);
}

export function update(ctx: RunContext, id: string, olds: Values, news: Values): Promise<Settled> {
  return waitForAll(ctx, id, news, runsOf(olds), readPlumbing(news));
}

/** The runs have reads of their own; what the barrier has seen of them stays as it was. */
export async function read(_ctx: RunContext, id: string, props: Values): Promise<Settled> {
  return { id, outputs: { ...props } };
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
  plumbing: Plumbing,
): Promise<Settled> {
  const { timeouts, urn } = plumbing;
  const timeoutMs = durationOf(timeouts.update ?? timeouts.create, DEFAULT_TIMEOUT);
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
  const problem = problemOf(id, settled, ctx.cancelled.aborted);
  return problem === undefined ? { id, outputs } : { id, outputs, problem };
}

interface Waited {
  readonly runId: string;
  readonly run: CompletedRun;
  readonly problem?: Problem | undefined;
}

interface Problem {
  readonly kind: "failed" | "unfinished";
  readonly text: string;
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
  });
  if (outcome.kind === "reached" || outcome.kind === "failed") last = outcome.run;
  const run = await describeRun(ctx, runId, last, urn);
  const problem =
    outcome.kind === "reached"
      ? undefined
      : outcome.kind === "failed"
        ? failureOf(runId, run, outcome.run)
        : { kind: "unfinished" as const, text: unfinished(runId, run, outcome, timeoutMs) };
  return { runId, run, problem };
}

async function describeRun(
  ctx: RunContext,
  _runId: string,
  run: RunRecord | undefined,
  urn: string | undefined,
): Promise<CompletedRun> {
  const found =
    run?.status === "completed"
      ? await lookForResult(ctx, { ...run }, run, "look-again", urn)
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

function failureOf(runId: string, run: CompletedRun, record?: RunRecord): Problem | undefined {
  if (run.status !== "failed") return undefined;
  const nobody = { taskId: null, taskName: null, featureId: null, featureName: null };
  const { which, cause, remedy } = describeFailure({ ...nobody, runId, ...run, ...record });
  return { kind: "failed", text: `${which}: ${cause} (${remedy})` };
}

function unfinished(
  runId: string,
  run: CompletedRun,
  outcome: Exclude<WaitOutcome, { kind: "reached" | "failed" }>,
  timeoutMs: number,
): string {
  const which = `task run ${describeStored(runId, run)}`;
  switch (outcome.kind) {
    case "timed-out":
      return `${which} is ${describeTimeout(outcome, run.status, timeoutMs)}`;
    case "cancelled":
      return `${which} is ${run.status ?? "not seen yet"}`;
    case "refused":
    case "missing":
      return `${which}: ${outcome.error.text.cause}`;
  }
}

function problemOf(
  id: string,
  settled: readonly Waited[],
  isCancelled: boolean,
): NclueError | undefined {
  const of = (kind: Problem["kind"]) =>
    settled.flatMap(({ problem }) => (problem?.kind === kind ? [problem.text] : []));
  const [failed, open] = [of("failed"), of("unfinished")];
  if (failed.length + open.length === 0) return undefined;
  const total = settled.length;
  const causes = [
    failed.length === 0 ? undefined : `${failed.length} of ${total} task runs failed`,
    open.length === 0 ? undefined : `${open.length} of ${total} task runs are unfinished`,
  ];
  const remedies = [
    failed.length === 0
      ? undefined
      : '"pulumi up --refresh" makes failed runs again (by their own onFailure)',
    open.length === 0
      ? undefined
      : 'unfinished runs go on at the service: "pulumi up" goes on waiting for them',
  ];
  return new NclueError(
    failed.length > 0 ? "run-failed" : isCancelled ? "cancelled" : "timed-out",
    {
      doing: `waiting for the runs of ${id}`,
      cause: causes.filter((cause) => cause !== undefined).join(", "),
      details: [...failed, ...open],
      remedy: remedies.filter((remedy) => remedy !== undefined).join("; "),
    },
  );
}

/** One line for all: how many have ended, how long a run usually takes, when the next look is due. */
class BarrierProgress {
  private readonly startMs: number;
  private readonly usual: UsualDuration;
  private readonly taskIds = new Set<string | null>();
  private ended = 0;
  private failed = 0;
  private shown = { atMs: Number.NEGATIVE_INFINITY, ended: 0 };

  constructor(
    private readonly ctx: RunContext,
    private readonly id: string,
    private readonly urn: string | undefined,
    private readonly total: number,
  ) {
    this.startMs = ctx.clock.monotonicMs();
    this.usual = new UsualDuration(ctx);
  }

  settle(isProblem: boolean): void {
    this.ended += 1;
    if (isProblem) this.failed += 1;
  }

  show({ taskId }: RunRecord, nextLookMs: number): void {
    const atMs = this.ctx.clock.monotonicMs();
    this.taskIds.add(taskId);
    if (this.isShown(atMs)) return;
    this.shown = { atMs, ended: this.ended };
    const elapsed = humanDuration(atMs - this.startMs);
    const failed = this.failed === 0 ? "" : `, ${this.failed} not completed`;
    const parts = [
      `${this.ended} of ${this.total} runs have ended${failed}`,
      elapsed,
      this.usual.describe(this.taskIds.size === 1 ? taskId : null),
      `next look in ${humanDuration(nextLookMs)}`,
    ];
    const text = parts.filter((part) => part !== undefined).join(" · ");
    // Where every line stays on the screen, each tenth of the runs is news.
    const tenth = Math.floor((this.ended * 10) / Math.max(1, this.total));
    this.ctx.log.progress({ urn: this.urn, key: this.id, status: `${tenth}${failed}`, text });
  }

  /** One look at a page tells of many runs, and two looks are at least a place of the queue apart. */
  private isShown(atMs: number): boolean {
    const placeMs = 1000 / this.ctx.account().settings.requestsPerSecond;
    return this.shown.ended === this.ended && atMs - this.shown.atMs < placeMs / 2;
  }
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
