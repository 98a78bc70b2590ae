import assert from "node:assert/strict";
import * as nclue from "pulumi-nclue";
import { QUICK_RETRIES } from "../support/preloads";
import { withNclue } from "../support/withNclue";

describe("a result that the program requires and that is not there", () => {
  it("fails the run's resource, which the next update searches again and does not pay again", () =>
    withNclue(
      { env: QUICK_RETRIES, switches: { results: "none" } },
      async ({ stack, args, requests }) => {
        const program = async () => {
          const run = new nclue.TaskRun("scores", args);
          const { key } = run.requireResult();
          new nclue.TaskRun("after", { ...args, resultFilePath: key });
          return { key };
        };
        const outcome = await stack.up({ program });
        assert.equal(outcome.exitCode, 1, outcome.output);
        assert.doesNotMatch(outcome.output, /\bat .*\.js:\d+|Unhandled exception/);
        assert.equal(requests("POST").length, 1);
        assert.equal((await stack.up()).exitCode, 1);
        assert.equal(requests("POST").length, 1);
      },
    ));
});
