import assert from "node:assert/strict";
import { cutCell, cutLine, displayWidth, wrapText } from "../../../provider/src/cli/table";

describe("text in columns", () => {
  for (const [text, width] of [
    ["churn", 5],
    ["한글-2", 6],
    ["12–15m …", 8],
    ["▰▱", 2],
    ["🎉", 2],
    ["✅", 2],
  ] as const) {
    it(`takes ${width} cells for ${text}`, () => assert.equal(displayWidth(text), width));
  }

  for (const [text, width, cut] of [
    ["churn", 5, "churn"],
    ["churn-1", 5, "chur…"],
    ["한글-2", 5, "한글…"],
    ["한글-2", 4, "한…"],
    ["💥💥💥💥", 6, "💥💥…"],
    ["a💥💥💥", 6, "a💥💥…"],
    ["✅✅💥💥", 7, "✅✅💥…"],
  ] as const) {
    it(`cuts ${text} to ${width} cells, and no letter in two`, () => {
      assert.equal(cutCell(text, width), cut);
      assert.ok(displayWidth(cut) <= width);
      assert.equal(cutLine(cut, width), cut);
    });
  }

  it("breaks between words, and keeps a word whole that is too long", () => {
    const text = "set NO_PROXY=127.0.0.1,localhost and the same as no_proxy";
    assert.deepEqual(wrapText(text, 20), [
      "set",
      "NO_PROXY=127.0.0.1,localhost",
      "and the same as",
      "no_proxy",
    ]);
    assert.deepEqual(wrapText("", 20), [""]);
  });
});
