import type { RetryHelps } from "../domain/failures";

/**
 * What the service's and the gateway's own error codes mean, and what to do about each.
 *
 * @see https://api.ncloud-docs.com/docs/nclue-api-overview (NCLUE's codes; the table's rows after
 *   10109 are not publicly visible and are passed on as sent)
 * @see https://api.ncloud-docs.com/docs/common-ncpapi (the gateway's codes)
 */
export interface CodeMeaning {
  readonly meaning: string;
  readonly remedy: string;
  /** Whether the same request may succeed later without any change: our judgement. */
  readonly retryHelps: RetryHelps;
  readonly page: string;
}

const NCLUE_PAGE = "https://api.ncloud-docs.com/docs/nclue-api-overview";
const GATEWAY_PAGE = "https://api.ncloud-docs.com/docs/common-ncpapi";

const nclue = (meaning: string, remedy: string): CodeMeaning => ({
  meaning,
  remedy,
  retryHelps: "no",
  page: NCLUE_PAGE,
});

const gateway = (meaning: string, remedy: string, retryHelps: RetryHelps): CodeMeaning => ({
  meaning,
  remedy,
  retryHelps,
  page: GATEWAY_PAGE,
});

export const NCLUE_CODES: Readonly<Record<string, CodeMeaning>> = {
  "10100": nclue(
    "the service did not accept these keys",
    "check that the keys belong to the account that uses NCLUE and carry NCP_VPC_NCLUE_MANAGER",
  ),
  "10101": nclue("the name is too long", "use a shorter name (the documented limit is 100)"),
  "10102": nclue(
    "the name exists already",
    'use another name, or take the run over with the import option or onDuplicateName: "adopt"',
  ),
  "10103": nclue("a path holds a refused character", "take the character out of resultFilePath"),
  "10104": nclue("the path of the training labels holds a refused character", "rename that file"),
  "10105": nclue("the path of the test labels holds a refused character", "rename that file"),
  "10106": nclue("the data path does not exist", "check bucket and path, and upload the data"),
  "10107": nclue("the path of the training labels does not exist", "check the task's files"),
  "10108": nclue("the path of the test labels does not exist", "check the task's files"),
  "10109": nclue(
    "the file holds personal data",
    "take resident, passport, licence, card and phone numbers and e-mail addresses out of it",
  ),
};

export const GATEWAY_CODES: Readonly<Record<string, CodeMeaning>> = {
  "100": gateway("the gateway could not read the request", "check nclue:endpoint", "no"),
  "200": gateway(
    "the gateway could not verify the signature",
    "check the secret key, and that the clock is right",
    "no",
  ),
  "210": gateway(
    "these keys may not do this",
    "give the sub account NCP_VPC_NCLUE_MANAGER, and check that NCLUE is subscribed",
    "no",
  ),
  "300": gateway(
    "the gateway knows no such address, or these keys may not see it",
    "check nclue:endpoint and the keys' rights",
    "no",
  ),
  "400": gateway("the quota is used up", "wait, or ask for a higher quota", "perhaps"),
  "410": gateway("too many requests", "lower nclue:requestsPerSecond", "yes"),
  "420": gateway("too many requests", "lower nclue:requestsPerSecond", "yes"),
  "430": gateway("the request is too large", "shorten the arguments", "no"),
  "500": gateway("the gateway cannot reach the service", "try again later", "yes"),
  "510": gateway("the service did not answer the gateway in time", "try again later", "yes"),
  "900": gateway("an unexpected error at the gateway", "try again later", "perhaps"),
};

export function meaningOf(code: string | undefined): CodeMeaning | undefined {
  if (code === undefined) return undefined;
  if (isGatewayCode(code)) return GATEWAY_CODES[code];
  return Object.hasOwn(NCLUE_CODES, code) ? NCLUE_CODES[code] : undefined;
}

export function isGatewayCode(code: string): boolean {
  return Object.hasOwn(GATEWAY_CODES, code);
}
