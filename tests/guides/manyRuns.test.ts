import assert from "node:assert/strict";
import { programContext, withWalk } from "../support/guideWalk";

describe("A walk through many runs", () => {
  it("gives the engine more slots, or waits in one place, where only what failed is paid again", () =>
    withWalk("many-runs", {}, async (n) => {
      const { simulator, requests, runs, bucket, stack, writes, copies, types, does } = n;
      const before = programContext(n);
      writes(
        "index.ts",
        `${before}for (const each of segments) new nclue.TaskRun(each, argsOf(each));`,
      );
      await types("PULUMI_PARALLEL=64 pulumi up");
      await does("pulumi destroy");
      assert.deepEqual(await runs(), []);
      simulator.clearLog();

      simulator.queuePlans({ outcome: "failed", failMessage: "OBS_UPLOAD_FAILED" });
      copies("ts", "index.ts", { before });
      const failed = await does("pulumi up", "failed");
      assert.match(failed.output, /1 of 2 task runs failed/);
      assert.match(failed.output, /OBS_UPLOAD_FAILED/);
      await types("pulumi up --refresh");
      assert.equal(requests("POST").length, 3);
      const uris = (await runs()).map(({ resultKeys }) => `s3://${bucket}/${resultKeys[0]}`);
      const { results } = await stack.outputs();
      assert.deepEqual([...(results as string[])].sort(), [...uris].sort());
    }));
});
