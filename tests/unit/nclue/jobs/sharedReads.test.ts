import assert from "node:assert/strict";
import { NclueError } from "../../../../provider/src/kernel/errors";
import { JobList } from "../../../../provider/src/nclue/jobs/jobList";
import { ListShape } from "../../../../provider/src/nclue/jobs/listShape";
import { SeenJobs } from "../../../../provider/src/nclue/jobs/seenJobs";
import {
  type ObserveOptions,
  SharedReads,
  type Sighting,
} from "../../../../provider/src/nclue/jobs/sharedReads";
import { Priority } from "../../../../provider/src/nclue/rateLimiter";
import type { SendOptions } from "../../../../provider/src/nclue/transport";
import { FakeClock } from "../../../support/fakeClock";
import { datedRun, type ListRules } from "../../../support/fakeList";

const notFound = () =>
  new NclueError("refused", { doing: "GET", cause: "404" }, { kind: "not-found" });

interface World {
  readonly count?: number;
  /** How long each answer takes. */
  readonly answerMs?: number;
  /** How long a request waits in the queue. */
  readonly queuedMs?: number;
  /** Where the newest job is, the one with the highest number, as its date says. */
  readonly order?: ListRules["order"];
}

/** A service with so many jobs. */
function bench({ count: atFirst = 0, answerMs = 0, queuedMs = 0, order = "unsaid" }: World = {}) {
  let count = atFirst;
  const clock = new FakeClock();
  const asked: { what: string; atMs: number; priority: Priority }[] = [];
  const missing = new Set<string>();
  const status = { word: "in_progress" };
  let failure: Error | undefined;
  let listFailure: Error | undefined;
  const jobNumber = (n: number) => datedRun(n, order, { status: status.word });
  const begin = async (what: string, { priority, signal, onDeparture }: SendOptions) => {
    if (queuedMs > 0) await clock.sleep(queuedMs, signal);
    const now = typeof priority === "function" ? priority() : priority;
    asked.push({ what, atMs: Math.round(clock.monotonicMs()), priority: now });
    onDeparture?.();
    if (answerMs > 0) await clock.sleep(answerMs, signal);
    if (failure !== undefined) throw failure;
  };
  const requests = {
    async get(id: string, options: SendOptions) {
      const answer = jobNumber(Number(id.slice(4)));
      await begin(id, options);
      if (missing.has(id)) throw notFound();
      return answer;
    },
    async list(index: number, options: SendOptions) {
      const all = Array.from({ length: count }, (_, n) => n);
      if (order === "newest") all.reverse();
      const numbers = all.slice(index, index + 100);
      const jobs = numbers.map(jobNumber).filter(({ id }) => !missing.has(id));
      await begin(`list ${index}`, options);
      if (listFailure !== undefined) throw listFailure;
      return { jobs, length: jobs.length, total: count };
    },
  };
  const seen = new SeenJobs(clock);
  const reads = new SharedReads(requests, new JobList(requests, new ListShape()), seen, clock);
  const observe = (n: number, options: Partial<ObserveOptions> = {}) =>
    reads.observe(`run-${n}`, {
      dueMs: clock.monotonicMs(),
      newerThanMs: clock.monotonicMs() + 1,
      priority: Priority.read,
      ...options,
    });
  /** What a read may take that is at most a minute old. */
  const lastMinute = () => ({ newerThanMs: clock.monotonicMs() - 60_000 });
  return {
    clock,
    seen,
    observe,
    lastMinute,
    missing,
    status,
    grow: (by: number) => {
      count += by;
    },
    asked: () => asked.map(({ what }) => what),
    times: () => asked.map(({ atMs }) => atMs),
    priorities: () => asked.map(({ priority }) => priority),
    failList: (error: Error | undefined) => {
      listFailure = error;
    },
    fail: (error: Error | undefined) => {
      failure = error;
    },
  };
}

const statusOf = (sighting: Sighting) =>
  sighting.kind === "seen" ? sighting.job.status : sighting.kind;

describe("SharedReads", () => {
  it("reads one job by its id", async () => {
    const { clock, observe, asked } = bench({ count: 5 });
    const sighting = await clock.runUntil(observe(3));
    assert.equal(statusOf(sighting), "in_progress");
    assert.deepEqual(asked(), ["run-3"]);
  });

  it("answers many observers of one job with one request", async () => {
    const { clock, observe, asked } = bench({ count: 5 });
    await clock.runUntil(Promise.all([observe(3), observe(3), observe(3)]));
    assert.deepEqual(asked(), ["list 0"]);
  });

  it("answers for many jobs with one page of the list", async () => {
    const { clock, observe, asked } = bench({ count: 40 });
    const all = Array.from({ length: 40 }, (_, n) => observe(n));
    await clock.runUntil(Promise.all(all));
    assert.deepEqual(asked(), ["list 0"]);
  });

  it("reads as many pages as are needed, and no job twice", async () => {
    const { clock, observe, asked } = bench({ count: 250 });
    await clock.runUntil(Promise.all(Array.from({ length: 250 }, (_, n) => observe(n))));
    assert.ok(asked().length <= 5, asked().join(", "));
    assert.ok(asked().every((what) => what.startsWith("list")));
  });

  it("gives up searching pages when single reads are cheaper", async () => {
    const { clock, observe, asked } = bench({ count: 2000 });
    await clock.runUntil(Promise.all([observe(1900), observe(1950)]));
    assert.ok(asked().length <= 6, asked().join(", "));
    assert.ok(asked().includes("run-1900") && asked().includes("run-1950"));
  });

  it("gives an answer of the last minute where that is asked for", async () => {
    const { clock, observe, asked, lastMinute } = bench({ count: 3 });
    await clock.runUntil(observe(1));
    await clock.advance(59_000);
    await clock.runUntil(observe(1, lastMinute()));
    assert.deepEqual(asked(), ["run-1"]);
    await clock.advance(2000);
    await clock.runUntil(observe(1, lastMinute()));
    assert.equal(asked().length, 2);
  });

  it("gives what a page has shown in passing to a later read", async () => {
    const { clock, observe, asked, lastMinute } = bench({ count: 30 });
    await clock.runUntil(Promise.all([observe(1), observe(2)]));
    await clock.runUntil(observe(29, lastMinute()));
    assert.deepEqual(asked(), ["list 0"]);
  });

  it("reads each page once where reads come one after the other and may be a minute old", async () => {
    const { clock, observe, asked, lastMinute } = bench({ count: 500, answerMs: 100 });
    const reads: Promise<Sighting>[] = [];
    for (let n = 499; n >= 0; n--) {
      reads.push(observe(n, lastMinute()));
      await clock.advance(n % 3 === 0 ? 10 : 0);
    }
    await clock.runUntil(Promise.all(reads));
    const pages = ["list 0", "list 100", "list 200", "list 300", "list 400"];
    assert.deepEqual([...asked()].sort(), pages);
  });

  it("gathers reads for a moment, as an engine sends them while it starts", async () => {
    const { clock, observe, asked } = bench({ count: 100 });
    const first = observe(1);
    await clock.advance(99);
    await clock.runUntil(Promise.all([first, observe(2)]));
    assert.deepEqual(asked(), ["list 0"]);
  });

  it("reads a page for a read that comes alone after others, since more may follow", async () => {
    const { clock, observe, asked, lastMinute } = bench({ count: 500 });
    const read = (n: number) => clock.runUntil(observe(n, lastMinute()));
    await Promise.all([read(1), read(2), read(3)]);
    for (const n of [150, 160, 250]) await read(n);
    assert.deepEqual(asked(), ["list 0", "list 100", "list 200"]);
  });

  it("reads the job itself where one wait is left, however many reads there were", async () => {
    const { clock, observe, asked } = bench({ count: 100 });
    await clock.runUntil(Promise.all([observe(1), observe(2), observe(3)]));
    await clock.runUntil(observe(50, { priority: Priority.poll }));
    assert.deepEqual(asked(), ["list 0", "run-50"]);
  });

  it("remembers on which page a job was, and reads that one", async () => {
    const { clock, observe, asked } = bench({ count: 500 });
    await clock.runUntil(Promise.all(Array.from({ length: 500 }, (_, n) => observe(n))));
    const before = asked().length;
    const polls = [350, 360].map((n) => observe(n, { priority: Priority.poll }));
    await clock.runUntil(Promise.all(polls));
    assert.deepEqual(asked().slice(before), ["list 300"]);
  });

  it("reads the page first that answers the most", async () => {
    const { clock, observe, asked } = bench({ count: 300 });
    await clock.runUntil(Promise.all(Array.from({ length: 300 }, (_, n) => observe(n))));
    const before = asked().length;
    const wanted = [1, 2, 101, 102, 103, 201, 202];
    const polls = wanted.map((n) => observe(n, { priority: Priority.poll }));
    await clock.runUntil(Promise.all(polls));
    assert.equal(asked()[before], "list 100");
    assert.deepEqual(asked().slice(before).sort(), ["list 0", "list 100", "list 200"]);
  });

  it("reads no page beyond the last one, until there is one more", async () => {
    const { clock, observe, asked, missing, grow } = bench({ count: 150 });
    for (const n of [150, 151]) missing.add(`run-${n}`);
    const poll = () => clock.runUntil(Promise.all([observe(150), observe(151)]));
    await poll();
    assert.deepEqual(asked(), ["list 0", "list 100", "run-150", "run-151"]);
    grow(100);
    missing.clear();
    await clock.runUntil(Promise.all([observe(210), observe(211), observe(140), observe(141)]));
    const pages = asked().slice(4);
    assert.deepEqual(pages, ["list 0", "list 100", "list 200"]);
  });

  for (const order of ["newest", "oldest"] as const) {
    it(`finds new jobs among thousands of old ones where the list begins with the ${order}`, async () => {
      const { clock, observe, asked } = bench({ count: 3000, order });
      const poll = () =>
        clock.runUntil(
          Promise.all([2998, 2999].map((n) => observe(n, { priority: Priority.poll }))),
        );
      for (let times = 0; times < 10; times++) await poll();
      assert.ok(asked().length <= 15, asked().join(", "));
    });
  }

  it("continues its search at the next poll, wherever the jobs are", async () => {
    const { clock, observe, asked } = bench({ count: 1500 });
    const poll = () =>
      clock.runUntil(Promise.all([850, 851].map((n) => observe(n, { priority: Priority.poll }))));
    for (let times = 0; times < 12; times++) await poll();
    const before = asked().length;
    await poll();
    assert.deepEqual(asked().slice(before), ["list 800"]);
  });

  it("reads single jobs where the list cannot be read, and then tries the list again", async () => {
    const { clock, observe, asked, failList } = bench({ count: 3 });
    const poll = () =>
      Promise.allSettled([observe(1), observe(2)].map((each) => clock.runUntil(each)));
    failList(new NclueError("unreachable", { doing: "GET", cause: "broken" }));
    assert.deepEqual(
      (await poll()).map(({ status }) => status),
      ["rejected", "rejected"],
    );
    assert.deepEqual(
      (await poll()).map(({ status }) => status),
      ["fulfilled", "fulfilled"],
    );
    failList(undefined);
    await poll();
    assert.deepEqual(asked(), ["list 0", "run-1", "run-2", "list 0"]);
  });

  it("lets those who come while a request waits in the queue have its answer", async () => {
    const { clock, observe, asked } = bench({ count: 3, queuedMs: 5000 });
    const first = observe(1);
    await clock.advance(2000);
    const second = observe(1);
    await clock.runUntil(Promise.all([first, second]));
    assert.deepEqual(asked(), ["run-1"]);
  });

  it("gives a poll that waits in the queue the priority of a read that waits behind it", async () => {
    const { clock, observe, priorities } = bench({ count: 3, queuedMs: 5000 });
    const poll = observe(1, { priority: Priority.poll });
    await clock.advance(2000);
    await clock.runUntil(Promise.all([poll, observe(2)]));
    assert.deepEqual(priorities(), [Priority.read, Priority.read]);
  });

  it("answers no read from memory for a job that was deleted", async () => {
    const { clock, seen, observe, asked, lastMinute } = bench({ count: 3 });
    await clock.runUntil(observe(1));
    seen.noteDeleted("run-1");
    await clock.runUntil(observe(1, lastMinute()));
    assert.equal(asked().length, 2);
  });

  it("has the priority of a read where a poll is due as well", async () => {
    const { clock, observe, priorities } = bench({ count: 3 });
    const polled = observe(1, { priority: Priority.poll, dueMs: 100 });
    await clock.runUntil(Promise.all([polled, observe(2)]));
    assert.deepEqual(priorities(), [Priority.read]);
  });

  it("never gives an answer that was asked for before the observer came", async () => {
    const { clock, observe, asked, status } = bench({ count: 3, answerMs: 1000 });
    const early = observe(1);
    await clock.advance(500);
    status.word = "completed";
    const late = observe(1);
    assert.equal(statusOf(await clock.runUntil(early)), "in_progress");
    assert.equal(statusOf(await clock.runUntil(late)), "completed");
    assert.deepEqual(asked(), ["run-1", "run-1"]);
  });

  it("never gives an answer that is older than what is asked for", async () => {
    const { clock, observe, status } = bench({ count: 3 });
    await clock.runUntil(observe(1));
    status.word = "completed";
    assert.equal(statusOf(await clock.runUntil(observe(1))), "completed");
  });

  it("asks when an observer is due, and not before", async () => {
    const { clock, observe, times } = bench({ count: 3 });
    await clock.runUntil(observe(1, { dueMs: 30_000 }));
    assert.deepEqual(times(), [30_000]);
  });

  it("asks for the one that is due first, and answers another that is due later with it", async () => {
    const { clock, observe, asked, times } = bench({ count: 3 });
    const later = observe(1, { dueMs: 60_000, priority: Priority.poll });
    await clock.advance(10_000);
    const sooner = observe(2, { dueMs: 20_000, priority: Priority.poll });
    await clock.runUntil(Promise.all([later, sooner]));
    assert.deepEqual(asked(), ["list 0"]);
    assert.deepEqual(times(), [20_000]);
  });

  it("polls behind reads", async () => {
    const { clock, observe, priorities } = bench({ count: 300 });
    await clock.runUntil(observe(1, { priority: Priority.poll }));
    await clock.runUntil(observe(1, { priority: Priority.read }));
    assert.deepEqual(priorities(), [Priority.poll, Priority.read]);
  });

  it("says missing where the service answers 404 for the very job", async () => {
    const { clock, observe, missing } = bench({ count: 3 });
    missing.add("run-1");
    const sighting = await clock.runUntil(observe(1));
    assert.equal(sighting.kind, "missing");
  });

  it("does not take absence from a page for missing, but asks for the job", async () => {
    const { clock, observe, asked, missing } = bench({ count: 3 });
    missing.add("run-1");
    const [gone, seen] = await clock.runUntil(Promise.all([observe(1), observe(2)]));
    assert.equal(gone.kind, "missing");
    assert.equal(seen.kind, "seen");
    assert.deepEqual(asked(), ["list 0", "run-1"]);
  });

  it("passes a failure on to those whose request it was, and works on", async () => {
    const { clock, observe, fail } = bench({ count: 3 });
    const error = new NclueError("unreachable", { doing: "GET", cause: "broken" });
    fail(error);
    const failing = [observe(1), observe(2)].map((read) => assert.rejects(read, error));
    await clock.runUntil(Promise.all(failing));
    fail(undefined);
    assert.equal(statusOf(await clock.runUntil(observe(1))), "in_progress");
  });

  it("lets an observer leave at once when it is cancelled, and the others wait on", async () => {
    const { clock, observe, asked } = bench({ count: 3, answerMs: 1000 });
    const abort = new AbortController();
    const going = assert.rejects(observe(1, { signal: abort.signal }), /enough/);
    const staying = observe(2);
    await clock.advance(500);
    abort.abort(new Error("enough"));
    await going;
    assert.equal(statusOf(await clock.runUntil(staying)), "in_progress");
    assert.deepEqual(asked(), ["list 0"]);
  });

  it("aborts a request that nobody waits for any more", async () => {
    const { clock, observe } = bench({ count: 3, answerMs: 60_000 });
    const abort = new AbortController();
    const going = assert.rejects(observe(1, { signal: abort.signal }), /enough/);
    await clock.advance(500);
    abort.abort(new Error("enough"));
    await going;
    await clock.settle();
    assert.equal(statusOf(await clock.runUntil(observe(2))), "in_progress");
    assert.ok(clock.monotonicMs() < 62_000);
  });

  it("passes a failure of the list on to nobody who is not due yet", async () => {
    const { clock, observe, failList, times } = bench({ count: 3 });
    failList(new NclueError("unreachable", { doing: "GET", cause: "broken" }));
    const later = observe(3, { dueMs: 5000 });
    const failing = [observe(1), observe(2)].map((read) => assert.rejects(read, /broken/));
    await clock.runUntil(Promise.all(failing));
    assert.equal(statusOf(await clock.runUntil(later)), "in_progress");
    assert.deepEqual(times(), [100, 5000]);
  });

  it("says missing only to those who had asked before the request left", async () => {
    const { clock, observe, asked, missing } = bench({ count: 3, answerMs: 1000 });
    missing.add("run-1");
    const early = observe(1);
    await clock.advance(500);
    const late = observe(1);
    assert.equal((await clock.runUntil(early)).kind, "missing");
    missing.clear();
    assert.equal((await clock.runUntil(late)).kind, "seen");
    assert.deepEqual(asked(), ["run-1", "run-1"]);
  });

  it("notes what it has read for everybody else", async () => {
    const { clock, observe, seen } = bench({ count: 40 });
    await clock.runUntil(Promise.all([observe(1), observe(2)]));
    assert.equal(seen.all().length, 40);
    assert.equal(seen.latest("run-39")?.askedMs, 100);
  });

  it("refuses an observer that is cancelled already", async () => {
    const { observe, asked } = bench({ count: 3 });
    const signal = AbortSignal.abort(new Error("enough"));
    await assert.rejects(observe(1, { signal }), /enough/);
    assert.deepEqual(asked(), []);
  });
});
