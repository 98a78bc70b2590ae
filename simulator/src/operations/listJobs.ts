import { describeJob } from "../describeJob";
import { families } from "../families";
import type { Job } from "../job";
import { nclueError } from "../serviceError";
import type { Call, Operation } from "./call";

const defaultLimit = 20;
const largestLimit = 100;

/** GET /{family}?index=&limit= */
export const listJobs: Operation = (call) => {
  const switches = call.service.switches.read();
  const limit = readLimit(call);
  const index = readIndex(call);
  const jobs = inOrder(
    call.service.store.list(call.account, call.family).filter((job) => isListed(job, call)),
    switches.listOrder,
  );
  const start = switches.indexMeaning === "page" ? index * limit : index;
  if (start > 0 && start >= jobs.length && switches.indexPastEnd === "refuse") {
    throw nclueError.parameter(switches, "index");
  }
  const page = jobs.slice(start, start + limit);
  return {
    index,
    limit,
    total: switches.totalMeaning === "all" ? jobs.length : page.length,
    [families[call.family].listField]: page.map((job) =>
      describeJob(job, call.service, call.nowMs),
    ),
  };
};

function readLimit(call: Call): number {
  const text = call.query.get("limit");
  if (text === null) return defaultLimit;
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= largestLimit) return limit;
  const switches = call.service.switches.read();
  switch (switches.limitOutOfRange) {
    case "refuse":
      throw nclueError.parameter(switches, "limit");
    case "clamp":
      return Math.min(Math.max(Math.trunc(limit) || 1, 1), largestLimit);
    case "default":
      return defaultLimit;
  }
}

function readIndex(call: Call): number {
  const text = call.query.get("index") ?? "0";
  const index = Number(text);
  if (text.trim() !== "" && Number.isInteger(index) && index >= 0) return index;
  throw nclueError.parameter(call.service.switches.read(), "index");
}

function isListed(job: Job, { service, nowMs }: Call): boolean {
  const { createdListedAfterMs, deletedListedForMs } = service.switches.read();
  return (
    nowMs >= job.createdAtMs + createdListedAfterMs &&
    (job.deletedAtMs === undefined || nowMs < job.deletedAtMs + deletedListedForMs)
  );
}

function inOrder(jobs: Job[], order: "newest" | "oldest" | "byId" | "random"): Job[] {
  switch (order) {
    case "oldest":
      return jobs;
    case "newest":
      return jobs.reverse();
    case "byId":
      return jobs.sort((a, b) => (a.id < b.id ? -1 : 1));
    case "random":
      return jobs
        .map((job) => ({ job, place: Math.random() }))
        .sort((a, b) => a.place - b.place)
        .map(({ job }) => job);
  }
}
