import assert from "node:assert/strict";
import fc from "fast-check";
import type { Job } from "../../../../provider/src/domain/job";
import { NclueError } from "../../../../provider/src/kernel/errors";
import { JobList } from "../../../../provider/src/nclue/jobs/jobList";
import { ListShape } from "../../../../provider/src/nclue/jobs/listShape";
import { type FakeList, fakeList, type ListRules } from "../../../support/fakeList";
import { runNumber } from "../../../support/sampleJobs";
import { seeded } from "../../../support/seeds";

const options = { priority: 1 } as const;

function bench(rules: ListRules) {
  const fake = fakeList(rules);
  const shape = new ListShape();
  const list = new JobList(fake.requests, shape);
  return { fake, shape, list, readAll: () => list.readAll(options) };
}

const idsOf = (jobs: readonly Job[]) => jobs.map(({ id }) => id).sort();

/** Whole, each once, and exactly what the list holds now. */
async function assertWhole(
  { fake, readAll }: Pick<ReturnType<typeof bench>, "fake" | "readAll">,
  what?: string,
) {
  const { jobs, isWhole } = await readAll();
  assert.equal(isWhole, true, what);
  assert.deepEqual(idsOf(jobs), idsOf(fake.jobs), what);
}

const counts = [0, 1, 2, 3, 99, 100, 101, 200, 201, 350];
const meanings = ["position", "page"] as const;
const totals = ["all", "returned", "missing"] as const;

describe("JobList.readAll", () => {
  for (const index of meanings) {
    for (const total of totals) {
      for (const pastEnd of ["empty", "refused"] as const) {
        it(`finds each job once: index is a ${index}, total is ${total}, past the end is ${pastEnd}`, async () => {
          for (const count of counts) {
            const one = bench({ count, index, total, pastEnd });
            for (let times = 1; times <= 2; times++) await assertWhole(one, `${count} jobs`);
          }
        });
      }
    }
  }

  for (const index of meanings) {
    for (const total of ["all", "missing"] as const) {
      for (const pageCap of [1, 2, 3, 20, 99]) {
        it(`takes what arrives for the size of a page: ${pageCap}, index is a ${index}, total is ${total}`, async () => {
          for (const count of [1, pageCap, pageCap + 1, 3 * pageCap, 3 * pageCap + 1]) {
            await assertWhole(bench({ count, index, total, pageCap }), `${count} jobs`);
          }
        });
      }

      for (const firstPageCap of [1, 2, 40]) {
        it(`reads on after a first page of ${firstPageCap}: index is a ${index}, total is ${total}`, async () => {
          for (const count of [firstPageCap + 1, 150, 250]) {
            await assertWhole(bench({ count, index, total, firstPageCap }), `${count} jobs`);
          }
        });
      }
    }
  }

  it("takes a first page shorter than asked for, whose total is its length, for all", async () => {
    const { fake, readAll } = bench({ count: 250, total: "returned", firstPageCap: 40 });
    const { jobs, isWhole } = await readAll();
    assert.deepEqual([jobs.length, isWhole, fake.asked], [40, true, [0]]);
  });

  it("asks once where everything is on the first page", async () => {
    for (const total of ["all", "returned"] as const) {
      const { fake, readAll } = bench({ count: 40, total });
      await readAll();
      assert.deepEqual(fake.asked, [0]);
    }
  });

  it("asks no more than it needs once it knows what index means", async () => {
    for (const [index, first, second] of [
      ["position", [0, 100, 99, 198], [0, 99, 198]],
      ["page", [0, 100, 1, 0, 1, 2, 0, 1, 2], [0, 1, 2, 0, 1, 2]],
    ] as const) {
      const { fake, readAll } = bench({ count: 250, index });
      await readAll();
      assert.deepEqual(fake.asked.splice(0), first);
      await readAll();
      assert.deepEqual(fake.asked, second);
    }
  });

  it("reads on where the account grows past a first page that was just full", async () => {
    for (const index of meanings) {
      const one = bench({ count: 100, index, total: "returned" });
      await assertWhole(one);
      one.fake.grow(1);
      await assertWhole(one, index);
    }
  });

  for (const index of meanings) {
    for (const total of totals) {
      it(`reads again what has moved while it was read: index is a ${index}, total is ${total}`, async () => {
        for (const change of [
          removeFirst,
          removeLast,
          removeMiddle,
          addFirst,
          addLast,
          removeAndAdd,
        ]) {
          for (let after = 1; after <= 8; after++) {
            const one = bench({
              count: 350,
              index,
              total,
              onAnswer: (answers, jobs) => {
                if (answers === after) change(jobs);
              },
            });
            const { jobs, isWhole } = await one.readAll();
            assert.ok(isWhole, `${change.name} after ${after}`);
            const missing = idsOf(one.fake.jobs).filter((id) => !idsOf(jobs).includes(id));
            assert.deepEqual(
              missing.filter((id) => id !== NEW),
              [],
              `${change.name} after ${after}`,
            );
          }
        }
      });

      it(`says so where it always moves: index is a ${index}, total is ${total}`, async () => {
        for (const change of [removeFirst, addFirst]) {
          const one = bench({ count: 350, index, total, onAnswer: (_, jobs) => change(jobs) });
          const { isWhole } = await one.readAll();
          assert.equal(isWhole, false, change.name);
          assert.ok(one.fake.asked.length < 40, one.fake.asked.join());
        }
      });
    }
  }

  it("lacks none of 250 jobs where one is deleted while it is read", async () => {
    for (const index of meanings) {
      const one = bench({
        count: 250,
        index,
        onAnswer: (answers, jobs) => {
          if (answers === 1) jobs.splice(5, 1);
        },
      });
      await assertWhole(one);
    }
  });

  it("is whole or says that it is not where each answer has another order", async () => {
    for (const count of [40, 101, 150, 250]) {
      for (const index of meanings) {
        const one = bench({ count, index, isShuffled: true });
        const { jobs, isWhole } = await one.readAll();
        if (isWhole) assert.deepEqual(idsOf(jobs), idsOf(one.fake.jobs));
        assert.ok(isWhole || index === "page", `${count} jobs`);
        assert.ok(one.fake.asked.length < 40);
      }
    }
  });

  it("proves nothing where there are more jobs than it reads", async () => {
    for (const [count, isWhole] of [
      [19_950, true],
      [20_101, false],
    ] as const) {
      const { list } = bench({ count });
      assert.equal((await list.readAll(options)).isWhole, isWhole, `${count} jobs`);
    }
  });

  it("ends where a list never ends", async () => {
    const { fake, readAll } = bench({ count: 1e5, total: "returned" });
    const { jobs, isWhole } = await readAll();
    assert.equal(isWhole, false);
    assert.ok(jobs.length >= 20_000);
    assert.ok(fake.asked.length < 210);
  });

  it("reads no more pages than it may, and then says that there may be more", async () => {
    const { fake, list } = bench({ count: 3000 });
    await list.readAll(options);
    fake.asked.length = 0;
    const { jobs, isWhole } = await list.readAll(options, 10);
    assert.equal(isWhole, false);
    assert.ok(jobs.length > 900);
    assert.equal(fake.asked.length, 10);
  });

  it("proves nothing where an entry cannot be read", async () => {
    for (const [length, total] of [
      [3, 3],
      [3, null],
    ] as const) {
      const jobs = [runNumber(1), runNumber(2)];
      const requests = { list: async () => ({ jobs, length, total }) };
      const read = await new JobList(requests, new ListShape()).readAll(options);
      assert.deepEqual([read.jobs.length, read.isWhole], [2, false]);
    }
  });

  it("proves nothing where the service shows none of the jobs that it counts", async () => {
    const requests = { list: async () => ({ jobs: [], length: 0, total: 5 }) };
    const { isWhole } = await new JobList(requests, new ListShape()).readAll(options);
    assert.equal(isWhole, false);
  });

  it("passes on a refusal of the first page, and one of another kind", async () => {
    const refused = new NclueError("refused", { doing: "", cause: "no" }, { kind: "denied" });
    const { fake, readAll } = bench({ count: 350 });
    fake.failFrom(100, refused);
    await assert.rejects(readAll(), refused);
    const rejected = new NclueError("refused", { doing: "", cause: "no" }, { kind: "rejected" });
    fake.failFrom(0, rejected);
    await assert.rejects(readAll(), rejected);
  });

  it("is never wrong about a list that stays as it is, and ends", () =>
    fc.assert(
      fc.asyncProperty(
        fc.record({
          count: fc.integer({ min: 0, max: 60 }),
          index: fc.constantFrom(...meanings),
          total: fc.constantFrom("all" as const, "missing" as const),
          pastEnd: fc.constantFrom("empty" as const, "refused" as const),
          pageCap: fc.integer({ min: 1, max: 25 }),
          firstPageCap: fc.integer({ min: 1, max: 25 }),
        }),
        async (rules) => {
          const firstPageCap = Math.min(rules.firstPageCap, rules.pageCap);
          await assertWhole(bench({ ...rules, firstPageCap }));
        },
      ),
      seeded(),
    ));
});

describe("JobList.readNewest", () => {
  const newestOf = (count: number) => `run-${count - 1}`;
  async function read(rules: ListRules) {
    const { fake, list } = bench(rules);
    const newest = await list.readNewest(options);
    return { ...newest, ids: idsOf(newest.jobs), asked: fake.asked, fake };
  }

  it("is the first page of a list that begins with the newest jobs", async () => {
    for (const index of meanings) {
      for (const total of totals) {
        const { ids, asked, hasNewest, isWhole } = await read({
          count: 250,
          order: "newest",
          index,
          total,
        });
        assert.ok(ids.includes(newestOf(250)));
        assert.deepEqual([asked, hasNewest, isWhole], [[0], true, false]);
      }
    }
  });

  for (const index of meanings) {
    for (const total of totals) {
      it(`finds the newest jobs at the end: index is a ${index}, total is ${total}`, async () => {
        for (const count of [101, 200, 250, 350]) {
          const { ids, hasNewest } = await read({ count, order: "oldest", index, total });
          assert.ok(ids.includes(newestOf(count)), `${count}`);
          assert.equal(hasNewest, true);
        }
      });
    }
  }

  it("asks for the last page alone where it is known where that is", async () => {
    const { asked, isWhole } = await read({ count: 2000, order: "oldest" });
    assert.deepEqual([asked, isWhole], [[0, 100, 1900], false]);
  });

  it("reads the whole list where its order is not clear", async () => {
    for (const rules of [
      {},
      { isShuffled: false },
      { order: "oldest", total: "missing" },
    ] as const) {
      const { jobs, isWhole, hasNewest } = await read({ count: 250, ...rules });
      assert.deepEqual([jobs.length, isWhole, hasNewest], [250, true, true]);
    }
  });

  it("does not take a few dates that happen to fall or rise for an order", async () => {
    for (const order of ["newest", "oldest"] as const) {
      const { jobs, isWhole } = await read({ count: 30, order, pageCap: 3 });
      assert.deepEqual([jobs.length, isWhole], [30, true]);
    }
  });

  it("reads the whole list where one date of the page cannot be read", async () => {
    const { fake, list } = bench({ count: 250, order: "newest" });
    fake.jobs[50] = runNumber(7000, { createdAt: "odd" });
    assert.equal((await list.readNewest(options)).isWhole, true);
  });

  it("is the whole list where that is one page", async () => {
    for (const order of ["newest", "oldest", "unsaid"] as const) {
      const { asked, isWhole, hasNewest } = await read({ count: 40, order });
      assert.deepEqual([asked, isWhole, hasNewest], [[0], true, true]);
    }
  });

  it("does not have the newest jobs for certain where the whole list is needed and moves", async () => {
    const moving = { count: 250, onAnswer: (_: number, jobs: Job[]) => removeFirst(jobs) };
    const { hasNewest, isWhole } = await read(moving);
    assert.deepEqual([hasNewest, isWhole], [false, false]);
  });

  it("does not have the newest jobs for certain where an entry of their page cannot be read", async () => {
    for (const total of [3, 250]) {
      const jobs = [runNumber(1), runNumber(2)];
      const requests = { list: async () => ({ jobs, length: 3, total }) };
      const newest = await new JobList(requests, new ListShape()).readNewest(options);
      assert.equal(newest.hasNewest, false);
    }
  });
});

describe("JobList.readLatest", () => {
  async function read(count: number, rules: ListRules) {
    const { fake, list } = bench(rules);
    const latest = await list.readLatest(({ length }) => length >= count, options);
    const isComplete = fake.jobs
      .toSorted((a, b) => Number(b.id.slice(4)) - Number(a.id.slice(4)))
      .slice(0, count)
      .every(({ id }) => latest.jobs.some((job) => job.id === id));
    return { ...latest, isComplete, requests: fake.asked.length };
  }

  for (const index of meanings) {
    for (const total of totals) {
      it(`has the newest jobs of any order: index is a ${index}, total is ${total}`, async () => {
        for (const order of ["newest", "oldest", "unsaid"] as const) {
          for (const count of [1, 5, 100, 101, 250, 800]) {
            const latest = await read(count, { count: 750, index, total, order });
            assert.equal(latest.isComplete, true, `${count} of a list with the ${order} first`);
            assert.equal(latest.isOrderClear, order !== "unsaid");
          }
        }
      });

      it(`reads no further than it has to: index is a ${index}, total is ${total}`, async () => {
        const rules = { count: 1268, index, total, order: "newest" } as const;
        assert.equal((await read(5, rules)).requests, 1);
        const isReadTwice = index === "page" && total !== "all";
        assert.ok((await read(150, rules)).requests <= (isReadTwice ? 7 : 6));
      });
    }
  }

  it("says how many there are in all where the service does", async () => {
    const rules = { count: 1268, order: "newest" } as const;
    assert.equal((await read(5, { ...rules, total: "all" })).total, 1268);
    assert.equal((await read(5, { ...rules, total: "returned" })).total, undefined);
    assert.equal((await read(5, { count: 40 })).total, 40);
  });

  it("has nothing to be said of the order of one page", async () =>
    assert.equal((await read(5, { count: 40 })).isOrderClear, true));

  it("reads all of a list that moves while it is read on", async () => {
    const onAnswer = (answers: number, jobs: Job[]) => {
      if (answers === 3) removeFirst(jobs);
    };
    const latest = await read(150, { count: 350, order: "newest", onAnswer });
    assert.equal(latest.isComplete, true);
  });

  for (const index of meanings) {
    for (const total of totals) {
      it(`lacks none where one is deleted while it is read: index is a ${index}, total is ${total}`, async () => {
        for (let after = 1; after <= 8; after++) {
          const onAnswer = (answers: number, jobs: Job[]) => {
            if (answers === after) jobs.splice(5, 1);
          };
          for (const count of [150, 400]) {
            const latest = await read(count, {
              count: 350,
              index,
              total,
              order: "newest",
              onAnswer,
            });
            assert.deepEqual([latest.hasNewest, latest.isComplete], [true, true], `after ${after}`);
          }
        }
      });

      it(`is not certain where a job is deleted after each answer: index is a ${index}, total is ${total}`, async () => {
        const onAnswer = (_: number, jobs: Job[]) => jobs.splice(5, 1);
        const rules = { count: 350, index, total, order: "newest", onAnswer } as const;
        for (const count of [150, 400]) {
          assert.equal((await read(count, rules)).hasNewest, false, `${count}`);
        }
      });
    }
  }

  it("is not certain where each answer has another order, and nobody says how many jobs there are", async () => {
    const rules = { count: 150, order: "newest", isShuffled: true, total: "missing" } as const;
    for (const count of [50, 400]) assert.equal((await read(count, rules)).hasNewest, false);
  });

  it("shows each job once where the last page overlaps the first", async () => {
    const { jobs, isComplete } = await read(100, { count: 150, order: "oldest" });
    assert.deepEqual([new Set(idsOf(jobs)).size, isComplete], [jobs.length, true]);
  });

  it("is whole where the last page was needed", async () => {
    const { isWhole, total } = await read(150, { count: 150, order: "newest" });
    assert.deepEqual([isWhole, total], [true, 150]);
  });

  it("reads on where the first page is shorter than those after it", async () => {
    const rules = { count: 350, order: "newest", firstPageCap: 20 } as const;
    const { list } = bench(rules);
    for (let times = 1; times <= 2; times++) {
      assert.ok((await list.readLatest(({ length }) => length >= 50, options)).jobs.length >= 50);
    }
  });
});

describe("JobList.count", () => {
  const table: readonly (readonly [ListRules, number, boolean])[] = [
    [{ count: 0 }, 0, true],
    [{ count: 40 }, 40, true],
    [{ count: 250 }, 250, true],
    [{ count: 250, total: "returned" }, 100, false],
    [{ count: 40, total: "missing" }, 40, false],
  ];
  for (const [rules, count, isExact] of table) {
    it(`is ${isExact ? "" : "at least "}${count} by one request: ${JSON.stringify(rules)}`, async () => {
      const { fake, list } = bench(rules);
      assert.deepEqual(await list.count(options), { count, isExact });
      assert.deepEqual(fake.asked, [0]);
    });
  }
});

describe("JobList.readSoFar", () => {
  it("says how far a read of the list has come, while there is one", async () => {
    const seen: unknown[] = [];
    const { list } = bench({
      count: 250,
      onAnswer: () => {
        const soFar = list.readSoFar;
        seen.push(soFar && [soFar.entries, soFar.total]);
      },
    });
    await list.readAll(options);
    assert.deepEqual(seen, [undefined, [100, 250], [100, 250], [199, 250]]);
    assert.equal(list.readSoFar, undefined);
  });
});

describe("JobList.read", () => {
  const read = async (fake: FakeList, list: JobList, number: number) => {
    fake.asked.length = 0;
    const page = await list.read(number, options);
    return { ...page, asked: [...fake.asked] };
  };

  for (const index of meanings) {
    it(`reads one page by its number, where index is a ${index}`, async () => {
      const { fake, list } = bench({ count: 250, index });
      const first = await read(fake, list, 0);
      assert.deepEqual([first.jobs.length, first.more, first.count], [100, true, 3]);
      assert.equal(list.isLearned, false);
      const last = await read(fake, list, 2);
      assert.deepEqual([last.jobs.length, last.more, last.count], [50, false, 3]);
      assert.equal(list.isLearned, true);
      const second = await read(fake, list, 1);
      assert.deepEqual([second.jobs[0]?.id, second.more], ["run-100", true]);
      assert.deepEqual(second.asked, [index === "page" ? 1 : 100]);
    });
  }

  it("knows no number of pages where total is what was returned", async () => {
    const { fake, list } = bench({ count: 250, total: "returned" });
    const pages = [await read(fake, list, 0), await read(fake, list, 1), await read(fake, list, 2)];
    assert.deepEqual(
      pages.map(({ jobs, more, count }) => [jobs.length, more, count]),
      [
        [100, true, undefined],
        [100, true, undefined],
        [50, false, undefined],
      ],
    );
  });

  it("finds nothing past the end, and nothing beyond what is ever read", async () => {
    const { fake, list } = bench({ count: 250, pastEnd: "refused" });
    for (const number of [3, 7, 5000]) {
      const { jobs, more } = await read(fake, list, number);
      assert.deepEqual([jobs, more], [[], false]);
    }
  });

  it("finds nothing after the first page where nothing proves what index means", async () => {
    const { fake, list } = bench({ count: 1, total: "missing" });
    assert.deepEqual((await read(fake, list, 1)).jobs, []);
    assert.equal(list.isLearned, false);
  });
});

const NEW = "run-99999";

function removeFirst(jobs: Job[]): void {
  jobs.shift();
}

function removeLast(jobs: Job[]): void {
  jobs.pop();
}

function removeMiddle(jobs: Job[]): void {
  jobs.splice(150, 1);
}

function addFirst(jobs: Job[]): void {
  jobs.unshift(runNumber(99_999));
}

function addLast(jobs: Job[]): void {
  jobs.push(runNumber(99_999));
}

/** As many as before: only where the jobs are shows it. */
function removeAndAdd(jobs: Job[]): void {
  jobs.splice(3, 1);
  jobs.push(runNumber(99_999));
}
