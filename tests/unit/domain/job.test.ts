import assert from "node:assert/strict";
import { isSameId, newestFirst } from "../../../provider/src/domain/job";

describe("newestFirst", () => {
  it("sorts by the moment, whatever its spelling, and puts unreadable dates last", () => {
    const stamps = ["odd", "2026-11-01T09:00:00+09:00", null, "2026-11-01T00:30:00Z", "1764000000"];
    assert.deepEqual(
      stamps
        .map((createdAt) => ({ createdAt }))
        .sort(newestFirst)
        .map(({ createdAt }) => createdAt),
      ["2026-11-01T00:30:00Z", "2026-11-01T09:00:00+09:00", "1764000000", "odd", null],
    );
  });
});

describe("isSameId", () => {
  it("compares without case", () => {
    assert.ok(isSameId("7A1D", "7a1d"));
    assert.ok(!isSameId("7a1d", "7a1e"));
  });
});
