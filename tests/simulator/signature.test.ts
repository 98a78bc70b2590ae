import assert from "node:assert/strict";
import { isSignedWith, signatureOf } from "../../simulator/src/gateway/signature";
import { sign } from "./support/signature";

const run = "f475197f-0000-4000-8000-faf3dd580179";

/** Access key AK_TEST, secret SK_TEST, timestamp 1700000000000; computed by two other programs. */
const vectors: readonly [method: string, pathAndQuery: string, signature: string][] = [
  [
    "POST",
    "/vserver/v2/createServerInstances?regionCode=KR",
    "xBcE26XFU55BMjppdPT7ZY3oDrqoOedfPyAn3Cq4lUw=",
  ],
  ["POST", "/api/v1/task-runs", "TLss9de8vNhmByoYgJogr5EIRYa29pDRoEcm7Z9W6sA="],
  ["GET", "/api/v1/task-runs?index=0&limit=100", "yXTmgqQ1CCecjo041EYDTn9efxo9W3zn3oZ2CrdevvM="],
  ["DELETE", `/api/v1/task-runs/${run}`, "epzg8kuMUCWPPog/B7Zd0tmUXM3sB4wMWI0nPeF1rt8="],
  ["GET", `/api/v1/task-runs/${run}`, "Y4/iNH4ZE0UEx1ip+452F4+Z1Jxd/VoVZdcqdsgvd6I="],
  ["GET", "/api/v1/task-runs", "JYSRL1giV3migninIEZUDYaQLYd/YxfeULFb5oKrops="],
  ["GET", "/api/v1/task-runs?index=100&limit=100", "EGoWumfnGSZ82qGRkEiWnRDYmDQ7Ekn/8NOB2y5QIkM="],
  ["GET", "/api/v1/features?index=0&limit=1", "+Br5FYqbADpuEp1CXzLOeKB19rW6JSJrjIv1z90wfbk="],
  ["POST", "/api/v1/features", "ZU+fP3WRq0Rw0V7+ZfXnVrrMggW/VBsypFBNx2jh6Cs="],
  ["POST", "/api/v1/tasks", "auvDXmy8tGCUgHFPbexYr/Ltt0zVyaiPwnUJle01Wd0="],
  ["POST", "/api/v1/profile/custom-attributes", "v2MEtsboQH2jwXdSzc++aloqXwQEVYuKkkB7tE4A5DU="],
];

describe("The simulator's signature v2", () => {
  for (const [method, pathAndQuery, signature] of vectors) {
    const parts = { method, pathAndQuery, timestamp: "1700000000000", accessKey: "AK_TEST" };

    it(`is the known one for ${method} ${pathAndQuery}`, () => {
      assert.equal(signatureOf(parts, "SK_TEST"), signature);
      assert.equal(sign({ ...parts, secretKey: "SK_TEST" }), signature);
    });
  }

  it("does not take a signature of another length, key or path for its own", () => {
    const parts = {
      method: "GET",
      pathAndQuery: "/api/v1/task-runs",
      timestamp: "1700000000000",
      accessKey: "AK_TEST",
    };
    const right = signatureOf(parts, "SK_TEST");
    assert.equal(isSignedWith("SK_TEST", parts, right), true);
    assert.equal(isSignedWith("SK_TEST", parts, ""), false);
    assert.equal(isSignedWith("SK_OTHER", parts, right), false);
    assert.equal(
      isSignedWith("SK_TEST", { ...parts, pathAndQuery: "/api/v1/tasks" }, right),
      false,
    );
  });
});
