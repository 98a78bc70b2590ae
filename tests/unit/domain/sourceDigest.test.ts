import assert from "node:assert/strict";
import fc from "fast-check";
import {
  describeChange,
  isData,
  recordOf,
  type SourceObject,
  type SourceSummary,
  summarize,
} from "../../../provider/src/domain/sourceDigest";
import { seeded } from "../../support/seeds";

const object = (
  key: string,
  modifiedMs = 1000,
  etag: string | null = '"e"',
  size = 1,
): SourceObject => ({
  key,
  size,
  etag,
  modifiedMs,
});

function summary(...objects: readonly SourceObject[]): SourceSummary {
  const found = summarize(objects);
  assert.ok(found);
  return found;
}

describe("isData", () => {
  for (const key of ["seq/part-1.tsv", "seq/2026-11/part_1.tsv", "part"]) {
    it(`counts ${key}`, () => assert.ok(isData(key)));
  }
  for (const key of [
    "seq/",
    "seq/_SUCCESS",
    "seq/.part-1.crc",
    "_SUCCESS",
    ".hidden",
    "seq/sub/",
    "_temporary/0/part-1.tsv",
    "seq/.staging/part-1.tsv",
  ]) {
    it(`does not count ${key}`, () => assert.ok(!isData(key)));
  }
});

describe("summarize", () => {
  const objects = [object("seq/b", 3000), object("seq/a", 1000), object("seq/c/d", 2000)];

  it("says how many objects there are, and which is the newest", () => {
    const { count, newest } = summary(...objects);
    assert.deepEqual([count, newest], [3, { key: "seq/b", modifiedMs: 3000 }]);
  });

  it("does not depend on the order of the list", () =>
    assert.equal(summary(...objects).digest, summary(...[...objects].reverse()).digest));

  it("does not depend on dates, nor on how a store spells ETags", () => {
    const { digest } = summary(object("a", 1, '"x"'));
    for (const etag of ["x", 'W/"x"']) assert.equal(summary(object("a", 9, etag)).digest, digest);
  });

  it("depends on key, size and ETag of each object, and on which there are", () => {
    const digests = [
      [object("a")],
      [object("b")],
      [object("a", 1000, '"f"')],
      [object("a", 1000, null)],
      [object("a", 1000, '"e"', 2)],
      [object("a"), object("b")],
      [object("a", 1000, '"e"', 11)],
      [object("a1")],
    ].map((some) => summary(...some).digest);
    assert.equal(new Set(digests).size, digests.length);
  });

  it("is nothing where there is no object", () => assert.equal(summarize([]), undefined));

  it("finds the newest object where the store gives others no date", () => {
    const undated = object("a", Number.NaN);
    assert.deepEqual(summary(undated, object("b", 5)).newest, { key: "b", modifiedMs: 5 });
    assert.deepEqual(summary(object("b", 5), undated).newest, { key: "b", modifiedMs: 5 });
    assert.equal(summary(undated).newest.modifiedMs, 0);
  });

  it("is the same for the same objects, in whatever order", () =>
    fc.assert(
      fc.property(
        fc
          .uniqueArray(fc.string(), { minLength: 1 })
          .chain((keys) =>
            fc.tuple(fc.constant(keys), fc.shuffledSubarray(keys, { minLength: keys.length })),
          ),
        ([keys, shuffled]) => {
          const of = (some: readonly string[]) => summary(...some.map((key) => object(key)));
          assert.equal(of(keys).digest, of(shuffled).digest);
        },
      ),
      seeded(),
    ));
});

describe("recordOf", () => {
  it("is what the state keeps beside the digest", () =>
    assert.deepEqual(recordOf(summary(object("a", 5), object("b", 7)), true), {
      count: 2,
      newestMs: 7,
      isOutdated: true,
    }));
});

describe("describeChange", () => {
  const many = (count: number, changed: number) =>
    Array.from({ length: count }, (_, n) =>
      object(`seq/2026-11/part-${n}.tsv`, n >= count - changed ? 2000 + n : 1000),
    );
  const remembered = (count: number) => ({ count, newestMs: 1000, isOutdated: false });
  const table: readonly (readonly [number, number, number, string])[] = [
    [
      214,
      216,
      3,
      '3 of 214 objects changed since, the newest "seq/2026-11/part-213.tsv"; 2 are gone',
    ],
    [214, 214, 3, '3 of 214 objects changed since, the newest "seq/2026-11/part-213.tsv"'],
    [214, 210, 3, '3 of 214 objects changed since, the newest "seq/2026-11/part-213.tsv"'],
    [
      214,
      215,
      1,
      '1 of 214 objects changed since, the newest "seq/2026-11/part-213.tsv"; 1 is gone',
    ],
    [5, 7, 0, "2 are gone"],
    [5, 6, 0, "1 is gone"],
    [1, 1, 1, '1 of 1 objects changed since, the newest "seq/2026-11/part-0.tsv"'],
  ];
  for (const [now, then, changed, expected] of table) {
    it(`says: ${expected}`, () =>
      assert.equal(
        describeChange(remembered(then), summary(...many(now, changed)), false),
        expected,
      ));
  }

  it("says that one has changed where dates are too coarse to show it", () =>
    assert.equal(
      describeChange(remembered(2), summary(object("a"), object("b")), false),
      '1 of 2 objects changed since, the newest "a"',
    ));

  it("names no object of a secret place", () =>
    assert.equal(
      describeChange(remembered(216), summary(...many(214, 3)), true),
      "3 of 214 objects changed since; 2 are gone",
    ));
});
