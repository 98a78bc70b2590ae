import assert from "node:assert/strict";
import { copyFileSync, cpSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type * as typescript from "typescript";
import { repositoryFolder } from "../../tools/folders.mjs";
import { skip } from "../support/skip";
import { type Packs, registryAnswers, run } from "./packageManagers";

const examples = path.join(repositoryFolder, "examples");
const names = readdirSync(examples).sort();

/** What README says to type, in a copy of each example outside the tree. */
export function describeCopiedExamples({ folder: packs }: Packs): void {
  const root = path.join(packs, "examples");
  const installedIn = path.join(root, names[0] ?? "");
  let compiler: Compiler;

  const copy = (name: string) => {
    const target = path.join(root, name);
    cpSync(path.join(examples, name), target, {
      recursive: true,
      filter: (file) => path.basename(file) !== "node_modules",
    });
    return target;
  };
  before(async function () {
    if (!(await registryAnswers())) skip(this, "no npm registry");
    copy(names[0] ?? "");
    for (const file of readdirSync(packs).filter((name) => name.endsWith(".tgz"))) {
      copyFileSync(path.join(packs, file), path.join(installedIn, file));
    }
    for (const line of installLines()) {
      await run(["sh", "-c", `${line} --prefer-offline --no-audit --no-fund`], installedIn);
    }
    compiler = compilerOf(installedIn);
  });

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
      assert.deepEqual(compiler(path.join(folder, "tsconfig.json")), []);
    });
  }
}

/** What the compiler says of a project. */
type Compiler = (configFile: string) => readonly string[];

/** That of a folder's packages, which reads the declarations that projects share only once. */
function compilerOf(folder: string): Compiler {
  const ts: typeof typescript = createRequire(path.join(folder, "package.json"))("typescript");
  const read = new Map<string, typescript.SourceFile | undefined>();
  return (configFile) => {
    const { config } = ts.readConfigFile(configFile, ts.sys.readFile);
    const place = path.dirname(configFile);
    const { fileNames, options, errors } = ts.parseJsonConfigFileContent(config, ts.sys, place);
    const host = ts.createCompilerHost(options);
    const getSourceFile = host.getSourceFile.bind(host);
    host.getSourceFile = (name, ...how) => {
      if (!read.has(name)) read.set(name, getSourceFile(name, ...how));
      return read.get(name);
    };
    host.getCurrentDirectory = () => place;
    const program = ts.createProgram({ rootNames: fileNames, options, host });
    const found = [...errors, ...ts.getPreEmitDiagnostics(program)];
    return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
  };
}

/** The lines of README that install the tarballs, comments aside. */
function installLines(): readonly string[] {
  const readme = readFileSync(path.join(repositoryFolder, "README.md"), "utf8");
  const lines = readme.match(/^npm i (-D )?\.\/.*$/gm) ?? [];
  assert.equal(lines.length, 2);
  return lines.map((line) => line.replace(/ #.*/, ""));
}
