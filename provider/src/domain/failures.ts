/**
 * What the service's `fail_message` codes mean, and what to do about each. A code that is not in
 * the table is passed on as sent.
 *
 * @see https://guide.ncloud-docs.com/docs/nclue-troubleshoot-message
 */
export interface FailureMeaning {
  readonly meaning: string;
  readonly remedy: string;
  /** Whether the same run may succeed at another try: our judgement, not the service's. */
  readonly retryHelps: RetryHelps;
}

export type RetryHelps = "yes" | "perhaps" | "no";

export const FAILURES_PAGE = "https://guide.ncloud-docs.com/docs/nclue-troubleshoot-message";

export const FAILURES: Readonly<Record<string, FailureMeaning>> = {
  COMMON_ERROR: {
    meaning: "an unknown error at the service",
    remedy: "try again, then ask NAVER Cloud's support",
    retryHelps: "perhaps",
  },
  DISK_SPACE_SHORTAGE: {
    meaning: "NCLUE's own storage is full",
    remedy: "delete features, task models and shopping intents that are not needed any more",
    retryHelps: "perhaps",
  },
  DUPLICATE_USERID: {
    meaning: "a user id occurs twice in the data file",
    remedy: "make the user ids of the file unique",
    retryHelps: "no",
  },
  LIMIT_ERROR_MID_LENGTH: {
    meaning: "a user id is longer than 100 characters",
    remedy: "shorten the user ids of the file",
    retryHelps: "no",
  },
  NOT_EXIST_FILE: {
    meaning: "the file is missing or empty",
    remedy: "check the path and what is stored there",
    retryHelps: "no",
  },
  NUM_OF_LABEL_INSUFFICIENT: {
    meaning: "too few labels: 100 of 0 and 100 of 1 are needed for users of the feature",
    remedy: "add labels",
    retryHelps: "no",
  },
  OBS_DOWNLOAD_FAILED: {
    meaning: "the input could not be fetched from Object Storage",
    remedy: "check path and file, then ask NAVER Cloud's support",
    retryHelps: "perhaps",
  },
  OBS_UPLOAD_FAILED: {
    meaning: "the result could not be written to Object Storage, which usually passes",
    remedy: "run it again",
    retryHelps: "yes",
  },
  OBS_USER_FILE_ACCESS_ERROR: {
    meaning: "Object Storage refused access to the file",
    remedy: "check the bucket and its access rights",
    retryHelps: "no",
  },
  UNEXPECTED_FILE_TYPE: {
    meaning: "the file has a type that NCLUE cannot handle",
    remedy: "check the file's type",
    retryHelps: "no",
  },
  UNEXPECTED_LABEL: {
    meaning: "a label of the answer data is neither 0 nor 1",
    remedy: "fix the labels",
    retryHelps: "no",
  },
  UNEXPECTED_TXT_FORMAT: {
    meaning: "the file has a format that NCLUE cannot handle",
    remedy: "check the file's format",
    retryHelps: "no",
  },
};

/** What a `fail_message` says, in two parts: why, and what to do. */
export function explainFailure(message: string | null): { cause: string; remedy: string } {
  if (message === null) {
    return { cause: "the service gives no reason", remedy: `see ${FAILURES_PAGE}` };
  }
  const known = Object.hasOwn(FAILURES, message) ? FAILURES[message] : undefined;
  if (known === undefined) return { cause: message, remedy: `see ${FAILURES_PAGE}` };
  return {
    cause: `${message}: ${known.meaning}`,
    remedy: remedyInFull(known.remedy, known.retryHelps, FAILURES_PAGE),
  };
}

const RETRY_WORDS: Readonly<Record<RetryHelps, string>> = {
  yes: "another try usually helps",
  perhaps: "another try may help",
  no: "another try will not help before that",
};

/** What to do, whether another try can help, and the page to read: the same words everywhere. */
export function remedyInFull(remedy: string, retryHelps: RetryHelps, page: string): string {
  return `${remedy}; ${RETRY_WORDS[retryHelps]} (${page})`;
}
