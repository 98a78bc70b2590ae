import assert from "node:assert/strict";
import fc from "fast-check";
import { normalizeEtag } from "../../../provider/src/storage/etag";

describe("normalizeEtag", () => {
  const table: readonly (readonly [string | null | undefined, string | null])[] = [
    ['"x"', "x"],
    ["x", "x"],
    ['W/"x"', "x"],
    [' "x" ', "x"],
    ['"d41d8cd98f00b204e9800998ecf8427e-12"', "d41d8cd98f00b204e9800998ecf8427e-12"],
    ['""', null],
    ['W/""', null],
    ["", null],
    [" ", null],
    [null, null],
    [undefined, null],
    ["W", "W"],
  ];
  for (const [etag, normal] of table) {
    it(`writes ${JSON.stringify(etag)} as ${JSON.stringify(normal)}`, () =>
      assert.equal(normalizeEtag(etag), normal));
  }

  it("changes nothing the second time", () =>
    fc.assert(
      fc.property(fc.stringMatching(/^(W\/)?"?[^"\s]{0,20}"?$/), (etag) => {
        const once = normalizeEtag(etag);
        if (once !== "W/") assert.equal(normalizeEtag(once), once);
      }),
    ));
});
