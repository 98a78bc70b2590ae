import assert from "node:assert/strict";
import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { succeeded } from "../support/engine";
import { guideSteps } from "../support/guideSteps";
import { programContext, type Walk, withWalk } from "../support/guideWalk";
import { withNclue } from "../support/withNclue";

const look = guideSteps("docs/guides/drift.md")[0]?.text ?? "";

describe("A walk through drift", () => {
  it("sees a result that was removed, changes nothing by looking, and restores it on request", () =>
    withWalk("drift", {}, async (n) => {
      const { writes, types, does, copies, requests, runs } = n;
      const before = programContext(n);
      writes("index.ts", `${before}new nclue.TaskRun("churn-scores", args);`);
      await does("pulumi up");
      await does(look);
      await removeResult(n);
      const seen = /warning: the result of task run .* is missing; an update accepts/;
      assert.match((await types("pulumi refresh", { ends: "failed" })).output, seen);

      n.simulator.clearLog();
      const readOnly = await types("NCLUE_READ_ONLY=true pulumi refresh", { ends: "failed" });
      assert.match(readOnly.output, seen);
      assert.deepEqual([...requests("POST"), ...requests("DELETE")], []);

      await does("pulumi refresh");
      copies("ts", "index.ts", { before, after: "export const result = scores.resultUri;" });
      await does("pulumi up");
      assert.equal(requests("POST").length, 1);
      const [run] = await runs();
      const { result } = await n.stack.outputs();
      assert.equal(result, `s3://${n.bucket}/${run?.resultKeys[0]}`);
      await does(look);
    }));

  it("counts a run that was not waited for to its end, until an update has seen it through", () =>
    withNclue({ plan: { inProgressMs: "never" } }, async (n) => {
      const { stack, simulator, program, runs } = n;
      const impatient = program({}, { customTimeouts: { create: "200ms" } });
      assert.equal((await stack.up({ program: impatient })).failed, true);
      assert.notEqual((await stack.cli(look.split(" ").slice(1))).exitCode, 0);
      await simulator.completeJob((await runs())[0]?.id ?? "");
      succeeded(await stack.up({ program: program() }));
      assert.equal((await stack.cli(look.split(" ").slice(1))).exitCode, 0);
    }));
});

async function removeResult({ buckets, bucket, runs }: Walk): Promise<void> {
  const [key = ""] = (await runs())[0]?.resultKeys ?? [];
  await buckets.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
}
