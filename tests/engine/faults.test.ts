import assert from "node:assert/strict";
import type { Fault } from "../../simulator/src";
import { succeeded } from "../support/engine";
import { withNclue } from "../support/withNclue";

// A subset of tests/faults on the real engine: what an answer that is lost or wrong does to a whole
// up, refresh and destroy.

const POSTS = { method: "POST", path: "/task-runs" };
const LOOKS = { method: "GET", path: "/task-runs/*" };
const DELETES = { method: "DELETE", path: "/task-runs/*" };
const page = "<!DOCTYPE html><html></html>";

const faults: Readonly<Record<string, Pick<Fault, "when" | "answer">>> = {
  "a connection cut after it acted": { when: "after", answer: { kind: "drop" } },
  "a 500 after it acted": { when: "after", answer: { kind: "status", status: 500, body: {} } },
  "an HTML page after it acted": {
    when: "after",
    answer: { kind: "status", status: 502, body: page },
  },
  "half an answer": { when: "after", answer: { kind: "truncated" } },
  "a 429 with Retry-After": {
    when: "before",
    answer: { kind: "status", status: 429, headers: { "retry-after": "1" } },
  },
};

describe("a fault", () => {
  for (const [what, fault] of Object.entries(faults)) {
    it(`(${what}) at every POST, GET and DELETE changes nothing in the end`, async () => {
      await withNclue({}, async ({ stack, simulator, runs, requests }) => {
        for (const match of [POSTS, LOOKS, DELETES]) simulator.addFault({ match, ...fault });
        const up = succeeded(await stack.up());
        const [run, ...more] = await runs();
        assert.deepEqual(more, []);
        assert.equal((await stack.outputs()).runId, run?.id);
        const isLost = fault.when === "after";
        assert.equal(requests("POST").length, isLost ? 1 : 2);
        assert.equal(/found task run ".*" .* after its answer was lost/.test(up.output), isLost);
        simulator.addFault({ match: LOOKS, ...fault });
        succeeded(await stack.refresh({ args: ["--expect-no-changes"] }));
        succeeded(await stack.destroy());
        assert.deepEqual(await runs(), []);
        assert.deepEqual(await stack.resources(), []);
      });
    });
  }

  it("that lasts fails the update in one message, and the next one completes it", async () => {
    await withNclue({}, async ({ stack, simulator, runs, requests }) => {
      simulator.addFault({
        match: { method: "GET", path: "/task-runs" },
        times: "always",
        answer: { kind: "status", status: 404, body: { error: { errorCode: "300" } } },
      });
      const up = await stack.up();
      assert.equal(up.exitCode, 1);
      assert.match(up.output, /reading which task runs exist: HTTP 404, code 300/);
      assert.doesNotMatch(up.output, /\n\s+at .*\.js:/);
      assert.deepEqual(requests("POST"), []);
      simulator.clearFaults();
      succeeded(await stack.up());
      assert.equal((await runs()).length, 1);
    });
  });
});
