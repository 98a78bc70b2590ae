import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { repositoryFolder } from "../../tools/folders.mjs";

const own = { "pulumi-nclue": "provider", "pulumi-nclue-simulator": "simulator" };

/**
 * Gives a folder the packages that a reader has installed into it: ours from their tarballs, and the
 * repository's for whatever they depend on.
 */
export function installPackages(folder: string): void {
  unpacked ??= unpackOwn();
  const target = path.join(folder, "node_modules");
  rmSync(target, { recursive: true, force: true });
  linkAll(unpacked, target);
}

let unpacked: string | undefined;

/** Packed from what is built, once in this process; gone with it. */
function unpackOwn(): string {
  const root = mkdtempSync(path.join(os.tmpdir(), "nclue-packed-"));
  process.once("exit", () => rmSync(root, { recursive: true, force: true }));
  const packages = path.join(root, "node_modules");
  linkAll(path.join(repositoryFolder, "node_modules"), packages);
  for (const [name, source] of Object.entries(own)) {
    const cwd = path.join(repositoryFolder, source);
    const pack = ["pack", "--json", "--pack-destination", root];
    const [{ filename }] = JSON.parse(
      execFileSync("npm", pack, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }),
    );
    const place = path.join(packages, name);
    rmSync(place);
    mkdirSync(place);
    execFileSync("tar", ["xzf", path.join(root, filename), "-C", place, "--strip-components=1"]);
  }
  return packages;
}

function linkAll(source: string, target: string): void {
  mkdirSync(target);
  for (const name of readdirSync(source)) {
    const [from, to] = [path.join(source, name), path.join(target, name)];
    if (name.startsWith("@")) linkAll(from, to);
    else symlinkSync(from, to);
  }
}
