import { remedyInFull } from "../domain/failures";
import type { ErrorFacts, RefusalKind } from "../kernel/errors";
import { printable } from "../kernel/text";
import { parseRetryAfterMs } from "./retryPolicy";
import type { ServiceRequest } from "./sendOnce";
import {
  DUPLICATE_NAME,
  isGatewayCode,
  meaningOf,
  numberOf,
  numberOfName,
  QUOTA_EXCEEDED,
} from "./serviceCodes";

export interface RawAnswer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly date: string | null;
  readonly requestId: string | null;
  readonly body: string;
}

export type Answer =
  | { readonly kind: "ok"; readonly json: unknown }
  /** A success in a form that nobody can read, or a page that refuses: it is not the service's. */
  | { readonly kind: "unreadable"; readonly cause: string; readonly isRefused?: boolean }
  | { readonly kind: "refused"; readonly refusal: Refusal };

export interface Refusal extends ErrorFacts {
  readonly kind: RefusalKind;
  readonly httpStatus: number;
  /** One line for people: status, code, meaning, the service's own words. */
  readonly cause: string;
  readonly remedy?: string;
}

type Method = ServiceRequest["method"];

/**
 * Turns what came over the wire into a fact to decide on. Never throws, whatever the bytes are.
 *
 * @param localMs the time here, for an answer without a date
 */
export function classifyAnswer(
  raw: RawAnswer,
  method: Method = "GET",
  localMs: number = Number.NaN,
): Answer {
  if (raw.status >= 200 && raw.status < 300) {
    const json = parseJson(raw.body);
    // A DELETE is answered by its status; nobody reads more of it.
    if (json !== undefined || method === "DELETE") return { kind: "ok", json };
    return unreadable(raw);
  }
  // The gateway says in JSON what it has against keys: a page is somebody else's, and proves nothing.
  if ((raw.status === 401 || raw.status === 403) && isPage(raw.body)) {
    return { ...unreadable(raw), isRefused: true };
  }
  return { kind: "refused", refusal: readRefusal(raw, method, localMs) };
}

function unreadable({ status, body }: RawAnswer): Extract<Answer, { kind: "unreadable" }> {
  return { kind: "unreadable", cause: `the answer (HTTP ${status}) is ${describeBody(body)}` };
}

/**
 * Why a success is not the file that was asked for, by what it begins with; `undefined` where it may
 * be. What the service calls the file's type is not documented, so that only a page's type counts alone.
 */
export function describeNoFile(
  status: number,
  contentType: string | null,
  beginning: string,
): string | undefined {
  const answer = `the answer (HTTP ${status}) is`;
  const type = contentType ?? "";
  if (beginning === "") return `${answer} empty`;
  if (isPage(beginning) || /^\s*text\/html\b/i.test(type)) return `${answer} ${PAGE}`;
  const isJson = /\bjson\b/i.test(type) && /^\s*[{[]/.test(beginning);
  if (!isJson && !isObject(parseJson(beginning))) return undefined;
  return `${answer} JSON and not the file ("${printable(beginning, 60)}")`;
}

function readRefusal(raw: RawAnswer, method: Method, localMs: number): Refusal {
  const { code, message } = readErrorBody(raw.body);
  const number = numberOf(code) ?? numberOf(message) ?? numberOfPlain(raw.body);
  // A documented message decides where the code beside it says nothing.
  const serviceCode = numberOf(code) === undefined ? (number ?? code) : code;
  const known = meaningOf(number);
  const dateMs = raw.date === null ? Number.NaN : Date.parse(raw.date);
  const answeredAtMs = Number.isNaN(dateMs) ? localMs : dateMs;
  const retryAfterMs = parseRetryAfterMs(raw.retryAfter, answeredAtMs);
  const kind = kindOf(raw.status, number, method);
  const remedy =
    known === undefined ? undefined : remedyInFull(known.remedy, known.retryHelps, known.page);
  return {
    kind,
    httpStatus: raw.status,
    ...(serviceCode === undefined ? {} : { serviceCode }),
    fromGateway: number !== undefined && isGatewayCode(number),
    ...(kind === "throttled" && number === QUOTA_EXCEEDED ? { isLasting: true } : {}),
    ...(retryAfterMs === undefined || Number.isNaN(retryAfterMs) ? {} : { retryAfterMs }),
    cause: describeRefusal(raw, code, message, known?.meaning),
    ...(remedy === undefined ? {} : { remedy }),
  };
}

/** @param code its number where it is documented */
function kindOf(status: number, code: string | undefined, method: Method): RefusalKind {
  if (status === 429) return "throttled";
  if (status >= 500 || status === 408 || status === 425) return "transient";
  if (status === 401 || status === 403) return "denied";
  if (status === 404 || status === 410) return "not-found";
  if (code === DUPLICATE_NAME && method === "POST") return "duplicate-name";
  if (status !== 409) return "rejected";
  // The code may be one that nobody has documented. A DELETE conflicts with a job's use, not its name.
  const isUnknown = code === undefined && method === "POST";
  return code === DUPLICATE_NAME || isUnknown ? "duplicate-name" : "rejected";
}

/** A code's name may be all of the answer: `Quota Exceeded`. */
function numberOfPlain(body: string): string | undefined {
  return parseJson(body) === undefined ? numberOfName(printable(body)) : undefined;
}

function describeRefusal(
  raw: RawAnswer,
  code: string | undefined,
  message: string | undefined,
  meaning: string | undefined,
): string {
  const facts = [`HTTP ${raw.status}`];
  if (code !== undefined) facts.push(`code ${code}${message ? ` (${message})` : ""}`);
  else if (message !== undefined) facts.push(`"${message}"`);
  else facts.push(`the answer is ${describeBody(raw.body)}`);
  if (raw.requestId !== null) facts.push(`request id ${printable(raw.requestId, 80)}`);
  return `${facts.join(", ")}${meaning === undefined ? "" : `: ${meaning}`}`;
}

interface ErrorBody {
  readonly code?: string | undefined;
  readonly message?: string | undefined;
}

/**
 * NAVER Cloud's services put errors into at least eight shapes, and NCLUE's own has not been seen:
 * take the code and the message from wherever they are.
 */
function readErrorBody(body: string): ErrorBody {
  const json = parseJson(body);
  if (json === undefined) return readXmlError(body);
  if (typeof json === "string") return { message: shortText(json) };
  if (!isRecord(json)) return {};
  for (const key of ["responseError", "error", "status"]) {
    const inner = json[key];
    if (isRecord(inner)) return readErrorFields(inner);
  }
  return readErrorFields(json);
}

function readErrorFields(fields: Record<string, unknown>): ErrorBody {
  const code = fields.returnCode ?? fields.errorCode ?? fields.code;
  const message =
    fields.returnMessage ?? fields.errorMessage ?? fields.message ?? fields.msg ?? fields.error;
  return { code: shortText(code), message: shortText(message) };
}

function readXmlError(body: string): ErrorBody {
  if (!/<Error[\s>]/.test(body.slice(0, 2000))) return {};
  const field = (name: string) => body.match(new RegExp(`<${name}>([^<]{1,1000})</${name}>`))?.[1];
  return { code: shortText(field("Code")), message: shortText(field("Message")) };
}

function shortText(value: unknown): string | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const text = printable(String(value));
  return text === "" ? undefined : text;
}

function describeBody(body: string): string {
  if (body.trimStart() === "") return "empty";
  if (isPage(body)) return PAGE;
  const what = parseJson(body) === undefined ? "not JSON" : "without a code and a message";
  return `${what} ("${printable(body, 60)}")`;
}

const PAGE = "an HTML page (is nclue:endpoint right, or does a proxy answer?)";

function isPage(body: string): boolean {
  const start = body.trimStart().slice(0, 200).toLowerCase();
  return start.startsWith("<!doctype html") || start.startsWith("<html");
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
