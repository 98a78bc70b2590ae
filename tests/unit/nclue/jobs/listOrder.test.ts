import assert from "node:assert/strict";
import { listOrder } from "../../../../provider/src/nclue/jobs/listOrder";
import { datedRun } from "../../../support/fakeList";
import { runNumber } from "../../../support/sampleJobs";

const rising = Array.from({ length: 10 }, (_, n) => datedRun(n, "oldest"));
const falling = [...rising].reverse();

describe("listOrder", () => {
  it("is clear by dates that rise or fall", () => {
    assert.equal(listOrder(rising), "oldest-first");
    assert.equal(listOrder(falling), "newest-first");
  });

  it("is clear although some dates are equal: they have whole seconds", () =>
    assert.equal(listOrder([...falling.slice(0, 5), ...falling.slice(4)]), "newest-first"));

  it("compares moments, not their spelling", () => {
    const createdAt = "2025-12-31T00:00:00+09:00";
    assert.equal(listOrder([...falling, runNumber(1, { createdAt })]), "newest-first");
  });

  const none = {
    "no jobs": [],
    "too few jobs": rising.slice(0, 7),
    "too few different dates": [...rising.slice(0, 7), ...Array(9).fill(rising[6])],
    "the same date everywhere": Array(20).fill(rising[0]),
    "dates in disorder": [...rising, rising[3] ?? runNumber(3)],
    "a date that cannot be read": [...rising, runNumber(11, { createdAt: "odd" })],
    "a date that is not said": [...rising, runNumber(11, { createdAt: null })],
  };
  for (const [what, jobs] of Object.entries(none)) {
    it(`is none by ${what}`, () => assert.equal(listOrder(jobs), "none"));
  }
});
