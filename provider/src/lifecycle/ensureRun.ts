import type { RunArguments } from "../domain/arguments";
import { chooseGeneratedName, differences, sameContent } from "../domain/namesakes";
import type { Plumbing } from "../domain/plumbing";
import { generatedNames } from "../domain/runName";
import { isNclueError, NclueError, whileDoing } from "../kernel/errors";
import { printable } from "../kernel/text";
import { Priority } from "../nclue/rateLimiter";
import type { RunRecord } from "../nclue/wire";
import type { RunContext } from "./runContext";

/** Names that one create tries. */
const MOST_NAMES = 50;
/** Times that one name is asked for: once, and again after each lost answer that made nothing. */
const MOST_ROUNDS = 5;

/**
 * The run that a create is to wait for: an earlier, interrupted attempt at this very thing where
 * there is one, a new one otherwise. Observe, then act: nothing is sent before the list was looked
 * at, and after an answer that was lost nothing is sent again before the list was looked at anew.
 */
export async function ensureRun(
  ctx: RunContext,
  args: RunArguments,
  plumbing: Plumbing,
): Promise<RunRecord> {
  if (isImport(plumbing)) return importRun(ctx, args, plumbing);
  return args.name === undefined
    ? ensureGeneratedName(ctx, args, plumbing)
    : ensureGivenName(ctx, args, args.name, plumbing);
}

/** An import of what the state holds already is a re-run of it. */
export function isImport(plumbing: Plumbing): plumbing is Plumbing & { importId: string } {
  return plumbing.importId !== undefined && plumbing.importId !== plumbing.held?.id;
}

async function ensureGeneratedName(
  ctx: RunContext,
  args: RunArguments,
  plumbing: Plumbing,
): Promise<RunRecord> {
  const { directory } = ctx.account();
  const owner = ownerOf(plumbing);
  const nameOf = generatedNames(args, plumbing);
  /** Refused as taken, though no run of the name is listed (a deleted one, perhaps). */
  const unusable = new Set<string>();
  for (let round = 1; round <= MOST_NAMES; round++) {
    const choice = chooseGeneratedName({
      nameOf,
      args,
      known: await knownRuns(ctx, nameOf(1)),
      held: plumbing.held,
      otherRunIds: new Set(plumbing.otherRunIds),
      isClaimed: (name) => unusable.has(name) || directory.isClaimedByOther(name, owner),
    });
    if (choice.kind === "unclear") throw unclear(choice.run);
    if (choice.kind === "adopt") {
      directory.claim(choice.run.name ?? "", owner);
      sayAdopted(ctx, choice.run, plumbing);
      return choice.run;
    }
    directory.claim(choice.name, owner);
    const made = await makeRun(ctx, args, choice.name, plumbing);
    if (made.kind === "made") return made.run;
    if (made.namesake === undefined) unusable.add(choice.name);
  }
  throw new NclueError("name-taken", {
    doing: `creating task run "${nameOf(1)}"`,
    cause: `${MOST_NAMES} names in a row are taken`,
    remedy: "delete runs of earlier attempts, or give the run a name",
  });
}

async function ensureGivenName(
  ctx: RunContext,
  args: RunArguments,
  name: string,
  plumbing: Plumbing,
): Promise<RunRecord> {
  const { directory } = ctx.account();
  if (directory.isClaimedByOther(name, ownerOf(plumbing))) {
    throw new NclueError("name-taken", {
      doing: `creating task run "${name}"`,
      cause: "another resource of this program has the same name",
      remedy: "give each run a name of its own",
    });
  }
  directory.claim(name, ownerOf(plumbing));
  const known = await knownRuns(ctx, name);
  const before = known.find((run) => run.name === name && run.runId !== plumbing.held?.id);
  if (before !== undefined) return takeOverOrFail(ctx, args, before, plumbing);
  const made = await makeRun(ctx, args, name, plumbing);
  if (made.kind === "made") return made.run;
  if (made.namesake === undefined) throw nameTakenUnseen(name);
  return takeOverOrFail(ctx, args, made.namesake, plumbing);
}

type Made =
  | { readonly kind: "made"; readonly run: RunRecord }
  | { readonly kind: "taken"; readonly namesake: RunRecord | undefined };

/**
 * Asks the service for one run. Where the answer is lost, the run is looked for before anything is
 * sent again: one that was not there before, of this name and content, is the one that was made.
 */
async function makeRun(
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
    const isProof = await directory.lookAgain(answerLost ? isOurs : hasName, ctx.cancelled);
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
    return { kind: "taken", namesake };
  }
  throw new NclueError("unreachable", {
    doing: `creating task run "${name}"`,
    cause: `no certain answer in ${MOST_ROUNDS} tries`,
    remedy: 'run "pulumi up" again: it looks for the run before it asks for another',
  });
}

async function knownRuns(ctx: RunContext, name: string): Promise<readonly RunRecord[]> {
  try {
    return await ctx.account().directory.known(ctx.cancelled);
  } catch (error) {
    throw isNclueError(error)
      ? whileDoing(`creating task run "${name}", looking which runs exist`, error)
      : error;
  }
}

async function importRun(
  ctx: RunContext,
  args: RunArguments,
  plumbing: Plumbing & { importId: string },
): Promise<RunRecord> {
  const { client, directory } = ctx.account();
  const doing = `importing task run ${plumbing.importId}`;
  try {
    const options = { priority: Priority.read, signal: ctx.cancelled };
    const run = await client.getTaskRun(plumbing.importId, options);
    // check has shown the values, and knows which of them must not be shown.
    const problems = importProblems(run, args, () => true);
    if (problems.length > 0) {
      throw new NclueError("import-differs", {
        doing,
        cause: problems.map(({ argument, text }) => `${argument} ${text}`).join("; "),
        remedy: "make the arguments equal to the run, or take the import option out",
      });
    }
    directory.add(run);
    sayAdopted(ctx, run, plumbing);
    return run;
  } catch (error) {
    throw whileDoing(doing, error);
  }
}

export interface ImportProblem {
  readonly argument: string;
  readonly text: string;
}

/** Every field in which a run differs from what the program gives; what it does not give is taken. */
export function importProblems(
  run: RunRecord,
  args: RunArguments,
  isSecret: (argument: string) => boolean,
): readonly ImportProblem[] {
  const name =
    args.name === undefined || args.name === run.name
      ? []
      : [{ argument: "name" as const, atService: run.name, inProgram: args.name }];
  return [...name, ...differences(run, args)]
    .filter(({ inProgram }) => inProgram !== null)
    .map(({ argument, atService, inProgram }) => ({
      argument,
      text: isSecret(argument)
        ? "is another one at the service than in the program"
        : `is ${quoted(atService)} at the service and ${quoted(inProgram)} in the program`,
    }));
}

type Posted =
  | { readonly kind: "made"; readonly run: RunRecord }
  | { readonly kind: "taken" }
  /** The answer was lost; the run may or may not exist. */
  | { readonly kind: "unknown" };

async function post(
  ctx: RunContext,
  args: RunArguments,
  name: string,
  plumbing: Plumbing,
): Promise<Posted> {
  const { client, directory } = ctx.account();
  const doing = `creating task run "${name}"`;
  const giveBack = reserveNewRun(ctx, name);
  try {
    const options = { priority: Priority.write, signal: ctx.cancelled };
    const made = await client.createTaskRun({ ...args, name }, options);
    // The answer has no status; the first one is documented.
    const run = { ...made, status: made.status ?? "registered" };
    directory.add(run);
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
    if (isNclueError(error) && error.facts.kind === "duplicate-name") return { kind: "taken" };
    throw isNclueError(error) ? whileDoing(doing, error) : error;
  }
}

/** Refuses the run that would be one too many for this update; a second try counts once. */
function reserveNewRun(ctx: RunContext, name: string): () => void {
  const { maxNewRuns } = ctx.account().settings;
  const { startedRuns } = ctx.update;
  if (!startedRuns.has(name) && maxNewRuns !== null && startedRuns.size >= maxNewRuns) {
    const started = startedRuns.size === 0 ? "none" : [...startedRuns].map(quoted).join(", ");
    throw new NclueError("too-many-new-runs", {
      doing: `creating task run "${name}"`,
      cause: `this update may start ${maxNewRuns} new runs at the most (started: ${started})`,
      remedy: "check the preview, then raise nclue:maxNewRuns (NCLUE_MAX_NEW_RUNS)",
    });
  }
  startedRuns.add(name);
  return () => startedRuns.delete(name);
}

function takeOverOrFail(
  ctx: RunContext,
  args: RunArguments,
  namesake: RunRecord,
  plumbing: Plumbing,
): RunRecord {
  const belongsToNobody =
    plumbing.held !== undefined &&
    plumbing.held?.id !== namesake.runId &&
    !plumbing.otherRunIds.includes(namesake.runId);
  const mayAdopt = args.onDuplicateName === "adopt" && belongsToNobody;
  if (mayAdopt && sameContent(namesake, args) && namesake.status !== "failed") {
    sayAdopted(ctx, namesake, plumbing);
    return namesake;
  }
  throw new NclueError(
    "name-taken",
    {
      doing: `creating task run "${args.name}"`,
      cause: `the name belongs to ${describeRun(namesake)}`,
      remedy: waysOut(namesake),
    },
    { runId: namesake.runId },
  );
}

function waysOut(run: RunRecord): string {
  return (
    `use another name, take the run over with the resource option import: "${run.runId}" or with ` +
    `onDuplicateName: "adopt" (same task, feature, bucket and path, not failed), or delete the run`
  );
}

function unclear(run: RunRecord): NclueError {
  return new NclueError(
    "name-taken",
    {
      doing: `creating task run "${run.name}"`,
      cause:
        `the stack's state could not be read, so it is not clear whether ${describeRun(run)} ` +
        "is an interrupted attempt at this resource",
      remedy: waysOut(run),
    },
    { runId: run.runId },
  );
}

function unreadableList(name: string): NclueError {
  return new NclueError("unreadable", {
    doing: `creating task run "${name}"`,
    cause: "its answer was lost, and the list holds entries without an id, any of which may be it",
    remedy: 'run "pulumi up" again later: it looks for the run before it asks for another',
  });
}

function nameTakenUnseen(name: string): NclueError {
  return new NclueError("name-taken", {
    doing: `creating task run "${name}"`,
    cause: "the service says that the name is taken, but lists no run of that name",
    remedy: "try again later, or use another name",
  });
}

function sayAdopted(ctx: RunContext, run: RunRecord, plumbing: Plumbing): void {
  ctx.log.info(`adopted ${describeRun(run)}; no new run was started`, plumbing.urn);
}

function sayFound(ctx: RunContext, run: RunRecord, plumbing: Plumbing): void {
  ctx.log.info(`found ${describeRun(run)} after its answer was lost`, plumbing.urn);
}

function describeRun({ name, runId, status, createdAt }: RunRecord): string {
  const facts = [runId, status, createdAt === null ? null : `made ${createdAt}`];
  return `task run ${quoted(name)} (${facts.filter((fact) => fact !== null).join(", ")})`;
}

function quoted(text: string | null): string {
  return text === null ? "nothing" : `"${printable(text)}"`;
}

/** Two resources of one logical name still have different URNs. */
function ownerOf({ urn, logicalName }: Plumbing): string {
  return urn ?? logicalName;
}
