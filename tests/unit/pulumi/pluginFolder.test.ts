import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pluginFolder } from "../../../provider/src/pulumi/pluginFolder";

describe("The folder that Pulumi looks for packages in", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "nclue-folder-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  for (const [title, file, project, expected] of [
    ["is the project's", "Pulumi.yaml", "name: scores\nruntime: nodejs\n", "."],
    ["is where main leads", "Pulumi.yaml", "name: scores\nmain: src/program/\n", "src/program"],
    ["is where an absolute main leads", "Pulumi.yaml", 'name: a\nmain: "/srv/app"\n', "/srv/app"],
    ["is that of a file as main", "Pulumi.yaml", "name: a\nmain: lib/index.ts\n", "lib"],
    ["is where main in one line leads", "Pulumi.yaml", '{"name":"a","main":"src"}', "src"],
    ["is where main in JSON leads", "Pulumi.json", '{\n  "name": "a",\n  "main": "src"\n}', "src"],
    ["is the project's, whatever it says below", "Pulumi.yaml", "a:\n  domain: x\n", "."],
  ] as const) {
    it(title, () => {
      writeFileSync(path.join(folder, file), project);
      assert.equal(pluginFolder(folder), path.resolve(folder, expected));
    });
  }

  it("is the project's where the engine is started in a folder below", () => {
    writeFileSync(path.join(folder, "Pulumi.yaml"), "name: scores\n");
    const below = path.join(folder, "a", "b");
    mkdirSync(below, { recursive: true });
    assert.equal(pluginFolder(below), folder);
  });

  it("is not known without a project", () => assert.equal(pluginFolder(folder), undefined));
});
