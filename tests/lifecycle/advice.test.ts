import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { repositoryFolder } from "../../tools/folders.mjs";
import { elsewhere } from "../support/advice/elsewhere";
import { endWalks } from "../support/advice/endWalks";
import { lifecycleWalks } from "../support/advice/lifecycleWalks";
import { serviceWalks } from "../support/advice/serviceWalks";
import { follow } from "../support/advice/walk";
import { remediesInCode } from "../support/remedies";

// Trouble is made, its message must give the advice, the advice is followed, and the trouble is over.

const walks = { ...lifecycleWalks, ...endWalks, ...serviceWalks };

describe("what a message advises", () => {
  for (const [key, walk] of Object.entries(walks)) {
    const advice = key.slice(key.indexOf(": ") + 2);
    it(`works: ${advice}`, () => follow(advice, walk));
  }

  it("is walked for every remedy in the code, or has a reason why it cannot be", () => {
    const inCode = remediesInCode().map(({ file, text }) => `${file}: ${text}`);
    const known = [...Object.keys(walks), ...Object.keys(elsewhere)];
    assert.deepEqual(known.sort(), inCode.sort());
  });

  it("is walked by tests that exist", () => {
    for (const entry of Object.values(elsewhere)) {
      if ("why" in entry) continue;
      const { file, title } = entry;
      const source = readFileSync(path.join(repositoryFolder, file), "utf8");
      assert.ok(source.includes(title), `${file}: ${title}`);
    }
  });
});
