import assert from "node:assert/strict";
import { durationOf, timeoutProblems } from "../../../provider/src/domain/timeouts";

describe("customTimeouts", () => {
  it("that are durations, or not given, are fine", () =>
    assert.deepEqual(timeoutProblems({ create: "1h30m", update: undefined }), []));

  it("that are not are all named with what is wanted", () =>
    assert.deepEqual(timeoutProblems({ create: "soon", delete: "5" }), [
      'create must be a duration like "90s" or "1h30m", not "soon"',
      'delete must be a duration like "90s" or "1h30m", not "5"',
    ]));

  it("that are missing or malformed count as the default", () => {
    assert.equal(durationOf(undefined, "2h"), 7_200_000);
    assert.equal(durationOf("soon", "2h"), 7_200_000);
    assert.equal(durationOf("0s", "2h"), 0);
  });
});
