import assert from "node:assert/strict";
import type { Fault } from "../../simulator/src";
import { succeeded } from "../support/engine";
import { withNclue } from "../support/withNclue";

// What answers that are lost or wrong do to a whole up, refresh and destroy on the real engine.
// tests/faults has each fault at each request alone.

const POSTS = { method: "POST", path: "/task-runs" };
const LISTS = { method: "GET", path: "/task-runs" };
const LOOKS = { method: "GET", path: "/task-runs/*" };
const DELETES = { method: "DELETE", path: "/task-runs/*" };

type Met = Pick<Fault, "when" | "answer">;

const cut: Met = { when: "after", answer: { kind: "drop" } };
const serverError: Met = { when: "after", answer: { kind: "status", status: 500, body: {} } };
const page: Met = {
  when: "after",
  answer: { kind: "status", status: 502, body: "<!DOCTYPE html><html></html>" },
};
const half: Met = { when: "after", answer: { kind: "truncated" } };
const tooMany: Met = {
  when: "before",
  answer: { kind: "status", status: 429, headers: { "retry-after": "1" } },
};

describe("a fault", () => {
  it("that lasts fails the update in one message; those at every POST, GET and DELETE change nothing in the end", () =>
    withNclue({}, async ({ stack, simulator, runs, requests }) => {
      simulator.addFault({
        match: LISTS,
        times: "always",
        answer: { kind: "status", status: 404, body: { error: { errorCode: "300" } } },
      });
      const failing = await stack.up();
      assert.equal(failing.exitCode, 1);
      assert.match(failing.output, /reading which task runs exist: HTTP 404, code 300/);
      assert.doesNotMatch(failing.output, /\n\s+at .*\.js:/);
      assert.deepEqual(requests("POST"), []);
      simulator.clearFaults();

      /** One after the other, each at one request. */
      const meet = (match: NonNullable<Fault["match"]>, ...faults: readonly Met[]) => {
        for (const [index, fault] of faults.entries()) {
          simulator.addFault({ match, nth: index + 1, ...fault });
        }
      };
      const assertAllMet = (during: string) => {
        assert.ok(
          simulator.faults().every(({ acted }) => acted === 1),
          `each fault was met in the ${during}`,
        );
        simulator.clearFaults();
      };
      meet(POSTS, tooMany, cut);
      meet(LISTS, serverError);
      const up = succeeded(await stack.up());
      const [run, ...more] = await runs();
      assert.deepEqual(more, []);
      assert.equal((await stack.outputs()).runId, run?.id);
      assert.equal(requests("POST").length, 2, "again after the 429, and not after the cut");
      assert.match(up.output, /found task run ".*" .* after its answer was lost/);
      assertAllMet("up");
      meet(LOOKS, page, tooMany);
      succeeded(await stack.refresh({ args: ["--expect-no-changes"] }));
      assertAllMet("refresh");
      meet(DELETES, tooMany, half);
      succeeded(await stack.destroy());
      assert.deepEqual(await runs(), []);
      assert.deepEqual(await stack.resources(), []);
      assertAllMet("destroy");
    }));
});
