import { flag, oneOf, text, whole } from "./switchKinds";

export const answerSwitches = {
  /** `2026-04-01T09:00:00` with `+09:00`, bare, or in an odd form; numbers count from 1970; `zero` and `epoch` stand for no date. */
  timestampForm: oneOf(
    "offset",
    "bare",
    "fraction",
    "utc",
    "shortOffset",
    "basicOffset",
    "zone",
    "space",
    "seconds",
    "milliseconds",
    "date",
    "hour",
    "zero",
    "epoch",
    "unreadable",
    "absent",
  ),
  /** What a field holds that has no value yet: null, the key is missing, or an empty string. */
  noValue: oneOf("null", "absent", "empty"),
  /** Fields that answers about jobs leave out, separated by commas, such as `result_bucket,task_id`. */
  omittedFields: text(""),
  /** Ids in answers: as given out, all in capitals, or those of parents; requests may then use any case. */
  echoedIds: oneOf("asGiven", "upperCase", "upperCaseParents"),
  /** The leading slash of a path, in answers and in result keys. */
  leadingSlash: oneOf("kept", "stripped"),
  /** Doubled slashes in a path, in answers and in result keys. */
  doubledSlashes: oneOf("kept", "collapsed"),
  /** The trailing slash of a path, in answers only. */
  trailingSlashInAnswers: oneOf("kept", "dropped"),
  /** How answers spell a set of keywords. */
  keywordEcho: oneOf("commas", "commasAndSpaces", "sorted", "lineBreaks"),
  /** The word for success; the create page alone prints `complete`. */
  statusWord: oneOf("completed", "complete"),
  /** Whether the middle third of `in_progress` shows `pending` again. */
  statusMayGoBackwards: flag(false),
  /** The path of a completed job's result: as sent, or the key that the service gave. */
  resultFilePathInGet: oneOf("prefix", "finalKey"),
  /** The name of a parent once that is deleted. */
  deletedParentNames: oneOf("kept", "noValue"),
  /** HTTP status of a POST that took effect. */
  postStatus: whole(200),
  /** What a DELETE that took effect is answered with. */
  deleteAnswer: oneOf("id", "emptyObject", "empty", "noContent", "text", "html"),
  /** Whether a download announces its length. */
  downloadLength: oneOf("chunked", "announced"),
};
