import assert from "node:assert/strict";
import { Heartbeat } from "../../../provider/src/kernel/heartbeat";
import { FakeClock } from "../../support/fakeClock";

describe("Heartbeat", () => {
  it("is due after 1 minute of silence, then after 2, then after each 5", async () => {
    const clock = new FakeClock();
    const heartbeat = new Heartbeat(clock);
    for (const minutes of [1, 2, 5, 5, 5]) {
      assert.equal(heartbeat.dueInMs(), minutes * 60_000);
      await clock.advance(minutes * 60_000 - 1);
      assert.equal(heartbeat.dueInMs(), 1);
      await clock.advance(1);
      assert.equal(heartbeat.dueInMs(), 0);
      heartbeat.beat();
    }
  });

  it("stays due until its line is shown", async () => {
    const clock = new FakeClock();
    const heartbeat = new Heartbeat(clock);
    await clock.advance(10 * 60_000);
    assert.equal(heartbeat.dueInMs(), 0);
  });

  it("starts over with 1 minute after news", async () => {
    const clock = new FakeClock();
    const heartbeat = new Heartbeat(clock);
    await clock.advance(60_000);
    heartbeat.beat();
    await clock.advance(60_000);
    heartbeat.restart();
    assert.equal(heartbeat.dueInMs(), 60_000);
  });
});
