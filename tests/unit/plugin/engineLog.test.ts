import assert from "node:assert/strict";
import type { LogLine } from "../../../provider/src/plugin/engineLink";
import { EngineLog, type ProgressMode } from "../../../provider/src/plugin/engineLog";
import { FakeClock } from "../../support/fakeClock";

function bench(mode: ProgressMode) {
  const clock = new FakeClock();
  const lines: LogLine[] = [];
  const log = new EngineLog(
    {
      log: async (line) => {
        lines.push(line);
      },
    },
    clock,
    mode,
  );
  const step = (status: string, text: string, key = "1") =>
    log.progress({ urn: "urn:a", key, status, text });
  return { clock, lines, log, step, texts: () => lines.map(({ text }) => text) };
}

describe("EngineLog", () => {
  it("puts lasting lines on their resource, or on the stack", () => {
    const { lines, log } = bench("live");
    log.info("adopted", "urn:a");
    log.warn("careful");
    log.debug("GET");
    assert.deepEqual(lines, [
      { severity: "info", text: "adopted", urn: "urn:a", isEphemeral: false },
      { severity: "warning", text: "careful", urn: undefined, isEphemeral: false },
      { severity: "debug", text: "GET", urn: undefined, isEphemeral: false },
    ]);
  });

  it("live: rewrites the resource's line at each look, and says nothing twice", () => {
    const { lines, step, texts } = bench("live");
    step("pending", "pending 1s");
    step("pending", "pending 1s");
    step("pending", "pending 3s");
    assert.deepEqual(texts(), ["pending 1s", "pending 3s"]);
    assert.ok(lines.every(({ isEphemeral, urn }) => isEphemeral && urn === "urn:a"));
  });

  it("lines: shows a change, and a heartbeat once a minute", async () => {
    const { clock, step, texts } = bench("lines");
    step("pending", "a");
    step("pending", "b");
    await clock.advance(59_000);
    step("pending", "c");
    await clock.advance(1000);
    step("pending", "d");
    step("in_progress", "e");
    step("in_progress", "f");
    assert.deepEqual(texts(), ["a", "d", "e"]);
  });

  it("lines: keeps runs apart", () => {
    const { step, texts } = bench("lines");
    step("pending", "a", "1");
    step("pending", "b", "2");
    assert.deepEqual(texts(), ["a", "b"]);
  });

  it("shows progress on a resource's line only, and on none where it is not known", () => {
    const { log, lines } = bench("live");
    log.progress({ urn: undefined, key: "1", status: "pending", text: "pending" });
    assert.deepEqual(lines, []);
  });

  it("off: shows no progress, and all the rest", () => {
    const { log, step, texts } = bench("off");
    step("pending", "a");
    log.warn("careful");
    assert.deepEqual(texts(), ["careful"]);
  });

  it("shows nothing that would move a terminal's cursor, and no endless line", () => {
    const { log, step, texts } = bench("live");
    const hostile = `a\u001b[2J${"x".repeat(100_000)}`;
    for (const say of [
      () => log.info(hostile),
      () => log.warn(hostile),
      () => log.debug(hostile),
      () => step(hostile, hostile),
    ]) {
      say();
    }
    for (const text of texts()) {
      assert.doesNotMatch(text, /[^\P{Cc}\n]/u);
      assert.ok(text.length < 10_000, String(text.length));
    }
  });

  it("keeps the two lines of a message with a remedy", () => {
    const { log, texts } = bench("live");
    log.warn("it failed\ndo this");
    assert.deepEqual(texts(), ["it failed\ndo this"]);
  });

  it("waits at the end until the engine has taken every line", async () => {
    const taken: (() => void)[] = [];
    const link = { log: () => new Promise<void>((resolve) => taken.push(resolve)) };
    const log = new EngineLog(link, new FakeClock(), "live");
    log.info("a");
    log.info("b");
    let flushed = false;
    const flushing = log.flush().then(() => {
      flushed = true;
    });
    taken[0]?.();
    await Promise.resolve();
    assert.equal(flushed, false);
    taken[1]?.();
    await flushing;
    assert.equal(flushed, true);
  });
});
