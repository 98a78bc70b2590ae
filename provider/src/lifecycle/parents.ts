import { type Declaration, textField } from "../domain/declaration";
import { families } from "../domain/families";
import type { Family, FamilyName } from "../domain/family";
import type { Job } from "../domain/job";
import { isCompleted } from "../domain/status";
import { NclueError, whileDoing } from "../kernel/errors";
import { humanDuration } from "../kernel/text";
import { Priority } from "../nclue/rateLimiter";
import type { JobContext } from "./jobContext";
import { problemOf } from "./outcome";
import { waitForJob } from "./waitForJob";
import { nameJob } from "./words";

interface Parent {
  readonly family: Family;
  readonly job: Job;
}

/**
 * Waits until the jobs that one is created from are completed. The service refuses a POST before that,
 * with a code that is not documented, so it is the parents that say what a refusal meant.
 *
 * @returns whether there was anything to wait for
 * @throws NclueError which parent has failed, is gone, or did not complete in time
 */
export async function waitForParents(
  ctx: JobContext,
  declaration: Declaration,
  doing: string,
  deadlineMs: number,
): Promise<boolean> {
  const parents = await Promise.all(
    parentIds(declaration).map(([name, id]) => readParent(ctx, name, id, doing)),
  );
  const unfinished = parents.filter(({ job }) => !isCompleted(job.status));
  for (const parent of unfinished) await waitForParent(ctx, declaration, parent, doing, deadlineMs);
  return unfinished.length > 0;
}

function parentIds(declaration: Declaration): readonly (readonly [FamilyName, string])[] {
  const ids = new Map<string, readonly [FamilyName, string]>();
  for (const [argument, { refersTo }] of Object.entries(declaration.family.fields)) {
    const id = textField(declaration, argument);
    if (refersTo === undefined || refersTo === "bucket" || id === undefined) continue;
    ids.set(`${refersTo} ${id}`, [refersTo, id]);
  }
  return [...ids.values()];
}

async function readParent(
  ctx: JobContext,
  name: FamilyName,
  id: string,
  doing: string,
): Promise<Parent> {
  const family = families[name];
  const now = ctx.clock.monotonicMs();
  const options = { dueMs: now, newerThanMs: now, priority: Priority.read, signal: ctx.cancelled };
  const sighting = await ctx
    .clients()
    .jobs[name].observe(id, options)
    .catch((error: unknown) => {
      throw whileDoing(`${doing}, reading its ${family.noun} ${id}`, error);
    });
  if (sighting.kind === "seen") return { family, job: sighting.job };
  throw new NclueError("not-usable", {
    doing,
    cause: `the ${family.noun} ${id} does not exist: ${sighting.error.text.cause}`,
    remedy: `check the id ("npx pulumi-nclue ${LIST_COMMANDS[name]}"), then run "pulumi up" again`,
  });
}

/** The command that lists the jobs of a family. */
const LIST_COMMANDS: Readonly<Record<FamilyName, string>> = {
  feature: "features",
  task: "tasks",
  taskRun: "runs",
  customAttributes: "attributes",
  shoppingIntent: "intents",
};

/** The parent's progress is shown on the line of the job that waits for it; polls are shared. */
async function waitForParent(
  ctx: JobContext,
  { plumbing }: Declaration,
  { family, job }: Parent,
  doing: string,
  deadlineMs: number,
): Promise<void> {
  const { urn, logicalName } = plumbing;
  const startMs = ctx.clock.monotonicMs();
  const which = `${family.noun} "${job.name ?? job.id}"`;
  const show = (status: string) => {
    const waited = humanDuration(ctx.clock.monotonicMs() - startMs);
    const text = `waiting for ${which}: ${status} ${waited}`;
    ctx.log.progress({ urn, key: `${logicalName} parent`, status: `${which} ${status}`, text });
  };
  show(job.status ?? "unknown");
  const waited = await ctx.update.slots.occupy(() =>
    waitForJob(ctx, {
      family,
      job,
      isReached: isCompleted,
      timeoutMs: Math.max(0, deadlineMs - startMs),
      pollAtOnce: false,
      onSeen: ({ status }) => show(status ?? "unknown"),
      onUnseen: () => show("no answer"),
    }),
  );
  const problem = problemOf(family, `${doing}, waiting for ${nameJob(family, job)}`, waited, {
    timedOut: 'nothing was started: run "pulumi up" again, or raise customTimeouts.create',
    cancelled: 'nothing was started: run "pulumi up" again',
  });
  if (problem === undefined) return;
  if (waited.end !== "failed") throw problem;
  throw new NclueError("not-usable", {
    doing,
    cause: `it needs ${problem.text.doing}: ${problem.text.cause}`,
    ...(problem.text.remedy === undefined ? {} : { remedy: problem.text.remedy }),
  });
}
