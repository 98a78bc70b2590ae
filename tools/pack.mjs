// node tools/pack.mjs [folder]: both packages as they are published, as tarballs in the folder (the
// repository's by default). What npm shows of a package but the code does not need (repository,
// homepage, bugs) is set once, in the root's package.json; while it is unknown it is left out.

import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { repositoryFolder } from "./folders.mjs";
import { runQuietly } from "./longStep.mjs";
import { runInstalled } from "./packages.mjs";

/** What goes beside the code, and the folder of the repository that it is in. */
const pages = {
  provider: {
    root: "",
    files: ["README.ko.md", "CHANGELOG.md", "SECURITY.md", "BENCHMARKS.md", "docs", "examples"],
  },
  simulator: { root: "simulator", files: [] },
};

const destination = path.resolve(process.argv[2] ?? repositoryFolder);
const { repository, homepage, bugs } = readJson(path.join(repositoryFolder, "package.json"));
for (const [name, { root, files }] of Object.entries(pages)) {
  const stage = mkdtempSync(path.join(os.tmpdir(), "nclue-pack-"));
  process.once("exit", () => rmSync(stage, { recursive: true, force: true }));
  const [source, pagesFolder] = [
    path.join(repositoryFolder, name),
    path.join(repositoryFolder, root),
  ];
  // Compiled afresh: dist may hold what is left of files that are gone.
  const info = ["--tsBuildInfoFile", path.join(stage, ".tsbuildinfo")];
  const outDir = path.join(stage, "dist");
  checked(await runInstalled("tsc", ["-p", source, "--outDir", outDir, ...info], process.env));
  copy(source, stage, "bin");
  copy(repositoryFolder, stage, "LICENSE");
  for (const file of ["README.md", ...files]) copy(pagesFolder, stage, file);
  relinkPages(stage, root);
  const { devDependencies, ...manifest } = readJson(path.join(source, "package.json"));
  const text = JSON.stringify({ ...manifest, repository, homepage, bugs }, null, 2);
  writeFileSync(path.join(stage, "package.json"), `${text}\n`);
  const npm = { command: "npm", args: ["pack", "--pack-destination", destination], cwd: stage };
  checked(await runQuietly({ ...npm, env: process.env, limitMs: 120_000 }));
  console.log(path.join(destination, `${manifest.name}-${manifest.version}.tgz`));
}

/**
 * Links to what is not in the package lead to the repository; while that is unknown they are text.
 * `root` is the folder of the repository that the package's pages were in.
 *
 * @param {string} stage @param {string} root
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

/** @param {string} from @param {string} to @param {string} name */
function copy(from, to, name) {
  const filter = (/** @type {string} */ file) => path.basename(file) !== "node_modules";
  cpSync(path.join(from, name), path.join(to, name), { recursive: true, filter });
}

/** @param {string} file */
function readJson(file) {
  return JSON.parse(readFileSync(file, "utf8"));
}

/** @param {import("./longStep.mjs").StepResult} result */
function checked({ ok, output }) {
  if (!ok) throw new Error(output);
}
