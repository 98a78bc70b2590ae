import assert from "node:assert/strict";
import { RunDirectory } from "../../../provider/src/nclue/runDirectory";
import { RunPages } from "../../../provider/src/nclue/runPages";
import { fakeList, runNumber } from "../../support/fakeList";

function bench(count: number) {
  const list = fakeList({ count, index: "position", total: "all" });
  const directory = new RunDirectory(new RunPages(list.client));
  const ids = async () => (await directory.known()).map(({ runId }) => runId);
  return { list, directory, ids };
}

describe("RunDirectory", () => {
  it("looks once at the first page, for all who ask", async () => {
    const { list, ids } = bench(250);
    const [first] = await Promise.all([ids(), ids(), ids()]);
    await ids();
    assert.equal(first.length, 100);
    assert.deepEqual(list.asked, [0]);
  });

  it("looks again after a look that failed", async () => {
    const { list, ids } = bench(3);
    list.failFrom(0, new Error("broken"));
    await assert.rejects(ids(), /broken/);
    list.failFrom(Number.POSITIVE_INFINITY, new Error());
    assert.equal((await ids()).length, 3);
  });

  it("reads on until it has found what is sought", async () => {
    const { list, directory, ids } = bench(350);
    await ids();
    list.asked.length = 0;
    await directory.lookAgain(({ runId }) => runId === "run-150");
    assert.ok((await ids()).includes("run-150"));
    assert.ok(!list.asked.includes(300));
    await directory.lookAgain(() => false);
    assert.equal((await ids()).length, 350);
  });

  it("walks once for all who seek at the same time, and each ends when it has found", async () => {
    const { list, directory } = bench(350);
    const seek = (id: string) => directory.lookAgain(({ runId }) => runId === id);
    assert.deepEqual(await Promise.all([seek("run-5"), seek("run-120"), seek("run-150")]), [
      true,
      true,
      true,
    ]);
    assert.deepEqual(list.asked, [0, 0, 100]);
  });

  it("lets those who come while it walks share the next walk: it can know what they seek", async () => {
    const { list, directory } = bench(3);
    const first = directory.lookAgain(() => false);
    const later = [1, 2, 3].map(() => directory.lookAgain(({ runId }) => runId === "run-3"));
    list.grow(1);
    assert.equal(await first, true);
    await Promise.all(later);
    assert.deepEqual(list.asked, [0, 0]);
    assert.ok([...directory.seen()].some(({ runId }) => runId === "run-3"));
  });

  it("finds a run that a shrinking list hides between two pages", async () => {
    const list = fakeList({ count: 250, index: "position", total: "all", shrinkBy: 1 });
    const directory = new RunDirectory(new RunPages(list.client));
    assert.equal(await directory.lookAgain(({ runId }) => runId === "run-100"), true);
    assert.ok([...directory.seen()].some(({ runId }) => runId === "run-100"));
  });

  it("passes a failure of the walk on to all who seek, and walks again for the next", async () => {
    const { list, directory } = bench(3);
    list.failFrom(0, new Error("broken"));
    const seek = () => directory.lookAgain(() => false);
    await Promise.all([seek(), seek()].map((look) => assert.rejects(look, /broken/)));
    list.failFrom(Number.POSITIVE_INFINITY, new Error());
    assert.equal(await seek(), true);
  });

  it("knows what this process has made, and forgets for good what it has deleted", async () => {
    const { directory, ids } = bench(3);
    directory.add(runNumber(7));
    assert.ok((await ids()).includes("run-7"));
    directory.remove("run-1");
    await directory.lookAgain(() => false);
    directory.add(runNumber(1));
    assert.ok(!(await ids()).includes("run-1"));
    assert.ok(![...directory.seen()].some(({ runId }) => runId === "run-1"));
  });

  it("keeps a name for the one that claimed it", () => {
    const { directory } = bench(0);
    directory.claim("n", "urn:a");
    assert.ok(directory.isClaimedByOther("n", "urn:b"));
    assert.ok(!directory.isClaimedByOther("n", "urn:a"));
    assert.ok(!directory.isClaimedByOther("m", "urn:b"));
  });
});
