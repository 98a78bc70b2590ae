import type { RunArguments } from "../domain/arguments";
import { sameContent } from "../domain/namesakes";
import type { Plumbing } from "../domain/plumbing";
import { isNclueError, NclueError, whileDoing } from "../kernel/errors";
import { Priority } from "../nclue/rateLimiter";
import type { RunRecord } from "../nclue/wire";
import { describeRun, quoted } from "./describeRun";
import type { RunContext } from "./runContext";

/** Times that one name is asked for: once, and again after each lost answer that made nothing. */
const MOST_ROUNDS = 5;

export type Made =
  | { readonly kind: "made"; readonly run: RunRecord }
  | {
      readonly kind: "taken";
      readonly namesake: RunRecord | undefined;
      readonly refusal: NclueError;
    };

/**
 * Asks the service for one run. Where the answer is lost, the run is looked for before anything is
 * sent again: one that was not there before, of this name and content, is the one that was made.
 */
export async function makeRun(
  ctx: RunContext,
  args: RunArguments,
  name: string,
  plumbing: Plumbing,
): Promise<Made> {
  const { directory } = ctx.account();
  const before = new Set((await knownRuns(ctx, name)).map((run) => run.runId));
  const hasName = (run: RunRecord) => run.name === name;
  const isOurs = (run: RunRecord) =>
    hasName(run) &&
    !before.has(run.runId) &&
    run.runId !== plumbing.held?.id &&
    sameContent(run, args);
  let answerLost = false;
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    const posted = await post(ctx, args, name, plumbing);
    if (posted.kind === "made") return posted;
    answerLost ||= posted.kind === "unknown";
    // Another create may have met the namesake already, on a page that was not known before.
    const isKnown = !answerLost && [...directory.seen()].some(hasName);
    const isProof =
      isKnown || (await directory.lookAgain(answerLost ? isOurs : hasName, ctx.cancelled));
    const known = await knownRuns(ctx, name);
    const ours = answerLost ? known.find(isOurs) : undefined;
    if (ours !== undefined) {
      sayFound(ctx, ours, plumbing);
      return { kind: "made", run: ours };
    }
    if (answerLost && !isProof) throw unreadableList(name);
    if (posted.kind === "unknown") continue;
    const namesake = known.find(hasName);
    if (answerLost && namesake === undefined) throw nameTakenUnseen(name);
    return { kind: "taken", namesake, refusal: posted.refusal };
  }
  throw new NclueError("unreachable", {
    doing: `creating task run "${name}"`,
    cause: `no certain answer in ${MOST_ROUNDS} tries`,
    remedy: 'run "pulumi up" again: it looks for the run before it asks for another',
  });
}

/** The runs known so far; the first call of the process looks at the list. */
export async function knownRuns(ctx: RunContext, name: string): Promise<readonly RunRecord[]> {
  try {
    return await ctx.account().directory.known(ctx.cancelled);
  } catch (error) {
    throw isNclueError(error)
      ? whileDoing(`creating task run "${name}", looking which runs exist`, error)
      : error;
  }
}

type Posted =
  | { readonly kind: "made"; readonly run: RunRecord }
  | { readonly kind: "taken"; readonly refusal: NclueError }
  /** The answer was lost; the run may or may not exist. */
  | { readonly kind: "unknown" };

async function post(
  ctx: RunContext,
  args: RunArguments,
  name: string,
  plumbing: Plumbing,
): Promise<Posted> {
  const { client, directory, listing } = ctx.account();
  const doing = `creating task run "${name}"`;
  const giveBack = reserveNewRun(ctx, name);
  try {
    const options = { priority: Priority.write, signal: ctx.cancelled };
    const made = await client.createTaskRun({ ...args, name }, options);
    // The answer has no status; the first one is documented.
    const run = { ...made, status: made.status ?? "registered" };
    directory.add(run);
    listing.outdate();
    return { kind: "made", run };
  } catch (error) {
    if (isNclueError(error) && error.facts.mayHaveTakenEffect === true) {
      ctx.log.warn(
        `${doing}: the answer was lost (${error.text.cause}); looking whether the run exists`,
        plumbing.urn,
      );
      return { kind: "unknown" };
    }
    giveBack();
    if (isNclueError(error) && error.facts.kind === "duplicate-name") {
      return { kind: "taken", refusal: whileDoing(doing, error) };
    }
    throw isNclueError(error) ? whileDoing(doing, error) : error;
  }
}

/**
 * Refuses the run that would be one too many for this update. A second try counts once, and gives
 * nothing back: the first one's answer was lost, so its run may exist.
 */
function reserveNewRun(ctx: RunContext, name: string): () => void {
  const { maxNewJobs } = ctx.account().settings;
  const { startedRuns } = ctx.update;
  if (startedRuns.has(name)) return () => {};
  if (maxNewJobs !== null && startedRuns.size >= maxNewJobs) {
    const started = startedRuns.size === 0 ? "none" : [...startedRuns].map(quoted).join(", ");
    throw new NclueError("too-many-new-jobs", {
      doing: `creating task run "${name}"`,
      cause: `this update may start ${maxNewJobs} new runs at the most (started: ${started})`,
      remedy: "check the preview, then raise nclue:maxNewJobs (NCLUE_MAX_NEW_JOBS)",
    });
  }
  startedRuns.add(name);
  return () => startedRuns.delete(name);
}

function unreadableList(name: string): NclueError {
  return new NclueError("unreadable", {
    doing: `creating task run "${name}"`,
    cause:
      "its answer was lost, and the list holds entries without an id, or more runs than are ever " +
      "read, any of which may be it",
    remedy: 'run "pulumi up" again later: it looks for the run before it asks for another',
  });
}

export function nameTakenUnseen(name: string): NclueError {
  return new NclueError("name-taken", {
    doing: `creating task run "${name}"`,
    cause: "the service says that the name is taken, but lists no run of that name",
    remedy: "try again later, or use another name",
  });
}

function sayFound(ctx: RunContext, run: RunRecord, plumbing: Plumbing): void {
  ctx.log.info(`found ${describeRun(run)} after its answer was lost`, plumbing.urn);
}
