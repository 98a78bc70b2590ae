import assert from "node:assert/strict";
import { Priority, RateLimiter, type Turn } from "../../../provider/src/nclue/rateLimiter";
import { FakeClock } from "../../support/fakeClock";

/** The distance of turns at one request a second. */
const INTERVAL_MS = 1030;

/** A limiter whose turns are noted as they are given, whose requests leave at once, and wait for no answer. */
function bench(requestsPerSecond = 1, random = () => 0.5) {
  const clock = new FakeClock();
  const limiter = new RateLimiter(clock, requestsPerSecond, random);
  const given: { name: string; atMs: number }[] = [];
  const ask = (
    name: string,
    priority: Priority | (() => Priority) = Priority.read,
    signal?: AbortSignal,
  ) =>
    limiter.takeTurn(priority, signal).then((turn) => {
      given.push({ name, atMs: clock.monotonicMs() });
      turn.left("GET");
      turn.failed();
      return turn;
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
  it("gives the first turn at once, and the others evenly", async () => {
    const { clock, ask, times } = bench();
    await clock.runUntil(Promise.all(["a", "b", "c", "d"].map((name) => ask(name))));
    assert.deepEqual(times(), [0, 1030, 2060, 3090]);
  });

  it("goes by the configured rate", async () => {
    const { clock, ask, times } = bench(4);
    await clock.runUntil(Promise.all(["a", "b", "c"].map((name) => ask(name))));
    assert.deepEqual(times(), [0, 258, 515]);
  });

  it("does not save up turns while nobody asks", async () => {
    const { clock, ask, times } = bench();
    await clock.runUntil(ask("a"));
    await clock.advance(60_000);
    await clock.runUntil(Promise.all([ask("b"), ask("c")]));
    assert.deepEqual(times(), [0, 60_000, 61_030]);
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

  it("asks for the priority when it gives a turn, since it may have changed", async () => {
    const { clock, ask, names } = bench();
    let current: Priority = Priority.poll;
    const asked = [ask("first"), ask("read"), ask("rising", () => current)];
    await clock.advance(500);
    current = Priority.write;
    await clock.runUntil(Promise.all(asked));
    assert.deepEqual(names(), ["first", "rising", "read"]);
  });

  it("lets a write go first that came while the next turn was awaited", async () => {
    const { clock, ask, names } = bench();
    const asked = [ask("first"), ask("read")];
    await clock.advance(500);
    asked.push(ask("write", Priority.write));
    await clock.runUntil(Promise.all(asked));
    assert.deepEqual(names(), ["first", "write", "read"]);
  });

  it("starves nobody: a poll moves up after twenty turns, and again after twenty more", async () => {
    const { clock, ask, names } = bench();
    const asked = [ask("first"), ask("poll", Priority.poll)];
    for (let n = 0; n < 60; n++) asked.push(ask(`write ${n}`, Priority.write));
    await clock.runUntil(Promise.all(asked));
    assert.equal(names().indexOf("poll"), 41);
  });

  it("waits for nothing once nobody waits for a turn", async () => {
    const { clock, ask } = bench();
    const first = await clock.runUntil(ask("first"));
    first.throttled(60_000);
    const abort = new AbortController();
    const asked = assert.rejects(ask("gone", Priority.read, abort.signal), /enough/);
    await clock.advance(100);
    abort.abort(new Error("enough"));
    await asked;
    await assert.rejects(clock.runUntil(new Promise(() => {})), /nobody sleeps/);
    await clock.runUntil(ask("next"));
    assert.equal(clock.monotonicMs(), 60_000);
  });

  it("gives the turn of one that was cancelled in the queue to the next", async () => {
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

  it("gives no turn to one that was cancelled before it asked", async () => {
    const { ask, names } = bench();
    await assert.rejects(ask("a", Priority.read, AbortSignal.abort(new Error("enough"))), /enough/);
    assert.deepEqual(names(), []);
  });

  it("keeps twice the distance after a 429, and comes back in steps", async () => {
    const { clock, ask, times } = bench();
    let turn = await clock.runUntil(ask("a"));
    turn.throttled();
    const distances: number[] = [];
    for (let n = 0; n < 6; n++) {
      turn = await clock.runUntil(ask(`${n}`));
      turn.answered(true);
      const [before = 0, now = 0] = times().slice(-2);
      distances.push(now - before);
    }
    assert.deepEqual(distances, [2060, 2060, 1648, 1318, 1055, 1030]);
  });

  it("counts requests that were refused together as one", async () => {
    const { clock, ask, times } = bench();
    const turn = await clock.runUntil(ask("a"));
    for (let n = 0; n < 5; n++) turn.throttled();
    await clock.runUntil(ask("b"));
    assert.deepEqual(times(), [0, 2060]);
  });

  it("keeps to Retry-After, for everybody", async () => {
    const { clock, ask, times } = bench();
    const turn = await clock.runUntil(ask("a"));
    turn.throttled(30_000);
    await clock.runUntil(Promise.all([ask("b"), ask("c")]));
    assert.deepEqual(times(), [0, 30_000, 32_060]);
  });

  it("slows down no further than to eight times the distance", async () => {
    const { clock, ask, times } = bench();
    let turn = await clock.runUntil(ask("first"));
    for (let n = 0; n < 20; n++) {
      turn.throttled();
      turn = await clock.runUntil(ask(`${n}`));
    }
    const [before = 0, last = 0] = times().slice(-2);
    assert.equal(last - before, 8 * INTERVAL_MS);
  });

  for (const [random, factor] of [
    [0, 0.5],
    [1, 1.5],
  ] as const) {
    it(`varies a pace that was slowed, so that two do not stay in lockstep: × ${factor}`, async () => {
      const { clock, ask, times } = bench(1, () => random);
      const [, turn] = await clock.runUntil(Promise.all([ask("a"), ask("b")]));
      turn?.throttled();
      await clock.runUntil(Promise.all([ask("c"), ask("d")]));
      const [, b = 0, c = 0, d = 0] = times();
      assert.deepEqual([b, d - c], [INTERVAL_MS, 2 * INTERVAL_MS * factor]);
    });
  }

  it("never keeps less than the configured distance, however a slowed pace varies", async () => {
    const { clock, ask, times } = bench(1, () => 0);
    let turn = await clock.runUntil(ask("first"));
    turn.throttled();
    for (let n = 0; n < 5; n++) {
      turn = await clock.runUntil(ask(`${n}`));
      turn.answered(true);
    }
    assert.deepEqual(
      times(),
      [0, 1, 2, 3, 4, 5].map((n) => n * INTERVAL_MS),
    );
  });
});

describe("RateLimiter: the distance between arrivals", () => {
  /** Takes turns whose requests leave `stallMs` late and are answered after `roundTripMs`. */
  async function departures(
    requests: readonly { readonly stallMs?: number; readonly roundTripMs: number }[],
  ): Promise<readonly number[]> {
    const clock = new FakeClock();
    const limiter = new RateLimiter(clock, 1, () => 0.5);
    const leftMs: number[] = [];
    const send = async ({ stallMs = 0, roundTripMs }: (typeof requests)[number]) => {
      const turn: Turn = await limiter.takeTurn(Priority.read);
      if (stallMs > 0) await clock.sleep(stallMs);
      leftMs.push(Math.round(clock.monotonicMs()));
      turn.left("GET");
      await clock.sleep(roundTripMs);
      turn.answered(true);
    };
    await clock.runUntil(Promise.all(requests.map(send)));
    return leftMs;
  }

  it("is counted from the moment a request really leaves, where the machine is late", async () =>
    assert.deepEqual(
      await departures([
        { roundTripMs: 10 },
        { roundTripMs: 10, stallMs: 400 },
        { roundTripMs: 10 },
      ]),
      [0, 1430, 2460],
    ));

  it("is counted from the first answer, since that request has to open a connection", async () =>
    assert.deepEqual(
      await departures([{ roundTripMs: 300 }, { roundTripMs: 20 }, { roundTripMs: 20 }]),
      [0, 1300, 2330],
    ));

  it("is counted from when a request may have arrived, where its answer is later than usual", async () =>
    assert.deepEqual(
      await departures([
        { roundTripMs: 20 },
        { roundTripMs: 20 },
        { roundTripMs: 520 },
        { roundTripMs: 20 },
      ]),
      // It arrived just before its answer at the latest, and a second after that.
      [0, 1030, 2060, 3580],
    ));

  it("is left to the margin where answers come within it", async () =>
    assert.deepEqual(
      await departures([20, 29, 20, 25, 20].map((roundTripMs) => ({ roundTripMs }))),
      [0, 1030, 2060, 3090, 4120],
    ));

  it("leaves no less than a second whenever within their round trips requests arrive", async () => {
    const requests = Array.from({ length: 500 }, (_, n) => ({
      roundTripMs: 1 + ((n * 7) % 29) + (n % 5 === 0 ? (n * 37) % 900 : 0),
    }));
    const left = await departures(requests);
    for (const [n, { roundTripMs }] of requests.slice(0, -1).entries()) {
      const latestMs = (left[n] ?? 0) + roundTripMs;
      assert.ok((left[n + 1] ?? 0) - latestMs >= 999, `${n}: ${left[n + 1]} after ${latestMs}`);
    }
  });

  it("is counted from a failure: the request may have arrived just before", async () => {
    const clock = new FakeClock();
    const limiter = new RateLimiter(clock, 1, () => 0.5);
    const turn = await limiter.takeTurn(Priority.read);
    turn.left("GET");
    const next = limiter.takeTurn(Priority.read).then(() => clock.monotonicMs());
    await clock.advance(1500);
    turn.failed();
    assert.equal(Math.round(await clock.runUntil(next)), 2500);
  });

  it("goes by what successes take: a refusal is quick where the service is slow", async () => {
    const clock = new FakeClock();
    const limiter = new RateLimiter(clock, 1, () => 0.5);
    const leftMs: number[] = [];
    const send = async (roundTripMs: number) => {
      const turn = await limiter.takeTurn(Priority.read);
      leftMs.push(Math.round(clock.monotonicMs()));
      turn.left("GET");
      await clock.sleep(roundTripMs);
      turn.answered(roundTripMs > 1_000);
    };
    await clock.runUntil(Promise.all([2_000, 2_000, 20, 2_000, 2_000].map(send)));
    assert.deepEqual(leftMs, [0, 3000, 4030, 5060, 6090]);
  });

  it("waits for an answer that is late, one interval at most", async () =>
    assert.deepEqual(
      await departures([20, 1500, 9000, 20].map((roundTripMs) => ({ roundTripMs }))),
      [0, 1030, 3530, 5590],
    ));

  it("waits for no answer of a kind that always takes longer than an interval", async () =>
    assert.deepEqual(
      await departures([1500, 1500, 1500, 1500].map((roundTripMs) => ({ roundTripMs }))),
      [0, 2500, 3530, 4560],
    ));

  for (const [shortest, step] of [
    [50, 10],
    [50, 16],
    [300, 10],
    [2000, 10],
  ] as const) {
    const longest = shortest + 6 * step;
    it(`costs 500 requests that take ${shortest} to ${longest} ms less than 5 % of the documented pace`, async () => {
      const requests = Array.from({ length: 500 }, (_, n) => ({
        roundTripMs: shortest + ((n * 3) % 7) * step,
      }));
      const left = await departures(requests);
      assert.ok((left.at(-1) ?? 0) <= 499 * 1050, String(left.at(-1)));
    });
  }
});
