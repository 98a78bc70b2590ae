import assert from "node:assert/strict";
import fc from "fast-check";
import { families } from "../../../provider/src/domain/families";
import { NclueError, type RefusalKind } from "../../../provider/src/kernel/errors";
import type { JobContext } from "../../../provider/src/lifecycle/jobContext";
import {
  pollIntervalMs,
  type Waited,
  waitForJob,
} from "../../../provider/src/lifecycle/waitForJob";
import type { ObserveOptions, Sighting } from "../../../provider/src/nclue/jobs/sharedReads";
import { FakeClock } from "../../support/fakeClock";
import { RecordingLog } from "../../support/recordingLog";
import { runNumber } from "../../support/sampleJobs";
import { seeded } from "../../support/seeds";

const SECOND = 1000;
const { taskRun } = families;

type Answer = string | null | "missing" | "hangs" | Error | AnswerAt;

/** What comes at this moment, whenever it was due: late, or with a page that others have asked for. */
interface AnswerAt {
  readonly atMs: number;
  readonly answer: string | Error;
}

interface World {
  readonly timeoutMs?: number;
  readonly boundMs?: number;
  readonly random?: number;
  readonly requestsPerSecond?: number;
  readonly pollAtOnce?: boolean;
  /** How long a 404 may mean that the job is not visible yet. */
  readonly visibleAfterMs?: number;
  /** The engine asks to stop at this moment. */
  readonly cancelAtMs?: number;
  /** How long the process has been up when the wait begins. */
  readonly upForMs?: number;
  /** What the whole list says of the job. */
  readonly listed?: "listed" | "absent" | "unproven" | Error;
}

/** A wait that is answered in turn; the last answer is given again and again. */
async function wait(answers: readonly Answer[], world: World = {}) {
  const { timeoutMs = 600 * SECOND, random = 0.5, requestsPerSecond = 1 } = world;
  const { pollAtOnce = false, visibleAfterMs = 0, cancelAtMs, boundMs } = world;
  const { upForMs = 0, listed = "listed" } = world;
  const clock = new FakeClock();
  await clock.advance(upForMs);
  const cancelled = new AbortController();
  const dues: number[] = [];
  const newerThan: number[] = [];
  const unseen: (readonly [string, number])[] = [];
  const nextPolls: number[] = [];
  let turn = 0;
  const observe = async (_id: string, options: ObserveOptions): Promise<Sighting> => {
    const { dueMs, newerThanMs, signal } = options;
    dues.push(dueMs);
    newerThan.push(newerThanMs);
    const next = answers[Math.min(turn++, answers.length - 1)] as Answer;
    const { atMs, answer } = isTimed(next) ? next : { atMs: dueMs, answer: next };
    await clock.sleep(Math.max(0, atMs - clock.monotonicMs()), signal);
    if (answer === "hangs") await clock.sleep(3_600 * SECOND, signal);
    if (answer instanceof Error) throw answer;
    const error = new NclueError("refused", { doing: "GET", cause: "404" }, { kind: "not-found" });
    if (answer === "missing") return { kind: "missing", error };
    const job = runNumber(1, { status: answer });
    return { kind: "seen", job, askedMs: clock.monotonicMs() };
  };
  const mayStillAppear = () => clock.monotonicMs() < visibleAfterMs;
  const listReads: number[] = [];
  const isListed = async () => {
    listReads.push(clock.monotonicMs());
    if (listed instanceof Error) throw listed;
    return listed;
  };
  const jobs = { taskRun: { observe, mayStillAppear, isListed } };
  const transport = { serviceNowMs: () => clock.nowMs() };
  const ctx = {
    clock,
    log: new RecordingLog(),
    random: () => random,
    cancelled: cancelled.signal,
    clients: () => ({ jobs, settings: { requestsPerSecond }, transport }),
  } as unknown as JobContext;
  if (cancelAtMs !== undefined) {
    void clock.sleep(cancelAtMs).then(() => cancelled.abort(new Error("stop")));
  }
  const waited: Waited = await clock.runUntil(
    waitForJob(ctx, {
      family: taskRun,
      job: runNumber(1, { status: "registered" }),
      isReached: (status) => status === "completed",
      timeoutMs,
      boundMs,
      pollAtOnce,
      onSeen: (_job, nextPollMs) => nextPolls.push(nextPollMs),
      onUnseen: (trouble, nextPollMs) => unseen.push([trouble, nextPollMs]),
    }),
  );
  const { end, last } = waited;
  const seen = Object.fromEntries(waited.seen);
  const elapsedMs = clock.monotonicMs();
  const polls = { dues, newerThan, unseen, nextPolls, listReads };
  return { waited, end, last, seen, ...polls, elapsedMs, clock };
}

function isTimed(answer: Answer): answer is AnswerAt {
  return typeof answer === "object" && answer !== null && "atMs" in answer;
}

const refusal = (kind: RefusalKind, facts: object = {}) =>
  new NclueError("refused", { doing: "GET", cause: kind }, { kind, ...facts });

describe("waitForJob", () => {
  it("polls first after an interval, or at once where that is asked for", async () => {
    assert.deepEqual((await wait(["completed"])).dues, [2 * SECOND]);
    assert.deepEqual((await wait(["completed"], { pollAtOnce: true })).dues, [0]);
  });

  it("polls every 2 s at first, then at 5 % of the time waited, at most every 30 s", async () => {
    const { nextPolls } = await wait(["pending"], { timeoutMs: 3_600 * SECOND });
    assert.ok(nextPolls.slice(0, 18).every((ms) => ms === 2 * SECOND));
    assert.equal(Math.max(...nextPolls.slice(0, -1)), 30 * SECOND);
    const steps = nextPolls.slice(1).map((ms, n) => ms - (nextPolls[n] ?? 0));
    assert.ok(steps.every((ms) => ms >= 0));
  });

  it("varies an interval by a tenth, within its bounds", async () => {
    for (const [random, factor] of [
      [0, 0.9],
      [1, 1.1],
    ] as const) {
      const { nextPolls, dues } = await wait(["pending"], { random, timeoutMs: 3_600 * SECOND });
      assert.equal(Math.min(...nextPolls), 2 * SECOND);
      assert.equal(Math.max(...nextPolls), 30 * SECOND);
      const at = dues.findIndex((ms) => ms > 300 * SECOND);
      const share = (nextPolls[at] ?? 0) / (dues[at] ?? 1);
      assert.equal(share.toFixed(3), (0.05 * factor).toFixed(3));
    }
  });

  it("follows the pace: four requests a second make the shortest interval half a second", async () => {
    const { dues } = await wait(["completed"], { requestsPerSecond: 4 });
    assert.deepEqual(dues, [SECOND / 2]);
  });

  it("polls a last time at its bound, so that a job that has just ended counts", async () => {
    const { end, dues } = await wait(["pending", "pending", "completed"], {
      timeoutMs: 5 * SECOND,
    });
    assert.equal(end, "reached");
    assert.deepEqual(dues, [2 * SECOND, 4 * SECOND, 5 * SECOND]);
  });

  it("ends with the poll that falls on its bound", async () => {
    const { end, dues } = await wait(["pending"], { timeoutMs: 4 * SECOND });
    assert.deepEqual([end, dues], ["timed-out", [2 * SECOND, 4 * SECOND]]);
  });

  it("polls once more where the last answer came only after its bound", async () => {
    const late = { atMs: 6 * SECOND, answer: "pending" };
    const { end, dues } = await wait([late, "completed"], { timeoutMs: 5 * SECOND });
    assert.deepEqual([end, dues], ["reached", [2 * SECOND, 5 * SECOND]]);
  });

  it("is not over before its bound where the last poll is answered early", async () => {
    const early = [1, 2].map((at) => ({ atMs: at * SECOND, answer: "pending" }));
    const { end, dues } = await wait([...early, "completed"], { timeoutMs: 3 * SECOND });
    assert.deepEqual([end, dues], ["reached", [2 * SECOND, 3 * SECOND, 3 * SECOND]]);
  });

  it("begins with short intervals, however long the process has been up", async () => {
    const error = refusal("transient", { httpStatus: 503 });
    const world = { upForMs: 3_600 * SECOND };
    const { nextPolls, unseen } = await wait(["pending", error, "completed"], world);
    assert.deepEqual([nextPolls, unseen], [[2 * SECOND], [["no-answer", 2 * SECOND]]]);
  });

  it("leaves no timer behind, which would keep its process from ending", async () => {
    const { clock } = await wait(["completed"]);
    await clock.advance(3_600 * SECOND);
    assert.deepEqual(clock.slept, [2 * SECOND]);
  });

  it("asks for news alone: an answer newer than the start, then than the last sighting", async () => {
    const { newerThan } = await wait(["pending", "pending", "completed"]);
    assert.deepEqual(newerThan, [1, 2 * SECOND + 1, 4 * SECOND + 1]);
  });

  it("is over at its bound, with the job as last seen and what was seen", async () => {
    const { end, last, seen, elapsedMs } = await wait(["registered", "pending"], {
      timeoutMs: 5 * SECOND,
    });
    assert.deepEqual([end, last.status], ["timed-out", "pending"]);
    assert.deepEqual(seen, { registered: 1, pending: 2 });
    assert.equal(elapsedMs, 5 * SECOND);
  });

  it("knows its bound as the reader knows it, where some of it has passed already", async () => {
    const timeoutMs = 5 * SECOND;
    assert.equal((await wait(["pending"], { timeoutMs })).waited.boundMs, timeoutMs);
    const { waited } = await wait(["pending"], { timeoutMs, boundMs: 60 * SECOND });
    assert.equal(waited.boundMs, 60 * SECOND);
  });

  it("gives a poll that hangs at the bound half a minute more", async () => {
    const { end, seen, elapsedMs } = await wait(["pending", "hangs"], { timeoutMs: 3 * SECOND });
    assert.deepEqual([end, seen], ["timed-out", { pending: 1, "no answer": 1 }]);
    assert.equal(elapsedMs, 33 * SECOND);
  });

  it("ends where the job is failed", async () => {
    const { end, last } = await wait(["pending", "failed"]);
    assert.deepEqual([end, last.status], ["failed", "failed"]);
  });

  it("ends where the job is missing, with what the service said and the job as last seen", async () => {
    const { end, last, seen, waited } = await wait(["pending", "missing"]);
    assert.deepEqual([end, last.status], ["missing", "pending"]);
    assert.deepEqual(seen, { pending: 1, "HTTP 404": 1 });
    assert.equal(waited.error?.text.cause, "404");
  });

  it("waits on where a new job is not visible yet, and says so", async () => {
    const { end, unseen, seen } = await wait(["missing", "missing", "completed"], {
      visibleAfterMs: 120 * SECOND,
    });
    assert.equal(end, "reached");
    assert.deepEqual(unseen, [
      ["not-visible", 2 * SECOND],
      ["not-visible", 2 * SECOND],
    ]);
    assert.deepEqual(seen, { "HTTP 404": 2, completed: 1 });
  });

  it("takes a 404 for missing once a new job should be visible", async () => {
    const { end, elapsedMs } = await wait(["missing"], { visibleAfterMs: 120 * SECOND });
    assert.equal(end, "missing");
    assert.ok(elapsedMs >= 120 * SECOND && elapsedMs < 130 * SECOND);
  });

  it("ends at once where the engine asks to stop, with the job as last seen", async () => {
    for (const answers of [["pending"], ["pending", "hangs"]]) {
      const { end, last, elapsedMs } = await wait(answers, { cancelAtMs: 3 * SECOND });
      assert.deepEqual([end, last.status, elapsedMs], ["cancelled", "pending", 3 * SECOND]);
    }
  });

  const passing = {
    "no answer": new NclueError("unreachable", { doing: "GET", cause: "broken" }),
    "an unreadable answer": new NclueError("unreadable", { doing: "GET", cause: "odd" }),
    "HTTP 429": refusal("throttled", { httpStatus: 429 }),
    "HTTP 503": refusal("transient", { httpStatus: 503 }),
  };
  for (const [what, error] of Object.entries(passing)) {
    it(`takes ${what} for a trouble that may pass, and counts it`, async () => {
      const { end, unseen, seen } = await wait([error, error, "completed"]);
      assert.equal(end, "reached");
      assert.deepEqual(unseen, [
        ["no-answer", 2 * SECOND],
        ["no-answer", 2 * SECOND],
      ]);
      assert.deepEqual(seen, { [what]: 2, completed: 1 });
    });
  }

  const lasting = {
    "the keys are refused": refusal("denied"),
    "the request is refused": refusal("rejected"),
    "the quota is used up": refusal("throttled", { isLasting: true }),
    "the certificate does not hold": new NclueError(
      "unreachable",
      { doing: "GET", cause: "certificate" },
      { isLasting: true },
    ),
  };
  for (const [what, error] of Object.entries(lasting)) {
    it(`ends where ${what}`, async () => {
      const { end, waited, unseen } = await wait([error]);
      assert.deepEqual([end, waited.error, unseen], ["refused", error, []]);
    });
  }

  describe("where the service fails at each poll", () => {
    const failure = refusal("transient", { httpStatus: 500 });
    const at = (seconds: number, answer: string | Error) => ({ atMs: seconds * SECOND, answer });

    it("asks the list five minutes after the job was seen last, and ends where it is not there", async () => {
      const answers = [at(400, "pending"), at(699, failure), at(700, failure)];
      const { end, waited, listReads } = await wait(answers, {
        timeoutMs: 3_600 * SECOND,
        listed: "absent",
      });
      assert.deepEqual([end, waited.error, listReads], ["missing", failure, [700 * SECOND]]);
    });

    for (const listed of ["listed", "unproven", new Error("no list")] as const) {
      it(`goes on, and asks again five minutes later, where the list says: ${listed}`, async () => {
        const answers = [...[300, 599, 600].map((s) => at(s, failure)), "completed"];
        const { end, listReads } = await wait(answers, { timeoutMs: 3_600 * SECOND, listed });
        assert.deepEqual([end, listReads], ["reached", [300 * SECOND, 600 * SECOND]]);
      });
    }

    it("does not ask the list about a job that it may not show yet", async () => {
      const { end, listReads } = await wait([at(300, failure), "completed"], {
        visibleAfterMs: 301 * SECOND,
        listed: "absent",
      });
      assert.deepEqual([end, listReads], ["reached", []]);
    });
  });

  it("counts a poll that saw no status", async () => {
    const { seen } = await wait([null, "completed"]);
    assert.deepEqual(seen, { "no status": 1, completed: 1 });
  });

  it("hides no error that is not ours", async () => {
    await assert.rejects(wait([new TypeError("a bug")]), /a bug/);
  });
});

describe("pollIntervalMs", () => {
  it("is within its bounds, whatever the time waited, the pace and chance", () =>
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 50 }),
        (waitedMs, random, requestsPerSecond) => {
          const clients = () => ({ settings: { requestsPerSecond } });
          const ctx = { random: () => random, clients } as unknown as JobContext;
          const ms = pollIntervalMs(ctx, waitedMs);
          const slotMs = 1000 / requestsPerSecond;
          assert.ok(ms >= 2 * slotMs && ms <= 30 * slotMs);
        },
      ),
      seeded(),
    ));
});
