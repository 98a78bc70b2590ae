import assert from "node:assert/strict";
import { programContext, withWalk } from "../support/guideWalk";

describe("A walk through the command line", () => {
  it("finds the job that no stack knows, and deletes it", () =>
    withWalk("command-line", {}, async (n) => {
      const { simulator, writes, types, does, runs } = n;
      writes("index.ts", `${programContext(n)}new nclue.TaskRun("scores", args);`);
      await does("pulumi up");
      await does("pulumi stack init prod");
      const [known] = await runs();
      const lost = simulator.seedTaskRun({ name: "scores-0123456789", ...n.args });

      await types("pulumi stack export --stack dev");
      await types("pulumi stack export --stack prod");
      const { stdout } = await types("npx pulumi-nclue orphans");
      assert.ok(stdout.includes(lost.id), stdout);
      assert.ok(!stdout.includes(known?.id ?? ""), stdout);
      const agrees = { fill: { "delete <id>": `delete ${lost.id} --yes` } };
      await types("npx pulumi-nclue delete", agrees);
      assert.deepEqual(
        (await runs()).map(({ id }) => id),
        [known?.id],
      );
    }));
});
