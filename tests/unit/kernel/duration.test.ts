import assert from "node:assert/strict";
import fc from "fast-check";
import { parseDuration } from "../../../provider/src/kernel/duration";
import { seeded } from "../../support/seeds";

describe("parseDuration", () => {
  const readable: readonly (readonly [string, number])[] = [
    ["90s", 90_000],
    ["1h30m", 5_400_000],
    ["1.5h", 5_400_000],
    ["2h", 7_200_000],
    ["250ms", 250],
    ["5us", 0.005],
    ["5µs", 0.005],
    ["1000000ns", 1],
    ["0s", 0],
    ["1.s", 1000],
  ];
  for (const [text, ms] of readable) {
    it(`reads ${text} as ${ms} ms`, () => assert.equal(parseDuration(text), ms));
  }

  for (const text of ["", "90", "s", "-5s", "1 h", "1d", "h1", "1h-5m", "1e3s", "soon", "1h\n"]) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.equal(parseDuration(text), undefined));
  }

  it("never gives NaN, a negative or an endless time", () => {
    const digits = fc.array(fc.constantFrom("9", "0", ".", "h", "m", "s", "ms"), {
      maxLength: 600,
    });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          digits.map((parts) => parts.join("")),
        ),
        (text) => {
          const ms = parseDuration(text);
          assert.ok(ms === undefined || (Number.isFinite(ms) && ms >= 0));
        },
      ),
      seeded(),
    );
  });
});
