import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { repositoryFolder } from "../../tools/folders.mjs";
import { type Packs, run } from "./packageManagers";

/** What `npm publish` would send. */
export function describePackedFiles({ folder }: Packs): void {
  const names = ["pulumi-nclue", "pulumi-nclue-simulator"];
  const tarball = (name: string) => path.join(folder, `${name}-${versionOf(name)}.tgz`);
  const unpacked = (name: string, ...parts: string[]) => path.join(folder, name, ...parts);
  const filesOf = (name: string) =>
    readdirSync(unpacked(name), { recursive: true, encoding: "utf8" });

  before(async () => {
    for (const name of names) {
      mkdirSync(unpacked(name));
      const into = ["-C", unpacked(name), "--strip-components=1"];
      await run(["tar", "xzf", tarball(name), ...into], folder);
    }
  });

  for (const name of names) {
    describe(`hold ${name}, which`, () => {
      it("publint has nothing to say about", async () => {
        const { messages } = await publint({ pack: { tarball: bytesOf(tarball(name)).buffer } });
        assert.deepEqual(messages, []);
      });

      it("has types that are right for each way to resolve them", async () => {
        const data = createPackageFromTarballData(bytesOf(tarball(name)));
        const result = await checkPackage(data);
        assert.deepEqual("problems" in result ? result.problems : "no types", []);
      });

      it("holds no source map, no compiler state and no script that runs at installation", () => {
        const files = filesOf(name);
        const { scripts, devDependencies, type } = manifestOf(unpacked(name));
        assert.deepEqual([scripts, devDependencies, type], [undefined, undefined, "commonjs"]);
        assert.deepEqual(
          files.filter((file) => /\.map$|tsbuildinfo|node_modules/.test(file)),
          [],
        );
        const mapped = files
          .filter((file) => file.endsWith(".js"))
          .filter((file) =>
            readFileSync(unpacked(name, file), "utf8").includes("sourceMappingURL"),
          );
        assert.deepEqual(mapped, []);
      });

      it("has pages whose links lead to files of the package", () => {
        const broken = filesOf(name)
          .filter((file) => file.endsWith(".md"))
          .flatMap((page) =>
            linksOf(readFileSync(unpacked(name, page), "utf8"))
              .filter((link) => !existsSync(unpacked(name, path.dirname(page), link)))
              .map((link) => `${page}: ${link}`),
          );
        assert.deepEqual(broken, []);
      });

      it("names the repository only where the root's package.json does", () => {
        const { repository, homepage, bugs } = manifestOf(repositoryFolder);
        const packed = manifestOf(unpacked(name));
        assert.deepEqual(
          [packed.repository, packed.homepage, packed.bugs],
          [repository, homepage, bugs],
        );
      });
    });
  }
}

interface Manifest {
  readonly version: string;
  readonly type?: string;
  readonly scripts?: object;
  readonly devDependencies?: object;
  readonly repository?: unknown;
  readonly homepage?: unknown;
  readonly bugs?: unknown;
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
}

function versionOf(name: string): string {
  const folder = name === "pulumi-nclue" ? "provider" : "simulator";
  return manifestOf(path.join(repositoryFolder, folder)).version;
}

function bytesOf(file: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(file));
}

/** The relative ones. */
function linksOf(markdown: string): readonly string[] {
  const links = [...markdown.matchAll(/\]\(([^():#]+)(#[^()]*)?\)/g)];
  return links.map(([, link = ""]) => link);
}
