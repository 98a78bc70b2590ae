import { normalizeStatus } from "../domain/status";

/**
 * The service's shapes. This is the only file that knows how the API spells things, and that
 * requests say `name` where answers say `run_name`.
 *
 * @see https://api.ncloud-docs.com/docs/nclue-posttaskrun
 * @see https://api.ncloud-docs.com/docs/nclue-gettaskrun
 */

/** A task run as the service tells it; `null` where it tells nothing. */
export interface RunRecord {
  readonly runId: string;
  readonly name: string | null;
  readonly taskId: string | null;
  readonly taskName: string | null;
  readonly featureId: string | null;
  readonly featureName: string | null;
  /** `null` in the answer to POST, which has none. */
  readonly status: string | null;
  readonly createdAt: string | null;
  readonly completedAt: string | null;
  readonly lineCount: number | null;
  readonly failMessage: string | null;
  readonly resultBucket: string | null;
  readonly resultFilePath: string | null;
}

/** What a POST sends. Fields that are not given are left out of the request. */
export interface RunRequest {
  readonly name: string;
  readonly taskId: string;
  readonly featureId: string;
  readonly resultBucket?: string | undefined;
  readonly resultFilePath?: string | undefined;
}

export interface RunPage {
  readonly runs: readonly RunRecord[];
  /** Entries of the answer, those that could not be read included. */
  readonly length: number;
  /** All runs of the account or those of this answer: the documentation has said both. */
  readonly total: number | null;
}

/** A task or a feature: enough to know that it exists and can be used. */
export interface PartRecord {
  readonly id: string;
  readonly name: string | null;
  readonly status: string | null;
}

export function encodeRunRequest(request: RunRequest): object {
  return {
    name: request.name,
    task_id: request.taskId,
    feature_id: request.featureId,
    ...(request.resultBucket === undefined ? {} : { result_bucket: request.resultBucket }),
    ...(request.resultFilePath === undefined ? {} : { result_file_path: request.resultFilePath }),
  };
}

export function decodeRun(json: unknown): RunRecord | undefined {
  const fields = asRecord(json);
  const runId = text(fields?.run_id);
  if (fields === undefined || runId === null) return undefined;
  const status = text(fields.status);
  return {
    runId,
    name: text(fields.run_name),
    taskId: text(fields.task_id),
    taskName: text(fields.task_name),
    featureId: text(fields.feature_id),
    featureName: text(fields.feature_name),
    status: status === null ? null : normalizeStatus(status),
    createdAt: text(fields.created_at),
    completedAt: text(fields.completed_at),
    lineCount: count(fields.line_count),
    failMessage: text(fields.fail_message),
    resultBucket: text(fields.result_bucket),
    resultFilePath: text(fields.result_file_path),
  };
}

export function decodeRunPage(json: unknown): RunPage | undefined {
  const fields = asRecord(json);
  const entries = fields?.runs;
  if (fields === undefined || !Array.isArray(entries)) return undefined;
  const runs = entries.map(decodeRun).filter((run) => run !== undefined);
  return { runs, length: entries.length, total: count(fields.total) };
}

export function decodePart(json: unknown, family: "task" | "feature"): PartRecord | undefined {
  const fields = asRecord(json);
  const id = text(fields?.[`${family}_id`]);
  if (fields === undefined || id === null) return undefined;
  const status = text(fields.status);
  return {
    id,
    name: text(fields[`${family}_name`]),
    status: status === null ? null : normalizeStatus(status),
  };
}

function asRecord(json: unknown): Record<string, unknown> | undefined {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return undefined;
  return json as Record<string, unknown>;
}

/** Absent, `null` and empty mean the same: nothing yet. */
function text(value: unknown): string | null {
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  return typeof value === "string" && value !== "" ? value : null;
}

function count(value: unknown): number | null {
  const number = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) && number >= 0 ? number : null;
}
