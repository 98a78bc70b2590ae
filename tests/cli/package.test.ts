import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { repositoryFolder } from "../../tools/folders.mjs";
import { withCli } from "../support/withCli";

const folder = path.join(repositoryFolder, "provider");
const description = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));

describe("the package", () => {
  it("has the command line under its own name, so that npx finds it", () => {
    const { bin } = description;
    assert.deepEqual(Object.keys(bin), [description.name]);
    const main = readFileSync(path.join(folder, bin[description.name]), "utf8");
    assert.equal(main.split("\n")[0], "#!/usr/bin/env node");
  });

  it("tells its version", () =>
    withCli(async ({ run }) => {
      const outcome = await run(["--version"]);
      assert.deepEqual([outcome.exitCode, outcome.stdout], [0, `${description.version}\n`]);
    }));
});
