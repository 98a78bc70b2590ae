import { families } from "../service/families";
import type { Job } from "../service/job";
import { linesOf } from "../service/measures";
import type { Service } from "../service/service";
import { endOf } from "../service/status";
import { accessFailure } from "../storage/storageFailure";
import type { Switches } from "../switches/switchTable";
import { pathAsStored } from "./pathAsStored";
import { resultKey } from "./resultKey";
import { resultChunks } from "./resultText";

/** Writes what a job that has ended leaves in Object Storage; one that cannot be written fails it. */
export async function writeResult(job: Job, service: Service): Promise<void> {
  const { resultStore } = service;
  const target = resultTarget(job);
  if (!target || !resultStore) return;
  const end = endOf(job);
  const switches = service.switches.read();
  if (end.outcome === "failed" && !switches.failedRunLeavesResult) return;

  const text = resultBody(job, switches);
  try {
    for (const path of resultPaths(target.path, switches)) {
      const key = resultKey(path, end.atMs, switches);
      await resultStore.putObject(target.bucket, key, text);
      job.resultKeys = [...job.resultKeys, key];
    }
  } catch (error) {
    // A job that already shows `completed` cannot take it back; its object is just never there.
    if (end.outcome === "failed" || switches.resultDelayMs > 0) return;
    const failMessage = accessFailure(error) ?? "OBS_UPLOAD_FAILED";
    job.forcedEnd = { atMs: end.atMs, outcome: "failed", failMessage };
  }
}

/** Deletes the objects of a job from its bucket. */
export async function removeResult(job: Job, { resultStore }: Service): Promise<void> {
  const target = resultTarget(job);
  if (!target || !resultStore) return;
  for (const key of job.resultKeys) await resultStore.deleteObject(target.bucket, key);
}

export function resultTarget(job: Job): { bucket: string; path: string } | undefined {
  const { result } = families[job.family];
  const bucket = result && job.fields[result.bucket];
  const path = result && job.fields[result.path];
  return bucket && path ? { bucket, path } : undefined;
}

/** The names of the figures in each line. */
export function resultColumns(job: Job): readonly string[] {
  const { columnsFrom } = families[job.family];
  const names = columnsFrom && job.fields[columnsFrom];
  return names?.split(",") ?? ["score"];
}

function resultBody(job: Job, switches: Switches): string {
  if (switches.results === "empty") return "";
  const chunks = resultChunks(linesOf(job), resultColumns(job), switches.resultHeaderLine);
  return [...chunks].join("");
}

/** The path of each object to write. */
function resultPaths(asked: string, switches: Switches): readonly string[] {
  const path = pathAsStored(asked, switches);
  switch (switches.results) {
    case "one":
    case "empty":
      return [path];
    case "none":
      return [];
    case "several":
      return [path, path, path];
    case "elsewhere":
      return [`elsewhere/${path}`];
  }
}
