import assert from "node:assert/strict";
import { channel } from "node:diagnostics_channel";
import type { NclueError } from "../../../provider/src/kernel/errors";
import { endWithEngine, watchForCancel } from "../../../provider/src/plugin/cancellation";
import { FakeClock } from "../../support/fakeClock";

describe("watchForCancel", () => {
  const publish = (path: unknown) =>
    channel("http2.server.stream.start").publish({ headers: { ":path": path } });

  it("is aborted by the engine's Cancel call, and by no other", () => {
    const { signal } = watchForCancel();
    for (const path of [
      "/pulumirpc.ResourceProvider/Create",
      "/x/Cancel",
      "/mine.ResourceProvider/Cancel",
      undefined,
      7,
    ]) {
      publish(path);
    }
    assert.equal(signal.aborted, false);
    publish("/pulumirpc.ResourceProvider/Cancel");
    assert.equal(signal.aborted, true);
    const { code, message } = signal.reason as NclueError;
    assert.equal(code, "cancelled");
    assert.match(message, /^the engine asked to stop\nrun the same command again/);
  });
});

describe("endWithEngine", () => {
  function bench() {
    const clock = new FakeClock();
    const cancelled = new AbortController();
    const seen = { active: ["TCPServerWrap", "PipeWrap"], closed: 0, exits: 0 };
    let die = () => {};
    const gone = new Promise<void>((resolve) => {
      die = resolve;
    });
    const link = { gone: () => gone, close: () => void seen.closed++ };
    const ended = endWithEngine(link, clock, cancelled, {
      activeResources: () => seen.active,
      exit: () => void seen.exits++,
    });
    return { clock, cancelled, seen, die, ended };
  }

  it("does nothing while the engine is there", async () => {
    const { clock, cancelled, seen } = bench();
    await clock.settle();
    assert.deepEqual([cancelled.signal.aborted, seen.closed, seen.exits], [false, 0, 0]);
  });

  it("stops our waits, then ends the process, once the engine is gone", async () => {
    const { clock, cancelled, seen, die, ended } = bench();
    die();
    await clock.settle();
    assert.deepEqual([cancelled.signal.aborted, seen.closed, seen.exits], [true, 1, 0]);
    await clock.runUntil(ended);
    assert.equal(seen.exits, 1);
  });

  for (const kind of ["TCPSocketWrap", "Timeout", "FSReqCallback", "ProcessWrap"]) {
    it(`lets others end what they do first, such as a ${kind}`, async () => {
      const { clock, cancelled, seen, die, ended } = bench();
      seen.active = ["PipeWrap", kind, "TCPServerWrap"];
      die();
      await clock.settle();
      await clock.advance(60 * 60_000);
      assert.deepEqual([cancelled.signal.aborted, seen.exits], [true, 0]);
      seen.active = ["PipeWrap", "TCPServerWrap"];
      await clock.runUntil(ended);
      assert.equal(seen.exits, 1);
    });
  }
});
