import assert from "node:assert/strict";
import fc from "fast-check";
import { readNetworkError } from "../../../provider/src/kernel/networkErrors";
import { seeded } from "../../support/seeds";

describe("readNetworkError", () => {
  type Row = readonly [
    what: string,
    error: unknown,
    cause: RegExp,
    neverSent: boolean,
    isLasting: boolean,
  ];
  const failed = (code: string, syscall?: string, message = "m") =>
    Object.assign(new Error(message), { code, ...(syscall ? { syscall } : {}) });
  const rows: readonly Row[] = [
    ["a refused connection", failed("ECONNREFUSED", "connect"), /^nothing listens/, true, false],
    [
      "an unknown host",
      failed("ENOTFOUND", "getaddrinfo"),
      /^the host name is not known/,
      true,
      false,
    ],
    ["a failed look-up", failed("EAI_FAIL", "getaddrinfo"), /EAI_FAIL/, true, false],
    [
      "no route",
      failed("EHOSTUNREACH", "connect"),
      /^no connection \(EHOSTUNREACH\)$/,
      true,
      false,
    ],
    [
      "a lost route",
      failed("EHOSTUNREACH", "read"),
      /^the connection broke \(EHOSTUNREACH\)$/,
      false,
      false,
    ],
    ["a handshake that broke", failed("ECONNRESET", "connect"), /^no connection/, true, false],
    ["a broken pipe", failed("EPIPE", "write"), /^the connection broke \(EPIPE\)$/, false, false],
    ["the end of the time", failed("ERR_OUT_OF_TIME"), /^no answer in time$/, false, false],
    [
      "an aborted request",
      Object.assign(new Error("x"), { name: "AbortError" }),
      /^no answer in time$/,
      false,
      false,
    ],
    [
      "a certificate",
      failed("CERT_HAS_EXPIRED", undefined, "it expired on 2026-03-01"),
      /^the server's certificate is not valid: it expired on 2026-03-01 \(CERT_HAS_EXPIRED\)$/,
      true,
      true,
    ],
    [
      "a revoked certificate",
      failed("CERT_REVOKED", undefined, "certificate revoked"),
      /certificate revoked/,
      true,
      true,
    ],
    ...[
      "UNSPECIFIED",
      "UNABLE_TO_GET_CRL",
      "UNABLE_TO_DECRYPT_CERT_SIGNATURE",
      "UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY",
      "ERROR_IN_CERT_NOT_AFTER_FIELD",
      "ERROR_IN_CRL_NEXT_UPDATE_FIELD",
      "CRL_HAS_EXPIRED",
      "INVALID_CA",
      "PATH_LENGTH_EXCEEDED",
    ].map(
      (code): Row => [
        `a certificate by the code ${code}`,
        failed(code, undefined, "key too weak"),
        /^the server's certificate is not valid: key too weak \(\w+\)$/,
        true,
        true,
      ],
    ),
    [
      "node-fetch's form of it",
      failed(
        "CERT_UNTRUSTED",
        undefined,
        "request to https://x/ failed, reason: its issuer is unknown",
      ),
      /not valid: its issuer is unknown \(CERT_UNTRUSTED\)$/,
      true,
      true,
    ],
    [
      "a proxy's refusal",
      failed("ERR_PROXY_REFUSED", undefined, "the proxy asks"),
      /^the proxy asks$/,
      true,
      true,
    ],
    [
      "a proxy's failure",
      failed("ERR_PROXY_FAILED", undefined, "the proxy fails"),
      /^the proxy fails$/,
      true,
      false,
    ],
    ["anything else", new Error("keys and all"), /^the connection broke$/, false, false],
    ["nothing", undefined, /^the connection broke$/, false, false],
  ];
  for (const [what, error, cause, neverSent, isLasting] of rows) {
    it(`reads ${what}: ${neverSent ? "never sent" : "may have been sent"}, ${isLasting ? "lasting" : "may pass"}`, () => {
      const found = readNetworkError(error);
      assert.match(found.cause, cause);
      assert.deepEqual([found.neverSent, found.isLasting], [neverSent, isLasting]);
    });
  }

  it("never throws, and gives one line that is safe to show, whatever was thrown", () =>
    fc.assert(
      fc.property(fc.anything(), fc.string({ unit: "binary" }), (thrown, code) => {
        for (const error of [thrown, { code, message: thrown }]) {
          const { cause } = readNetworkError(error);
          assert.ok(cause.length > 0 && cause.length < 500);
          assert.doesNotMatch(cause, /\p{Cc}/u);
        }
      }),
      seeded(),
    ));
});
