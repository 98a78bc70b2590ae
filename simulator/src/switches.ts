/*
 * What no document of NCLUE settles, one switch each. The default is the reading that seems likeliest;
 * a client should live with every other one too. Times are in milliseconds of the service's clock
 * unless a comment says otherwise.
 */
export const switchTable = {
  // --- Errors -----------------------------------------------------------------------------------
  /** JSON body of NCLUE's own errors: none was ever seen; these are the shapes met on NAVER Cloud. */
  errorShape: oneOf(
    "responseError",
    "error-errorCode",
    "error-code",
    "error-text",
    "flat",
    "code-msg",
    "status-code",
    "spring",
    "xml",
    "plain",
  ),
  /** Whether codes in NCLUE's errors are JSON strings or numbers. */
  errorCodeType: oneOf("string", "number"),
  /** Body of the gateway's errors: the sample quotes the code, the field's type is Integer. */
  gatewayErrorShape: oneOf("string", "number", "xml"),
  /** GET or DELETE of an id that is not there. */
  unknownIdStatus: whole(404),
  unknownIdCode: whole(10110),
  /** DELETE in a status, or with a dependent, that does not allow it. */
  deleteRefusedStatus: whole(409),
  deleteRefusedCode: whole(10111),
  /** POST on a task or feature that is not completed. */
  parentNotReadyStatus: whole(409),
  parentNotReadyCode: whole(10112),
  /** POST on a task or feature that does not exist. */
  unknownParentStatus: whole(404),
  unknownParentCode: whole(10110),
  /** POST or list with an empty, missing or wrong parameter. */
  parameterStatus: whole(422),
  parameterCode: whole(10113),
  /** DELETE of an unknown or already deleted id: an error, or success again. */
  deleteUnknown: oneOf("error", "success"),

  // --- The gateway ------------------------------------------------------------------------------
  /** What meets calls above the rate: nothing, HTTP 429 with code 410 or 420, or a late answer. */
  rateLimit: oneOf("off", "410", "420", "delay"),
  /** Requests per second allowed when `rateLimit` is on; the documented figure is 1. */
  ratePerSecond: number(1),
  /** How many requests may come at once before the rate counts. */
  rateBurst: whole(1),
  /** Who shares a rate. */
  rateScope: oneOf("account", "key", "everyone"),
  /** `Retry-After` with a 429: left out, in seconds, or as a date. */
  retryAfter: oneOf("none", "seconds", "date"),
  /** Whether the gateway's clock is the true one or follows the service's (sped up, advanced). */
  gatewayClock: oneOf("source", "service"),
  /** How far the gateway's clock (signature check, `Date` header) is off; may be negative. */
  gatewaySkewMs: anyNumber(0),
  /** Whether a POST without `Content-Type: application/json` is refused. */
  contentTypeRequired: flag(false),
  /** Whether a path with a trailing slash is the same path. */
  trailingSlash: oneOf("notFound", "same"),

  // --- Names and arguments ----------------------------------------------------------------------
  /** Whether a second job of the same name is refused (409, 10102). */
  duplicateNames: oneOf("reject", "allow"),
  /** Where a name must be unique. */
  nameScope: oneOf("family", "account"),
  /** Whether `A` and `a` are different names. */
  nameCase: oneOf("sensitive", "insensitive"),
  /** Whether the name of a deleted job may be used again. */
  deletedNames: oneOf("free", "taken"),
  /** Whether the name of a failed job may be used again. */
  failedNames: oneOf("taken", "free"),
  /** Longest name in characters: 100, 40 before 2025. */
  nameLimit: whole(100),
  /** Refused path characters: of 2026 (with the space), of late 2025, or of early 2025 (with `=`). */
  pathRules: oneOf("2026", "late2025", "early2025"),
  /** Whether characters above 255, such as Korean letters, are refused in paths. */
  wideCharactersInPaths: oneOf("allow", "refuse"),
  /** Whether a run must name its result bucket and path; pages of 2025 called them optional. */
  resultRequired: flag(true),
  /** Whether a run's feature must be the one its task was trained on. */
  featureMustBeTasksOwn: flag(false),
  /** Whether POST refuses a bucket that is not there (404, 10106), or the run fails at its end. */
  checkBucketAtPost: flag(false),

  // --- Lists ------------------------------------------------------------------------------------
  /** Order of a list; `random` is another one at each call, `byId` is arbitrary but steady. */
  listOrder: oneOf("newest", "oldest", "byId", "random"),
  /** Whether `index` counts items or pages. */
  indexMeaning: oneOf("offset", "page"),
  /** Whether `total` counts all of the account's jobs or the ones in this answer. */
  totalMeaning: oneOf("all", "returned"),
  /** A `limit` outside 1 to 100, or not a number. */
  limitOutOfRange: oneOf("refuse", "clamp", "default"),
  /** An `index` past the end. */
  indexPastEnd: oneOf("empty", "refuse"),

  // --- Answers ----------------------------------------------------------------------------------
  /** `2026-04-01T09:00:00` with `+09:00`, with nothing, with `.000+09:00`, or in UTC with `Z`. */
  timestampForm: oneOf("offset", "bare", "fraction", "utc"),
  /** What a field holds that has no value yet: null, the key is missing, or an empty string. */
  noValue: oneOf("null", "absent", "empty"),
  /** The word for success; the create page alone prints `complete`. */
  statusWord: oneOf("completed", "complete"),
  /** Whether the middle third of `in_progress` shows `pending` again. */
  statusMayGoBackwards: flag(false),
  /** `result_file_path` of a completed run: as sent, or the key that the service made. */
  resultFilePathInGet: oneOf("prefix", "finalKey"),
  /** `task_name` and `feature_name` once that task or feature is deleted. */
  deletedParentNames: oneOf("kept", "noValue"),

  // --- When changes show ------------------------------------------------------------------------
  /** How long a list leaves out a new job. */
  createdListedAfterMs: number(0),
  /** How long GET does not know a new job. */
  createdReadableAfterMs: number(0),
  /** How long a list goes on showing a deleted job. */
  deletedListedForMs: number(0),
  /** How long GET goes on showing a deleted job. */
  deletedReadableForMs: number(0),
  /** Whether a run that has not begun keeps its task and feature from being deleted. */
  registeredDependentBlocks: flag(true),

  // --- Results ----------------------------------------------------------------------------------
  /** How many objects a completed run writes; `empty` is one of no bytes. */
  results: oneOf("one", "none", "several", "empty"),
  /** How long after `completed` first shows the result is written. */
  resultDelayMs: number(0),
  /** Whether the first line of a result names the columns. */
  resultHeaderLine: flag(false),
  /** Whether a failed run leaves an object behind. */
  failedRunLeavesResult: flag(false),
  /** Whether deleting a run deletes its result. */
  deleteRemovesResult: flag(false),
};

export type SwitchName = keyof typeof switchTable;

/** The position of every switch. */
export type Switches = {
  readonly [Name in SwitchName]: (typeof switchTable)[Name]["byDefault"];
};

/** The switches of one simulator. */
export interface SwitchBoard {
  read(): Switches;
  /** Changes some switches at once. @throws TypeError naming the first unknown name or value */
  set(changes: Partial<Switches>): void;
  /** Puts every switch back to where it was at the start. */
  reset(): void;
}

export function createSwitchBoard(initial: Partial<Switches> = {}): SwitchBoard {
  const defaults = Object.fromEntries(
    Object.entries(switchTable).map(([name, entry]) => [name, entry.byDefault]),
  ) as Switches;
  checkSwitches(initial);
  const atStart: Switches = { ...defaults, ...initial };
  let current = atStart;
  return {
    read: () => current,
    set(changes) {
      checkSwitches(changes);
      current = { ...current, ...changes };
    },
    reset() {
      current = atStart;
    },
  };
}

interface Switch<Value> {
  readonly byDefault: Value;
  readonly accepts: string;
  readonly allows: (value: unknown) => boolean;
}

function checkSwitches(changes: Partial<Switches>): void {
  for (const [name, value] of Object.entries(changes)) {
    const entry = Object.hasOwn(switchTable, name) ? switchTable[name as SwitchName] : undefined;
    if (!entry) throw new TypeError(`setting switch ${name}: there is no such switch`);
    if (!entry.allows(value)) {
      throw new TypeError(
        `setting switch ${name} to ${JSON.stringify(value)}: must be ${entry.accepts}`,
      );
    }
  }
}

/** The first choice is the default. */
function oneOf<const Choices extends readonly [string, ...string[]]>(
  ...choices: Choices
): Switch<Choices[number]> {
  return {
    byDefault: choices[0],
    accepts: choices.join(" | "),
    allows: (value) => typeof value === "string" && choices.includes(value),
  };
}

function flag(byDefault: boolean): Switch<boolean> {
  return { byDefault, accepts: "true | false", allows: (value) => typeof value === "boolean" };
}

function whole(byDefault: number): Switch<number> {
  return {
    byDefault,
    accepts: "a whole number above 0",
    allows: (value) => Number.isInteger(value) && Number(value) > 0,
  };
}

function number(byDefault: number): Switch<number> {
  return {
    byDefault,
    accepts: "a number, 0 or more",
    allows: (value) => typeof value === "number" && Number.isFinite(value) && value >= 0,
  };
}

function anyNumber(byDefault: number): Switch<number> {
  return {
    byDefault,
    accepts: "a number",
    allows: (value) => typeof value === "number" && Number.isFinite(value),
  };
}
