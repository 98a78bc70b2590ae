import type { Family } from "../domain/family";
import type { Job } from "../domain/job";
import { NO_RESULT, type ResultObject } from "../domain/outputs";
import { isCompleted } from "../domain/status";
import type { Clock } from "../kernel/ports";
import type { Clients } from "./jobContext";
import { searchResult } from "./result";

/** The result of a job that somebody asks about: where none is certain, nothing. Never an error. */
export async function findResultOf(
  clients: Clients,
  clock: Clock,
  family: Family,
  job: Job,
  cancelled: AbortSignal = new AbortController().signal,
): Promise<ResultObject> {
  const { bucket = "", path = "" } = family.result ?? {};
  if (!isCompleted(job.status)) return NO_RESULT;
  const question = {
    family,
    job,
    bucket: textOf(job.fields[bucket]),
    path: textOf(job.fields[path]),
    isSecret: false,
  };
  const ctx = { clock, cancelled, clients: () => clients };
  const search = await searchResult(ctx, question, "once");
  return search.kind === "found" ? search.result : NO_RESULT;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
