import { families } from "../families";
import { type Job, statusOf } from "../job";
import { retireName } from "../requestChecks";
import type { Service } from "../service";
import { nclueError } from "../serviceError";
import type { Call, Operation } from "./call";
import { findOwnJob } from "./getJob";

/** DELETE /{family}/{id}: allowed unless the job, or one made from it, is at work. */
export const deleteJob: Operation = async (call) => {
  const { service, nowMs } = call;
  const answer = { [families[call.family].idField]: call.id };
  const switches = service.switches.read();
  const job = findOwnJob(call);
  if (!job || job.deletedAtMs !== undefined) {
    if (switches.deleteUnknown === "success") return answer;
    throw nclueError.unknownId(switches);
  }

  const status = statusOf(job, nowMs);
  if (status === "pending" || status === "in_progress") {
    throw nclueError.deleteRefused(switches, status);
  }
  const dependent = findBlockingDependent(job, call);
  if (dependent) throw nclueError.deleteRefused(switches, `used by ${dependent.id}`);

  retireName(job, service);
  service.store.markDeleted(job, nowMs);
  if (switches.deleteRemovesResult) await removeResult(job, service);
  return answer;
};

function findBlockingDependent(job: Job, { service, nowMs }: Call): Job | undefined {
  const { registeredDependentBlocks } = service.switches.read();
  for (const other of service.store.unsettled()) {
    if (!other.parents.includes(job.id)) continue;
    const status = statusOf(other, nowMs);
    if (status === "pending" || status === "in_progress") return other;
    if (status === "registered" && registeredDependentBlocks) return other;
  }
  return undefined;
}

async function removeResult(job: Job, { resultStore }: Service): Promise<void> {
  const bucket = job.fields.result_bucket;
  if (!bucket || !resultStore) return;
  for (const key of job.resultKeys) await resultStore.deleteObject(bucket, key);
}
