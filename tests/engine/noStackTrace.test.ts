import assert from "node:assert/strict";
import type { Outcome } from "../support/engine";
import { withNclue } from "../support/withNclue";

// The SDK prints `${error}: ${error.stack}` beside the engine's own report of the message.

const wrongKeys = { NCLOUD_ACCESS_KEY: "nobody", NCLOUD_SECRET_KEY: "nobody's" };

const no = { kind: "status", status: 403, body: "<html>no</html>" } as const;

describe("an error comes as a message without a stack trace", () => {
  it("from check, create, update, read, delete, and either half of a replacement", async () => {
    await withNclue({}, async ({ stack, simulator, program }) => {
      const broken = program({ taskId: "", resultBucket: "A", resultFilePath: "#" });
      assertReadable(
        "check",
        await stack.preview({ program: broken }),
        /property taskId value \{\} has a problem: must not be empty/,
      );
      const unverified = program({ verify: "off", onFailure: "fail" });
      const refused = await stack.up({ program: unverified, env: wrongKeys });
      assertReadable("create without a run", refused, /HTTP 401/);
      simulator.queuePlans({ outcome: "failed", failMessage: "NOT_EXIST_FILE" });
      assertReadable("create with a run", await stack.up(), /NOT_EXIST_FILE/);
      assertReadable("update", await stack.up(), /NOT_EXIST_FILE/);
      assertReadable("read", await stack.refresh({ env: wrongKeys }), /HTTP 401/);
      assertReadable("delete", await stack.destroy({ env: wrongKeys }), /HTTP 401/);

      for (const [method, said] of [
        ["DELETE", /deleting task run "scores-/],
        ["POST", /creating task run "scores-/],
      ] as const) {
        simulator.clearFaults();
        simulator.addFault({ match: { method }, times: "always", answer: no });
        const changed = program({ resultFilePath: `churn/${method}/` });
        assertReadable(`replace, ${method}`, await stack.up({ program: changed }), said);
      }
    });
  });
});

function assertReadable(from: string, outcome: Outcome, expected: RegExp): void {
  assert.equal(outcome.failed, true, `${from}: ${outcome.output}`);
  assert.match(outcome.output, expected, from);
  assert.doesNotMatch(outcome.output, /^\s+at /m);
  assert.doesNotMatch(outcome.output, /node_modules|\/dist\/|node:internal/);
}
