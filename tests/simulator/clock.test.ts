import assert from "node:assert/strict";
import { createClock } from "../../simulator/src/service/clock";

describe("The simulator's clock", () => {
  it("follows its source at the given speed", () => {
    let sourceMs = 1_000;
    const clock = createClock({ source: () => sourceMs, speed: 60 });
    sourceMs += 2_000;
    assert.equal(clock.now(), 1_000 + 120_000);
    assert.equal(clock.sourceNow(), 3_000);
  });

  it("moves by advance only while it is frozen", () => {
    let sourceMs = 1_000;
    const clock = createClock({ source: () => sourceMs, frozen: true });
    sourceMs += 5_000;
    assert.equal(clock.now(), 1_000);
    clock.advance(250);
    assert.equal(clock.now(), 1_250);
  });

  it("does not jump when speed or frost changes", () => {
    let sourceMs = 0;
    const clock = createClock({ source: () => sourceMs, startAtMs: 100 });
    sourceMs = 50;
    clock.set({ speed: 10 });
    assert.equal(clock.now(), 150);
    sourceMs = 60;
    clock.set({ frozen: true });
    assert.equal(clock.now(), 250);
    sourceMs = 9_999;
    clock.set({ frozen: false, speed: 1 });
    assert.equal(clock.now(), 250);
    assert.deepEqual(clock.settings(), { speed: 1, frozen: false });
  });

  it("refuses to go back, and says so", () => {
    const clock = createClock();
    assert.throws(() => clock.advance(-1), /time only goes forward/);
    assert.throws(() => clock.advance(Number.NaN), /time only goes forward/);
    assert.throws(() => clock.set({ speed: -1 }), /must be 0 or more/);
  });
});
