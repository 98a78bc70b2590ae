import assert from "node:assert/strict";
import { BucketReads } from "../../../provider/src/storage/bucketReads";
import { FakeClock } from "../../support/fakeClock";
import { MemoryStore } from "../../support/memoryStore";

const MINUTE = 60_000;

function bench() {
  const clock = new FakeClock();
  const store = new MemoryStore(() => clock.nowMs());
  return { clock, store, reads: new BucketReads(store, clock) };
}

describe("BucketReads", () => {
  for (const isPreview of [true, false]) {
    it(`asks once for a bucket that is there (${isPreview ? "preview" : "update"})`, async () => {
      const { clock, store, reads } = bench();
      await Promise.all([1, 2, 3].map(() => reads.read("acme", isPreview)));
      await clock.advance(4 * MINUTE);
      await reads.read("acme", isPreview);
      await reads.read("other", isPreview);
      assert.deepEqual(store.looks, ["acme", "other"]);
      await clock.advance(2 * MINUTE);
      await reads.read("acme", isPreview);
      assert.deepEqual(store.looks, ["acme", "other", "acme"]);
    });
  }

  it("remembers in a preview what is missing, and asks again in an update", async () => {
    const { store, reads } = bench();
    store.states.set("acme", { kind: "missing" });
    await reads.read("acme", true);
    assert.deepEqual(await reads.read("acme", true), { kind: "missing" });
    assert.equal(store.looks.length, 1);
    const update = new BucketReads(store, new FakeClock());
    await update.read("acme", false);
    await update.read("acme", false);
    assert.equal(store.looks.length, 3);
  });

  it("asks again after a request that failed", async () => {
    let count = 0;
    const lookAtBucket = async () => {
      count += 1;
      if (count === 1) throw new Error("broken");
      return { kind: "exists" } as const;
    };
    const reads = new BucketReads({ lookAtBucket }, new FakeClock());
    await assert.rejects(reads.read("acme", true), /broken/);
    assert.deepEqual(await reads.read("acme", true), { kind: "exists" });
  });
});
