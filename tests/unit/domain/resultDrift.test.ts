import assert from "node:assert/strict";
import fc from "fast-check";
import type { ResultObject } from "../../../provider/src/domain/outputs";
import { normalEtag, resultDrift } from "../../../provider/src/domain/resultDrift";
import { seeded } from "../../support/seeds";

const object = (resultEtag: string | null, resultSize = 10): ResultObject => ({
  resultKey: "k",
  resultUri: "s3://b/k",
  resultSize,
  resultEtag,
});

describe("resultDrift", () => {
  const same: readonly (readonly [string | null, string | null])[] = [
    ["x", "x"],
    ['"x"', "x"],
    ["x", '"x"'],
    ['W/"x"', "x"],
    ['"x"', 'W/"x"'],
    ["", ""],
    ['""', null],
    [null, '"x"'],
    ["", "x"],
    ["x", ""],
  ];
  for (const [before, now] of same) {
    it(`is none between the ETags ${JSON.stringify(before)} and ${JSON.stringify(now)}`, () =>
      assert.equal(resultDrift(object(before), object(now)), null));
  }

  for (const [before, now] of [
    ["x", "y"],
    ["x", "X"],
    ['"x"', 'W/"y"'],
  ] as const) {
    it(`is a replaced result between the ETags ${before} and ${now}`, () =>
      assert.equal(resultDrift(object(before), object(now)), "result-replaced"));
  }

  it("is a replaced result where the size is another, even without an ETag", () =>
    assert.equal(resultDrift(object(null, 10), object(null, 11)), "result-replaced"));

  it("is a missing result where there is none", () =>
    assert.equal(resultDrift(object("x"), undefined), "result-missing"));

  it("ends when it is accepted, whatever the store's ETags look like", () => {
    for (const etag of ["", '"x"', 'W/"x"', "x"]) {
      const accepted = object(normalEtag(etag));
      assert.equal(resultDrift(accepted, object(etag)), null);
      assert.equal(resultDrift(JSON.parse(JSON.stringify(accepted)), object(etag)), null);
    }
  });
});

describe("normalEtag", () => {
  it("reads three spellings of one ETag, and an empty one as none", () => {
    assert.deepEqual(['"x"', "x", 'W/"x"', 'w/"x"', ' "x" '].map(normalEtag), Array(5).fill("x"));
    assert.deepEqual(["", '""', 'W/""', " ", null, undefined].map(normalEtag), Array(6).fill(null));
  });

  it("is the same when it is applied again", () =>
    fc.assert(
      fc.property(fc.stringMatching(/^(W\/)?"?[0-9a-f-]*"?$/), (etag) =>
        assert.equal(normalEtag(normalEtag(etag)), normalEtag(etag)),
      ),
      seeded(),
    ));
});
