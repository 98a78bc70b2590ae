import assert from "node:assert/strict";
import { NclueError, type RefusalKind } from "../../../provider/src/kernel/errors";
import type { RunContext } from "../../../provider/src/lifecycle/runContext";
import {
  describeTimeout,
  type WaitOutcome,
  waitForRun,
} from "../../../provider/src/lifecycle/waitForRun";
import type { ObserveOptions, Sighting } from "../../../provider/src/nclue/runWatch";
import { FakeClock } from "../../support/fakeClock";
import { runNumber } from "../../support/fakeList";
import { RecordingLog } from "../../support/recordingLog";

const SECOND = 1000;

type Answer = string | "missing" | "hangs" | Error;

/** A wait that is answered in turn; the last answer is given again and again. */
async function wait(
  answers: readonly Answer[],
  { timeoutMs = 600 * SECOND, random = 0.5, requestsPerSecond = 1, lookAtOnce = false } = {},
) {
  const clock = new FakeClock();
  const cancelled = new AbortController();
  const dues: number[] = [];
  const troubles: number[] = [];
  const nextLooks: number[] = [];
  let turn = 0;
  const observe = async (_id: string, { dueMs, signal }: ObserveOptions): Promise<Sighting> => {
    dues.push(dueMs);
    await clock.sleep(Math.max(0, dueMs - clock.monotonicMs()), signal);
    const answer = answers[Math.min(turn++, answers.length - 1)] as Answer;
    if (answer === "hangs") await clock.sleep(3_600 * SECOND, signal);
    if (answer instanceof Error) throw answer;
    const error = new NclueError("refused", { doing: "GET", cause: "404" });
    return answer === "missing"
      ? { kind: "missing", error }
      : { kind: "seen", run: runNumber(1, { status: answer }) };
  };
  const ctx = {
    clock,
    log: new RecordingLog(),
    random: () => random,
    cancelled: cancelled.signal,
    account: () => ({ watch: { observe }, settings: { requestsPerSecond } }),
  } as unknown as RunContext;
  const outcome: WaitOutcome = await clock.runUntil(
    waitForRun(ctx, {
      runId: "run-1",
      isReached: (status) => status === "completed",
      timeoutMs,
      lookAtOnce,
      onLook: (_run, nextLookMs) => nextLooks.push(nextLookMs),
      onTrouble: (nextLookMs) => troubles.push(nextLookMs),
    }),
  );
  return { outcome, dues, troubles, nextLooks, elapsedMs: clock.monotonicMs() };
}

const refusal = (kind: RefusalKind) =>
  new NclueError("refused", { doing: "GET", cause: kind }, { kind });

describe("waitForRun", () => {
  it("looks first after an interval, or at once where that is asked for", async () => {
    assert.deepEqual((await wait(["completed"])).dues, [2 * SECOND]);
    assert.deepEqual((await wait(["completed"], { lookAtOnce: true })).dues, [0]);
  });

  it("looks every 2 s at first, then at 5 % of the time waited, at most every 30 s", async () => {
    const { nextLooks } = await wait(["pending"], { timeoutMs: 3_600 * SECOND });
    assert.ok(nextLooks.slice(0, 18).every((ms) => ms === 2 * SECOND));
    assert.equal(Math.max(...nextLooks.slice(0, -1)), 30 * SECOND);
    const steps = nextLooks.slice(1).map((ms, n) => ms - (nextLooks[n] ?? 0));
    assert.ok(steps.every((ms) => ms >= 0));
  });

  it("varies an interval by a tenth, within its bounds", async () => {
    for (const [random, factor] of [
      [0, 0.9],
      [1, 1.1],
    ] as const) {
      const { nextLooks, dues } = await wait(["pending"], { random, timeoutMs: 3_600 * SECOND });
      assert.equal(Math.min(...nextLooks), 2 * SECOND);
      assert.equal(Math.max(...nextLooks), 30 * SECOND);
      const at = dues.findIndex((ms) => ms > 300 * SECOND);
      const share = (nextLooks[at] ?? 0) / (dues[at] ?? 1);
      assert.equal(share.toFixed(3), (0.05 * factor).toFixed(3));
    }
  });

  it("goes by the pace: four requests a second make the shortest interval half a second", async () => {
    const { dues } = await wait(["completed"], { requestsPerSecond: 4 });
    assert.deepEqual(dues, [SECOND / 2]);
  });

  it("looks a last time at its bound, so that a run that has just ended counts", async () => {
    const { outcome, dues } = await wait(["pending", "pending", "completed"], {
      timeoutMs: 5 * SECOND,
    });
    assert.equal(outcome.kind, "reached");
    assert.deepEqual(dues, [2 * SECOND, 4 * SECOND, 5 * SECOND]);
  });

  it("is over at its bound, and says how often it looked", async () => {
    const { outcome, elapsedMs } = await wait(["pending"], { timeoutMs: 5 * SECOND });
    assert.deepEqual(outcome, { kind: "timed-out", looks: 3, troubles: 0 });
    assert.equal(elapsedMs, 5 * SECOND);
  });

  it("gives a look that hangs at the bound half a minute more", async () => {
    const { outcome, elapsedMs } = await wait(["pending", "hangs"], { timeoutMs: 3 * SECOND });
    assert.deepEqual(outcome, { kind: "timed-out", looks: 1, troubles: 1 });
    assert.equal(elapsedMs, 33 * SECOND);
  });

  for (const status of ["failed", "missing"] as const) {
    it(`ends where the run is ${status}`, async () => {
      assert.equal((await wait(["pending", status])).outcome.kind, status);
    });
  }

  const passing = {
    "no answer": new NclueError("unreachable", { doing: "GET", cause: "broken" }),
    "an unreadable answer": new NclueError("unreadable", { doing: "GET", cause: "odd" }),
    "a 429": refusal("throttled"),
    "a 5xx": refusal("transient"),
  };
  for (const [what, error] of Object.entries(passing)) {
    it(`takes ${what} for a trouble that may pass`, async () => {
      const { outcome, troubles } = await wait([error, error, "completed"]);
      assert.equal(outcome.kind, "reached");
      assert.deepEqual(troubles, [2 * SECOND, 2 * SECOND]);
    });
  }

  for (const kind of ["denied", "rejected"] as const) {
    it(`ends where the service says no: ${kind}`, async () => {
      const { outcome, troubles } = await wait([refusal(kind)]);
      assert.deepEqual([outcome.kind, troubles], ["refused", []]);
    });
  }

  it("hides no error that is not ours", async () => {
    await assert.rejects(wait([new TypeError("a bug")]), /a bug/);
  });

  it("says in a timeout how many looks there were, and how many were not answered", () => {
    const minutes = (n: number) => n * 60 * SECOND;
    const outcome = { looks: 4, troubles: 0 };
    assert.equal(
      describeTimeout(outcome, "pending", minutes(2)),
      "still pending after 2m (4 looks)",
    );
    assert.equal(
      describeTimeout({ ...outcome, troubles: 3 }, null, minutes(2)),
      "still unknown after 2m (7 looks, 3 of them without an answer)",
    );
  });
});
