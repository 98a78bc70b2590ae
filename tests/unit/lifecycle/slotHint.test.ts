import assert from "node:assert/strict";
import { SlotHint } from "../../../provider/src/lifecycle/slotHint";
import { FakeClock } from "../../support/fakeClock";
import { RecordingLog } from "../../support/recordingLog";

const MINUTE = 60_000;

describe("SlotHint", () => {
  function bench(waits: number, slots = 2) {
    const [clock, log, hint] = [new FakeClock(), new RecordingLog(), new SlotHint(slots)];
    for (let n = 0; n < waits; n++) void hint.occupy(() => new Promise(() => {}));
    const notice = () => hint.notice(clock, log);
    return { clock, log, hint, notice };
  }

  it("says once that waits have filled all of the engine's slots for a minute", async () => {
    const { clock, log, notice } = bench(2);
    notice();
    await clock.advance(MINUTE - 1);
    notice();
    assert.deepEqual(log.lines, []);
    await clock.advance(1);
    notice();
    notice();
    assert.deepEqual(log.texts("info"), [
      "2 jobs are waited for, which fills all of the engine's slots: further jobs start only when one " +
        "of these has ended. Set PULUMI_PARALLEL (or --parallel) to at least the number of jobs, or " +
        'start task runs with waitFor: "submitted" and wait with TaskRunCompletion',
    ]);
  });

  for (const waits of [1, 3]) {
    it(`says nothing of ${waits} waits in 2 slots`, async () => {
      const { clock, log, notice } = bench(waits);
      notice();
      await clock.advance(2 * MINUTE);
      notice();
      assert.deepEqual(log.lines, []);
    });
  }

  it("says nothing of waits that have ended", async () => {
    const { clock, log, hint, notice } = bench(1);
    await hint.occupy(async () => {});
    notice();
    await clock.advance(2 * MINUTE);
    notice();
    assert.deepEqual(log.lines, []);
    void hint.occupy(() => new Promise(() => {}));
    notice();
    await clock.advance(MINUTE);
    notice();
    assert.equal(log.lines.length, 1);
  });

  it("begins to count again after a slot was free", async () => {
    const { clock, log, hint, notice } = bench(1);
    const failing = hint.occupy(async () => {
      await clock.sleep(MINUTE / 2);
      throw new Error("ended");
    });
    notice();
    await assert.rejects(clock.runUntil(failing), /ended/);
    notice();
    void hint.occupy(() => new Promise(() => {}));
    notice();
    await clock.advance(MINUTE - 1);
    notice();
    assert.deepEqual(log.lines, []);
  });
});
