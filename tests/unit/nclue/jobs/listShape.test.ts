import assert from "node:assert/strict";
import { ListShape } from "../../../../provider/src/nclue/jobs/listShape";
import type { RawPage } from "../../../../provider/src/nclue/jobs/wire";

const page = (length: number, total: number | null = null): RawPage => ({
  jobs: [],
  length,
  total,
});

describe("ListShape", () => {
  it("takes the longest page that has arrived for the length of a page", () => {
    const shape = new ListShape();
    assert.equal(shape.pageLength, 100);
    for (const length of [20, 40, 7]) shape.note(page(length));
    assert.equal(shape.pageLength, 40);
  });

  it("takes total for that of all jobs only after an answer that proves it", () => {
    const shape = new ListShape();
    shape.note(page(20, 20));
    assert.equal(shape.totalOf(page(20, 20)), undefined);
    shape.note(page(20, 21));
    assert.equal(shape.totalOf(page(20, 21)), 21);
    assert.equal(shape.totalOf(page(20)), undefined);
  });

  it("counts from a position or by pages, as it has learned", () => {
    const shape = new ListShape();
    shape.note(page(40));
    assert.equal(shape.meaning, undefined);
    shape.learn("position");
    assert.deepEqual([shape.meaning, shape.indexOf(3)], ["position", 120]);
    shape.learn("page");
    assert.deepEqual([shape.meaning, shape.indexOf(3)], ["page", 3]);
  });

  const first: readonly (readonly [length: number, total: number | null, isAll: boolean])[] = [
    [0, 0, true],
    [0, null, true],
    [0, 5, false],
    [40, 40, true],
    [40, null, false],
    [40, 41, false],
    [99, 99, true],
    [100, 100, false],
    [100, null, false],
  ];
  for (const [length, total, isAll] of first) {
    it(`takes a first page of ${length} with the total ${total} for ${isAll ? "all" : "a part"}`, () =>
      assert.equal(new ListShape().isAll(page(length, total)), isAll));
  }

  it("takes a full first page for all where total is known to be that of all jobs", () => {
    const shape = new ListShape();
    shape.note(page(100, 250));
    assert.ok(shape.isAll(page(100, 100)));
    assert.ok(!shape.isAll(page(100, 101)));
  });
});
