import assert from "node:assert/strict";
import { systemClock, systemRandom } from "../../../provider/src/kernel/ports";

describe("systemClock", () => {
  it("ends a sleep at once when its signal is aborted, with the signal's reason", async () => {
    const abort = new AbortController();
    const sleep = systemClock.sleep(2 ** 40, abort.signal);
    const reason = new Error("enough");
    abort.abort(reason);
    await assert.rejects(sleep, reason);
    await assert.rejects(systemClock.sleep(0, abort.signal), reason);
  });

  it("takes a sleep of no length, or less, for a turn of the event loop", async () => {
    await systemClock.sleep(0);
    await systemClock.sleep(-1000);
  });

  it("counts on without going back", () => {
    const [a, b] = [systemClock.monotonicMs(), systemClock.monotonicMs()];
    assert.ok(b >= a);
  });
});

describe("systemRandom", () => {
  it("gives numbers from 0 to below 1", () => {
    const number = systemRandom();
    assert.ok(number >= 0 && number < 1);
  });
});
