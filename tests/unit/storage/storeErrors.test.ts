import assert from "node:assert/strict";
import {
  describeStoreError,
  noteProxy,
  type StoreFailure,
  storeFailure,
} from "../../../provider/src/storage/storeErrors";

/** An error as the S3 client throws it. */
function refused(status: number, headers: Readonly<Record<string, string>> = { date: "now" }) {
  const error = Object.assign(new Error("UnknownError"), {
    name: "Forbidden",
    $metadata: { httpStatusCode: status },
  });
  return Object.defineProperty(error, "$response", { value: { headers }, enumerable: false });
}

describe("storeFailure", () => {
  const table: readonly (readonly [string, unknown, StoreFailure["kind"]])[] = [
    ["404", refused(404), "missing"],
    ["401", refused(401), "forbidden"],
    ["403", refused(403), "forbidden"],
    ["301", refused(301), "elsewhere"],
    ["307", refused(307), "elsewhere"],
    ["500", refused(500), "unreachable"],
    ["503", refused(503), "unreachable"],
    ["400", refused(400), "unreachable"],
    ["no connection", Object.assign(new Error("x"), { code: "ECONNREFUSED" }), "unreachable"],
    ["anything", "oops", "unreachable"],
    ["nothing", undefined, "unreachable"],
  ];
  for (const [what, error, kind] of table) {
    it(`takes ${what} for ${kind}`, () => assert.equal(storeFailure(error).kind, kind));
  }

  for (const [what, error, kind] of [
    ["403 without a mark of the store", refused(403), "unreachable"],
    ["404 as plain text", refused(404, { "content-type": "text/plain" }), "unreachable"],
    ["307 to somewhere else", refused(307, { location: "http://login.corp/" }), "unreachable"],
    ["403 with a mark of the store", refused(403, { "x-amz-request-id": "1" }), "forbidden"],
    ["404 that has the type of XML", refused(404, { "content-type": "text/xml" }), "missing"],
    ["404 that was read from XML", Object.assign(refused(404), { Code: "NoSuchKey" }), "missing"],
    ["404 whose answer is not known", { $metadata: { httpStatusCode: 404 } }, "missing"],
  ] as const) {
    it(`takes ${what} for ${kind}, where the request went through a proxy by http`, () => {
      noteProxy(error, "http://proxy.corp:3128 (HTTP_PROXY)", true);
      const failure = storeFailure(error);
      assert.equal(failure.kind, kind);
      if (failure.kind === "unreachable") assert.match(failure.cause, /through the proxy http:/);
    });
  }

  it("believes a refusal that came through a tunnel, into which no proxy sees", () => {
    const error = refused(403);
    noteProxy(error, "http://proxy.corp:3128 (HTTPS_PROXY)");
    assert.equal(storeFailure(error).kind, "forbidden");
  });

  it("does not blame the clock where the store says its time: the client repairs that", () =>
    assert.deepEqual(storeFailure(refused(403)), { kind: "forbidden" }));

  it("says that it may be the clock where a store that refuses does not say its time", () => {
    assert.deepEqual(storeFailure(refused(403, {})), { kind: "forbidden", mayBeClock: true });
    assert.match(describeStoreError(refused(403, {})), /forbidden, or the clock is off/);
    assert.doesNotMatch(describeStoreError(refused(403)), /clock/);
  });
});

describe("describeStoreError", () => {
  it("says what a failed connection is about, and what to do", () => {
    const error = Object.assign(new Error("certificate has expired"), { code: "CERT_HAS_EXPIRED" });
    assert.match(
      describeStoreError(error),
      /^the server's certificate is not valid: certificate has/,
    );
  });
});
