import assert from "node:assert/strict";
import { broken, kindOf, warning } from "../../../provider/src/domain/problem";

describe("kindOf", () => {
  const table: readonly (readonly [unknown, string])[] = [
    ["a", "a string"],
    [7, "a number"],
    [true, "a boolean"],
    [[], "a list"],
    [{}, "an object"],
    [null, "null"],
    [undefined, "undefined"],
  ];
  for (const [value, kind] of table) {
    it(`calls ${JSON.stringify(value)} ${kind}`, () => assert.equal(kindOf(value), kind));
  }
});

describe("a problem", () => {
  it("is an error or a warning, with other words for a secret value where the text shows it", () => {
    assert.deepEqual(broken("is a+b", "is odd"), {
      severity: "error",
      text: "is a+b",
      secretText: "is odd",
    });
    assert.deepEqual(warning("is odd"), { severity: "warning", text: "is odd" });
  });
});
