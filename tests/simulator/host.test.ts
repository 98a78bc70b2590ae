import assert from "node:assert/strict";
import { startSimulator } from "../../simulator/src";
import { isLoopback } from "../../simulator/src/isLoopback";
import { createClient } from "./support/client";

describe("The host that the simulator listens on", () => {
  it("is loopback unless an option says otherwise", async () => {
    const simulator = await startSimulator();
    try {
      assert.match(simulator.endpoint, /^http:\/\/127\.0\.0\.1:\d+\/api\/v1$/);
    } finally {
      await simulator.close();
    }
  });

  for (const [host, inAddress] of [
    ["0.0.0.0", "127.0.0.1"],
    ["localhost", "localhost"],
  ] as const) {
    it(`may be ${host}, which this machine reaches at ${inAddress}`, async () => {
      const simulator = await startSimulator({ host });
      try {
        assert.equal(new URL(simulator.endpoint).hostname, inAddress);
        assert.equal((await createClient(simulator).get("/tasks")).status, 200);
      } finally {
        await simulator.close();
      }
    });
  }

  it("is loopback for the usual names and addresses of it", () => {
    for (const host of ["127.0.0.1", "127.1.2.3", "localhost", "::1"]) {
      assert.equal(isLoopback(host), true, host);
    }
    for (const host of ["0.0.0.0", "::", "10.0.0.1", "nclue", "127.0.0.1.example.com"]) {
      assert.equal(isLoopback(host), false, host);
    }
  });
});
