import assert from "node:assert/strict";
import { FullHouse } from "../../../provider/src/lifecycle/fullHouse";
import { FakeClock } from "../../support/fakeClock";
import { RecordingLog } from "../../support/recordingLog";

const MINUTE = 60_000;

describe("FullHouse", () => {
  function bench(waits: number, places = 2) {
    const [clock, log, house] = [new FakeClock(), new RecordingLog(), new FullHouse(places)];
    for (let n = 0; n < waits; n++) void house.occupy(() => new Promise(() => {}));
    const look = () => house.notice(clock, log);
    return { clock, log, house, look };
  }

  it("says once that waits have filled all of the engine's places for a minute", async () => {
    const { clock, log, look } = bench(2);
    look();
    await clock.advance(MINUTE - 1);
    look();
    assert.deepEqual(log.lines, []);
    await clock.advance(1);
    look();
    look();
    assert.equal(log.lines.length, 1);
    assert.match(log.all(), /2 runs are waited for.*PULUMI_PARALLEL/);
  });

  for (const waits of [1, 3]) {
    it(`says nothing of ${waits} waits in 2 places`, async () => {
      const { clock, log, look } = bench(waits);
      look();
      await clock.advance(2 * MINUTE);
      look();
      assert.deepEqual(log.lines, []);
    });
  }

  it("says nothing of waits that have ended", async () => {
    const { clock, log, house, look } = bench(1);
    await house.occupy(async () => {});
    look();
    await clock.advance(2 * MINUTE);
    look();
    assert.deepEqual(log.lines, []);
    void house.occupy(() => new Promise(() => {}));
    look();
    await clock.advance(MINUTE);
    look();
    assert.equal(log.lines.length, 1);
  });

  it("begins to count anew after a place was free", async () => {
    const { clock, log, house, look } = bench(1);
    const failing = house.occupy(async () => {
      await clock.sleep(MINUTE / 2);
      throw new Error("ended");
    });
    look();
    await assert.rejects(clock.runUntil(failing), /ended/);
    look();
    void house.occupy(() => new Promise(() => {}));
    look();
    await clock.advance(MINUTE - 1);
    look();
    assert.deepEqual(log.lines, []);
  });
});
