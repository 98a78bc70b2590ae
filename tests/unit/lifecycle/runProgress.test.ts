import assert from "node:assert/strict";
import type { RunContext } from "../../../provider/src/lifecycle/runContext";
import { RunProgress } from "../../../provider/src/lifecycle/runProgress";
import type { RunRecord } from "../../../provider/src/nclue/wire";
import { FakeClock } from "../../support/fakeClock";
import { runNumber } from "../../support/fakeList";
import { RecordingLog } from "../../support/recordingLog";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

describe("the progress of a run", () => {
  /** With the runs that the first look at the list shows. */
  function bench(listed: readonly RunRecord[] = []) {
    const [clock, log] = [new FakeClock(), new RecordingLog()];
    const looks = { atList: 0 };
    let seen: readonly RunRecord[] = [];
    const directory = {
      seen: () => seen,
      known: async () => {
        looks.atList += 1;
        seen = listed;
      },
    };
    const ctx = { clock, log, account: () => ({ directory }) } as unknown as RunContext;
    const progress = new RunProgress(ctx, "urn:a");
    const show = (status: string | null, nextLookMs?: number, note?: string) => {
      progress.show(runNumber(7, { status, taskId: "t" }), nextLookMs, note);
      return log.steps.at(-1)?.text;
    };
    return { clock, log, looks, progress, show };
  }

  it("counts the status from the beginning of the wait, then from each change", async () => {
    const { clock, log, show } = bench();
    await clock.advance(2 * SECOND);
    assert.equal(show("registered", 2 * SECOND), "registered 2s · next look in 2s");
    await clock.advance(39 * SECOND);
    assert.equal(show("pending", 3 * SECOND), "pending 0s · next look in 3s");
    await clock.advance(4 * SECOND);
    assert.equal(show("pending", 3 * SECOND), "pending 4s · next look in 3s");
    await clock.advance(6 * SECOND);
    const text = "in_progress 0s · queued 51s · next look in 3s";
    assert.equal(show("in_progress", 3 * SECOND), text);
    await clock.advance(3 * MINUTE);
    assert.match(show("in_progress", 9 * SECOND) ?? "", /^in_progress 3m · queued 51s · /);
    assert.deepEqual(log.steps.at(-1)?.urn, "urn:a");
    assert.deepEqual(log.steps.at(-1)?.key, "run-7");
    assert.deepEqual(log.steps.at(-1)?.status, "in_progress");
  });

  it("knows no time in the queue of a run that was in progress at the first look", async () => {
    const { clock, show } = bench();
    await clock.advance(5 * SECOND);
    assert.equal(show("in_progress", SECOND), "in_progress 5s · next look in 1s");
  });

  it("is the bare status where nobody looks again, and names one that the service leaves out", () => {
    const { show } = bench();
    assert.equal(show("pending"), "pending");
    assert.equal(show(null), "unknown");
  });

  it("carries a note", () => {
    const { show } = bench();
    assert.equal(
      show("pending", SECOND, "can be deleted when it has ended"),
      "pending 0s · can be deleted when it has ended · next look in 1s",
    );
  });

  it("looks at the list once, at the second look, and says how long runs usually take", async () => {
    const took = (minutes: number, taskId = "t") =>
      runNumber(minutes, {
        taskId,
        status: "completed",
        createdAt: "2026-11-01T09:00:00+09:00",
        completedAt: `2026-11-01T09:${minutes}:00+09:00`,
      });
    const { clock, looks, show } = bench([took(20), took(20), took(20), took(50, "other")]);
    show("pending", SECOND);
    await clock.settle();
    assert.equal(looks.atList, 0);
    show("pending", SECOND);
    await clock.settle();
    assert.equal(show("pending", SECOND), "pending 0s · usually 20m · next look in 1s");
    assert.equal(looks.atList, 1);
  });

  it("says for how long there has been no answer, since the last one", async () => {
    const { clock, log, progress, show } = bench();
    const silence = () => {
      progress.showTrouble("run-7", 4 * SECOND);
      return log.steps.at(-1);
    };
    await clock.advance(3 * SECOND);
    assert.equal(silence()?.text, "unknown · no answer for 3s · next look in 4s");
    show("pending", SECOND);
    await clock.advance(90 * SECOND);
    assert.equal(silence()?.text, "pending · no answer for 1m 30s · next look in 4s");
    assert.deepEqual(
      [silence()?.status, silence()?.key, silence()?.urn],
      ["pending", "run-7", "urn:a"],
    );
  });
});
