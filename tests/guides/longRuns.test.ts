import assert from "node:assert/strict";
import { guideSteps } from "../support/guideSteps";
import { isInstalled, programContext, withWalk } from "../support/guideWalk";

const look = "pulumi refresh --preview-only --expect-no-changes --non-interactive";

/** What the guide asks of jq, where there is none. */
const lines = 'for (const line of JSON.parse(require("fs").readFileSync(0))) console.log(line)';
const commands = isInstalled("jq", "--version") ? {} : { jq: `exec node -e '${lines}'` };

describe("A walk through long runs", () => {
  it("starts, watches and collects, and repeats the last two for a run that failed", () =>
    withWalk("long-runs", { plan: { inProgressMs: "never" }, commands }, async (n) => {
      const { simulator, requests, runs, bucket, stack, copies, types, does } = n;
      copies("ts", "index.ts", { before: programContext(n) });
      await types("pulumi up --yes ");
      assert.equal(requests("POST").length, 2);
      await does("pulumi preview --expect-no-changes");
      await does(look);

      const [failing, other] = await runs();
      simulator.clearLog();
      const watching = types("npx pulumi-nclue watch --exit-status", { ends: 3 });
      await simulator.waitForRequests((log) => log.some(({ done }) => done));
      simulator.failJob(failing?.id ?? "", "OBS_UPLOAD_FAILED");
      await simulator.completeJob(other?.id ?? "");
      assert.match((await watching).output, /in_progress/);

      simulator.setDefaultPlan({ inProgressMs: 0 });
      await types("pulumi up --yes --refresh");
      assert.deepEqual(requests("POST"), ["POST /task-runs"]);
      const [, watch, collect] = guideSteps("docs/guides/long-runs.md").slice(1);
      await does(watch?.text ?? "");
      await does(collect?.text ?? "");
      assert.deepEqual(requests("POST"), ["POST /task-runs"]);
      const made = await runs();
      const uris = ["loyal/", "new/"].map((path) => {
        const run = made.find(({ fields }) => fields.result_file_path === path);
        return `s3://${bucket}/${run?.resultKeys[0]}`;
      });
      assert.deepEqual((await stack.outputs()).results, uris);
    }));
});
