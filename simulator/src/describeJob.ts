import { families } from "./families";
import { endOf, type Job, statusOf } from "./job";
import { koreanTime } from "./koreanTime";
import type { Service } from "./service";
import type { Switches } from "./switches";

export type JsonObject = Record<string, unknown>;

/** The answer to POST, which has neither status nor anything known at the end only. */
export function describeNewJob(job: Job, service: Service): JsonObject {
  const switches = service.switches.read();
  const { idField, nameField } = families[job.family];
  return withoutValues(
    {
      [idField]: job.id,
      [nameField]: job.name,
      ...job.fields,
      created_at: timestamp(job.createdAtMs, switches),
    },
    switches,
  );
}

/** The answer to GET, and an item of a list. */
export function describeJob(job: Job, service: Service, nowMs: number): JsonObject {
  const switches = service.switches.read();
  const { idField, nameField, measures } = families[job.family];
  // A job that is deleted but still shows stands still at its last moment.
  const seenAtMs = Math.min(nowMs, job.deletedAtMs ?? nowMs);
  const status = statusOf(job, seenAtMs, switches.statusMayGoBackwards);
  const end = endOf(job);
  const isCompleted = status === "completed";

  const described: JsonObject = {
    [idField]: job.id,
    [nameField]: job.name,
    status: isCompleted ? switches.statusWord : status,
    ...job.fields,
    ...parentNames(job, service),
    created_at: timestamp(job.createdAtMs, switches),
    completed_at: isCompleted ? timestamp(end.atMs, switches) : null,
  };
  for (const measure of measures) {
    described[measure] = isCompleted ? (job.measures[measure] ?? null) : null;
  }
  if (isCompleted && switches.resultFilePathInGet === "finalKey" && job.resultKeys[0]) {
    described.result_file_path = job.resultKeys[0];
  }
  const answer = withoutValues(
    { ...described, fail_message: status === "failed" ? end.failMessage : null },
    switches,
  );
  // The one lack of a value that is documented: null on success.
  return isCompleted ? { ...answer, fail_message: null } : answer;
}

function parentNames(job: Job, service: Service): JsonObject {
  if (service.switches.read().deletedParentNames === "kept") return {};
  const names: JsonObject = {};
  for (const [field, id] of Object.entries(job.fields)) {
    if (!field.endsWith("_id") || id === null) continue;
    const parent = service.store.find(id);
    if (!parent || parent.deletedAtMs !== undefined) names[field.replace(/_id$/, "_name")] = null;
  }
  return names;
}

function timestamp(atMs: number, { timestampForm }: Switches): string {
  const seconds = koreanTime(atMs).slice(0, 19);
  switch (timestampForm) {
    case "offset":
      return `${seconds}+09:00`;
    case "bare":
      return seconds;
    case "fraction":
      return `${seconds}.000+09:00`;
    case "utc":
      return `${new Date(atMs).toISOString().slice(0, 19)}Z`;
  }
}

function withoutValues(described: JsonObject, { noValue }: Switches): JsonObject {
  const entries = Object.entries(described);
  switch (noValue) {
    case "null":
      return described;
    case "absent":
      return Object.fromEntries(entries.filter(([, value]) => value !== null));
    case "empty":
      return Object.fromEntries(entries.map(([key, value]) => [key, value ?? ""]));
  }
}
