import type { Family } from "../domain/family";
import type { Job } from "../domain/job";
import type { Keeping } from "../domain/plumbing";
import { NclueError, whileDoing } from "../kernel/errors";
import { incompleteList } from "../nclue/jobs/incompleteList";
import type { JobContext } from "./jobContext";

/** Where and by whom a job was seen last; empty where that is not known. */
export type SeenBy = Partial<Pick<Keeping, "endpoint" | "keyHash">>;

/** The list may go on showing a job for some time after it has been deleted. */
const DELAYS_MS = [2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000];

/**
 * Decides whether a job that the service answers with 404 is really gone. Only the service itself can
 * say so: not its gateway, not another account, not another address.
 *
 * @param seenBy who has seen the job: leave it out where this process has.
 * @throws NclueError `job-elsewhere`, or the refusal itself, where the 404 proves nothing.
 */
export async function confirmGone(
  ctx: JobContext,
  family: Family,
  id: string,
  seenBy: SeenBy,
  refusal: NclueError,
): Promise<void> {
  await judge(ctx, family, id, seenBy, refusal, async () => undefined);
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
  return judge(ctx, family, id, seenBy, refusal, () => readAgain(ctx, family, id));
}

async function readAgain(ctx: JobContext, family: Family, id: string): Promise<Job | undefined> {
  const sighting = await ctx.clients().jobs[family.name].ask(id, ctx.cancelled);
  return sighting.kind === "seen" ? sighting.job : undefined;
}

/** @param reappeared asked after each list that shows the job */
async function judge(
  ctx: JobContext,
  family: Family,
  id: string,
  seenBy: SeenBy,
  refusal: NclueError,
  reappeared: () => Promise<Job | undefined>,
): Promise<Job | "gone"> {
  const { settings } = ctx.clients();
  const doing = `looking for ${family.noun} ${id}`;
  if (refusal.facts.fromGateway === true) throw whileDoing(doing, refusal);
  const elsewhere = describeElsewhere(seenBy, settings);
  if (elsewhere !== undefined) {
    throw new NclueError("job-elsewhere", {
      doing,
      cause: `the service does not know it, but ${elsewhere}, so it may well exist`,
      remedy:
        "use the address and keys that it was last seen with; if it is gone for certain, " +
        'forget it with "pulumi state delete <urn>"',
    });
  }
  const jobs = ctx.clients().jobs[family.name];
  for (const delayMs of [0, ...DELAYS_MS]) {
    if (delayMs > 0) await ctx.clock.sleep(delayMs, ctx.cancelled);
    const listed = await jobs.isListed(id, ctx.cancelled).catch((error: unknown) => {
      throw whileDoing(doing, error);
    });
    if (listed === "unproven") throw incompleteList(family, doing);
    if (listed === "absent") {
      jobs.noteGone(id);
      return "gone";
    }
    const job = await reappeared().catch((error: unknown) => {
      throw whileDoing(doing, error);
    });
    if (job !== undefined) return job;
  }
  throw new NclueError("unreadable", {
    doing,
    cause: "for two minutes the service has listed it, but answered 404 when asked for it",
    remedy: "try again later",
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
