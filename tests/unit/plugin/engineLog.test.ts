import assert from "node:assert/strict";
import type { ProgressMode } from "../../../provider/src/kernel/outputSettings";
import type { LogLine } from "../../../provider/src/plugin/engineLink";
import { EngineLog } from "../../../provider/src/plugin/engineLog";
import { FakeClock } from "../../support/fakeClock";

const MINUTE_MS = 60_000;

function bench(mode: ProgressMode, { isDebug = false, namesResources = false } = {}) {
  const clock = new FakeClock();
  const lines: LogLine[] = [];
  const log = new EngineLog(
    {
      log: async (line) => {
        lines.push(line);
      },
    },
    clock,
    { mode, isDebug, namesResources },
  );
  const step = (status: string, text: string, key = "1") =>
    log.progress({ urn: "urn:a", key, status, text });
  const end = (status: string, text: string) =>
    log.progress({ urn: "urn:a", key: "1", status, text, isLast: true });
  return { clock, lines, log, step, end, texts: () => lines.map(({ text }) => text) };
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

  it("shows debug lines like any other where NCLUE_LOG asks for them", () => {
    const { lines, log } = bench("off", { isDebug: true });
    log.debug("GET");
    assert.deepEqual(lines, [
      { severity: "info", text: "GET", urn: undefined, isEphemeral: false },
    ]);
  });

  it("live: rewrites the resource's line at each poll, and says nothing twice", () => {
    const { lines, step, texts } = bench("live");
    step("pending", "pending 1s");
    step("pending", "pending 1s");
    step("pending", "pending 3s");
    assert.deepEqual(texts(), ["pending 1s", "pending 3s"]);
    assert.ok(lines.every(({ isEphemeral, urn }) => isEphemeral && urn === "urn:a"));
  });

  it("lines: shows a change, and a heartbeat after 1, 2 and 5 minutes, then every 5", async () => {
    const { clock, step, texts } = bench("lines");
    for (let minute = 0; minute <= 20; minute++) {
      step("pending", `pending ${minute}m`);
      await clock.advance(MINUTE_MS);
    }
    const beats = [0, 1, 3, 8, 13, 18].map((minute) => `pending ${minute}m`);
    assert.deepEqual(texts(), beats);
  });

  it("lines: begins again with one minute after a change", async () => {
    const { clock, step, texts } = bench("lines");
    step("pending", "a");
    await clock.advance(MINUTE_MS);
    step("pending", "b");
    step("in_progress", "c");
    await clock.advance(MINUTE_MS - 1);
    step("in_progress", "d");
    await clock.advance(1);
    step("in_progress", "e");
    assert.deepEqual(texts(), ["a", "b", "c", "e"]);
  });

  for (const mode of ["live", "lines"] as const) {
    it(`${mode}: ends a resource's line with how it ended, also where nothing was shown before`, () => {
      const { lines, step, end, texts } = bench(mode);
      step("in_progress", "in_progress 1s");
      end("in_progress", "completed in 2s");
      end("completed", "completed in 0s");
      assert.deepEqual(texts(), ["in_progress 1s", "completed in 2s", "completed in 0s"]);
      assert.ok(lines.every(({ isEphemeral }) => isEphemeral));
    });
  }

  it("names the resource where the engine prints no more than the text", () => {
    const { log, texts } = bench("lines", { namesResources: true });
    const urn = "urn:pulumi:dev::project::a:b:C::scores::daily";
    log.progress({ urn, key: "1", status: "pending", text: "pending 1s" });
    log.warn("careful", urn);
    assert.deepEqual(texts(), ["scores::daily: pending 1s", "careful"]);
  });

  it("lines: keeps jobs apart", () => {
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
    const { log, step, end, texts } = bench("off");
    step("pending", "a");
    end("completed", "b");
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

  it("waits at the end until the engine has taken the last line", async () => {
    const taken: (() => void)[] = [];
    const link = { log: () => new Promise<void>((resolve) => taken.push(resolve)) };
    const log = new EngineLog(link, new FakeClock(), {
      mode: "live",
      isDebug: false,
      namesResources: false,
    });
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
