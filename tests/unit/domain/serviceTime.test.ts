import assert from "node:assert/strict";
import fc from "fast-check";
import { parseExactTime, parseServiceTime } from "../../../provider/src/domain/serviceTime";
import { seeded } from "../../support/seeds";

const TIME = Date.UTC(2024, 10, 26, 5, 53, 32);
const MINUTE = Date.UTC(2024, 10, 26, 5, 53);
const MIDNIGHT = Date.UTC(2024, 10, 25, 15);

describe("parseServiceTime", () => {
  const table: readonly (readonly [string | number, number])[] = [
    ["2024-11-26T14:53:32+09:00", TIME],
    ["2024-11-26T14:53:32", TIME],
    ["2024-11-26 14:53:32", TIME],
    ["2024-11-26T05:53:32Z", TIME],
    ["2024-11-26t05:53:32z", TIME],
    ["2024-11-26T14:53:32.500+09:00", TIME + 500],
    ["2024-11-26T14:53:32,500+09:00", TIME + 500],
    ["2024-11-26T14:53:32.5+09:00", TIME + 500],
    ["2024-11-26T14:53:32.123456", TIME + 123],
    ["2024-11-26T14:53:32.123456789+09:00", TIME + 123],
    ["2024-11-26T14:53:32+0900", TIME],
    ["2024-11-26T14:53:32+09", TIME],
    ["2024-11-26 14:53:32+09", TIME],
    ["2024-11-26 14:53:32 +0900", TIME],
    ["2024-11-26T05:53:32+00:00", TIME],
    ["2024-11-26T00:23:32-05:30", TIME],
    ["2024-11-25T19:53:32-10", TIME],
    ["2024-11-26T14:53+09:00", MINUTE],
    ["2024-11-26T14:53", MINUTE],
    ["2024-11-26T14:53:32+09:00[Asia/Seoul]", TIME],
    ["2024-11-26T05:53:32Z[UTC]", TIME],
    ["2024-11-26T14:53:32[Asia/Seoul]", TIME],
    ["20241126T145332+0900", TIME],
    ["20241126T145332+09", TIME],
    ["20241126T145332", TIME],
    ["20241126T055332Z", TIME],
    ["20241126T055332.500Z", TIME + 500],
    ["20241126145332", TIME],
    ["2024-11-26", MIDNIGHT],
    ["20241126", MIDNIGHT],
    [" 2024-11-26T14:53:32+09:00 ", TIME],
    [TIME, TIME],
    [TIME / 1000, TIME],
    [TIME / 1000 + 0.5, TIME + 500],
    [String(TIME), TIME],
    [String(TIME / 1000), TIME],
  ];
  for (const [stamp, ms] of table) {
    it(`reads ${JSON.stringify(stamp)}`, () => assert.equal(parseServiceTime(stamp), ms));
  }

  const others: readonly (string | number | null | undefined)[] = [
    null,
    undefined,
    "",
    "yesterday",
    "26/04/01 (KST)",
    "26.11.2024",
    "2024-13-40T00:00:00",
    "2024-11-26T25:00:00",
    "2024-11-26T14:53:32+09:00 or so",
    "2024-11-26T05:53:32[UTC]",
    "2024-11-26T14:53:32+9",
    "14:53:32",
    "0001-01-01T00:00:00Z",
    "0000-00-00T00:00:00Z",
    "1970-01-01T00:00:00Z",
    "1970-01-01T09:00:00+09:00",
    "1900-01-01",
    "2023-12-31T23:59:59Z",
    "2100-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    1_000_000_000,
    9_999_999_999_999,
    0,
    -1,
    1,
    202_411_261_453,
    17_326_004_120_000_000,
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ];
  for (const stamp of others) {
    it(`makes nothing of ${typeof stamp === "number" ? stamp : JSON.stringify(stamp)}`, () =>
      assert.equal(parseServiceTime(stamp), undefined));
  }

  it("is never NaN", () =>
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double()), (stamp) => {
        const ms = parseServiceTime(stamp);
        return ms === undefined || Number.isInteger(ms);
      }),
      seeded(),
    ));

  it("reads back every moment in which the service may live, however it is written", () =>
    fc.assert(
      fc.property(fc.integer({ min: 1_704_067_200, max: 4_102_444_799 }), (seconds) => {
        const iso = new Date(seconds * 1000).toISOString();
        const basic = iso.replace(/[-:]/g, "");
        for (const form of [iso, basic, `${iso}[UTC]`, seconds, seconds * 1000]) {
          assert.equal(parseServiceTime(form), seconds * 1000, String(form));
        }
      }),
      seeded(),
    ));
});

describe("parseExactTime", () => {
  for (const stamp of [
    "2024-11-26T14:53:32+09:00",
    "2024-11-26 14:53",
    "20241126T145332",
    "20241126145332",
    TIME,
    TIME / 1000,
  ]) {
    it(`reads ${stamp} as others do`, () =>
      assert.equal(parseExactTime(stamp), parseServiceTime(stamp)));
  }

  for (const stamp of ["2024-11-26", "20241126", "2024-11-26T14", "2024-11-26T14+09:00", null]) {
    it(`makes nothing of ${stamp}, which has no minutes`, () =>
      assert.equal(parseExactTime(stamp), undefined));
  }
});
