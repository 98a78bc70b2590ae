import assert from "node:assert/strict";
import { BucketLooks } from "../../../provider/src/storage/bucketLooks";
import { FakeClock } from "../../support/fakeClock";
import { MemoryStore } from "../../support/memoryStore";

const MINUTE = 60_000;

function bench() {
  const clock = new FakeClock();
  const store = new MemoryStore(() => clock.nowMs());
  return { clock, store, looks: new BucketLooks(store, clock) };
}

describe("BucketLooks", () => {
  for (const isPreview of [true, false]) {
    it(`looks once at a bucket that is there (${isPreview ? "preview" : "update"})`, async () => {
      const { clock, store, looks } = bench();
      await Promise.all([1, 2, 3].map(() => looks.lookAt("acme", isPreview)));
      await clock.advance(4 * MINUTE);
      await looks.lookAt("acme", isPreview);
      await looks.lookAt("other", isPreview);
      assert.deepEqual(store.looks, ["acme", "other"]);
      await clock.advance(2 * MINUTE);
      await looks.lookAt("acme", isPreview);
      assert.deepEqual(store.looks, ["acme", "other", "acme"]);
    });
  }

  it("remembers in a preview what is missing, and looks again in an update", async () => {
    const { store, looks } = bench();
    store.states.set("acme", { kind: "missing" });
    await looks.lookAt("acme", true);
    assert.deepEqual(await looks.lookAt("acme", true), { kind: "missing" });
    assert.equal(store.looks.length, 1);
    const update = new BucketLooks(store, new FakeClock());
    await update.lookAt("acme", false);
    await update.lookAt("acme", false);
    assert.equal(store.looks.length, 3);
  });

  it("looks again after a look that failed", async () => {
    let count = 0;
    const lookAtBucket = async () => {
      count += 1;
      if (count === 1) throw new Error("broken");
      return { kind: "exists" } as const;
    };
    const looks = new BucketLooks({ lookAtBucket }, new FakeClock());
    await assert.rejects(looks.lookAt("acme", true), /broken/);
    assert.deepEqual(await looks.lookAt("acme", true), { kind: "exists" });
  });
});
