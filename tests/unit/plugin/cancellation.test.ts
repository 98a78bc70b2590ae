import assert from "node:assert/strict";
import { channel } from "node:diagnostics_channel";
import { endWithEngine, watchForCancel } from "../../../provider/src/plugin/cancellation";
import { FakeClock } from "../../support/fakeClock";

describe("watchForCancel", () => {
  const publish = (path: unknown) =>
    channel("http2.server.stream.start").publish({ headers: { ":path": path } });

  it("is told by the engine's Cancel call, and by no other", () => {
    const { signal } = watchForCancel();
    for (const path of ["/pulumirpc.ResourceProvider/Create", "/x/Cancel", undefined, 7]) {
      publish(path);
    }
    assert.equal(signal.aborted, false);
    publish("/pulumirpc.ResourceProvider/Cancel");
    assert.equal(signal.aborted, true);
    assert.equal((signal.reason as { code?: unknown }).code, "cancelled");
  });
});

describe("endWithEngine", () => {
  async function end(answers: readonly boolean[]) {
    const clock = new FakeClock();
    const cancelled = new AbortController();
    let [asked, exits] = [0, 0];
    const link = { isAlive: async () => answers[asked++] ?? false };
    await clock.runUntil(
      endWithEngine(link, clock, cancelled, () => {
        exits += 1;
        assert.equal(cancelled.signal.aborted, true);
      }),
    );
    return { asked, exits, elapsedMs: clock.monotonicMs() };
  }

  it("ends the process after two misses in a row", async () =>
    assert.deepEqual(await end([true, true]), { asked: 4, exits: 1, elapsedMs: 20_000 }));

  it("forgives a single miss", async () =>
    assert.deepEqual(await end([false, true, false, true]), {
      asked: 6,
      exits: 1,
      elapsedMs: 30_000,
    }));
});
