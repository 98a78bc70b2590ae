import assert from "node:assert/strict";
import fc from "fast-check";
import { parseServiceTime } from "../../../provider/src/domain/serviceTime";
import { seeded } from "../../support/seeds";

const NOON = Date.UTC(2024, 10, 26, 5, 53, 32);

describe("parseServiceTime", () => {
  const table: readonly (readonly [string, number])[] = [
    ["2024-11-26T14:53:32+09:00", NOON],
    ["2024-11-26T14:53:32", NOON],
    ["2024-11-26 14:53:32", NOON],
    ["2024-11-26T05:53:32Z", NOON],
    ["2024-11-26t05:53:32z", NOON],
    ["2024-11-26T14:53:32.500+09:00", NOON + 500],
    ["2024-11-26T14:53:32,500+09:00", NOON + 500],
    ["2024-11-26T14:53:32.123456", NOON + 123],
    ["2024-11-26T14:53:32+0900", NOON],
    ["2024-11-26T14:53+09:00", NOON - 32_000],
    [" 2024-11-26T14:53:32+09:00 ", NOON],
  ];
  for (const [text, ms] of table) {
    it(`reads ${JSON.stringify(text)}, Korean where no offset is given`, () =>
      assert.equal(parseServiceTime(text), ms));
  }

  const others: readonly (string | null | undefined)[] = [
    null,
    undefined,
    "",
    "2024-11-26",
    "2024-13-40T00:00:00",
    "20241126",
    "1732600412",
    "yesterday",
    "2024-11-26T14:53:32+09:00 or so",
  ];
  for (const text of others) {
    it(`makes nothing of ${JSON.stringify(text)}`, () =>
      assert.equal(parseServiceTime(text), undefined));
  }

  it("is never NaN", () =>
    fc.assert(
      fc.property(fc.string(), (text) => !Number.isNaN(parseServiceTime(text) ?? 0)),
      seeded(),
    ));
});
