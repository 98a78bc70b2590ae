import { printable } from "./text";

/**
 * The one family of errors. `code` tells them apart (never the message, never `instanceof`: the
 * package may be loaded twice in one process); `facts` carry what a caller may want to decide on, through guards.
 */
export type ErrorCode =
  /** A setting is missing or malformed. Nothing was sent. */
  | "settings"
  /** `readOnly` is set, and the request would have changed something. Nothing was sent. */
  | "read-only"
  /** `maxNewJobs` is reached. Nothing was sent. */
  | "too-many-new-jobs"
  /** No answer: connection refused, dropped, or out of time. */
  | "unreachable"
  /** An answer that says no. */
  | "refused"
  /** An answer that says yes, in a form nobody can read. */
  | "unreadable"
  /** The engine asked to stop. */
  | "cancelled"
  /** A wait reached its bound. */
  | "timed-out"
  /** The service ended the job as failed. */
  | "job-failed"
  /** The job does not exist, or no longer. */
  | "job-gone"
  /** The job is not visible with these keys at this address; it may well exist elsewhere. */
  | "job-elsewhere"
  /** The job is pending or in progress, or others use it, and cannot be deleted now. */
  | "job-busy"
  /** Another job has the name. */
  | "name-taken"
  /** Several jobs have the name. */
  | "several-jobs"
  /** The job to import differs from the arguments. */
  | "import-differs"
  /** A completed job has no result, or more than one object that could be it. */
  | "result-missing"
  /** A completed task is worse than its `minAuroc`. */
  | "below-gate"
  /** The bucket, task or feature that an argument names is not there or not usable. */
  | "not-usable"
  /** An argument or a piece of state is malformed. */
  | "malformed"
  /** An error that is none of ours. */
  | "unexpected";

/** Why the service or its gateway said no. */
export type RefusalKind =
  /** Too many requests; nothing was done. */
  | "throttled"
  /** May pass by itself (5xx, 408, 425); something may have been done. */
  | "transient"
  /** Keys, rights or signature; nothing was done. */
  | "denied"
  | "not-found"
  | "duplicate-name"
  /** Anything else; sending it again changes nothing. */
  | "rejected";

/** What a caller may want to decide on; read through the guards below. */
export interface ErrorFacts {
  readonly kind?: RefusalKind;
  readonly httpStatus?: number;
  /** The service's or the gateway's own code, as sent (`"10102"`, `"410"`), or that of its message. */
  readonly serviceCode?: string;
  readonly fromGateway?: boolean;
  readonly retryAfterMs?: number;
  /** The request may have done something, although no answer says so. */
  readonly mayHaveTakenEffect?: boolean;
  /** It does not pass by itself: a certificate that does not hold, a quota that is used up. */
  readonly isLasting?: boolean;
  /** What to do about keys that were refused. */
  readonly remedy?: string;
  /** Ids of the jobs that the error is about. */
  readonly jobIds?: readonly string[];
  /** What is wrong with the settings, one by one; with the keys among them. */
  readonly problems?: readonly string[];
  readonly keyProblems?: readonly string[];
  /** What the command line exits with. */
  readonly exitCode?: number;
}

export interface ErrorText {
  /** Verb-ing, noun, name, id: `creating task run "churn" (f475…)`. */
  readonly doing: string;
  /** What went wrong. */
  readonly cause: string;
  /** What went wrong one by one, where it is several things: a line each. */
  readonly details?: readonly string[];
  /** What the reader does next. */
  readonly remedy?: string;
}

export class NclueError extends Error {
  override readonly name = "NclueError";
  readonly isNclueError = true;
  readonly code: ErrorCode;
  readonly facts: ErrorFacts;
  readonly text: ErrorText;

  constructor(
    code: ErrorCode,
    text: ErrorText,
    facts: ErrorFacts = {},
    options: { cause?: unknown } = {},
  ) {
    super(sentence(text), options);
    this.code = code;
    this.text = text;
    this.facts = { ...facts };
  }
}

export function isNclueError(error: unknown, ...codes: readonly ErrorCode[]): error is NclueError {
  if (typeof error !== "object" || error === null || !("isNclueError" in error)) return false;
  return codes.length === 0 || codes.includes((error as NclueError).code);
}

/** The service itself does not know it. A 404 of its gateway proves nothing. */
export function isNotFound(error: unknown): error is NclueError {
  return isRefusal(error, "not-found") && error.facts.fromGateway !== true;
}

/** The keys, their rights or the signature were refused. */
export function isDenied(error: unknown): error is NclueError {
  return isRefusal(error, "denied");
}

/** Another job has the name. */
export function isDuplicateName(error: unknown): error is NclueError {
  return isRefusal(error, "duplicate-name");
}

/** Refused for its pace; nothing was done. */
export function isThrottled(error: unknown): error is NclueError {
  return isRefusal(error, "throttled");
}

/** The service refused the request for what it asks. */
export function isRejected(error: unknown): error is NclueError {
  return isRefusal(error, "rejected");
}

/** The request may have done something, although its answer was lost or cannot be read. */
export function mayHaveTakenEffect(error: unknown): error is NclueError {
  return isNclueError(error) && error.facts.mayHaveTakenEffect === true;
}

/** The same request may succeed later without any change. */
export function mayPassByItself(error: unknown): error is NclueError {
  if (!isNclueError(error) || error.facts.isLasting === true) return false;
  if (error.code === "unreachable" || error.code === "unreadable") return true;
  return isThrottled(error) || isRefusal(error, "transient");
}

function isRefusal(error: unknown, kind: RefusalKind): error is NclueError {
  return isNclueError(error, "refused") && error.facts.kind === kind;
}

/** The same error, told as part of a larger action: `deleting task run "x" (f4…): …`. */
export function whileDoing(doing: string, error: unknown): NclueError {
  if (isNclueError(error)) {
    return new NclueError(error.code, { ...error.text, doing }, error.facts, { cause: error });
  }
  return new NclueError("unexpected", { doing, cause: messageOf(error) }, {}, { cause: error });
}

/** Our own messages in full, foreign ones made safe to show. */
export function messageOf(error: unknown): string {
  if (isNclueError(error)) return error.message;
  if (error instanceof Error) return printable(error.message || error.name) || "unknown error";
  return printable(String(error)) || "unknown error";
}

/** The longest part of a message. Names, states and codes in it may be anybody's words. */
const LONGEST_PART = 2000;

function sentence({ doing, cause, details = [], remedy }: ErrorText): string {
  const first = doing === "" ? cause : `${doing}: ${cause}`;
  const lines = [first, ...details.map((detail) => `- ${detail}`), remedy];
  return lines
    .flatMap((line) => (line === undefined ? [] : printable(line, LONGEST_PART)))
    .join("\n");
}
