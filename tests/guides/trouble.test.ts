import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { programContext, withWalk } from "../support/guideWalk";

describe("A walk through reporting a problem", () => {
  it("leaves files that tell what happened and on which machine, and no key", () =>
    withWalk("trouble", {}, async (n) => {
      const { buckets, bucket, writes, types } = n;
      const noted = (file: string) => {
        const text = readFileSync(path.join(n.folder, file), "utf8");
        assert.ok(!text.includes(buckets.secretKey), text);
        assert.ok(!text.includes(buckets.accessKey), text);
        return text;
      };
      writes("index.ts", `${programContext(n)}new nclue.TaskRun("scores", args);`);
      await types("NCLUE_LOG=debug pulumi up");
      assert.match(noted("nclue.log"), /POST \S+\/task-runs → HTTP 200/);
      await types("npx pulumi-nclue runs --verbose");
      assert.match(noted("nclue.log"), /GET \S+\/task-runs\S* → HTTP 200/);
      await types("npx pulumi-nclue doctor", { fill: { "<bucket>": bucket } });
      assert.equal(typeof JSON.parse(noted("doctor.json")), "object");
    }));
});
