import type { Family } from "../domain/family";
import type { Job } from "../domain/job";
import { NO_RESULT, type ResultObject } from "../domain/outputs";
import { isCompleted, isFailed, isTerminal } from "../domain/status";
import { isDenied, NclueError } from "../kernel/errors";
import { printable } from "../kernel/text";
import { nameJob } from "../lifecycle/jobWords";
import { type Waited, waitForJob } from "../lifecycle/waitForJob";
import { problemOf } from "../lifecycle/waitProblem";
import { type Cli, printJson, printLine } from "./cli";
import { EXIT, type ExitCode } from "./exitCodes";
import { LIST_COMMANDS } from "./familyWords";
import { findJobs } from "./findJobs";
import { factsFrom, jsonOf } from "./jobFacts";
import { resultsOfJobs } from "./resultsOfJobs";
import type { WatchedFacts } from "./watchFrame";
import { openWatchView, type WatchView } from "./watchView";
import { withoutStackAdvice } from "./withoutStackAdvice";

export interface WatchOptions {
  /** The families to search. */
  readonly family?: readonly Family[];
  readonly exitStatus?: boolean;
  readonly json?: boolean;
  /** Milliseconds. */
  readonly timeout: number;
}

interface Watched {
  readonly family: Family;
  job: Job;
  /** On the monotonic clock. */
  nextPollMs: number | undefined;
  waited: Waited | undefined;
}

/** Watches jobs until all have ended. Several share one poll, as they do in `pulumi up`. */
export async function watch(
  cli: Cli,
  idsOrNames: readonly string[],
  options: WatchOptions,
): Promise<ExitCode> {
  const watched = (await findJobs(cli, idsOrNames, options.family)).map(
    (found): Watched => ({ ...found, nextPollMs: undefined, waited: undefined }),
  );
  await readForEstimates(cli, watched);
  const view = openWatchView(cli, options, () => factsOf(cli, watched));
  try {
    await Promise.all(watched.map((each) => wait(cli, each, options, view)));
  } finally {
    view.close();
  }
  const results = await resultsOfJobs(cli, watched);
  report(cli, watched, results, options);
  return exitCodeOf(cli, watched, options);
}

/** Nothing but estimates depends on it: they are absent where a list cannot be read. */
async function readForEstimates(cli: Cli, watched: readonly Watched[]): Promise<void> {
  const families = new Set(watched.map(({ family }) => family));
  await cli.activity.during(
    () => "reading how long such jobs usually take",
    async () => {
      for (const { name } of families) {
        await cli.context
          .clients()
          .jobs[name].known(cli.interrupted)
          .catch(() => []);
      }
    },
  );
}

async function wait(
  cli: Cli,
  watched: Watched,
  { timeout }: WatchOptions,
  view: WatchView,
): Promise<void> {
  view.update();
  const { family, job } = watched;
  if (isTerminal(job.status)) {
    const end = isFailed(job.status) ? "failed" : "reached";
    watched.waited = { end, last: job, seen: new Map(), boundMs: timeout };
    return;
  }
  const willPoll = (nextPollMs: number) => {
    watched.nextPollMs = cli.clock.monotonicMs() + nextPollMs;
    view.update();
  };
  watched.waited = await waitForJob(cli.context, {
    family,
    job,
    isReached: isCompleted,
    timeoutMs: timeout,
    pollAtOnce: false,
    onSeen: (seen, nextPollMs) => {
      watched.job = seen;
      willPoll(nextPollMs);
    },
    onUnseen: (_, nextPollMs) => willPoll(nextPollMs),
  });
  watched.job = watched.waited.last;
  watched.nextPollMs = undefined;
  view.update();
}

function factsOf(cli: Cli, watched: readonly Watched[]): readonly WatchedFacts[] {
  const facts = factsFrom(cli.context.clients().jobs, cli.clock.nowMs());
  return watched.map(({ family, job, nextPollMs, waited }) => ({
    ...facts({ family, job }),
    isGone: waited?.end === "missing",
    nextPollMs: nextPollMs === undefined ? null : nextPollMs - cli.clock.monotonicMs(),
  }));
}

type Results = ReadonlyMap<string, ResultObject>;

function report(
  cli: Cli,
  watched: readonly Watched[],
  results: Results,
  { json }: WatchOptions,
): void {
  if (json) printJson(cli.out, jsonOfAll(cli, watched, results));
  else printResults(cli, watched, results);
  const said = new Set<string>();
  for (const each of watched) {
    const problem = describeProblem(cli, each);
    if (problem === undefined || said.has(problem.key)) continue;
    said.add(problem.key);
    printLine(cli.err, `\n${cli.err.paint("red", "error:")} ${problem.text}`);
  }
}

const OUTCOMES: Readonly<Record<Waited["end"], string>> = {
  reached: "completed",
  failed: "failed",
  missing: "gone",
  "timed-out": "timed-out",
  cancelled: "stopped",
  refused: "refused",
};

/** The jobs by the names of the lists that show them. */
function jsonOfAll(cli: Cli, watched: readonly Watched[], results: Results): object {
  const all: Record<string, object[]> = {};
  for (const [index, facts] of factsOf(cli, watched).entries()) {
    const list = LIST_COMMANDS[facts.family.name];
    const outcome = OUTCOMES[watched[index]?.waited?.end ?? "cancelled"];
    const result = results.get(facts.job.id) ?? NO_RESULT;
    all[list] = [...(all[list] ?? []), { ...jsonOf(facts, result), outcome }];
  }
  return all;
}

function printResults(cli: Cli, watched: readonly Watched[], results: Results): void {
  for (const { job } of watched) {
    const uri = results.get(job.id)?.resultUri ?? null;
    if (uri !== null) printLine(cli.out, `${printable(job.name ?? job.id)}: ${printable(uri)}`);
  }
}

/** What to say of a job that has not completed; what has the same key is said once. */
function describeProblem(
  cli: Cli,
  { family, job, waited }: Watched,
): { readonly key: string; readonly text: string } | undefined {
  if (waited === undefined || waited.end === "cancelled") return undefined;
  const doing = `watching ${nameJob(family, job)}`;
  if (waited.end === "missing") {
    const cause = "the service does not know it any more";
    const { message } = new NclueError("job-gone", {
      doing,
      cause,
      remedy: "it was deleted meanwhile",
    });
    return { key: message, text: message };
  }
  const { error } = waited;
  // Keys that are refused are refused for all jobs, if with another request id each time.
  if (isDenied(error)) {
    const { code, text, facts } = withoutStackAdvice(error, cli.context.clients());
    const { message } = new NclueError(code, { ...text, doing: "watching jobs" }, facts);
    return { key: "denied", text: message };
  }
  const message = problemOf(family, doing, waited, REMEDIES)?.message;
  return message === undefined ? undefined : { key: message, text: message };
}

const REMEDIES = {
  timedOut: "it continues at the service: watch it again, or give a longer --timeout",
  cancelled: "it continues at the service",
};

function exitCodeOf(cli: Cli, watched: readonly Watched[], { exitStatus }: WatchOptions): ExitCode {
  const has = (end: Waited["end"]) => watched.some(({ waited }) => waited?.end === end);
  if (has("cancelled")) throw cli.interrupted.reason;
  if (has("refused")) return EXIT.failed;
  if (exitStatus && (has("failed") || has("missing"))) return EXIT.runFailed;
  return has("timed-out") ? EXIT.timedOut : EXIT.done;
}
