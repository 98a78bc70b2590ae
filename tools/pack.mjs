// node tools/pack.mjs [folder]: both packages as they are published, as tarballs in the folder (the
// repository's by default). What npm shows of a package but the code does not need (repository,
// homepage, bugs) is set once, in the root's package.json; while it is unknown it is left out.

import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { repositoryFolder } from "./folders.mjs";
import { runQuietly } from "./longStep.mjs";
import { runInstalled } from "./packages.mjs";

/** What goes beside the code: from the repository, into the package. */
const pages = {
  provider: ["README.md", "CHANGELOG.md", "SECURITY.md", "BENCHMARKS.md", "docs", "examples"],
  simulator: ["simulator/README.md"],
};

const destination = path.resolve(process.argv[2] ?? repositoryFolder);
const { repository, homepage, bugs } = readJson(path.join(repositoryFolder, "package.json"));
for (const [folder, files] of Object.entries(pages)) console.log(await pack(folder, files));

/**
 * @param {string} folder
 * @param {readonly string[]} files
 */
async function pack(folder, files) {
  const source = path.join(repositoryFolder, folder);
  const stage = mkdtempSync(path.join(os.tmpdir(), "nclue-pack-"));
  try {
    // Compiled afresh: dist may hold what is left of files that are gone.
    const info = ["--tsBuildInfoFile", path.join(stage, ".tsbuildinfo")];
    const outDir = path.join(stage, "dist");
    checked(await runInstalled("tsc", ["-p", source, "--outDir", outDir, ...info], process.env));
    copy(path.join(source, "bin"), path.join(stage, "bin"));
    for (const file of [...files, "LICENSE"]) {
      copy(path.join(repositoryFolder, file), path.join(stage, path.relative(rootOf(file), file)));
    }
    relinkPages(stage, folder === "provider" ? "" : folder);
    const manifest = readJson(path.join(source, "package.json"));
    delete manifest.devDependencies;
    const text = JSON.stringify({ ...manifest, repository, homepage, bugs }, null, 2);
    writeFileSync(path.join(stage, "package.json"), `${text}\n`);
    const args = ["pack", "--pack-destination", destination];
    const options = { command: "npm", args, cwd: stage, env: process.env, limitMs: 120_000 };
    checked(await runQuietly(options));
    return path.join(destination, `${manifest.name}-${manifest.version}.tgz`);
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/** The folder of the repository that is the root of the file's package. @param {string} file */
function rootOf(file) {
  return file.startsWith("simulator/") ? "simulator" : "";
}

/**
 * Links to what is not in the package lead to the repository; while that is unknown they are text.
 *
 * @param {string} stage
 * @param {string} root the folder of the repository that the package's pages were in
 */
function relinkPages(stage, root) {
  const files = readdirSync(stage, { recursive: true, encoding: "utf8" });
  for (const page of files.filter((file) => file.endsWith(".md"))) {
    const file = path.join(stage, page);
    const text = readFileSync(file, "utf8").replace(
      /(!?\[[^[\]]*\])\(([^():#]+)(#[^()]*)?\)/g,
      (link, label, target, anchor = "") => {
        const linked = path.posix.join(path.posix.dirname(page), target);
        if (files.includes(path.posix.join(linked, "."))) return link;
        const place = path.posix.join(root, linked);
        return repository
          ? `${label}(${repository}/blob/HEAD/${place}${anchor})`
          : label.replace(/^!?\[|\]$/g, "");
      },
    );
    writeFileSync(file, text);
  }
}

/**
 * @param {string} from
 * @param {string} to
 */
function copy(from, to) {
  cpSync(from, to, {
    recursive: true,
    filter: (file) => !/\/(node_modules|bin\/dist)$/.test(file),
  });
}

/** @param {string} file */
function readJson(file) {
  return JSON.parse(readFileSync(file, "utf8"));
}

/** @param {import("./longStep.mjs").StepResult} result */
function checked({ ok, output }) {
  if (!ok) throw new Error(output);
}
