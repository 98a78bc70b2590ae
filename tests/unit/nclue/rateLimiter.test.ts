import assert from "node:assert/strict";
import { Priority, RateLimiter } from "../../../provider/src/nclue/rateLimiter";
import { FakeClock } from "../../support/fakeClock";

/** The distance of places at one request a second. */
const INTERVAL_MS = 1020;

/** A limiter whose places are noted as they are given. */
function bench(requestsPerSecond = 1, random = () => 0.5) {
  const clock = new FakeClock();
  const limiter = new RateLimiter(clock, requestsPerSecond, random);
  const given: { name: string; atMs: number }[] = [];
  const ask = (
    name: string,
    priority: Priority | (() => Priority) = Priority.read,
    signal?: AbortSignal,
  ) =>
    limiter.place(priority, signal).then(() => {
      given.push({ name, atMs: clock.monotonicMs() });
    });
  return {
    clock,
    limiter,
    ask,
    names: () => given.map(({ name }) => name),
    times: () => given.map(({ atMs }) => Math.round(atMs)),
  };
}

describe("RateLimiter", () => {
  it("gives the first place at once, and the others evenly", async () => {
    const { clock, ask, times } = bench();
    await clock.runUntil(Promise.all(["a", "b", "c", "d"].map((name) => ask(name))));
    assert.deepEqual(times(), [0, 1020, 2040, 3060]);
  });

  it("goes by the configured rate", async () => {
    const { clock, ask, times } = bench(4);
    await clock.runUntil(Promise.all(["a", "b", "c"].map((name) => ask(name))));
    assert.deepEqual(times(), [0, 255, 510]);
  });

  it("does not save up places while nobody asks", async () => {
    const { clock, ask, times } = bench();
    await clock.runUntil(ask("a"));
    await clock.advance(60_000);
    await clock.runUntil(Promise.all([ask("b"), ask("c")]));
    assert.deepEqual(times(), [0, 60_000, 61_020]);
  });

  it("lets writes go before reads, and reads before polls, in the order in which they came", async () => {
    const { clock, ask, names } = bench();
    await clock.runUntil(
      Promise.all([
        ask("first"),
        ask("poll 1", Priority.poll),
        ask("poll 2", Priority.poll),
        ask("read 1", Priority.read),
        ask("read 2", Priority.read),
        ask("write", Priority.write),
      ]),
    );
    assert.deepEqual(names(), ["first", "write", "read 1", "read 2", "poll 1", "poll 2"]);
  });

  it("asks for the priority when it gives a place, since it may have changed", async () => {
    const { clock, ask, names } = bench();
    let current: Priority = Priority.poll;
    const asked = [ask("first"), ask("read"), ask("rising", () => current)];
    await clock.advance(500);
    current = Priority.write;
    await clock.runUntil(Promise.all(asked));
    assert.deepEqual(names(), ["first", "rising", "read"]);
  });

  it("lets a write go first that came while the next place was awaited", async () => {
    const { clock, ask, names } = bench();
    const asked = [ask("first"), ask("read")];
    await clock.advance(500);
    asked.push(ask("write", Priority.write));
    await clock.runUntil(Promise.all(asked));
    assert.deepEqual(names(), ["first", "write", "read"]);
  });

  it("starves nobody: a poll moves up after twenty places, and again after twenty more", async () => {
    const { clock, ask, names } = bench();
    const asked = [ask("first"), ask("poll", Priority.poll)];
    for (let n = 0; n < 60; n++) asked.push(ask(`write ${n}`, Priority.write));
    await clock.runUntil(Promise.all(asked));
    assert.equal(names().indexOf("poll"), 41);
  });

  it("waits for nothing once nobody waits for a place", async () => {
    const { clock, limiter, ask } = bench();
    limiter.slowDown(60_000);
    const abort = new AbortController();
    const asked = assert.rejects(ask("gone", Priority.read, abort.signal), /enough/);
    await clock.advance(100);
    abort.abort(new Error("enough"));
    await asked;
    await assert.rejects(clock.runUntil(new Promise(() => {})), /nobody sleeps/);
    await clock.runUntil(ask("next"));
    assert.equal(clock.monotonicMs(), 60_000);
  });

  it("gives the place of one that was cancelled in the queue to the next", async () => {
    const { clock, ask, names, times } = bench();
    const abort = new AbortController();
    const first = ask("a");
    const cancelled = assert.rejects(ask("b", Priority.read, abort.signal), /enough/);
    const last = ask("c");
    await clock.advance(100);
    abort.abort(new Error("enough"));
    await cancelled;
    await clock.runUntil(Promise.all([first, last]));
    assert.deepEqual(names(), ["a", "c"]);
    assert.deepEqual(times(), [0, INTERVAL_MS]);
  });

  it("gives no place to one that was cancelled before it asked", async () => {
    const { ask, names } = bench();
    await assert.rejects(ask("a", Priority.read, AbortSignal.abort(new Error("enough"))), /enough/);
    assert.deepEqual(names(), []);
  });

  it("keeps twice the distance after a 429, and comes back in steps", async () => {
    const { clock, ask, limiter, times } = bench();
    await clock.runUntil(ask("a"));
    limiter.slowDown();
    const distances: number[] = [];
    for (let n = 0; n < 6; n++) {
      await clock.runUntil(ask(`${n}`));
      limiter.recover();
      const [before = 0, now = 0] = times().slice(-2);
      distances.push(now - before);
    }
    assert.deepEqual(distances, [2040, 2040, 1632, 1306, 1044, 1020]);
  });

  it("counts from the first answer, since the request that opens the connection arrives late", async () => {
    const { clock, ask, limiter, times } = bench();
    await clock.runUntil(ask("a"));
    const later = Promise.all([ask("b"), ask("c")]);
    await clock.advance(300);
    limiter.recover();
    await clock.runUntil(later.then(() => limiter.recover()));
    assert.deepEqual(times(), [0, 1320, 2340]);
  });

  it("counts requests that were refused together as one", async () => {
    const { clock, ask, limiter, times } = bench();
    await clock.runUntil(ask("a"));
    for (let n = 0; n < 5; n++) limiter.slowDown();
    await clock.runUntil(ask("b"));
    assert.deepEqual(times(), [0, 2040]);
  });

  it("keeps to Retry-After, for everybody", async () => {
    const { clock, ask, limiter, times } = bench();
    await clock.runUntil(ask("a"));
    limiter.slowDown(30_000);
    await clock.runUntil(Promise.all([ask("b"), ask("c")]));
    assert.deepEqual(times(), [0, 30_000, 32_040]);
  });

  it("slows down no further than to eight times the distance", async () => {
    const { clock, ask, limiter, times } = bench();
    for (let n = 0; n < 20; n++) {
      limiter.slowDown();
      await clock.runUntil(ask(`${n}`));
    }
    const [before = 0, last = 0] = times().slice(-2);
    assert.equal(last - before, 8 * INTERVAL_MS);
  });

  for (const [random, factor] of [
    [0, 0.5],
    [1, 1.5],
  ] as const) {
    it(`varies a pace that was slowed, so that two do not refuse each other in step: × ${factor}`, async () => {
      const { clock, ask, limiter, times } = bench(1, () => random);
      await clock.runUntil(Promise.all([ask("a"), ask("b")]));
      limiter.slowDown();
      await clock.runUntil(Promise.all([ask("c"), ask("d")]));
      const [, b = 0, c = 0, d = 0] = times();
      assert.deepEqual([b, d - c], [INTERVAL_MS, 2 * INTERVAL_MS * factor]);
    });
  }
});
