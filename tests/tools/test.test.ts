import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { repositoryFolder } from "../../tools/folders.mjs";

describe("npm test", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "nclue-test-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const npmTest = (args: readonly string[], env: NodeJS.ProcessEnv) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      execFile(
        process.execPath,
        [path.join(repositoryFolder, "tools", "test.mjs"), ...args],
        { env: { PULUMI_NCLUE_CACHE: path.join(folder, "cache"), ...env } },
        (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
      );
    });

  it("ends with the slowest files and the line that counts the tests", async () => {
    const files = ["text", "duration"].map((name) => `tests/unit/kernel/${name}.test.ts`);
    const { code, stdout } = await npmTest(files, { PATH: process.env.PATH });
    assert.equal(code, 0, stdout);
    const [title, first = "", second = "", count = ""] = stdout.trimEnd().split("\n").slice(-4);
    assert.equal(title, "The slowest files:");
    const shown = [first, second].map((line) => /^ +\d+\.\d s {2}(.*)$/.exec(line)?.[1]);
    assert.deepEqual(shown.sort(), files.sort());
    assert.match(count, /^[1-9]\d* passed, 0 failed$/);
  }).timeout(120_000);

  it("exits with 2 and says what is missing when nothing here could provide it", async () => {
    const { code, stderr } = await npmTest([], {
      PATH: path.join(folder, "path"),
      PULUMI_NCLUE_SOURCES: "path,cache,build",
    });
    assert.equal(code, 2);
    assert.match(stderr, /^The Pulumi engine .* is missing\. Any of these helps:\n {2}- install/);
    assert.match(stderr, /^versitygw .* is missing/m);
  });
});
