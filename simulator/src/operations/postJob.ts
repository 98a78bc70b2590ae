import { randomUUID } from "node:crypto";
import { jsonAnswer } from "../http/answer";
import { families, familyNames } from "../service/families";
import { isDeleted, type Job } from "../service/job";
import { nclueError } from "../service/serviceError";
import { endOf } from "../service/status";
import { isNameTaken } from "../service/takenNames";
import type { Call, Operation } from "./call";
import { checkResultBucket, checkSources } from "./checkStorage";
import { describeNewJob } from "./describeJob";
import { findParents } from "./findParents";
import { readFields, readName } from "./readFields";
import { withParentNames } from "./withParentNames";

/** POST on a collection. */
export const postJob: Operation = async (call) => {
  const { service, account, family } = call;
  const name = readName(call);
  const fields = readFields(call);
  // Storage is asked first: from here to the creation nothing else may happen in between.
  await checkResultBucket(call, fields);
  const findings = await checkSources(call, fields);

  if (isNameTaken(service, { account, family, name }, call.nowMs)) throw nclueError.duplicateName();
  const parents = findParents(call, fields);
  const ahead = findJobAhead(call);
  const foreseenFailure = hasRoom(call) ? findings.foreseenFailure : "DISK_SPACE_SHORTAGE";
  const job: Job = {
    family,
    id: randomUUID(),
    name,
    account,
    createdAtMs: call.nowMs,
    fields: withParentNames(family, fields, parents),
    parents,
    counts: findings.counts,
    ...(foreseenFailure !== undefined && { foreseenFailure }),
    ...(ahead && { behind: ahead }),
    plan: service.plans.next(),
    isQueued: true,
    resultKeys: [],
  };
  service.store.add(job);
  return jsonAnswer(describeNewJob(job, service), service.switches.read().postStatus);
};

/** Whether the service's own storage has room for one more job. */
function hasRoom({ service, account, family }: Call): boolean {
  const { storageFullAt } = service.switches.read();
  if (!families[family].isStored || storageFullAt === 0) return true;
  const stored = familyNames
    .filter((name) => families[name].isStored)
    .flatMap((name) => service.store.list(account, name))
    .filter((job) => !isDeleted(job) && endOf(job).outcome !== "failed");
  return stored.length < storageFullAt;
}

/** The last job that has to end before this one starts, where the service does one at a time. */
function findJobAhead({ service, account, family }: Call): Job | undefined {
  const { queueSwitch } = families[family];
  if (!queueSwitch || service.switches.read()[queueSwitch] === "many") return undefined;
  let ahead: Job | undefined;
  for (const job of service.store.unsettled()) {
    if (job.family === family && job.account === account && job.isQueued) ahead = job;
  }
  return ahead;
}
