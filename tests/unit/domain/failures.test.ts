import assert from "node:assert/strict";
import { explainFailure, FAILURES } from "../../../provider/src/domain/failures";

describe("explainFailure", () => {
  for (const code of Object.keys(FAILURES)) {
    it(`tells what ${code} means, what to do, and whether another try helps`, () => {
      const { cause, remedy } = explainFailure(code);
      assert.ok(cause.startsWith(`${code}: `));
      assert.match(remedy, /another try (usually helps|may help|will not help)/);
      assert.match(remedy, /https:\/\/guide\.ncloud-docs\.com/);
    });
  }

  for (const code of ["NEW_ERROR", "constructor", "__proto__", "toString", "hasOwnProperty"]) {
    it(`passes on ${code}, which it does not know, with the page to look at`, () =>
      assert.deepEqual(explainFailure(code), {
        cause: code,
        remedy: "see https://guide.ncloud-docs.com/docs/nclue-troubleshoot-message",
      }));
  }

  it("says so where the service gives no reason", () =>
    assert.equal(explainFailure(null).cause, "the service gives no reason"));

  it("recommends a plain re-run for a passing upload failure only", () =>
    assert.deepEqual(
      Object.entries(FAILURES)
        .filter(([, { retryHelps }]) => retryHelps === "yes")
        .map(([code]) => code),
      ["OBS_UPLOAD_FAILED"],
    ));
});
