import type { Family } from "../domain/family";
import { NclueError } from "../kernel/errors";
import type { JobContext } from "./jobContext";
import { quoted } from "./jobWords";

/**
 * Refuses the job that would be one too many for this update. A second try counts once, and gives
 * nothing back: the first one's answer was lost, so its job may exist.
 *
 * @returns gives the reservation back, for a request that has certainly done nothing.
 */
export function reserveNewJob(ctx: JobContext, family: Family, name: string): () => void {
  const { startedJobs } = ctx.update;
  const entry = entryOf(family, name);
  if (startedJobs.has(entry)) return () => {};
  refuseOneTooMany(ctx, family, name);
  startedJobs.add(entry);
  return () => startedJobs.delete(entry);
}

/** @throws NclueError where another new job would be one too many */
export function refuseOneTooMany(ctx: JobContext, family: Family, name: string): void {
  const { maxNewJobs } = ctx.clients().settings;
  const { startedJobs } = ctx.update;
  if (maxNewJobs === null || startedJobs.size < maxNewJobs) return;
  const started = startedJobs.size === 0 ? "none" : [...startedJobs].join(", ");
  throw new NclueError("too-many-new-jobs", {
    doing: `creating ${entryOf(family, name)}`,
    cause: `this update may start at most ${maxNewJobs} new jobs (started: ${started})`,
    remedy: "check the preview, then raise nclue:maxNewJobs (NCLUE_MAX_NEW_JOBS)",
  });
}

function entryOf({ noun }: Family, name: string): string {
  return `${noun} ${quoted(name)}`;
}
