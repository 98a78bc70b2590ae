import assert from "node:assert/strict";
import type { Job } from "../../../../provider/src/domain/job";
import { JobList } from "../../../../provider/src/nclue/jobs/jobList";
import { ListSearch } from "../../../../provider/src/nclue/jobs/listSearch";
import { ListShape } from "../../../../provider/src/nclue/jobs/listShape";
import { SeenJobs } from "../../../../provider/src/nclue/jobs/seenJobs";
import { FakeClock } from "../../../support/fakeClock";
import { fakeList, type ListRules } from "../../../support/fakeList";
import { runNumber } from "../../../support/sampleJobs";

function bench(rules: ListRules) {
  const clock = new FakeClock();
  const seen = new SeenJobs(clock);
  const fake = fakeList(rules);
  const search = new ListSearch(new JobList(fake.requests, new ListShape()), seen, clock);
  const find = (id: string) => search.search((job) => job.id === id);
  return { clock, seen, fake, search, find };
}

const idsOf = (jobs: readonly Job[]) => jobs.map(({ id }) => id).sort();

describe("ListSearch.search", () => {
  it("finds a job on the page of the newest ones, with one request", async () => {
    const { fake, find } = bench({ count: 350, order: "newest" });
    const found = await find("run-340");
    assert.equal(found.kind === "found" && found.job.id, "run-340");
    assert.deepEqual(fake.asked, [0]);
  });

  for (const order of ["newest", "oldest", "unsaid"] as const) {
    it(`finds a job wherever it is, in a list whose order is ${order}`, async () => {
      for (const n of [0, 150, 349]) {
        const { find } = bench({ count: 350, order });
        assert.equal((await find(`run-${n}`)).kind, "found");
      }
    });
  }

  it("finds the newest of several, whatever the order of the list", async () => {
    for (const order of ["newest", "oldest"] as const) {
      const { search } = bench({ count: 250, order });
      const found = await search.search(({ id }) => id.endsWith("7"));
      assert.equal(found.kind === "found" && found.job.id, "run-247");
    }
  });

  it("proves absence by the whole list", async () => {
    const { find } = bench({ count: 350, order: "newest" });
    assert.deepEqual(await find("run-350"), { kind: "absent" });
  });

  it("finds a job that a shrinking list hides between two pages", async () => {
    const { find } = bench({
      count: 250,
      onAnswer: (answers, jobs) => {
        if (answers === 2) jobs.splice(5, 1);
      },
    });
    assert.equal((await find("run-100")).kind, "found");
  });

  it("proves nothing by a list that could not be read in full", async () => {
    const { find } = bench({ count: 350, onAnswer: (_, jobs) => void jobs.shift() });
    assert.deepEqual(await find("run-7000"), { kind: "unproven" });
  });

  it("notes everything that it has read", async () => {
    const { seen, find } = bench({ count: 350 });
    await find("run-7000");
    assert.equal(seen.all().length, 350);
  });

  it("reads once for all who search at the same time", async () => {
    const { fake, find } = bench({ count: 350, order: "newest" });
    const found = await Promise.all(["run-5", "run-120", "run-349"].map(find));
    assert.deepEqual(
      found.map(({ kind }) => kind),
      ["found", "found", "found"],
    );
    assert.deepEqual(fake.asked, [0, 0, 100, 99, 198, 297]);
  });

  it("reads again for those who come later: what they search for may be new", async () => {
    const { clock, fake, find } = bench({ count: 3 });
    assert.equal((await find("run-3")).kind, "absent");
    fake.grow(1);
    await clock.advance(1);
    assert.equal((await find("run-3")).kind, "found");
  });

  it("passes a failure on to all who search, and reads again for the next", async () => {
    const { fake, find } = bench({ count: 3 });
    fake.failFrom(0, new Error("broken"));
    await Promise.all(
      ["run-1", "run-2"].map(find).map((search) => assert.rejects(search, /broken/)),
    );
    fake.failFrom(Number.POSITIVE_INFINITY, new Error());
    assert.equal((await find("run-1")).kind, "found");
  });

  it("does not find what this process has deleted, though the list still shows it", async () => {
    const { seen, find } = bench({ count: 3 });
    seen.noteDeleted("run-1");
    assert.deepEqual(await find("run-1"), { kind: "absent" });
  });
});

describe("ListSearch.readNewest", () => {
  it("reads once for a moment, and again for a later one", async () => {
    const { clock, fake, search } = bench({ count: 250, order: "newest" });
    await Promise.all([1, 2, 3].map(() => search.readNewest(Number.NEGATIVE_INFINITY)));
    await clock.advance(60_000);
    await search.readNewest(0);
    assert.deepEqual(fake.asked, [0]);
    await search.readNewest(1);
    assert.deepEqual(fake.asked, [0, 0]);
  });

  it("does not remember that it could not be certain", async () => {
    let isMoving = true;
    const { search } = bench({
      count: 250,
      onAnswer: (_, jobs) => {
        if (isMoving) jobs.shift();
      },
    });
    assert.equal((await search.readNewest(Number.NEGATIVE_INFINITY)).hasNewest, false);
    isMoving = false;
    assert.equal((await search.readNewest(Number.NEGATIVE_INFINITY)).hasNewest, true);
  });
});

describe("ListSearch.readAll", () => {
  it("shares one read of the whole list, without what this process has deleted", async () => {
    const { fake, seen, search } = bench({ count: 150 });
    const [first] = await Promise.all([search.readAll(0), search.readAll(0)]);
    assert.deepEqual([first.isWhole, idsOf(first.jobs)], [true, idsOf(fake.jobs)]);
    assert.deepEqual(fake.asked, [0, 100, 99]);
    seen.noteDeleted("run-1");
    const later = await search.readAll(1);
    assert.deepEqual([later.isWhole, later.jobs.length], [true, 149]);
  });
});

describe("ListSearch.readSome", () => {
  it("reads ten pages at most, and says whether there may be more", async () => {
    for (const [count, isWhole] of [
      [950, true],
      [3000, false],
    ] as const) {
      const { fake, search } = bench({ count });
      await search.readAll(0); // which learns what index means
      fake.asked.length = 0;
      const some = await search.readSome();
      assert.deepEqual([some.isWhole, fake.asked.length], [isWhole, 10]);
    }
  });

  it("shows the state that it has read, and not an older one", async () => {
    const { fake, search } = bench({ count: 2 });
    await search.readSome();
    fake.jobs.push(runNumber(9));
    assert.equal((await search.readSome()).jobs.length, 3);
  });
});
