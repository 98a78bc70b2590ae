import assert from "node:assert/strict";
import fc from "fast-check";
import {
  boundedRetryAfterMs,
  LONGEST_RETRY_AFTER_MS,
  parseRetryAfterMs,
  retryDelayMs,
} from "../../../provider/src/nclue/retryPolicy";
import { seeded } from "../../support/seeds";

const attempts = [1, 2, 3, 4, 5, 6, 7];

describe("retryDelayMs", () => {
  it("doubles up to a bound", () => {
    const delays = attempts.map((attempt) => retryDelayMs(attempt, () => 0.5));
    assert.deepEqual(delays, [750, 1500, 3000, 6000, 12_000, 15_000, 15_000]);
  });

  it("is spread over the upper half", () => {
    assert.deepEqual(
      attempts.slice(0, 3).map((attempt) => retryDelayMs(attempt, () => 0)),
      [500, 1000, 2000],
    );
  });

  it("is never shorter than the service asks for, and never longer than its bound", () => {
    assert.equal(
      retryDelayMs(1, () => 0, 3000),
      3000,
    );
    assert.equal(
      retryDelayMs(1, () => 0, 10),
      500,
    );
    assert.equal(
      retryDelayMs(1, () => 0, 86_400_000),
      LONGEST_RETRY_AFTER_MS,
    );
  });

  it("is always a time within bounds, whatever a server asks for", () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.double({ noNaN: true }),
        (attempt, chance, retryAfterMs) => {
          const delayMs = retryDelayMs(attempt, () => chance, retryAfterMs);
          assert.ok(delayMs >= 500 && delayMs <= LONGEST_RETRY_AFTER_MS);
        },
      ),
      seeded(),
    ));
});

describe("parseRetryAfterMs", () => {
  const now = Date.UTC(2026, 10, 1, 12, 0, 0);
  const table: readonly (readonly [string | null, number | undefined])[] = [
    [null, undefined],
    ["0", 0],
    ["3", 3000],
    [" 1.5 ", 1500],
    ["Sun, 01 Nov 2026 12:00:10 GMT", 10_000],
    ["Sun, 01 Nov 2026 11:00:00 GMT", 0],
    ["soon", undefined],
    ["", undefined],
  ];
  for (const [header, ms] of table) {
    it(`reads ${JSON.stringify(header)} as ${ms} ms`, () =>
      assert.equal(parseRetryAfterMs(header, now), ms));
  }

  it("is bounded before anybody waits for it", () => {
    assert.equal(boundedRetryAfterMs(parseRetryAfterMs("9".repeat(400), now) ?? 0), 60_000);
    assert.equal(boundedRetryAfterMs(-1), 0);
  });
});
