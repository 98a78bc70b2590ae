import { isTerminal } from "../domain/status";
import { isNclueError, type NclueError, whileDoing } from "../kernel/errors";
import { humanDuration } from "../kernel/text";
import { findRun, findRunByName, isIdShaped } from "../lifecycle/findRun";
import { describeFailure } from "../lifecycle/runFailure";
import { describeStored } from "../lifecycle/storedRun";
import { type WaitOutcome, waitForRun } from "../lifecycle/waitForRun";
import { Priority } from "../nclue/rateLimiter";
import type { RunRecord } from "../nclue/wire";
import { type Cli, printJson, printLine } from "./cli";
import { EXIT, type ExitCode } from "./exitCodes";
import { isDenied, withoutStackAdvice } from "./keysRefused";
import { factsFrom } from "./runFacts";
import type { WatchedFacts } from "./watchFrame";
import { openWatchView, type WatchView } from "./watchView";

export interface WatchOptions {
  readonly exitStatus: boolean;
  readonly json: boolean;
  /** Milliseconds. */
  readonly timeout: number;
}

interface Watched {
  run: RunRecord;
  /** On the monotonic clock. */
  nextLookMs: number | undefined;
  outcome: WaitOutcome | undefined;
}

/** Watches runs until all have ended. Several share one look, as they do in `pulumi up`. */
export async function watch(
  cli: Cli,
  idsOrNames: readonly string[],
  options: WatchOptions,
): Promise<ExitCode> {
  const watched = await findAll(cli, idsOrNames);
  // Nothing but estimates depends on it: they are absent where the list cannot be read.
  await cli.context
    .account()
    .directory.known(cli.interrupted)
    .catch(() => []);
  const view = openWatchView(cli, options, () => factsOf(cli, watched));
  try {
    await Promise.all(watched.map((each) => wait(cli, each, options, view)));
  } finally {
    view.close();
  }
  report(cli, watched, options);
  return exitCodeOf(cli, watched, options);
}

async function findAll(cli: Cli, idsOrNames: readonly string[]): Promise<readonly Watched[]> {
  const found = await Promise.all([...new Set(idsOrNames)].map((each) => findOne(cli, each)));
  const byId = new Map(found.map((run) => [run.runId, run]));
  return [...byId.values()].map((run) => ({ run, nextLookMs: undefined, outcome: undefined }));
}

/** Ids are looked up together: one page tells of a hundred runs. */
async function findOne(cli: Cli, idOrName: string): Promise<RunRecord> {
  const account = cli.context.account();
  const signal = cli.interrupted;
  if (!isIdShaped(idOrName)) return findRunByName(account, idOrName, signal);
  try {
    const options = { dueMs: cli.clock.monotonicMs(), priority: Priority.read, signal };
    const sighting = await account.watch.observe(idOrName, options);
    if (sighting.kind === "seen") return sighting.run;
  } catch (error) {
    throw isNclueError(error) ? whileDoing(`looking up task run ${idOrName}`, error) : error;
  }
  return findRun(account, idOrName, signal);
}

async function wait(
  cli: Cli,
  watched: Watched,
  { timeout }: WatchOptions,
  view: WatchView,
): Promise<void> {
  view.update();
  const { run } = watched;
  if (isTerminal(run.status)) {
    watched.outcome = { kind: run.status === "failed" ? "failed" : "reached", run };
    return;
  }
  const willLook = (nextLookMs: number) => {
    watched.nextLookMs = cli.clock.monotonicMs() + nextLookMs;
    view.update();
  };
  watched.outcome = await waitForRun(cli.context, {
    runId: run.runId,
    isReached: (status) => status === "completed",
    timeoutMs: timeout,
    lookAtOnce: false,
    onLook: (seen, nextLookMs) => {
      watched.run = seen;
      willLook(nextLookMs);
    },
    onTrouble: willLook,
  });
  if ("run" in watched.outcome) watched.run = watched.outcome.run;
  watched.nextLookMs = undefined;
  view.update();
}

function factsOf(cli: Cli, watched: readonly Watched[]): readonly WatchedFacts[] {
  const { directory } = cli.context.account();
  const facts = factsFrom(directory.seen(), cli.clock.nowMs());
  return watched.map(({ run, nextLookMs, outcome }) => ({
    ...facts(run),
    isGone: outcome?.kind === "missing",
    nextLookMs: nextLookMs === undefined ? null : nextLookMs - cli.clock.monotonicMs(),
  }));
}

function report(cli: Cli, watched: readonly Watched[], { json, timeout }: WatchOptions): void {
  if (json) {
    const facts = factsOf(cli, watched).map(({ isGone, nextLookMs, ...run }, index) => ({
      ...run,
      outcome: OUTCOMES[watched[index]?.outcome?.kind ?? "cancelled"],
    }));
    printJson(cli.out, { runs: facts });
  }
  const said = new Set<string>();
  for (const { run, outcome } of watched) {
    const text = problemOf(cli, run, outcome, timeout);
    // Keys that are refused are refused for all runs, if with another request id each time.
    const news = outcome?.kind === "refused" && isDenied(outcome.error) ? "denied" : text;
    if (text === undefined || news === undefined || said.has(news)) continue;
    said.add(news);
    printLine(cli.err, `\n${cli.err.paint("red", "error:")} ${text}`);
  }
}

const OUTCOMES: Readonly<Record<WaitOutcome["kind"], string>> = {
  reached: "completed",
  failed: "failed",
  missing: "gone",
  "timed-out": "timed-out",
  cancelled: "stopped",
  refused: "refused",
};

function problemOf(
  cli: Cli,
  run: RunRecord,
  outcome: WaitOutcome | undefined,
  timeoutMs: number,
): string | undefined {
  const which = `task run ${describeStored(run.runId, run)}`;
  switch (outcome?.kind) {
    case "failed": {
      const failure = describeFailure(outcome.run);
      return `${failure.which}: ${failure.cause}\n${failure.remedy}`;
    }
    case "missing":
      return `watching ${which}: the service does not know it any more\nit was deleted meanwhile`;
    case "refused":
      return refusalText(cli, which, outcome.error);
    case "timed-out":
      return (
        `watching ${which}: still ${run.status ?? "unknown"} after ${humanDuration(timeoutMs)}\n` +
        "it goes on at the service: watch it again, or give a longer --timeout"
      );
    default:
      return undefined;
  }
}

function refusalText(cli: Cli, which: string, error: NclueError): string {
  if (!isDenied(error)) return whileDoing(`watching ${which}`, error).message;
  const refused = withoutStackAdvice(error, cli.context.account());
  return whileDoing("watching task runs", refused).message;
}

function exitCodeOf(cli: Cli, watched: readonly Watched[], { exitStatus }: WatchOptions): ExitCode {
  const has = (kind: WaitOutcome["kind"]) => watched.some(({ outcome }) => outcome?.kind === kind);
  if (has("cancelled")) throw cli.interrupted.reason;
  if (has("refused")) return EXIT.failed;
  if (exitStatus && (has("failed") || has("missing"))) return EXIT.runFailed;
  return has("timed-out") ? EXIT.timedOut : EXIT.done;
}
