import type { RetryHelps } from "../domain/failures";

/**
 * What the service's and the gateway's own error codes mean, and what to do about each.
 *
 * @see https://api.ncloud-docs.com/docs/nclue-api-overview (NCLUE's codes; the table's rows after
 *   10109 are not publicly visible and are passed on as sent)
 * @see https://api.ncloud-docs.com/docs/common-ncpapi (the gateway's codes)
 */
export interface CodeMeaning {
  /** The documented message, which may be sent in the code's place. */
  readonly name: string;
  readonly meaning: string;
  readonly remedy: string;
  /** Whether the same request may succeed later without any change: our judgement. */
  readonly retryHelps: RetryHelps;
  readonly page: string;
}

/** Unlike the other refusals with HTTP 429, it does not pass within an update. */
export const QUOTA_EXCEEDED = "400";
export const DUPLICATE_NAME = "10102";

const NCLUE_PAGE = "https://api.ncloud-docs.com/docs/nclue-api-overview";
const GATEWAY_PAGE = "https://api.ncloud-docs.com/docs/common-ncpapi";

const nclue = (name: string, meaning: string, remedy: string): CodeMeaning => ({
  name,
  meaning,
  remedy,
  retryHelps: "no",
  page: NCLUE_PAGE,
});

const gateway = (
  name: string,
  meaning: string,
  remedy: string,
  retryHelps: RetryHelps,
): CodeMeaning => ({ name, meaning, remedy, retryHelps, page: GATEWAY_PAGE });

/** The job is not known here, so no argument is named: `lifecycle/refusedPlaces.ts` adds it. */
export const NCLUE_CODES: Readonly<Record<string, CodeMeaning>> = {
  "10100": nclue(
    "ACCESS_DENIED",
    "the service did not accept these keys",
    "check that the keys belong to the account that uses NCLUE and carry NCP_VPC_NCLUE_MANAGER",
  ),
  "10101": nclue(
    "NAME_TOO_LONG",
    "the name is too long",
    "use a shorter name (the documented limit is 100)",
  ),
  "10102": nclue(
    "DUPLICATE_NAME",
    "the name exists already",
    'use another name, or take the job over with the import option or onDuplicateName: "adopt"',
  ),
  "10103": nclue(
    "INVALID_PATH_CHARACTER",
    "a path contains a character that the service refuses",
    "take the character out of the path",
  ),
  "10104": nclue(
    "INVALID_CHARACTER_IN_TRAIN_PATH",
    "the path of the training labels contains a character that the service refuses",
    "rename that source file",
  ),
  "10105": nclue(
    "INVALID_CHARACTER_IN_TEST_PATH",
    "the path of the test labels contains a character that the service refuses",
    "rename that source file",
  ),
  "10106": nclue(
    "PATH_NOT_FOUND",
    "the path of the source file does not exist",
    "check bucket and path, and upload the source file",
  ),
  "10107": nclue(
    "TRAIN_PATH_NOT_FOUND",
    "the path of the training labels does not exist",
    "check the task's source files",
  ),
  "10108": nclue(
    "TEST_PATH_NOT_FOUND",
    "the path of the test labels does not exist",
    "check the task's source files",
  ),
  "10109": nclue(
    "PERSONAL_DATA_NOT_ALLOWED",
    "the source file contains personal data",
    "take resident, passport, licence, card and phone numbers and e-mail addresses out of it",
  ),
};

export const GATEWAY_CODES: Readonly<Record<string, CodeMeaning>> = {
  "100": gateway(
    "BAD_REQUEST_EXCEPTION",
    "the gateway could not read the request",
    "check nclue:endpoint",
    "no",
  ),
  "200": gateway(
    "AUTHENTICATION_FAILED",
    "the gateway could not verify the signature",
    "check the secret key, and that the clock is right",
    "no",
  ),
  "210": gateway(
    "PERMISSION_DENIED",
    "these keys may not do this",
    "give the sub account NCP_VPC_NCLUE_MANAGER, and check that NCLUE is subscribed",
    "no",
  ),
  "300": gateway(
    "NOT_FOUND_EXCEPTION",
    "the gateway knows no such address, or these keys may not see it",
    "check nclue:endpoint and the keys' rights",
    "no",
  ),
  [QUOTA_EXCEEDED]: gateway(
    "QUOTA_EXCEEDED",
    "the account's quota of requests is used up",
    "wait until it is renewed, or ask NAVER Cloud for a higher one",
    "no",
  ),
  "410": gateway("THROTTLE_LIMITED", "too many requests", "lower nclue:requestsPerSecond", "yes"),
  "420": gateway("RATE_LIMITED", "too many requests", "lower nclue:requestsPerSecond", "yes"),
  "430": gateway(
    "REQUEST_ENTITY_TOO_LARGE",
    "the request is too large",
    "shorten the arguments",
    "no",
  ),
  "500": gateway(
    "ENDPOINT_ERROR",
    "the gateway cannot reach the service",
    "try again later",
    "yes",
  ),
  "510": gateway(
    "ENDPOINT_TIMEOUT",
    "the service did not answer the gateway in time",
    "try again later",
    "yes",
  ),
  "900": gateway(
    "UNEXPECTED_ERROR",
    "an unexpected error at the gateway",
    "try again later",
    "perhaps",
  ),
};

const BY_NAME: ReadonlyMap<string, string> = new Map(
  Object.entries({ ...NCLUE_CODES, ...GATEWAY_CODES }).map(([code, { name }]) => [name, code]),
);

/** The documented number of a code, which may be sent as its name (`DUPLICATE_NAME`). */
export function numberOf(code: string | undefined): string | undefined {
  if (code === undefined) return undefined;
  const digits = code.replace(/^0+(?=\d)/, "");
  if (Object.hasOwn(NCLUE_CODES, digits) || isGatewayCode(digits)) return digits;
  return numberOfName(code);
}

/** The documented number of a code that is sent as its name, in words or with what some add to it. */
export function numberOfName(name: string): string | undefined {
  const words = name.replace(/([a-z])([A-Z])/g, "$1_$2").toUpperCase();
  const normal = words.replace(/[^A-Z]+/g, "_").replace(/^_|_$/g, "");
  return BY_NAME.get(normal) ?? BY_NAME.get(normal.replace(/_(EXCEPTION|ERROR)$/, ""));
}

export function meaningOf(code: string | undefined): CodeMeaning | undefined {
  const number = numberOf(code);
  return number === undefined ? undefined : (GATEWAY_CODES[number] ?? NCLUE_CODES[number]);
}

export function isGatewayCode(code: string): boolean {
  return Object.hasOwn(GATEWAY_CODES, code);
}
