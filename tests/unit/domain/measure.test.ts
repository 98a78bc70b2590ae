import assert from "node:assert/strict";
import fc from "fast-check";
import { count, decimal, text } from "../../../provider/src/domain/measure";
import { seeded } from "../../support/seeds";

describe("a measure", () => {
  it("has a name at the service, and words for a progress line where it has some", () => {
    assert.deepEqual(
      [count("line_count", "# lines").wire, count("line_count", "# lines").words],
      ["line_count", "# lines"],
    );
    assert.ok(!("words" in count("disk_usage")));
    assert.ok(!("words" in text("task_name")));
  });

  const texts: readonly (readonly [unknown, string | null])[] = [
    ["churn", "churn"],
    [42, "42"],
    ["", null],
    [null, null],
    [undefined, null],
    [Number.NaN, null],
    [{}, null],
    [true, null],
  ];
  for (const [json, expected] of texts) {
    it(`reads the text ${JSON.stringify(json)} as ${expected}`, () =>
      assert.equal(text("w").decode(json), expected));
  }

  const counts: readonly (readonly [unknown, number | null])[] = [
    [120_345, 120_345],
    ["120", 120],
    [0, 0],
    ["0", 0],
    [-1, null],
    [1.5, null],
    [2 ** 60, null],
    ["many", null],
    ["", null],
    [null, null],
    [{}, null],
  ];
  for (const [json, expected] of counts) {
    it(`reads the count ${JSON.stringify(json)} as ${expected}`, () =>
      assert.equal(count("w").decode(json), expected));
  }

  const decimals: readonly (readonly [unknown, number | null])[] = [
    ["0.8412", 0.8412],
    [0.8412, 0.8412],
    ["1", 1],
    [" 0.5 ", 0.5],
    [0, 0],
    ["0", 0],
    ["", null],
    [" ", null],
    ["n/a", null],
    [null, null],
    [Number.NaN, null],
    [[], null],
  ];
  for (const [json, expected] of decimals) {
    it(`reads the decimal ${JSON.stringify(json)} as ${expected}`, () =>
      assert.equal(decimal("w", "AUROC #").decode(json), expected));
  }

  it("reads any JSON as a text, a sensible number or nothing", () =>
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        for (const { decode } of [text("w"), count("w"), decimal("w", "#")]) {
          const value = decode(json);
          assert.ok(value === null || typeof value === "string" || Number.isFinite(value));
        }
      }),
      seeded(),
    ));
});
