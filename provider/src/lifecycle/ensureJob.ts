import { type Declaration, isImport, isSecret, withTaken } from "../domain/declaration";
import type { Family } from "../domain/family";
import { includesId, isSameId, type Job } from "../domain/job";
import { generatedNames, isSameName } from "../domain/jobName";
import { chooseGeneratedName, type Difference, differences } from "../domain/namesakes";
import { isFailed } from "../domain/status";
import { NclueError } from "../kernel/errors";
import { Priority } from "../nclue/rateLimiter";
import { knownJobs } from "./attempt";
import { seenOrGone } from "./confirmGone";
import { importJob } from "./importJob";
import type { JobContext } from "./jobContext";
import { describeJob, quoted } from "./jobWords";
import { claimJob, claimName, heldByOthers, isOthersName } from "./owners";
import { isSurelyTaken, type Posted, postJob } from "./postJob";
import { rememberSource, type SourceMemory } from "./source";

/** Names that one create tries. */
const MOST_NAMES = 50;

/** The job that a create is to wait for, and the data that it was created from. */
export interface Ensured {
  readonly job: Job;
  readonly source: SourceMemory;
}

/**
 * The job that a create is to wait for: what an earlier, interrupted attempt at this very thing has left
 * where there is such a job, a new one otherwise. Observe, then act: nothing is sent before the list was
 * read, and after an answer that was lost nothing is sent again before the list was read again.
 *
 * @param deadlineMs on the monotonic clock: parents are waited for until then.
 */
export async function ensureJob(
  ctx: JobContext,
  declaration: Declaration,
  deadlineMs: number,
): Promise<Ensured> {
  if (isImport(declaration)) {
    const job = await importJob(ctx, declaration, declaration.plumbing.importId);
    return { job, source: await importedSource(ctx, withTaken(declaration, job.fields)) };
  }
  return declaration.name === undefined
    ? ensureGeneratedName(ctx, declaration, deadlineMs)
    : ensureGivenName(ctx, declaration, declaration.name, deadlineMs);
}

async function ensureGeneratedName(
  ctx: JobContext,
  declaration: Declaration,
  deadlineMs: number,
): Promise<Ensured> {
  const { plumbing } = declaration;
  const nameOf = generatedNames(declaration);
  /** Refused as taken, though no job of the name is listed (a deleted one, perhaps). */
  const unusable = new Set<string>();
  for (let round = 1; round <= MOST_NAMES; round++) {
    const choice = chooseGeneratedName({
      nameOf,
      declaration,
      known: await knownJobs(ctx, declaration, nameOf(1)),
      inState: plumbing.inState,
      otherJobIds: new Set(heldByOthers(ctx, declaration)),
      isClaimed: (name) => unusable.has(name) || isOthersName(ctx, declaration, name),
    });
    if (choice.kind === "unclear") throw unclear(declaration, choice.job);
    if (choice.kind === "differs") throw differs(declaration, choice.job, choice.differences);
    if (choice.kind === "adopt") {
      claimName(ctx, declaration, choice.job.name ?? "");
      const adopted = await adopt(ctx, declaration, choice.job);
      if (adopted !== undefined) return adopted;
      continue;
    }
    claimName(ctx, declaration, choice.name);
    const posted = await postJob(ctx, declaration, choice.name, deadlineMs);
    if (posted.kind === "created") return posted;
    if (posted.namesake !== undefined) continue;
    // A 409 without a known code may mean something else, which another name does not help.
    if (!isSurelyTaken(posted.refusal)) throw takenUnseen(declaration, choice.name, posted);
    unusable.add(choice.name);
  }
  throw new NclueError("name-taken", {
    doing: `creating ${declaration.family.noun} "${nameOf(1)}"`,
    cause: `${MOST_NAMES} names in a row are taken`,
    remedy: `delete those of earlier attempts, or give the ${declaration.family.short} a name`,
  });
}

async function ensureGivenName(
  ctx: JobContext,
  declaration: Declaration,
  name: string,
  deadlineMs: number,
): Promise<Ensured> {
  const { family } = declaration;
  if (isOthersName(ctx, declaration, name)) {
    throw new NclueError("name-taken", {
      doing: `creating ${family.noun} "${name}"`,
      cause: "another resource of this program has the same name",
      remedy: "give each a name of its own",
    });
  }
  claimName(ctx, declaration, name);
  const hasName = (job: Job) => job.name !== null && isSameName(job.name, name);
  for (;;) {
    const known = await knownJobs(ctx, declaration, name);
    const namesake = known.find((job) => hasName(job) && !isHeld(declaration, job));
    if (namesake === undefined) break;
    const taken = await takeOver(ctx, declaration, namesake);
    if (taken !== undefined) return taken;
  }
  const posted = await postJob(ctx, declaration, name, deadlineMs);
  if (posted.kind === "created") return posted;
  const { namesake } = posted;
  const taken = namesake === undefined ? undefined : await takeOver(ctx, declaration, namesake);
  if (taken === undefined) throw takenUnseen(declaration, name, posted);
  return taken;
}

/** @returns `undefined` where the namesake is gone */
async function takeOver(
  ctx: JobContext,
  declaration: Declaration,
  namesake: Job,
): Promise<Ensured | undefined> {
  const { family, policies, name } = declaration;
  const isWanted = policies.onDuplicateName === "adopt";
  const obstacle = whyNotAdopted(ctx, declaration, namesake);
  if (isWanted && obstacle === undefined) return adopt(ctx, declaration, namesake);
  const owner = `the name belongs to ${describeJob(family, namesake)}`;
  throw new NclueError(
    "name-taken",
    {
      doing: `creating ${family.noun} "${name}"`,
      cause: isWanted ? `${owner}, which is not adopted: ${obstacle}` : owner,
      remedy: isWanted
        ? `use another name, or delete the ${family.short}`
        : waysOut(family, namesake),
    },
    { jobIds: [namesake.id] },
  );
}

/**
 * Takes over a job after reading it once more: the list may go on showing a deleted one.
 *
 * @returns `undefined` where it is gone
 */
async function adopt(
  ctx: JobContext,
  declaration: Declaration,
  listed: Job,
): Promise<Ensured | undefined> {
  const { family, plumbing } = declaration;
  claimJob(ctx, declaration, listed.id);
  const now = ctx.clock.monotonicMs();
  const jobs = ctx.clients().jobs[family.name];
  const sighting = await jobs.observe(listed.id, {
    dueMs: now,
    newerThanMs: now,
    priority: Priority.read,
    signal: ctx.cancelled,
  });
  const seen =
    sighting.kind === "seen"
      ? sighting.job
      : await seenOrGone(ctx, family, listed.id, {}, sighting.error);
  if (seen === "gone") return undefined;
  // An attempt of a moment ago has created it, perhaps: the list may show it before a read does.
  jobs.noteNew(seen.id);
  const job = { ...seen, name: seen.name ?? listed.name };
  ctx.log.info(
    `adopted ${describeJob(family, job)}; no new ${family.short} was started`,
    plumbing.urn,
  );
  return { job, source: await rememberSource(ctx, declaration, job) };
}

/** An import takes the data of the moment, and replaces nothing by itself. */
function importedSource(ctx: JobContext, declaration: Declaration): Promise<SourceMemory> {
  return rememberSource(ctx, declaration);
}

function whyNotAdopted(
  ctx: JobContext,
  declaration: Declaration,
  namesake: Job,
): string | undefined {
  const { inState } = declaration.plumbing;
  if (inState === undefined) return "the stack's state could not be read";
  if (isHeld(declaration, namesake)) return "this resource is being replaced and holds it";
  if (includesId(heldByOthers(ctx, declaration), namesake.id))
    return "another resource of this stack holds it";
  if (isFailed(namesake.status)) return "it has failed";
  const differing = differences(namesake, declaration).map(({ argument }) => argument);
  return differing.length === 0 ? undefined : `it has another ${differing.join(", ")}`;
}

/** Whether the state holds the job under this very resource. */
function isHeld({ plumbing: { inState } }: Declaration, job: Job): boolean {
  return inState !== null && inState !== undefined && isSameId(inState.id, job.id);
}

function waysOut({ short }: Family, job: Job): string {
  return (
    `use another name, take the ${short} over with the resource option import: "${job.id}" or with ` +
    `onDuplicateName: "adopt" (same arguments, not failed), or delete the ${short}`
  );
}

function unclear({ family }: Declaration, job: Job): NclueError {
  return new NclueError(
    "name-taken",
    {
      doing: `creating ${family.noun} ${quoted(job.name)}`,
      cause:
        `the stack's state could not be read, so it is not clear whether ${describeJob(family, job)} ` +
        "is an interrupted attempt at this resource",
      remedy: waysOut(family, job),
    },
    { jobIds: [job.id] },
  );
}

/** A generated name stands for its content, so nobody else can have meant it. */
function differs(declaration: Declaration, job: Job, different: readonly Difference[]): NclueError {
  const { family } = declaration;
  const each = different.map(({ argument, atService, inProgram }) =>
    isSecret(declaration, argument)
      ? `${argument} differs`
      : `${argument} is ${shown(atService)} there and ${shown(inProgram)} in the program`,
  );
  return new NclueError(
    "name-taken",
    {
      doing: `creating ${family.noun} ${quoted(job.name)}`,
      cause: `${describeJob(family, job)} has the name that stands for this content, but ${each.join("; ")}`,
      remedy:
        `delete it ("npx pulumi-nclue delete ${job.id}"), give this one a name of its own, or make the ` +
        `arguments equal to it and take it over with the resource option import: "${job.id}"`,
    },
    { jobIds: [job.id] },
  );
}

function shown(value: string | readonly string[]): string {
  return typeof value === "string" ? quoted(value) : quoted(value.join(", "));
}

function takenUnseen(
  { family }: Declaration,
  name: string,
  { refusal }: Posted & { kind: "taken" },
): NclueError {
  return new NclueError("name-taken", {
    doing: `creating ${family.noun} "${name}"`,
    cause:
      `the service refuses the name (${refusal.text.cause}), but lists no ${family.noun} of that ` +
      "name, and what it is created from is completed",
    remedy:
      "a job of another family, or one that was deleted, may carry the name: use another name, or " +
      "try again later",
  });
}
