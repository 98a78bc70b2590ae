import assert from "node:assert/strict";
import { unlinkSync } from "node:fs";
import path from "node:path";
import { repositoryFolder } from "../../tools/folders.mjs";
import { withNclue } from "../support/withNclue";

// That a stack with its packages is warned of nothing: replace.test.ts.

describe("An inline program whose stack is in a folder without packages", () => {
  it("is warned once which folder to name, before Pulumi finds no dynamic provider", () =>
    withNclue({}, async ({ stack, requests, program }) => {
      unlinkSync(path.join(stack.folder, "node_modules"));
      const up = await stack.start("up", { program: program() });
      await up.waitForText("Error: Cannot find module '@pulumi/pulumi/cmd/dynamic-provider'");
      up.signal("SIGKILL");
      const { output } = await up.ended;
      const [before, hint = "", ...more] = output.split("Pulumi looks for the packages");
      assert.deepEqual(more, []);
      assert.ok(!before?.includes("Error: Cannot find module"));
      assert.ok(hint.includes(`in ${stack.folder}, and @pulumi/pulumi is not there`), output);
      assert.ok(hint.includes(`the folder that has the node_modules, like ${repositoryFolder}`));
      assert.deepEqual(requests(), []);
    }));
});
