import { families } from "../service/families";
import { isDeleted, type Job } from "../service/job";
import { measureOf } from "../service/measures";
import type { Service } from "../service/service";
import { endOf, statusOf } from "../service/status";
import type { Switches } from "../switches/switchTable";
import type { JsonObject } from "./call";
import { echoOf, echoOfId, withoutOmitted } from "./echo";
import { timestamp } from "./timestamp";
import { parentNameField } from "./withParentNames";

/** The answer to POST, which has neither status nor anything known at the end only. */
export function describeNewJob(job: Job, service: Service): JsonObject {
  const switches = service.switches.read();
  const described = {
    ...idAndName(job, switches),
    ...echoOf(job, switches),
    created_at: timestamp(job.createdAtMs, switches.timestampForm),
  };
  return withoutOmitted(withoutValues(described, switches), switches);
}

/** The answer to GET, and an item of a list. */
export function describeJob(job: Job, service: Service, nowMs: number): JsonObject {
  const switches = service.switches.read();
  // A job that is deleted but still shows stands still at its last moment.
  const seenAtMs = Math.min(nowMs, job.deletedAtMs ?? nowMs);
  const status = statusOf(job, seenAtMs, switches.statusMayGoBackwards);
  const isCompleted = status === "completed";
  const end = endOf(job);

  const described: JsonObject = {
    ...idAndName(job, switches),
    status: isCompleted ? switches.statusWord : status,
    ...echoOf(job, switches),
    ...namesOfDeletedParents(job, switches),
    created_at: timestamp(job.createdAtMs, switches.timestampForm),
    completed_at: isCompleted ? timestamp(end.atMs, switches.timestampForm) : null,
    ...measures(job, isCompleted),
    ...(isCompleted && finalKey(job, switches)),
    fail_message: status === "failed" ? failMessage(job, end.failMessage, switches) : null,
  };
  const answer = withoutValues(described, switches);
  // The one lack of a value that is documented: null on success.
  if (isCompleted) answer.fail_message = null;
  return withoutOmitted(answer, switches);
}

function idAndName(job: Job, switches: Switches): JsonObject {
  const { stem } = families[job.family];
  return { [`${stem}_id`]: echoOfId(job.id, "job", switches), [`${stem}_name`]: job.name };
}

function namesOfDeletedParents({ parents }: Job, switches: Switches): JsonObject {
  if (switches.deletedParentNames === "kept") return {};
  const deleted = Object.entries(parents).filter(([, parent]) => isDeleted(parent));
  return Object.fromEntries(deleted.map(([field]) => [parentNameField(field), null]));
}

function measures(job: Job, isCompleted: boolean): JsonObject {
  const shown: JsonObject = {};
  for (const [field, measure] of Object.entries(families[job.family].measures)) {
    shown[field] = isCompleted ? measureOf(job, measure) : null;
  }
  return shown;
}

function finalKey(job: Job, { resultFilePathInGet }: Switches): JsonObject {
  const { result } = families[job.family];
  const [key] = job.resultKeys;
  return result && key && resultFilePathInGet === "finalKey" ? { [result.path]: key } : {};
}

function failMessage(job: Job, message: string | null, { requestRepeatedIn }: Switches) {
  const isRepeated = requestRepeatedIn === "failMessages" || requestRepeatedIn === "both";
  if (!isRepeated) return message;
  const values = [job.name, ...Object.values(job.fields)].filter((value) => value !== null);
  return `${message}: ${values.join(", ")}`;
}

function withoutValues(described: JsonObject, { noValue }: Switches): JsonObject {
  if (noValue === "null") return described;
  const entries = Object.entries(described);
  return Object.fromEntries(
    noValue === "absent"
      ? entries.filter(([, value]) => value !== null)
      : entries.map(([key, value]) => [key, value === null ? "" : value]),
  );
}
