import { printable } from "./text";

/**
 * The one family of errors. `code` tells them apart (never the message, never `instanceof`: the
 * package may be loaded twice in one process); `facts` carry what a caller may want to decide on.
 */
export type ErrorCode =
  /** A setting is missing or malformed. Nothing was sent. */
  | "settings"
  /** `readOnly` is set, and the request would have changed something. Nothing was sent. */
  | "read-only"
  /** `maxNewRuns` is reached. Nothing was sent. */
  | "too-many-new-runs"
  /** No answer: connection refused, dropped, or out of time. */
  | "unreachable"
  /** An answer that says no. `facts` is a {@link RefusalFacts}. */
  | "refused"
  /** An answer that says yes, in a form nobody can read. */
  | "unreadable"
  /** The engine asked to stop. */
  | "cancelled"
  /** A wait reached its bound. */
  | "timed-out"
  /** The service ended the run as failed. */
  | "run-failed"
  /** The run does not exist (any more). */
  | "run-gone"
  /** The run is not visible with these keys at this address; it may well exist elsewhere. */
  | "run-elsewhere"
  /** The run is pending or in progress and cannot be deleted now. */
  | "run-busy"
  /** Another run has the name. */
  | "name-taken"
  /** Several runs have the name. */
  | "several-runs"
  /** The run to import differs from the arguments. */
  | "import-differs"
  /** The bucket, task or feature that an argument names is not there or not usable. */
  | "not-usable"
  /** An argument or a piece of state is malformed. */
  | "malformed"
  /** An error that is none of ours. */
  | "unexpected";

export interface RefusalFacts {
  readonly httpStatus: number;
  /** The service's or the gateway's own code, as sent (`"10102"`, `"410"`), where one was found. */
  readonly serviceCode?: string;
  readonly fromGateway?: boolean;
  readonly retryAfterMs?: number;
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
  readonly facts: Readonly<Record<string, unknown>>;
  readonly text: ErrorText;

  constructor(
    code: ErrorCode,
    text: ErrorText,
    facts: object = {},
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
  if (error instanceof Error) return printable(error.message || error.name);
  return printable(String(error));
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
