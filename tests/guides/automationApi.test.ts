import assert from "node:assert/strict";
import ts from "typescript";
import { programContext, withWalk } from "../support/guideWalk";

describe("A walk through the Automation API", () => {
  it("updates a stack from a program, started from another folder", () =>
    withWalk("automation-api", {}, async (n) => {
      const { copies, writes, does, runs } = n;
      await does("rm -r state"); // of the harness: the guide's program has its own
      const update = copies("ts", "update.ts");
      const imports = 'import * as nclue from "pulumi-nclue";\n';
      const call = `update(async () => {
  const { resultUri } = new nclue.TaskRun("scores", args);
  return { resultUri };
});`;
      const text = `${imports}${update}\n${programContext(n)}${call}`;
      const module = ts.ModuleKind.CommonJS;
      writes("update.js", ts.transpile(text, { module, target: ts.ScriptTarget.ES2022 }));
      const { output } = await does(`(cd / && node ${n.folder}/update.js)`);
      const [run] = await runs();
      assert.equal(run?.status, "completed");
      assert.match(output, /scores .*completed in/);
      assert.ok(output.includes(`s3://${n.bucket}/${run?.resultKeys[0]}`), output);
    }));
});
