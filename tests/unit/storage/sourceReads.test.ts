import assert from "node:assert/strict";
import type { StoredObject } from "../../../provider/src/storage/objectStore";
import { SourceReads } from "../../../provider/src/storage/sourceReads";
import { FakeClock } from "../../support/fakeClock";

/** A store that shows its keys in order, so many on a page. */
function bench(keys: readonly string[], pageLength = 1000) {
  const clock = new FakeClock();
  const stored = [...keys].sort();
  const asked: string[] = [];
  let pages = 0;
  let failure: Error | undefined;
  const store = {
    async *pages(bucket: string, prefix: string): AsyncGenerator<readonly StoredObject[]> {
      asked.push(`${bucket}/${prefix}`);
      const found = stored.filter((key) => key.startsWith(prefix));
      for (let start = 0; start === 0 || start < found.length; start += pageLength) {
        pages += 1;
        if (failure !== undefined) throw failure;
        yield found
          .slice(start, start + pageLength)
          .map((key) => ({ key, size: 1, etag: "e", modifiedMs: 0 }));
      }
    },
  };
  const reads = new SourceReads(store, clock);
  return {
    clock,
    reads,
    asked,
    pages: () => pages,
    fail: (error: Error | undefined) => {
      failure = error;
    },
    async keysOf(path: string) {
      return (await reads.read("acme", path, Number.NEGATIVE_INFINITY)).map(({ key }) => key);
    },
  };
}

const parts = ["seq/2026-11/part-1.tsv", "seq/2026-11/part-2.tsv", "seq/2026-11/sub/part-3.tsv"];
const noData = [
  "seq/2026-11/",
  "seq/2026-11/_SUCCESS",
  "seq/2026-11/.part-1.crc",
  "seq/2026-11/sub/",
];
const neighbours = [
  "seq/2026-11-old.tsv",
  "seq/2026-11.tsv",
  "seq/2026-110/part-1.tsv",
  "seq/2026-12/a",
];

describe("SourceReads", () => {
  for (const path of ["seq/2026-11/", "seq/2026-11"]) {
    for (const pageLength of [1000, 2, 1]) {
      it(`finds the objects of the directory ${path}, sub-folders included, ${pageLength} on a page`, async () => {
        const { keysOf } = bench([...parts, ...noData, ...neighbours], pageLength);
        assert.deepEqual(await keysOf(path), parts);
      });
    }
  }

  for (const pageLength of [1000, 1]) {
    it(`finds the file of a path rather than the directory of its name, ${pageLength} on a page`, async () => {
      const { keysOf, asked } = bench(["seq/2026-11", ...parts, ...neighbours], pageLength);
      assert.deepEqual(await keysOf("seq/2026-11"), ["seq/2026-11"]);
      assert.deepEqual(asked, ["acme/seq/2026-11"]);
    });
  }

  it("finds the directory where the path ends with a slash, though there is a file of its name", async () => {
    const { keysOf } = bench(["seq/2026-11", ...parts]);
    assert.deepEqual(await keysOf("seq/2026-11/"), parts);
  });

  it("finds a file although its name begins with an underscore, since the program names it", async () => {
    assert.deepEqual(await bench(["labels/_train"]).keysOf("labels/_train"), ["labels/_train"]);
  });

  for (const [what, keys] of [
    ["nothing is there", []],
    ["there is only the directory's own marker", ["seq/2026-11/"]],
    ["there are only files that do not count", noData],
    ["there are only neighbours", neighbours],
  ] as const) {
    it(`finds nothing where ${what}`, async () => {
      for (const path of ["seq/2026-11", "seq/2026-11/"]) {
        assert.deepEqual(await bench(keys).keysOf(path), []);
      }
    });
  }

  it("reads no pages of neighbours: before the directory it asks for the directory, after it it stops", async () => {
    const before = Array.from({ length: 50 }, (_, n) => `seq/2026-11-${n + 100}.tsv`);
    const after = Array.from({ length: 50 }, (_, n) => `seq/2026-11${n + 100}.tsv`);
    const first = bench([...before, ...parts, ...after], 10);
    assert.deepEqual(await first.keysOf("seq/2026-11"), parts);
    assert.deepEqual(first.asked, ["acme/seq/2026-11", "acme/seq/2026-11/"]);
    assert.equal(first.pages(), 2);
    const second = bench([...parts, ...after], 10);
    assert.deepEqual(await second.keysOf("seq/2026-11"), parts);
    assert.deepEqual([second.asked.length, second.pages()], [1, 1]);
  });

  it("asks once for all who name the same place, and again for a later moment", async () => {
    const { clock, reads, asked } = bench(parts);
    const read = (path: string, newerThanMs: number) => reads.read("acme", path, newerThanMs);
    await Promise.all([1, 2, 3].map(() => read("seq/2026-11/", 0)));
    assert.equal(asked.length, 1);
    await read("seq/", 0);
    await reads.read("other", "seq/2026-11/", 0);
    assert.equal(asked.length, 3);
    await clock.advance(5000);
    await read("seq/2026-11/", 0);
    assert.equal(asked.length, 3);
    await read("seq/2026-11/", 5000);
    assert.equal(asked.length, 4);
  });

  it("passes on a failure of the store, and asks again for the next", async () => {
    const { keysOf, fail } = bench(parts);
    fail(new Error("broken"));
    await assert.rejects(keysOf("seq/2026-11/"), /broken/);
    fail(undefined);
    assert.deepEqual(await keysOf("seq/2026-11/"), parts);
  });
});
