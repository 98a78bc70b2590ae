import { resultTarget, writeResult } from "../results/writeResult";
import type { Job } from "./job";
import type { Service } from "./service";
import { endOf } from "./status";

/**
 * Deals with every job that has ended by `nowMs`: writes what it leaves in Object Storage. There are no
 * timers; each request and each control call settles first, so that an answer that shows `completed`
 * leaves only after the result is there.
 */
export async function settle(service: Service, nowMs: number): Promise<void> {
  const due = [...service.store.unsettled()].filter((job) => isDue(job, service, nowMs));
  if (due.length > 0) await Promise.all(due.map((job) => settleOnce(job, service)));
  for (const job of [...service.store.deleted()]) {
    if (isOutOfSight(job, service, nowMs)) service.store.forget(job);
  }
}

function isDue(job: Job, service: Service, nowMs: number): boolean {
  const end = endOf(job);
  const isWritten = end.outcome === "completed" && resultTarget(job) !== undefined;
  return end.atMs + (isWritten ? service.switches.read().resultDelayMs : 0) <= nowMs;
}

function settleOnce(job: Job, service: Service): Promise<void> {
  job.settling ??= writeResult(job, service).finally(() => {
    service.store.markSettled(job);
    delete job.settling;
    // Its end is certain now, so that a long queue need not be followed to its beginning.
    if (job.behind) job.forcedEnd ??= endOf(job);
    delete job.behind;
  });
  return job.settling;
}

function isOutOfSight(job: Job, service: Service, nowMs: number): boolean {
  const { deletedListedForMs, deletedReadableForMs } = service.switches.read();
  const shownForMs = Math.max(deletedListedForMs, deletedReadableForMs);
  return job.deletedAtMs !== undefined && job.deletedAtMs + shownForMs <= nowMs;
}
