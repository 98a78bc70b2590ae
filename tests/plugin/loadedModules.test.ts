import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import path from "node:path";
import { repositoryFolder } from "../../tools/folders.mjs";

/** The files that a module of the package loads at once. */
function loadedBy(module: string): string {
  const file = path.join(repositoryFolder, "provider", "dist", module);
  const script = `require(${JSON.stringify(file)}); console.log(Object.keys(require.cache).join("\\n"))`;
  return execFileSync(process.execPath, ["-e", script], { encoding: "utf8" });
}

describe("a program that looks nothing up", () => {
  it("loads no HTTP client, no S3 client and nothing of the command line", () => {
    const loaded = loadedBy("index.js");
    assert.match(loaded, /pulumi\/getTaskRun\.js/);
    assert.doesNotMatch(loaded, /node-fetch|@aws-sdk|commander|cli-table3|dist\/(cli|plugin)\//);
  });
});

describe("the plugin", () => {
  it("loads nothing of the command line", () => {
    const loaded = loadedBy("plugin/entry.js");
    assert.match(loaded, /plugin\/clients\.js/);
    assert.doesNotMatch(loaded, /commander|cli-table3|dist\/cli\//);
  });
});
