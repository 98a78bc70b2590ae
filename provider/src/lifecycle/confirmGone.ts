import type { Family } from "../domain/family";
import type { Job } from "../domain/job";
import type { Keeping } from "../domain/plumbing";
import { isNotFound, mayPassByItself, NclueError, whileDoing } from "../kernel/errors";
import { humanDuration } from "../kernel/text";
import { incompleteList } from "../nclue/jobs/incompleteList";
import type { Sighting } from "../nclue/jobs/sharedReads";
import { isOwnFault, mayMeanUnknownId } from "../nclue/jobs/unknownId";
import type { JobContext } from "./jobContext";

/** Where and by whom a job was seen last, and how old it is; empty where that is not known. */
export type SeenBy = Partial<Pick<Keeping, "endpoint" | "keyHash">>;

/** The service may be slow to show what it did: the list may go on showing a deleted job for some time. */
const DELAYS_MS = [2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000];

/**
 * Decides whether a job that the service says it does not know is really gone. Only the service itself
 * can say so: not its gateway, not another account, not another address.
 *
 * @param seenBy who has seen the job: leave it out where this process has.
 * @throws NclueError `job-elsewhere`, or the refusal itself, where it proves nothing.
 */
export async function confirmGone(
  ctx: JobContext,
  family: Family,
  id: string,
  seenBy: SeenBy,
  refusal: NclueError,
): Promise<void> {
  await judge(ctx, { family, id, seenBy, refusal }, async () => undefined);
}

/**
 * The same for a job that may be so new that only the list shows it yet: the job, once it is shown.
 *
 * @throws NclueError as {@link confirmGone}
 */
export function seenOrGone(
  ctx: JobContext,
  family: Family,
  id: string,
  seenBy: SeenBy,
  refusal: NclueError,
): Promise<Job | "gone"> {
  const question = { family, id, seenBy, refusal };
  return judge(ctx, question, () => readAgain(ctx, question));
}

/**
 * Nobody knows whether the service says "404" for an id that it does not know, or fails at it. Where its
 * own 5xx lasts, and the whole list does not show the job, it counts as a 404.
 *
 * @throws the error itself, where that is not so
 */
export async function missingOrThrow(
  ctx: JobContext,
  family: Family,
  id: string,
  error: unknown,
): Promise<Sighting> {
  if (isOwnFault(error) && (await isUnknownId(ctx, family, id, error))) {
    return { kind: "missing", error };
  }
  throw error;
}

/**
 * Whether an error means that the service does not know an id: it says so, or the whole list does not
 * show a job of which it says something that may mean so.
 */
export async function isUnknownId(
  ctx: JobContext,
  { name }: Family,
  id: string,
  error: unknown,
): Promise<boolean> {
  if (isNotFound(error)) return true;
  if (!mayMeanUnknownId(error) && !isOwnFault(error)) return false;
  const jobs = ctx.clients().jobs[name];
  return (await jobs.isListed(id, ctx.cancelled).catch(() => "unproven")) === "absent";
}

interface Question {
  readonly family: Family;
  readonly id: string;
  readonly seenBy: SeenBy;
  readonly refusal: NclueError;
}

/** What the service answers for the job now; nothing where it does not show it. */
type Look = () => Promise<Job | undefined>;

async function readAgain(ctx: JobContext, { family, id }: Question): Promise<Job | undefined> {
  try {
    const sighting = await ctx.clients().jobs[family.name].ask(id, ctx.cancelled);
    return sighting.kind === "seen" ? sighting.job : undefined;
  } catch (error) {
    if (mayPassByItself(error)) return undefined;
    throw whileDoing(doingOf({ family, id }), error);
  }
}

async function judge(ctx: JobContext, question: Question, look: Look): Promise<Job | "gone"> {
  const { family, id, refusal } = question;
  if (refusal.facts.fromGateway === true) throw whileDoing(doingOf(question), refusal);
  refuseFromElsewhere(ctx, question);
  const jobs = ctx.clients().jobs[family.name];
  for (let looks = 0; jobs.mayStillAppear(id); looks++) {
    await waitAndSay(ctx, question, "not visible yet", DELAYS_MS[looks] ?? 30_000);
    const job = await look();
    if (job !== undefined) return job;
  }
  for (const delayMs of [0, ...DELAYS_MS]) {
    if (delayMs > 0) await waitAndSay(ctx, question, "not shown, but still listed", delayMs);
    const listed = await jobs.isListed(id, ctx.cancelled).catch((error: unknown) => {
      throw whileDoing(doingOf(question), error);
    });
    if (listed === "unproven") throw incompleteList(family, doingOf(question));
    if (listed === "absent") {
      jobs.noteGone(id);
      return "gone";
    }
    const job = await look();
    if (job !== undefined) return job;
  }
  throw stillListed(question);
}

/** Every wait of more than a minute says what it waits for. */
async function waitAndSay(
  ctx: JobContext,
  { id }: Question,
  status: string,
  delayMs: number,
): Promise<void> {
  const text = `${status} · next look in ${humanDuration(delayMs)}`;
  ctx.log.progress({ urn: ctx.urnOf(id), key: id, status, text });
  await ctx.clock.sleep(delayMs, ctx.cancelled);
}

function stillListed(question: Question): NclueError {
  const { refusal } = question;
  if (!isNotFound(refusal)) return whileDoing(doingOf(question), refusal);
  return new NclueError("unreadable", {
    doing: doingOf(question),
    cause: "for two minutes the service has listed it, but answered 404 when asked for it",
    remedy: "try again later",
  });
}

function refuseFromElsewhere(ctx: JobContext, question: Question): void {
  const elsewhere = describeElsewhere(question.seenBy, ctx.clients().settings);
  if (elsewhere === undefined) return;
  throw new NclueError("job-elsewhere", {
    doing: doingOf(question),
    cause: `the service does not know it, but ${elsewhere}, so it may well exist`,
    remedy:
      "use the address and keys that it was last seen with; if it is gone for certain, " +
      'forget it with "pulumi state delete <urn>"',
  });
}

function describeElsewhere(
  seenBy: SeenBy,
  settings: { readonly endpoint: string; readonly keyHash: string },
): string | undefined {
  if (seenBy.endpoint !== undefined && seenBy.endpoint !== settings.endpoint) {
    return `it was last seen at ${seenBy.endpoint} and this is ${settings.endpoint}`;
  }
  if (seenBy.keyHash !== undefined && seenBy.keyHash !== settings.keyHash) {
    return "it was last seen with another access key";
  }
  return undefined;
}

function doingOf({ family, id }: Pick<Question, "family" | "id">): string {
  return `looking for ${family.noun} ${id}`;
}
