import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { repositoryFolder } from "../../tools/folders.mjs";

describe("The reference pages", () => {
  const committed = path.join(repositoryFolder, "docs", "reference");
  let generated = "";
  before(() => {
    generated = mkdtempSync(path.join(os.tmpdir(), "nclue-reference-"));
  });
  after(() => rmSync(generated, { recursive: true, force: true }));

  it('are what "npm run docs" makes of the doc comments, which no public symbol lacks', function () {
    this.timeout(120_000);
    const typedoc = path.join(repositoryFolder, "node_modules", "typedoc", "bin", "typedoc");
    const made = spawnSync(process.execPath, [typedoc, "--out", generated], {
      cwd: repositoryFolder,
      encoding: "utf8",
    });
    assert.equal(made.status, 0, made.stdout + made.stderr);
    assert.deepEqual(pagesIn(committed), pagesIn(generated));
  });
});

/** The text of each page by its path. */
function pagesIn(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true })
      .map(String)
      .filter((name) => statSync(path.join(folder, name)).isFile())
      .sort()
      .map((name) => [name, readFileSync(path.join(folder, name), "utf8")]),
  );
}
