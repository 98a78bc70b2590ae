import assert from "node:assert/strict";
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import { repositoryFolder } from "../../tools/folders.mjs";
import { runQuietly } from "../../tools/longStep.mjs";
import { skip } from "../support/skip";
import {
  packPackages,
  registryAnswers,
  removeFolder,
  run,
  temporaryFolder,
} from "./packageManagers";

const examples = path.join(repositoryFolder, "examples");
const names = readdirSync(examples).sort();

// What README says to type, in a copy of each example outside the tree.
describe("An example that is copied out of the clone", () => {
  const root = temporaryFolder();
  const installedIn = path.join(root, names[0] ?? "");

  const copy = (name: string) => {
    const target = path.join(root, name);
    cpSync(path.join(examples, name), target, {
      recursive: true,
      filter: (file) => path.basename(file) !== "node_modules",
    });
    return target;
  };
  const typesHold = async (folder: string) => {
    const tsc = path.join("node_modules", "typescript", "bin", "tsc");
    const args = [tsc, "-p", ".", "--pretty", "false"];
    const command = { command: process.execPath, args, cwd: folder, limitMs: 120_000 };
    assert.equal((await runQuietly(command)).output, "");
  };

  before(async function () {
    if (!(await registryAnswers())) skip(this, "no npm registry");
    mkdirSync(installedIn);
    await packPackages(installedIn);
    copy(names[0] ?? "");
    for (const line of installLines()) {
      await run(["sh", "-c", `${line} --prefer-offline --no-audit --no-fund`], installedIn);
    }
  });
  after(() => removeFolder(root));

  it("has the commands of both packages after README's installation", async () => {
    const { version } = JSON.parse(
      readFileSync(path.join(repositoryFolder, "provider", "package.json"), "utf8"),
    );
    const npx = (...args: string[]) => run(["npx", "--no-install", ...args], installedIn);
    assert.equal(await npx("pulumi-nclue", "--version"), `${version}\n`);
    assert.match(await npx("pulumi-nclue-simulator", "--help"), /^Usage: pulumi-nclue-simulator/);
  });

  for (const name of names) {
    it(`compiles with the packed provider: ${name}`, async () => {
      const folder = copy(name);
      if (folder !== installedIn) {
        symlinkSync(path.join(installedIn, "node_modules"), path.join(folder, "node_modules"));
      }
      await typesHold(folder);
    });
  }
});

/** The lines of README that install the tarballs, comments aside. */
function installLines(): readonly string[] {
  const readme = readFileSync(path.join(repositoryFolder, "README.md"), "utf8");
  const lines = readme.match(/^npm i (-D )?\.\/.*$/gm) ?? [];
  assert.equal(lines.length, 2);
  return lines.map((line) => line.replace(/ #.*/, ""));
}
