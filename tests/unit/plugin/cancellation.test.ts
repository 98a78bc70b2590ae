import assert from "node:assert/strict";
import { channel } from "node:diagnostics_channel";
import type { NclueError } from "../../../provider/src/kernel/errors";
import { endWithEngine, watchForCancel } from "../../../provider/src/plugin/cancellation";

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
    const { code, message } = signal.reason as NclueError;
    assert.equal(code, "cancelled");
    assert.match(message, /^the engine asked to stop\nrun the same command again/);
  });
});

describe("endWithEngine", () => {
  it("stops all waits, then ends the process, once the engine is gone", async () => {
    const cancelled = new AbortController();
    let exits = 0;
    let die = () => {};
    const gone = new Promise<void>((resolve) => {
      die = resolve;
    });
    const ended = endWithEngine({ gone: () => gone }, cancelled, () => {
      assert.equal(cancelled.signal.aborted, true);
      exits += 1;
    });
    assert.deepEqual([cancelled.signal.aborted, exits], [false, 0]);
    die();
    await ended;
    assert.equal(exits, 1);
  });
});
