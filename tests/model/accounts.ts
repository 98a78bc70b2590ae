import fc from "fast-check";
import type { Switches } from "../../simulator/src";
import { switchTable } from "../../simulator/src/switches/switchTable";
import type { EtagForm } from "../support/memoryStore";

/** Accounts of the model: how the service may be, as far as no document says how it is. */

export interface Account {
  readonly switches: Partial<Switches>;
  readonly etagForm: EtagForm;
}

/** Switches of which any position may be drawn. */
const FREE = [
  "duplicateNames",
  "nameScope",
  "nameCase",
  "deletedNames",
  "failedNames",
  "listOrder",
  "indexMeaning",
  "totalMeaning",
  "indexPastEnd",
  "emptyList",
  "timestampForm",
  "noValue",
  "echoedIds",
  "leadingSlash",
  "doubledSlashes",
  "trailingSlashInAnswers",
  "keywordEcho",
  "statusWord",
  "statusMayGoBackwards",
  "resultFilePathInGet",
  "deletedParentNames",
  "deleteAnswer",
  "deleteUnknown",
  "errorShape",
  "errorCodeType",
  "requestRepeatedIn",
  "registeredDependentBlocks",
  "tasksAtOnce",
  "results",
  "keyRandom",
  "keyStamp",
  "failedRunLeavesResult",
  "deleteRemovesResult",
  "dateHeader",
] as const;

/** Switches that take numbers or texts, with some of them. */
const SOME: Partial<{ readonly [Name in keyof Switches]: readonly Switches[Name][] }> = {
  pageSizeCap: [1, 2, 3],
  firstPageCap: [1, 2],
  createdListedAfterMs: [5000],
  createdReadableAfterMs: [5000, 30_000],
  deletedListedForMs: [5000],
  deletedReadableForMs: [5000],
  parentReadyAfterMs: [3000],
  resultDelayMs: [3000],
  postStatus: [200, 201, 202],
  deleteRefusedStatus: [400, 403, 409, 422],
  parentNotReadyStatus: [400, 404, 409, 422],
  omittedFields: ["result_bucket,result_file_path", "source_file_path,train_file_path"],
};

const names = [...FREE, ...(Object.keys(SOME) as (keyof typeof SOME)[])];

const position = fc.constantFrom(...names).chain((name) => {
  const choices: readonly unknown[] = SOME[name] ?? switchTable[name].choices;
  return fc.constantFrom(...choices).map((value) => [name, value] as const);
});

export const accounts: fc.Arbitrary<Account> = fc.record({
  switches: fc.array(position, { maxLength: 6 }).map(Object.fromEntries),
  etagForm: fc.constantFrom<EtagForm>("quoted", "bare", "weak", "empty"),
});

/** So long the service may be late to show what was created or deleted. */
export function latenessOf({ switches }: Account): number {
  return Math.max(
    switches.createdListedAfterMs ?? 0,
    switches.createdReadableAfterMs ?? 0,
    switches.deletedListedForMs ?? 0,
    switches.deletedReadableForMs ?? 0,
  );
}
