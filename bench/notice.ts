import type { JobView, LoggedRequest } from "../simulator/src";
import { SPEED } from "./scale";

/** The middle and the largest of many values. */
export interface Spread {
  readonly median: number;
  readonly worst: number;
}

const PAGE_LENGTH = 100;

/**
 * How long after its completion each run was first seen completed, in seconds of the service. A look
 * at one run tells of that run; a page of the list, newest first, of the hundred from its index on.
 */
export function noticeSeconds(
  requests: readonly LoggedRequest[],
  jobs: readonly JobView[],
  toRealTime: (serviceMs: number) => number,
  speed = SPEED,
): Spread | undefined {
  const ends = jobs.map((job) => ({ id: job.id, endMs: toRealTime(job.endsAtMs ?? Infinity) }));
  const created = jobs.map((job) => toRealTime(job.createdAtMs));
  const open = new Map(ends.map(({ id, endMs }) => [id, endMs]));
  const delays: number[] = [];
  const see = (id: string, atMs: number) => {
    const endMs = open.get(id);
    if (endMs === undefined || atMs < endMs) return;
    open.delete(id);
    delays.push(((atMs - endMs) / 1000) * speed);
  };
  const looks = requests.filter(({ method, status }) => method === "GET" && status === 200);
  for (const { path, query, atMs } of [...looks].sort((a, b) => a.atMs - b.atMs)) {
    const id = path.match(/^\/task-runs\/(.+)$/)?.[1];
    if (id !== undefined) see(id, atMs);
    if (path !== "/task-runs") continue;
    const index = Number(new URLSearchParams(query).get("index"));
    const made = created.filter((createdMs) => createdMs <= atMs).length;
    const newestFirst = ends.slice(0, made).reverse();
    for (const run of newestFirst.slice(index, index + PAGE_LENGTH)) see(run.id, atMs);
  }
  return spreadOf(delays);
}

export function spreadOf(values: readonly number[]): Spread | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const [median, worst] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  return median === undefined || worst === undefined ? undefined : { median, worst };
}
