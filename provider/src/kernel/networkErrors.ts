import { printable } from "./text";

/** What a request that got no answer failed of. */
export interface NetworkFailure {
  readonly cause: string;
  readonly remedy?: string;
  /** It failed before the request was sent: while looking the host up, connecting or shaking hands. */
  readonly neverSent: boolean;
  /** Trying again changes nothing. */
  readonly isLasting: boolean;
}

/** Codes of errors that `agents.ts` creates, with messages of our own. */
export const PROXY_REFUSED = "ERR_PROXY_REFUSED";
export const PROXY_FAILED = "ERR_PROXY_FAILED";
/** The code of the error that ends a request after its time (`deadline.ts`). */
export const OUT_OF_TIME = "ERR_OUT_OF_TIME";

/** What the S3 client calls the error that ends a request after its time. */
export const TIMED_OUT = "TimeoutError";

export const UNKNOWN_ISSUER: readonly string[] = [
  "CERT_UNTRUSTED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
];

/** What to do about a certificate that does not hold, by Node's (OpenSSL's) code. */
const CERTIFICATE_REMEDIES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    UNKNOWN_ISSUER.map((code) => [
      code,
      "if your network inspects TLS, set NODE_EXTRA_CA_CERTS to the file with its root certificate",
    ]),
  ),
  CERT_HAS_EXPIRED: "the owner of the address has to renew it; check the local clock, too",
  CERT_NOT_YET_VALID: "check the local clock",
  ERR_TLS_CERT_ALTNAME_INVALID: "check the address, and whether a proxy answers in its place",
};

/** Node says `UNSPECIFIED` of a key or signature that is too weak. */
const OTHER_CERTIFICATE_CODE = new RegExp(
  "^(CERT_|CRL_|ERROR_IN_CERT_|ERROR_IN_CRL_|UNABLE_TO_DECRYPT_|UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY$|" +
    "UNABLE_TO_GET_CRL$|INVALID_CA$|INVALID_PURPOSE$|PATH_LENGTH_EXCEEDED$|HOSTNAME_MISMATCH$|UNSPECIFIED$)",
);

const CONNECTION_CAUSES: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens at the address (ECONNREFUSED)",
  ENOTFOUND: "the host name is not known (ENOTFOUND)",
  EAI_AGAIN: "the host name could not be looked up (EAI_AGAIN)",
};

/**
 * Reads an error of node-fetch or of the S3 client. Both repeat what Node's socket said; a foreign
 * message is repeated only where it describes a certificate or a proxy.
 */
export function readNetworkError(error: unknown): NetworkFailure {
  const { code, syscall, name } = fieldsOf(error);
  if (code === OUT_OF_TIME || name === "AbortError" || name === TIMED_OUT) {
    return { cause: "no answer in time", neverSent: false, isLasting: false };
  }
  if (code === PROXY_REFUSED || code === PROXY_FAILED) {
    const isLasting = code === PROXY_REFUSED;
    return { cause: reasonOf(error), remedy: PROXY_REMEDY, neverSent: true, isLasting };
  }
  if (code !== undefined && isCertificateCode(code)) {
    return {
      cause: `the server's certificate is not valid: ${reasonOf(error)} (${code})`,
      remedy: CERTIFICATE_REMEDIES[code] ?? "check the address, and who answers there",
      neverSent: true,
      isLasting: true,
    };
  }
  const isKnown = code !== undefined && Object.hasOwn(CONNECTION_CAUSES, code);
  const known = isKnown ? CONNECTION_CAUSES[code] : undefined;
  const shown = code === undefined ? "" : ` (${printable(code, 60)})`;
  const phase = syscall === "connect" ? "no connection" : "the connection broke";
  const neverSent = known !== undefined || syscall === "connect" || syscall === "getaddrinfo";
  return { cause: known ?? `${phase}${shown}`, neverSent, isLasting: false };
}

export function isCertificateCode(code: string): boolean {
  return Object.hasOwn(CERTIFICATE_REMEDIES, code) || OTHER_CERTIFICATE_CODE.test(code);
}

export const PROXY_REMEDY =
  "check HTTPS_PROXY, HTTP_PROXY and ALL_PROXY (credentials go into the address: " +
  "http://user:password@proxy:3128), or exempt the address with NO_PROXY";

/** Without what node-fetch puts before it. */
function reasonOf(error: unknown): string {
  const { message } = error as { message?: unknown };
  return printable(String(message ?? "").replace(/^request to \S+ failed, reason: /, ""));
}

interface Fields {
  readonly code: string | undefined;
  readonly syscall: string | undefined;
  readonly name: string | undefined;
}

function fieldsOf(error: unknown): Fields {
  const { code, syscall, erroredSysCall, name } = Object(error) as Record<string, unknown>;
  const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
  return { code: text(code), syscall: text(syscall) ?? text(erroredSysCall), name: text(name) };
}
