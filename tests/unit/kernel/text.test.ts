import assert from "node:assert/strict";
import fc from "fast-check";
import { humanDuration, humanRange, printable } from "../../../provider/src/kernel/text";
import { seeded } from "../../support/seeds";

const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

describe("printable", () => {
  it("leaves ordinary text alone, Korean included", () =>
    assert.equal(printable("고객 이탈 – churn"), "고객 이탈 – churn"));

  it("takes out what would move a terminal's cursor, colour it or turn its direction", () =>
    assert.equal(printable("a\u001b[31mb\r\nc\u0000\u009b2Jd\u202ee"), "a [31mb c 2Jd e"));

  it("cuts what is too long, and shows that it did", () => {
    assert.equal(printable("x".repeat(10), 10), "x".repeat(10));
    assert.equal(printable("x".repeat(11), 10), `${"x".repeat(9)}…`);
  });

  it("is safe to show, of bounded length, and the same when done twice", () => {
    const text = fc.string({ unit: "binary", maxLength: 1000 });
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 300 }), (foreign, longest) => {
        const shown = printable(foreign, longest);
        assert.ok(shown.length <= longest);
        assert.doesNotMatch(shown, UNSAFE);
        assert.equal(printable(shown, longest), shown);
      }),
      seeded(),
    );
  });
});

describe("humanDuration", () => {
  const table: readonly (readonly [number, string])[] = [
    [-5, "0s"],
    [0, "0s"],
    [499, "0s"],
    [47_000, "47s"],
    [59_600, "1m"],
    [60_000, "1m"],
    [192_000, "3m 12s"],
    [3_600_000, "1h 0m"],
    [7_500_000, "2h 5m"],
  ];
  for (const [ms, text] of table) {
    it(`tells ${ms} ms as ${text}`, () => assert.equal(humanDuration(ms), text));
  }
});

describe("humanRange", () => {
  const table: readonly (readonly [number, number, string])[] = [
    [40_000, 55_000, "40–55s"],
    [720_000, 900_000, "12–15m"],
    [3_000_000, 4_200_000, "50m–1h 10m"],
    [720_000, 725_000, "12m"],
    [90_000, 600_000, "1m 30s–10m"],
  ];
  for (const [fromMs, toMs, text] of table) {
    it(`tells ${fromMs} to ${toMs} ms as ${text}`, () =>
      assert.equal(humanRange(fromMs, toMs), text));
  }
});
