import assert from "node:assert/strict";
import { NclueError } from "../../../provider/src/kernel/errors";
import type { NclueClient } from "../../../provider/src/nclue/client";
import { RunListing } from "../../../provider/src/nclue/runListing";
import { RunPages } from "../../../provider/src/nclue/runPages";
import { FakeClock } from "../../support/fakeClock";
import { fakeList } from "../../support/fakeList";

function bench(count: number) {
  const clock = new FakeClock();
  const list = fakeList({ count, index: "position", total: "all" });
  return { clock, list, listing: new RunListing(new RunPages(list.client), clock) };
}

describe("RunListing", () => {
  it("walks over the whole list, and keeps that for a minute", async () => {
    const { clock, list, listing } = bench(150);
    assert.equal(await listing.has("run-149"), true);
    const requests = list.asked.length;
    await clock.advance(59_000);
    assert.equal(await listing.has("run-150"), false);
    assert.equal(list.asked.length, requests);
    list.grow(1);
    await clock.advance(1_000);
    assert.equal(await listing.has("run-150"), true);
  });

  it("walks once for questions that come together", async () => {
    const { list, listing } = bench(150);
    assert.deepEqual(await Promise.all([listing.has("run-1"), listing.has("run-200")]), [
      true,
      false,
    ]);
    assert.deepEqual(list.asked, [0, 100]);
  });

  it("walks anew where an older walk shows the run, which may have been deleted since", async () => {
    const { clock, list, listing } = bench(150);
    await listing.has("run-149");
    const requests = list.asked.length;
    await clock.advance(1_000);
    assert.equal(await listing.has("run-149"), true);
    assert.ok(list.asked.length > requests);
  });

  it("walks anew after a run was made, which an older walk cannot know", async () => {
    const { list, listing } = bench(3);
    assert.equal(await listing.has("run-3"), false);
    list.grow(1);
    listing.outdate();
    assert.equal(await listing.has("run-3"), true);
  });

  it("forgets a walk that failed", async () => {
    const { list, listing } = bench(3);
    const error = new NclueError("unreachable", { doing: "GET", cause: "broken" });
    list.failFrom(0, error);
    await assert.rejects(listing.has("run-1"), error);
    list.failFrom(Number.POSITIVE_INFINITY, error);
    assert.equal(await listing.has("run-1"), true);
  });

  it("says nothing of a run where an entry of the list cannot be read", async () => {
    const client = {
      listTaskRuns: async () => ({ runs: [], length: 1, total: 1 }),
    } as unknown as NclueClient;
    const listing = new RunListing(new RunPages(client), new FakeClock());
    await assert.rejects(listing.has("run-1"), {
      code: "unreadable",
      message:
        "reading the list of task runs: it holds entries without an id, or more runs than are ever " +
        "read, any of which may be the run that is looked for\n" +
        "try again later, or delete runs that nobody needs",
    });
  });
});
