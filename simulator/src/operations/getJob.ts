import { describeJob } from "../describeJob";
import type { Job } from "../job";
import { nclueError } from "../serviceError";
import type { Call, Operation } from "./call";

/** GET /{family}/{id} */
export const getJob: Operation = (call) => {
  const job = findOwnJob(call);
  if (!job || !isReadable(job, call)) {
    throw nclueError.unknownId(call.service.switches.read());
  }
  return describeJob(job, call.service, call.nowMs);
};

/** The job of this account and family with the id in the path, even if deleted but still showing. */
export function findOwnJob({ service, id, family, account }: Call): Job | undefined {
  const job = service.store.find(id);
  return job?.family === family && job.account === account ? job : undefined;
}

function isReadable(job: Job, { service, nowMs }: Call): boolean {
  const { createdReadableAfterMs, deletedReadableForMs } = service.switches.read();
  return (
    nowMs >= job.createdAtMs + createdReadableAfterMs &&
    (job.deletedAtMs === undefined || nowMs < job.deletedAtMs + deletedReadableForMs)
  );
}
