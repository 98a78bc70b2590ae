import { type Family, idOutput } from "../domain/family";
import type { FieldValue } from "../domain/field";
import type { Job } from "../domain/job";
import { NO_RESULT, type ResultObject } from "../domain/outputs";
import { parseServiceTime } from "../domain/serviceTime";
import { isTerminal } from "../domain/status";
import { usualDuration } from "../domain/usualDuration";
import { humanDuration, humanRange } from "../kernel/text";
import type { Clients } from "../lifecycle/jobContext";

/** A job, and the family that it belongs to. */
export interface FoundJob {
  readonly family: Family;
  readonly job: Job;
}

/** A job with what the others say about it. All times in milliseconds. */
export interface JobFacts extends FoundJob {
  /** Since its creation, by the local clock. */
  readonly ageMs: number | null;
  /** From its creation to its end; `null` before that. */
  readonly tookMs: number | null;
  /** How long completed jobs like it take; `null` where there are fewer than three. */
  readonly usualMs: { readonly from: number; readonly to: number } | null;
}

/** The facts of jobs, with estimates from all jobs that are known without a request. */
export function factsFrom(jobs: Clients["jobs"], nowMs: number): (found: FoundJob) => JobFacts {
  const known = new Map<string, JobFacts["usualMs"]>();
  const usual = (family: Family, value: FieldValue) => {
    const key = JSON.stringify([family.name, value]);
    const before = known.get(key);
    if (before !== undefined) return before;
    const found = usualDuration(family, jobs[family.name].seen(), value);
    const range = found === undefined ? null : { from: found.fromMs, to: found.toMs };
    known.set(key, range);
    return range;
  };
  return ({ family, job }) => {
    const [start, end] = [parseServiceTime(job.createdAt), parseServiceTime(job.completedAt)];
    const hasEnded = isTerminal(job.status) && start !== undefined && end !== undefined;
    const alike = family.alike === undefined ? null : (job.fields[family.alike] ?? null);
    return {
      family,
      job,
      ageMs: start === undefined ? null : Math.max(0, nowMs - start),
      tookMs: hasEnded ? Math.max(0, end - start) : null,
      usualMs: alike === null ? null : usual(family, alike),
    };
  };
}

/** What `--json` says of a job: everything, under the names of the outputs. */
export function jsonOf(
  { family, job, ageMs, tookMs, usualMs }: JobFacts,
  result: ResultObject = NO_RESULT,
): Readonly<Record<string, unknown>> {
  const { name, status, createdAt, completedAt, failMessage } = job;
  return {
    [idOutput(family)]: job.id,
    name,
    ...job.fields,
    ...job.measures,
    status,
    createdAt,
    completedAt,
    failMessage,
    ...(family.result === undefined ? {} : result),
    ageMs,
    tookMs,
    usualMs,
  };
}

/** `took 13m 2s`, `usually 12–15m`, or nothing that could be said. */
export function describeLength({ job, tookMs, usualMs }: JobFacts): string {
  if (tookMs !== null) return `took ${humanDuration(tookMs)}`;
  if (isTerminal(job.status) || usualMs === null) return "";
  return `usually ${humanRange(usualMs.from, usualMs.to)}`;
}

const DAY_MS = 24 * 3_600_000;

/** `3m 12s`, `5h 2m`, `12d`. */
export function describeAge(ageMs: number | null): string {
  if (ageMs === null) return "";
  return ageMs < 2 * DAY_MS ? humanDuration(ageMs) : `${Math.floor(ageMs / DAY_MS)}d`;
}
