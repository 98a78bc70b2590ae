import assert from "node:assert/strict";
import { signRequest } from "../../../provider/src/nclue/signRequest";

const keys = { accessKey: "AK_TEST", secretKey: "SK_TEST" };
const run = "/api/v1/task-runs/f475197f-0000-4000-8000-faf3dd580179";

const vectors: readonly (readonly [method: string, path: string, signature: string])[] = [
  [
    "POST",
    "/vserver/v2/createServerInstances?regionCode=KR",
    "xBcE26XFU55BMjppdPT7ZY3oDrqoOedfPyAn3Cq4lUw=",
  ],
  ["POST", "/api/v1/task-runs", "TLss9de8vNhmByoYgJogr5EIRYa29pDRoEcm7Z9W6sA="],
  ["GET", "/api/v1/task-runs?index=0&limit=100", "yXTmgqQ1CCecjo041EYDTn9efxo9W3zn3oZ2CrdevvM="],
  ["DELETE", run, "epzg8kuMUCWPPog/B7Zd0tmUXM3sB4wMWI0nPeF1rt8="],
  ["GET", run, "Y4/iNH4ZE0UEx1ip+452F4+Z1Jxd/VoVZdcqdsgvd6I="],
  ["GET", "/api/v1/task-runs", "JYSRL1giV3migninIEZUDYaQLYd/YxfeULFb5oKrops="],
  ["GET", "/api/v1/task-runs?index=100&limit=100", "EGoWumfnGSZ82qGRkEiWnRDYmDQ7Ekn/8NOB2y5QIkM="],
  ["GET", "/api/v1/features?index=0&limit=1", "+Br5FYqbADpuEp1CXzLOeKB19rW6JSJrjIv1z90wfbk="],
  ["POST", "/api/v1/features", "ZU+fP3WRq0Rw0V7+ZfXnVrrMggW/VBsypFBNx2jh6Cs="],
  ["POST", "/api/v1/tasks", "auvDXmy8tGCUgHFPbexYr/Ltt0zVyaiPwnUJle01Wd0="],
  ["POST", "/api/v1/profile/custom-attributes", "v2MEtsboQH2jwXdSzc++aloqXwQEVYuKkkB7tE4A5DU="],
];

describe("signRequest", () => {
  for (const [method, path, signature] of vectors) {
    it(`signs ${method} ${path} as documented`, () =>
      assert.deepEqual(signRequest(keys, method, path, 1_700_000_000_000), {
        "x-ncp-apigw-timestamp": "1700000000000",
        "x-ncp-iam-access-key": "AK_TEST",
        "x-ncp-apigw-signature-v2": signature,
      }));
  }

  it("sends the very milliseconds that it signs, whole ones", () =>
    assert.deepEqual(
      signRequest(keys, "GET", run, 1_700_000_000_000.9),
      signRequest(keys, "GET", run, 1_700_000_000_000),
    ));
});
