import assert from "node:assert/strict";
import { type Outcome, succeeded } from "../support/engine";
import { withNclue } from "../support/withNclue";

// The SDK prints `${error}: ${error.stack}` beside the engine's own report of the message.

const wrongKeys = { NCLOUD_ACCESS_KEY: "nobody", NCLOUD_SECRET_KEY: "nobody's" };

describe("an error comes as a message without a stack trace", () => {
  it("from check", async () => {
    await withNclue({}, async ({ stack, program }) => {
      const broken = program({ taskId: "", resultBucket: "A", resultFilePath: "#" });
      assertReadable(
        await stack.preview({ program: broken }),
        /property taskId value \{\} has a problem: must not be empty/,
      );
      const halfAPair = { NCLOUD_SECRET_KEY: undefined };
      const outcome = await stack.up({ program: program(), env: halfAPair });
      assertReadable(outcome, /half a pair of keys in the environment/);
    });
  });

  it("from create, with and without a run that was created", async () => {
    await withNclue({}, async ({ stack, simulator, program }) => {
      const unverified = program({ verify: "off" });
      const refused = await stack.up({ program: unverified, env: wrongKeys });
      assertReadable(refused, /HTTP 401/);
      simulator.queuePlans({ outcome: "failed", failMessage: "OBS_UPLOAD_FAILED" });
      assertReadable(await stack.up(), /OBS_UPLOAD_FAILED/);
    });
  });

  it("from read", async () => {
    await withNclue({}, async ({ stack }) => {
      succeeded(await stack.up());
      assertReadable(await stack.refresh({ env: wrongKeys }), /HTTP 401/);
    });
  });

  it("from update", async () => {
    await withNclue({}, async ({ stack, simulator, program }) => {
      simulator.queuePlans({ outcome: "failed", failMessage: "NOT_EXIST_FILE" });
      const staying = program({ onFailure: "fail" });
      assertReadable(await stack.up({ program: staying }), /NOT_EXIST_FILE/);
      assertReadable(await stack.up(), /NOT_EXIST_FILE/);
    });
  });

  it("from delete", async () => {
    await withNclue({ plan: { inProgressMs: "never" } }, async ({ stack, program }) => {
      const leaving = program({ waitFor: "started", onDeleteWhileRunning: "fail" });
      succeeded(await stack.up({ program: leaving }));
      assertReadable(await stack.destroy(), /it is in_progress/);
      assertReadable(await stack.destroy({ env: wrongKeys }), /HTTP 401/);
    });
  });

  it("from a whole replacement, whichever half fails", async () => {
    await withNclue({}, async ({ stack, simulator, program }) => {
      succeeded(await stack.up());
      simulator.addFault({
        match: { method: "DELETE" },
        times: "always",
        answer: { kind: "status", status: 403, body: "<html>no</html>" },
      });
      const changed = program({ resultFilePath: "churn/2/" });
      assertReadable(await stack.up({ program: changed }), /deleting task run "scores-/);
      simulator.clearFaults();
      simulator.addFault({
        match: { method: "POST" },
        times: "always",
        answer: { kind: "status", status: 403, body: "<html>no</html>" },
      });
      const again = program({ resultFilePath: "churn/3/" });
      assertReadable(await stack.up({ program: again }), /creating task run "scores-/);
    });
  });
});

function assertReadable(outcome: Outcome, expected: RegExp): void {
  assert.equal(outcome.failed, true, outcome.output);
  assert.match(outcome.output, expected);
  assert.doesNotMatch(outcome.output, /^\s+at /m);
  assert.doesNotMatch(outcome.output, /node_modules|\/dist\/|node:internal/);
}
