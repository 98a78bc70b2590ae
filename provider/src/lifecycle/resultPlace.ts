import type { Family } from "../domain/family";
import type { Job } from "../domain/job";
import { formsOf, isOddPath, normalPath } from "../domain/paths";
import { isResultKey, resultKeyMatches } from "../domain/resultKey";
import { parseExactTime } from "../domain/serviceTime";
import type { ResultPlace } from "../storage/resultCandidates";
import type { JobContext } from "./jobContext";

/** The object must be there an hour after the job's end at the latest. */
const LATEST_AFTER_COMPLETION_MS = 60 * 60_000;
/** A date that is so far ahead of the service's clock was misread. */
const AHEAD_MS = 24 * 60 * 60_000;

export type Searching = Pick<JobContext, "clock" | "cancelled" | "clients"> & {
  /** Left out where there is no state. */
  readonly update?: Pick<JobContext["update"], "resultKeys">;
};

/** A job whose result is searched for, and where. */
export interface ResultQuestion {
  readonly family: Family;
  readonly job: Job;
  readonly bucket: string | undefined;
  readonly path: string | undefined;
  /** Keys below a secret path are not shown. */
  readonly isSecret: boolean;
}

/** Where a result is searched for. */
export type Sought =
  /** The service names its key. */
  | { readonly kind: "named"; readonly bucket: string; readonly keys: readonly string[] }
  | { readonly kind: "place"; readonly place: ResultPlace }
  /** When it was written is not known. */
  | { readonly kind: "undated"; readonly text: string };

/** What the question tells of the place where a result is, as far as it is told. */
export function whereIs(
  ctx: Searching,
  question: ResultQuestion,
  bucket: string,
  path: string,
): Sought {
  const key = namedKey(question, path);
  if (key !== undefined) return { kind: "named", bucket, keys: formsOf(key) };
  const { job } = question;
  const nowMs = ctx.clients().transport.serviceNowMs();
  const fromMs = parseExactTime(job.createdAt);
  if (fromMs === undefined || fromMs > nowMs + AHEAD_MS) {
    const date = job.createdAt === null ? "no date" : `the date "${job.createdAt}"`;
    const text = `the service gives ${date} for its creation, so which object it wrote is not clear, and none is taken`;
    return { kind: "undated", text };
  }
  const untilMs = endOf(job, fromMs, nowMs) + LATEST_AFTER_COMPLETION_MS;
  const told = toldPath(question);
  const paths = new Set([...formsOf(path), ...formsOf(told ?? path)]);
  return { kind: "place", place: { bucket, paths: [...paths], fromMs, untilMs } };
}

/** Whether the service has certainly taken the path as it was asked for. */
export function isPathCertain(question: ResultQuestion, path: string): boolean {
  const told = toldPath(question) ?? path;
  const isSame = normalPath(told) === normalPath(path) || namedKey(question, path) !== undefined;
  return isSame && !isOddPath(path);
}

/** The path that the service gives back of the job. */
export function toldPath({ family, job }: ResultQuestion): string | undefined {
  const told = job.fields[family.result?.path ?? ""];
  return typeof told === "string" ? told : undefined;
}

/** The key of the job's result, where the service gives that back instead of the path. */
function namedKey(question: ResultQuestion, path: string): string | undefined {
  const told = toldPath(question);
  if (told === undefined || told === path || !isResultKey(told)) return undefined;
  const keys = formsOf(told);
  const isIts = formsOf(path).some((form) => keys.some((key) => resultKeyMatches(key, form)));
  return isIts ? told : undefined;
}

/** Where the service gives no end that can be, the job has ended by now. */
function endOf({ completedAt }: Job, fromMs: number, nowMs: number): number {
  const endMs = parseExactTime(completedAt);
  const isPossible = endMs !== undefined && endMs > fromMs - 1000 && endMs <= nowMs + AHEAD_MS;
  return isPossible ? endMs : nowMs;
}
