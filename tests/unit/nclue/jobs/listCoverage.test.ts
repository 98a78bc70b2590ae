import assert from "node:assert/strict";
import { families } from "../../../../provider/src/domain/families";
import type { Job } from "../../../../provider/src/domain/job";
import type { JobList } from "../../../../provider/src/nclue/jobs/jobList";
import { ListCoverage, type Wanted } from "../../../../provider/src/nclue/jobs/listCoverage";
import type { IsEnough, Newest } from "../../../../provider/src/nclue/jobs/listed";
import { SeenJobs } from "../../../../provider/src/nclue/jobs/seenJobs";
import type { SendOptions } from "../../../../provider/src/nclue/transport";
import { FakeClock } from "../../../support/fakeClock";
import { datedRun } from "../../../support/fakeList";

const TAKES_MS = 500;
const ALWAYS = Number.NEGATIVE_INFINITY;
const dateOf = (n: number) => Date.parse(datedRun(n, "newest").createdAt ?? "");

/** The runs with these numbers, one a minute, as the newest of the list. */
function newest(numbers: readonly number[], more: Partial<Newest> = {}): Newest {
  const jobs = numbers.map((n) => datedRun(n, "newest"));
  return { jobs, isWhole: false, hasNewest: true, ...more };
}

/** From the first number down to the last one. */
const down = (from: number, to: number) =>
  Array.from({ length: from - to + 1 }, (_, n) => from - n);

/**
 * A list whose reads end with these, one after the other, each half a second after it was sent. Just before,
 * `beforeEnd` may look at how far back it was to go.
 */
function bench(...answers: (Newest | Error)[]) {
  const clock = new FakeClock();
  const seen = new SeenJobs(clock);
  const reads: IsEnough[] = [];
  const beforeEnd = { look: (_: IsEnough) => {} };
  const readBack = async (isEnough: IsEnough, { onDeparture }: SendOptions) => {
    const answer = answers[reads.length];
    assert.ok(answer, "one read too many");
    onDeparture?.();
    reads.push(isEnough);
    await clock.sleep(TAKES_MS);
    beforeEnd.look(isEnough);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const list = { readBack } as unknown as JobList;
  const coverage = new ListCoverage(families.taskRun, list, seen, clock);
  const ensure = (...all: readonly Partial<Wanted>[]) => {
    const wanted = { createdSinceMs: ALWAYS, newerThanMs: ALWAYS };
    return clock.runUntil(
      Promise.all(all.map((one) => coverage.ensure({ ...wanted, ...one }))).then(() => undefined),
    );
  };
  return { clock, seen, coverage, reads, ensure, beforeEnd };
}

describe("ListCoverage", () => {
  it("reads once for all who ask at one time", async () => {
    const { ensure, reads } = bench(newest([2, 1], { isWhole: true }));
    await ensure({}, { createdSinceMs: dateOf(1) }, { createdSinceMs: dateOf(2) });
    assert.equal(reads.length, 1);
  });

  it("takes in what was read, as of when it was asked for", async () => {
    const { ensure, seen, clock } = bench(newest([2, 1], { isWhole: true }));
    const startedMs = clock.monotonicMs();
    await ensure({});
    assert.equal(seen.latest("RUN-1")?.job.id, "run-1");
    assert.equal(seen.latest("run-2")?.askedMs, startedMs + 100);
  });

  it("reads no more where all of the list is known, however far back somebody asks", async () => {
    const { ensure, reads } = bench(newest([2], { isWhole: true }));
    await ensure({ createdSinceMs: dateOf(2) });
    await ensure({ createdSinceMs: ALWAYS });
    assert.equal(reads.length, 1);
  });

  it("reads again for somebody who asks for the list as it is now", async () => {
    const known = newest([2], { isWhole: true });
    const { ensure, reads, clock } = bench(known, known);
    await ensure({});
    await ensure({ newerThanMs: clock.monotonicMs() });
    await ensure({ newerThanMs: clock.monotonicMs() - TAKES_MS });
    assert.equal(reads.length, 2);
  });

  it("knows the newest jobs back to the oldest that it has read", async () => {
    const { ensure, reads } = bench(newest([9, 8, 7]), newest([9, 8, 7, 6]));
    await ensure({ createdSinceMs: dateOf(8) });
    await ensure({ createdSinceMs: dateOf(7) });
    assert.equal(reads.length, 1);
    await ensure({ createdSinceMs: dateOf(7) - 1 });
    assert.equal(reads.length, 2);
  });

  it("reads back to a job that it knows, and then knows both parts", async () => {
    const { ensure, reads, clock } = bench(newest([9, 8, 7]), newest([11, 10, 9]));
    await ensure({ createdSinceMs: dateOf(7) });
    await ensure({ createdSinceMs: dateOf(7), newerThanMs: clock.monotonicMs() });
    await ensure({ createdSinceMs: dateOf(7) });
    assert.equal(reads.length, 2);
    assert.equal(reads[1]?.(newest([12, 11]).jobs), true, "the second part is known too");
  });

  it("knows the later part alone where it does not reach what it knew", async () => {
    const { ensure, reads, clock } = bench(
      newest([9, 8]),
      newest([12, 11]),
      newest([12, 11, 10, 9, 8]),
    );
    await ensure({ createdSinceMs: dateOf(8) });
    await ensure({ createdSinceMs: dateOf(11), newerThanMs: clock.monotonicMs() });
    await ensure({ createdSinceMs: dateOf(8) });
    assert.equal(reads.length, 3);
  });

  it("is an error where the newest jobs may be missing", async () => {
    const { ensure } = bench(newest([2, 1], { hasNewest: false }));
    await assert.rejects(ensure({}), {
      code: "unreadable",
      message: /^reading which task runs exist: the list of task runs changes while it is read/,
    });
  });

  it("reads again after a read that has failed", async () => {
    const { ensure, reads } = bench(new Error("no"), newest([1], { isWhole: true }));
    await assert.rejects(ensure({}, {}), /no/);
    await ensure({});
    assert.equal(reads.length, 2);
  });
});

describe("ListCoverage: somebody who comes while the list is read", () => {
  /** Asks once more while a read for somebody else is under way. */
  async function comeLate(
    answers: (Newest | Error)[],
    late: (nowMs: number) => Partial<Wanted>,
    look: (isEnough: IsEnough) => void = () => {},
  ) {
    const made = bench(...answers);
    const { clock, coverage } = made;
    made.beforeEnd.look = look;
    const first = coverage.ensure({ createdSinceMs: dateOf(8), newerThanMs: ALWAYS });
    const second = clock.sleep(100 + TAKES_MS / 2).then(() => {
      const wanted = { createdSinceMs: dateOf(8), newerThanMs: ALWAYS };
      return coverage.ensure({ ...wanted, ...late(clock.monotonicMs()) });
    });
    const ended = await clock.runUntil(Promise.allSettled([first, second]));
    return { ...made, ended: ended.map(({ status }) => status) };
  }

  it("shares it where it was asked for late enough", async () => {
    const { ended, reads } = await comeLate([newest([9, 8])], (now) => ({
      newerThanMs: now - TAKES_MS / 2,
    }));
    assert.deepEqual([ended, reads.length], [["fulfilled", "fulfilled"], 1]);
  });

  it("shares its failure, too", async () => {
    const { ended } = await comeLate([new Error("no")], () => ({}));
    assert.deepEqual(ended, ["rejected", "rejected"]);
  });

  it("waits for its end, and reads again, where it was asked for too early", async () => {
    for (const first of [newest([9, 8]), new Error("no")]) {
      const { ended, reads } = await comeLate([first, newest([9, 8])], (now) => ({
        newerThanMs: now,
      }));
      const isRead = first instanceof Error ? "rejected" : "fulfilled";
      assert.deepEqual([ended, reads.length], [[isRead, "fulfilled"], 2]);
    }
  });

  it("has it go back as far as both want", async () => {
    const enough: boolean[] = [];
    await comeLate(
      [newest(down(2009, 1))],
      () => ({ createdSinceMs: dateOf(1) }),
      (isEnough) => {
        for (const to of [2, 0]) enough.push(isEnough(newest(down(2009, to)).jobs));
      },
    );
    assert.deepEqual(enough, [false, true]);
  });
});

describe("ListCoverage: a read has gone back far enough", () => {
  async function enough(jobs: readonly Job[], createdSinceMs: number, known?: Newest) {
    const made = bench(newest([1], { isWhole: true }));
    if (known !== undefined) made.coverage.note(known, 0);
    let isIt: boolean | undefined;
    made.beforeEnd.look = (isEnough) => {
      isIt = isEnough(jobs);
    };
    await made.ensure({ createdSinceMs, newerThanMs: made.clock.monotonicMs() + 1 });
    return isIt;
  }
  const thousand = newest(down(1000, 1)).jobs;

  it("where the oldest of a thousand jobs is older than what is wanted", async () => {
    assert.equal(await enough(thousand, dateOf(1) + 1), true);
    assert.equal(await enough(thousand, dateOf(1)), false);
  });

  it("and not before it has a thousand", async () => {
    assert.equal(await enough(thousand.slice(1), dateOf(500)), false);
  });

  it("and not where a job has no date", async () => {
    const undated = thousand.map((job, n) => (n === 500 ? { ...job, createdAt: null } : job));
    assert.equal(await enough(undated, dateOf(500)), false);
  });

  it("where it leads to a job that was known, whatever the case of its id", async () => {
    const known = newest([5, 4], { isWhole: true });
    const jobs = [datedRun(6, "newest"), datedRun(5, "newest", { id: "RUN-5" })];
    assert.equal(await enough(jobs, ALWAYS, known), true);
    assert.equal(await enough(newest([7, 6]).jobs, ALWAYS, known), false);
  });
});

describe("ListCoverage: a page that somebody else has asked for", () => {
  it("is all that is wanted where it shows the whole list", async () => {
    const { ensure, coverage, reads, clock } = bench(newest([1], { isWhole: true }));
    const askedMs = clock.monotonicMs();
    coverage.note(newest([2, 1], { isWhole: true }), askedMs);
    await ensure({ newerThanMs: askedMs });
    assert.equal(reads.length, 0);
    await ensure({ newerThanMs: askedMs + 1 });
    assert.equal(reads.length, 1);
  });

  it("never makes what is known older", async () => {
    const { ensure, coverage, reads } = bench();
    coverage.note(newest([2, 1], { isWhole: true }), 50);
    coverage.note(newest([2, 1], { isWhole: true }), 20);
    coverage.note(newest([2, 1]), 30);
    await ensure({ newerThanMs: 50 });
    assert.equal(reads.length, 0);
  });

  it("makes what is known newer where it leads there, and only then", async () => {
    const others: readonly (readonly [Newest, number])[] = [
      [newest([3, 2]), 0],
      [newest([4, 3]), 1],
      [newest([3, 2], { hasNewest: false }), 1],
    ];
    for (const [page, count] of others) {
      const { ensure, coverage, reads } = bench(newest([4, 3, 2, 1], { isWhole: true }));
      coverage.note(newest([2, 1], { isWhole: true }), 20);
      coverage.note(page, 30);
      await ensure({ newerThanMs: 30 });
      assert.equal(reads.length, count);
    }
  });

  it("proves nothing where nothing was known", async () => {
    const { ensure, coverage, reads } = bench(newest([2, 1], { isWhole: true }));
    coverage.note(newest([2, 1]), 20);
    await ensure({ createdSinceMs: dateOf(2), newerThanMs: 20 });
    assert.equal(reads.length, 1);
  });

  it("keeps the ids of jobs that are gone since: they still connect", async () => {
    const { ensure, coverage, reads } = bench();
    coverage.note(newest([2, 1], { isWhole: true }), 20);
    coverage.note(newest([3], { isWhole: true }), 30);
    coverage.note(newest([4, 2]), 40);
    await ensure({ newerThanMs: 40 });
    assert.equal(reads.length, 0);
  });
});
