import assert from "node:assert/strict";
import { humanSize } from "../../../provider/src/cli/humanSize";

describe("a size in words", () => {
  for (const [bytes, words] of [
    [0, "0 bytes"],
    [1, "1 byte"],
    [999, "999 bytes"],
    [1000, "1.0 kB"],
    [99_949, "99.9 kB"],
    [99_950, "100 kB"],
    [999_499, "999 kB"],
    [999_500, "1.0 MB"],
    [39_600_000, "39.6 MB"],
    [5_000_000_000, "5.0 GB"],
    [5e18, "5000000 TB"],
  ] as const) {
    it(`is ${words} for ${bytes}`, () => assert.equal(humanSize(bytes), words));
  }
});
