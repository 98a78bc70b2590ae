import { flag, number, oneOf } from "./switchKinds";

export const effectSwitches = {
  /** How long a list leaves out a new job. */
  createdListedAfterMs: number(0),
  /** How long GET does not know a new job. */
  createdReadableAfterMs: number(0),
  /** How long a list still shows a deleted job. */
  deletedListedForMs: number(0),
  /** How long GET still shows a deleted job. */
  deletedReadableForMs: number(0),
  /** Whether a job that has not begun keeps its parents from being deleted. */
  registeredDependentBlocks: flag(true),
};

export const resultSwitches = {
  /** How many objects a completed job writes; `empty` is one of no bytes, `elsewhere` one of another path. */
  results: oneOf("one", "none", "several", "empty", "elsewhere"),
  /** The random part of a result's key. */
  keyRandom: oneOf("hex", "uuid", "digits"),
  /** How exact the time in a result's key is. */
  keyStamp: oneOf("hour", "day", "minute", "second"),
  /** The time zone of that time, which no page names. */
  keyStampZone: oneOf("korea", "utc"),
  /** How long after `completed` first shows the result is written. */
  resultDelayMs: number(0),
  /** Whether the first line of a result names the columns. */
  resultHeaderLine: flag(false),
  /** Whether a failed job leaves an object behind. */
  failedRunLeavesResult: flag(false),
  /** Whether deleting a job deletes its result. */
  deleteRemovesResult: flag(false),
};
