import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { repositoryFolder } from "../../tools/folders.mjs";
import { packagesMatchLock } from "../../tools/packages.mjs";

interface Locked {
  version?: string;
  optional?: boolean;
  optionalDependencies?: Record<string, string>;
}

describe("The npm packages", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "nclue-packages-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const lock = (file: string, packages: Record<string, Locked>) => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), JSON.stringify({ packages }));
  };

  it("are installed anew when one is missing or has another version than the lock says", () => {
    lock("package-lock.json", { "": {}, "node_modules/a": { version: "1.0.0" } });
    assert.equal(packagesMatchLock(folder), false);
    lock("node_modules/.package-lock.json", { "node_modules/a": { version: "0.9.0" } });
    assert.equal(packagesMatchLock(folder), false);
    lock("node_modules/.package-lock.json", { "node_modules/a": { version: "1.0.0" } });
    assert.equal(packagesMatchLock(folder), true);
  });

  it("may lack what is optional", () => {
    lock("package-lock.json", {
      "node_modules/a": { version: "1.0.0" },
      "node_modules/a-for-another-platform": { version: "1.0.0", optional: true },
    });
    lock("node_modules/.package-lock.json", { "node_modules/a": { version: "1.0.0" } });
    assert.equal(packagesMatchLock(folder), true);
  });

  it("are in the lock for all platforms, without which npm ci refuses it", () => {
    const text = readFileSync(path.join(repositoryFolder, "package-lock.json"), "utf8");
    const packages: Record<string, Locked> = JSON.parse(text).packages;
    const optional = Object.values(packages).flatMap((entry) =>
      Object.keys(entry.optionalDependencies ?? {}),
    );
    const places = Object.keys(packages);
    assert.deepEqual(
      optional.filter((name) => !places.some((place) => place.endsWith(`node_modules/${name}`))),
      [],
    );
  });
});
