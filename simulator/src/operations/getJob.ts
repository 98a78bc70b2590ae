import { jsonAnswer } from "../http/answer";
import type { Job } from "../service/job";
import { nclueError } from "../service/serviceError";
import type { Call, Operation } from "./call";
import { describeJob } from "./describeJob";

/** GET of one job. */
export const getJob: Operation = (call) =>
  jsonAnswer(describeJob(readableJob(call), call.service, call.nowMs));

/** The job that the path names, if it shows at this moment. */
export function readableJob(call: Call): Job {
  const job = findOwnJob(call);
  if (!job || !isReadable(job, call)) throw nclueError.unknownId(call.service.switches.read());
  return job;
}

/** The job of this account and family with the id in the path, even if deleted but still showing. */
export function findOwnJob({ service, id, family, account }: Call): Job | undefined {
  const job = service.store.find(id);
  if (job?.family !== family || job.account !== account) return undefined;
  return job.id === id || service.switches.read().echoedIds !== "asGiven" ? job : undefined;
}

function isReadable(job: Job, { service, nowMs }: Call): boolean {
  const { createdReadableAfterMs, deletedReadableForMs } = service.switches.read();
  const hiddenMs = Math.max(createdReadableAfterMs, job.plan.hiddenMs ?? 0);
  return (
    nowMs >= job.createdAtMs + hiddenMs &&
    (job.deletedAtMs === undefined || nowMs < job.deletedAtMs + deletedReadableForMs)
  );
}
