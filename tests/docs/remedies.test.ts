import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { repositoryFolder } from "../../tools/folders.mjs";
import { elsewhere } from "../support/advice/elsewhere";
import { walks } from "../support/advice/walks";
import { remediesInCode } from "../support/remedies";

describe("the remedies in the code", () => {
  it("are each walked by a test, or have a reason why they cannot be", () => {
    const known = [...Object.keys(walks), ...Object.keys(elsewhere)];
    assert.deepEqual(known.sort(), [...remediesInCode()].sort());
  });

  it("are walked by tests that exist", () => {
    for (const entry of Object.values(elsewhere)) {
      if ("why" in entry) continue;
      const { file, title } = entry;
      const source = readFileSync(path.join(repositoryFolder, file), "utf8");
      assert.ok(source.includes(title), `${file}: ${title}`);
    }
  });
});
