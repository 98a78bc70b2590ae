import type { Family } from "../../domain/family";
import type { FieldValue } from "../../domain/field";
import { fieldsFrom, type Job } from "../../domain/job";
import { decodeCount, decodeText } from "../../domain/measure";
import { normalizeStatus } from "../../domain/status";

/**
 * The shapes of requests and answers. With the families' data, this is the only file that knows how
 * the service spells things, and that requests say `name` where answers say `run_name`.
 *
 * @see https://api.ncloud-docs.com/docs/nclue-api-overview
 */

/** One answer of a list. */
export interface RawPage {
  readonly jobs: readonly Job[];
  /** Entries of the answer, those that could not be read included. */
  readonly length: number;
  /** All jobs of the account or those of this answer: the documentation has said both. */
  readonly total: number | null;
}

/** Fields that are not given are left out of the request. */
export function encodeRequest(
  family: Family,
  name: string,
  fields: Readonly<Record<string, FieldValue>>,
): object {
  const sent: Record<string, unknown> = { name };
  for (const [argument, field] of Object.entries(family.fields)) {
    const value = fields[argument];
    if (value !== undefined) sent[field.wire] = field.encode(value);
  }
  return sent;
}

export function decodeJob(family: Family, json: unknown): Job | undefined {
  const answer = asRecord(json);
  const id = decodeText(answer?.[`${family.stem}_id`]);
  if (answer === undefined || id === null) return undefined;
  const status = decodeText(answer.status);
  return {
    id,
    name: decodeText(answer[`${family.stem}_name`]),
    status: status === null ? null : normalizeStatus(status),
    createdAt: decodeText(answer.created_at),
    completedAt: decodeText(answer.completed_at),
    failMessage: decodeText(answer.fail_message),
    fields: fieldsFrom(family, (_, field) => field.decode(answer[field.wire])),
    measures: Object.fromEntries(
      Object.entries(family.measures).map(([name, { wire, decode }]) => [
        name,
        decode(answer[wire]),
      ]),
    ),
  };
}

/** @param index what was asked for: after the first page there may be nothing, whatever the total is. */
export function decodePage(family: Family, json: unknown, index = 0): RawPage | undefined {
  const answer = asRecord(json);
  if (answer === undefined) return undefined;
  const total = decodeCount(answer.total);
  const entries = answer[family.list] ?? null;
  // Services leave an empty array out, or write null for it.
  if (entries === null && isEmptyPage(answer, index)) return { jobs: [], length: 0, total };
  if (!Array.isArray(entries)) return undefined;
  const jobs = entries.map((entry) => decodeJob(family, entry)).filter((job) => job !== undefined);
  return { jobs, length: entries.length, total };
}

/** A page without its array, beside what makes it a page of the list. */
function isEmptyPage(answer: Record<string, unknown>, index: number): boolean {
  const [total, ...others] = [answer.total, answer.index, answer.limit].map(decodeCount);
  if (total !== null) return index > 0 || total === 0;
  const isTotalLeftOut = (answer.total ?? null) === null;
  return others.some((count) => count !== null) && (index > 0 || isTotalLeftOut);
}

function asRecord(json: unknown): Record<string, unknown> | undefined {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return undefined;
  return json as Record<string, unknown>;
}
