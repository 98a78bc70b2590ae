import assert from "node:assert/strict";
import { seedGuideJobs, withWalk } from "../support/guideWalk";

const theirRun = "0b6c1a52-7d1e-4c39-9b43-2f60e1a7c001";

describe("A walk through taking over a job", () => {
  it("adopts the run, keeps it without the option, and reads one of somebody else", () =>
    withWalk("adopt", {}, async (n) => {
      const { simulator, bucket, stack, requests, copies, does, writes } = n;
      const args = { ...seedGuideJobs(simulator), resultBucket: bucket };
      const id = theirRun;
      simulator.seedTaskRun({ id, name: "by-hand", ...args, resultFilePath: "churn/2026-11/" });
      const failed = { outcome: "failed", failMessage: "OBS_UPLOAD_FAILED" } as const;
      simulator.seedTaskRun({ name: "broken", ...args, plan: failed });
      const program = copies("ts", "index.ts");
      assert.match((await does("npx pulumi-nclue runs")).output, new RegExp(`by-hand .*${id}`));

      writes("index.ts", program.replace("churn/2026-11/", "elsewhere/"));
      const preview = await does("pulumi preview", "failed");
      assert.match(preview.output, /resultFilePath .*is "churn\/2026-11\/" at the service/);
      writes("index.ts", program);
      assert.match((await does("pulumi up")).output, /adopted task run "by-hand"/);

      const theirs = copies("ts", "theirs.ts");
      const failures = copies("ts", "failures.ts");
      const kept = program.replace(/,\n *\{ import: .*\}/, "");
      writes("index.ts", [kept, theirs, failures].join("\n"));
      const up = await does("pulumi up");
      assert.match(up.output, /adopted|unchanged/);
      const { lines, reasons } = await stack.outputs();
      assert.deepEqual({ lines, reasons }, { lines: 120, reasons: ["broken: OBS_UPLOAD_FAILED"] });
      assert.deepEqual([...requests("POST"), ...requests("DELETE")], []);
    }));
});
