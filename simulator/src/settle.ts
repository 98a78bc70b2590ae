import { endOf, type Job } from "./job";
import { resultKey, resultText } from "./resultObject";
import type { Service } from "./service";

/**
 * Deals with every job that has ended by `nowMs`: writes what it leaves in Object Storage. There are no
 * timers; each request and each control call settles first, so that an answer that shows `completed`
 * leaves only after the result is there.
 */
export async function settle(service: Service, nowMs: number): Promise<void> {
  const due = [...service.store.unsettled()].filter((job) => isDue(job, service, nowMs));
  await Promise.all(due.map((job) => settleOnce(job, service)));
  for (const job of [...service.store.deleted()]) {
    if (isOutOfSight(job, service, nowMs)) service.store.forget(job);
  }
}

function isDue(job: Job, service: Service, nowMs: number): boolean {
  const end = endOf(job);
  const delayMs =
    job.family === "task-runs" && end.outcome === "completed"
      ? service.switches.read().resultDelayMs
      : 0;
  return end.atMs + delayMs <= nowMs;
}

function settleOnce(job: Job, service: Service): Promise<void> {
  job.settling ??= writeResult(job, service).finally(() => {
    service.store.markSettled(job);
    delete job.settling;
  });
  return job.settling;
}

async function writeResult(job: Job, service: Service): Promise<void> {
  const { resultStore } = service;
  const { result_bucket: bucket, result_file_path: path } = job.fields;
  if (job.family !== "task-runs" || !resultStore || !bucket || !path) return;
  const end = endOf(job);
  const switches = service.switches.read();
  if (end.outcome === "failed" && !switches.failedRunLeavesResult) return;

  const objectCount = { one: 1, none: 0, several: 3, empty: 1 }[switches.results];
  const lineCount = switches.results === "empty" ? 0 : Number(job.measures.line_count ?? 0);
  const text = lineCount === 0 ? "" : resultText(lineCount, switches.resultHeaderLine);
  try {
    for (let n = 0; n < objectCount; n++) {
      const key = resultKey(path, end.atMs);
      await resultStore.putObject(bucket, key, text);
      job.resultKeys = [...job.resultKeys, key];
    }
  } catch (error) {
    // A run that already shows `completed` cannot take it back; its object is just never there.
    if (end.outcome === "failed" || switches.resultDelayMs > 0) return;
    job.forcedEnd = { atMs: end.atMs, outcome: "failed", failMessage: failMessageFor(error) };
  }
}

function failMessageFor(error: unknown): string {
  const code = error instanceof Error ? error.name : "";
  return ["NoSuchBucket", "AccessDenied"].includes(code)
    ? "OBS_USER_FILE_ACCESS_ERROR"
    : "OBS_UPLOAD_FAILED";
}

function isOutOfSight(job: Job, service: Service, nowMs: number): boolean {
  const { deletedListedForMs, deletedReadableForMs } = service.switches.read();
  const shownForMs = Math.max(deletedListedForMs, deletedReadableForMs);
  return job.deletedAtMs !== undefined && job.deletedAtMs + shownForMs <= nowMs;
}
