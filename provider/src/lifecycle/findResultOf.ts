import type { Family } from "../domain/family";
import type { Job } from "../domain/job";
import { NO_RESULT, type ResultObject } from "../domain/outputs";
import { isCompleted } from "../domain/status";
import type { Clock } from "../kernel/ports";
import type { Clients } from "./jobContext";
import { type ResultSearch, searchResult } from "./resultSearch";

/** The result of a job that somebody asks about: where none is certain, nothing. Never an error. */
export async function findResultOf(
  clients: Clients,
  clock: Clock,
  family: Family,
  job: Job,
  cancelled?: AbortSignal,
): Promise<ResultObject> {
  if (!isCompleted(job.status)) return NO_RESULT;
  const search = await searchResultOf(clients, clock, family, job, cancelled);
  return search.kind === "found" ? search.result : NO_RESULT;
}

/** The search for the result of a completed job, with the words for what came of it. */
export function searchResultOf(
  clients: Clients,
  clock: Clock,
  family: Family,
  job: Job,
  cancelled: AbortSignal = new AbortController().signal,
): Promise<ResultSearch> {
  const { bucket = "", path = "" } = family.result ?? {};
  const question = {
    family,
    job,
    bucket: textOf(job.fields[bucket]),
    path: textOf(job.fields[path]),
    isSecret: false,
  };
  return searchResult({ clock, cancelled, clients: () => clients }, question, "once");
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
