import { jsonAnswer } from "../http/answer";
import { families } from "../service/families";
import type { Job } from "../service/job";
import { nclueError } from "../service/serviceError";
import type { Switches } from "../switches/switchTable";
import type { Call, JsonObject, Operation } from "./call";
import { describeJob } from "./describeJob";

const defaultLimit = 20;
const largestLimit = 100;

/** GET of a collection, with `index` and `limit`. */
export const listJobs: Operation = (call) => {
  const { service, account, family, nowMs } = call;
  const switches = service.switches.read();
  const limit = readLimit(call);
  const index = readIndex(call);
  const listed = service.store.list(account, family).filter((job) => isListed(job, call));
  const jobs = inOrder(listed, switches.listOrder);
  const { start, size } = pageAt(index, limit, switches);
  if (start > 0 && start >= jobs.length && switches.indexPastEnd === "refuse") {
    throw nclueError.parameter(switches, "index");
  }
  const page = jobs.slice(start, start + size);
  return jsonAnswer({
    index,
    limit,
    ...total(jobs.length, page.length, switches),
    ...listField(
      families[family].list,
      page.map((job) => describeJob(job, service, nowMs)),
      switches,
    ),
  });
};

/** Where a page begins and how much it holds, which may be less than was asked for. */
function pageAt(index: number, limit: number, switches: Switches): { start: number; size: number } {
  const size = Math.min(limit, switches.pageSizeCap);
  const firstSize = Math.min(size, switches.firstPageCap);
  if (index === 0) return { start: 0, size: firstSize };
  const start = switches.indexMeaning === "page" ? firstSize + (index - 1) * size : index;
  return { start, size };
}

function total(all: number, returned: number, { totalMeaning }: Switches): { total?: number } {
  if (totalMeaning === "absent") return {};
  return { total: totalMeaning === "all" ? all : returned };
}

function listField(name: string, items: readonly JsonObject[], { emptyList }: Switches) {
  if (items.length > 0 || emptyList === "array") return { [name]: items };
  return emptyList === "null" ? { [name]: null } : {};
}

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
  const hiddenMs = Math.max(createdListedAfterMs, job.plan.hiddenMs ?? 0);
  return (
    nowMs >= job.createdAtMs + hiddenMs &&
    (job.deletedAtMs === undefined || nowMs < job.deletedAtMs + deletedListedForMs)
  );
}

function inOrder(jobs: Job[], order: Switches["listOrder"]): Job[] {
  switch (order) {
    case "oldest":
      return jobs;
    case "newest":
      return jobs.reverse();
    case "byId":
      return jobs.sort((a, b) => (a.id < b.id ? -1 : 1));
    case "random":
      return jobs
        .map((job) => ({ job, rank: Math.random() }))
        .sort((a, b) => a.rank - b.rank)
        .map(({ job }) => job);
  }
}
