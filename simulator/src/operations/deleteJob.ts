import { type Answer, emptyAnswer, jsonAnswer, textAnswer } from "../http/answer";
import { removeResult } from "../results/writeResult";
import { families } from "../service/families";
import { isDeleted, type Job } from "../service/job";
import { nclueError } from "../service/serviceError";
import { isAtWork, statusOf } from "../service/status";
import { removeJob } from "../service/takenNames";
import type { Switches } from "../switches/switchTable";
import type { Call, Operation } from "./call";
import { echoOfId } from "./echo";
import { findOwnJob } from "./getJob";

/** DELETE of one job: allowed unless the job, or one built on it, is at work. */
export const deleteJob: Operation = async (call) => {
  const { service, nowMs } = call;
  const switches = service.switches.read();
  const job = findOwnJob(call);
  if (!job || isDeleted(job)) {
    if (switches.deleteUnknown === "success") return deletedAnswer(call, switches);
    throw nclueError.unknownId(switches);
  }

  const status = statusOf(job, nowMs);
  if (isAtWork(status)) throw nclueError.deleteRefused(switches, status);
  const dependent = findBlockingDependent(job, call);
  if (dependent) throw nclueError.deleteRefused(switches, `used by ${dependent.id}`);

  removeJob(job, service);
  if (switches.deleteRemovesResult) await removeResult(job, service);
  return deletedAnswer(call, switches);
};

function findBlockingDependent(job: Job, { service, nowMs }: Call): Job | undefined {
  const { registeredDependentBlocks } = service.switches.read();
  for (const other of service.store.unsettled()) {
    if (!Object.values(other.parents).includes(job)) continue;
    const status = statusOf(other, nowMs);
    if (isAtWork(status) || (status === "registered" && registeredDependentBlocks)) return other;
  }
  return undefined;
}

function deletedAnswer({ family, id }: Call, switches: Switches): Answer {
  switch (switches.deleteAnswer) {
    case "id":
      return jsonAnswer({ [`${families[family].stem}_id`]: echoOfId(id, "job", switches) });
    case "emptyObject":
      return jsonAnswer({});
    case "empty":
      return emptyAnswer(200);
    case "noContent":
      return emptyAnswer(204);
    case "text":
      return textAnswer("OK");
    case "html":
      return textAnswer("<html><body>Deleted</body></html>", "text/html");
  }
}
