import type { RunArguments } from "../domain/arguments";
import { chooseGeneratedName, differences } from "../domain/namesakes";
import type { Plumbing } from "../domain/plumbing";
import { generatedNames } from "../domain/runName";
import { NclueError } from "../kernel/errors";
import type { RunRecord } from "../nclue/wire";
import { describeRun, sayAdopted } from "./describeRun";
import { importRun, isImport } from "./importRun";
import { knownRuns, makeRun, nameTakenUnseen } from "./makeRun";
import type { RunContext } from "./runContext";

/** Names that one create tries. */
const MOST_NAMES = 50;
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
    if (made.namesake !== undefined) continue;
    // A 409 without a code may mean something else, which another name does not help.
    if (made.refusal.facts.serviceCode === undefined && unusable.size > 0) throw made.refusal;
    unusable.add(choice.name);
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

function takeOverOrFail(
  ctx: RunContext,
  args: RunArguments,
  namesake: RunRecord,
  plumbing: Plumbing,
): RunRecord {
  const isWanted = args.onDuplicateName === "adopt";
  const obstacle = whyNotAdopted(args, namesake, plumbing);
  if (isWanted && obstacle === undefined) {
    sayAdopted(ctx, namesake, plumbing);
    return namesake;
  }
  const owner = `the name belongs to ${describeRun(namesake)}`;
  throw new NclueError(
    "name-taken",
    {
      doing: `creating task run "${args.name}"`,
      cause: isWanted ? `${owner}, which is not adopted: ${obstacle}` : owner,
      remedy: isWanted ? OTHER_WAYS_OUT : waysOut(namesake),
    },
    { jobIds: [namesake.runId] },
  );
}

function whyNotAdopted(
  args: RunArguments,
  namesake: RunRecord,
  { held, otherRunIds }: Plumbing,
): string | undefined {
  if (held === undefined) return "the stack's state could not be read";
  if (held?.id === namesake.runId) return "this resource is being replaced and holds it";
  if (otherRunIds.includes(namesake.runId)) return "another resource of this stack holds it";
  if (namesake.status === "failed") return "it has failed";
  const differing = differences(namesake, args).map(({ argument }) => argument);
  return differing.length === 0 ? undefined : `it has another ${differing.join(", ")}`;
}

const OTHER_WAYS_OUT = "use another name, or delete the run";

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
    { jobIds: [run.runId] },
  );
}

/** Two resources of one logical name still have different URNs. */
function ownerOf({ urn, logicalName }: Plumbing): string {
  return urn ?? logicalName;
}
