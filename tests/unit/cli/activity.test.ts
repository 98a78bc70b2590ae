import assert from "node:assert/strict";
import { Activity } from "../../../provider/src/cli/activity";
import type { Screen } from "../../../provider/src/cli/cli";
import { StatusLine } from "../../../provider/src/cli/statusLine";
import type { ProgressMode } from "../../../provider/src/kernel/outputSettings";
import { FakeClock } from "../../support/fakeClock";

const MINUTE_MS = 60_000;

function open(mode: ProgressMode, columns = 80) {
  const clock = new FakeClock();
  const written: string[] = [];
  const screen: Screen = {
    isTerminal: mode === "live",
    columns,
    rows: 24,
    paint: (_, text) => text,
    write: (text) => void written.push(text),
  };
  const err = new StatusLine(screen);
  return { clock, written, err, activity: new Activity(clock, err, mode) };
}

/** Work that takes so long. */
function working(clock: FakeClock, ms: number): () => Promise<void> {
  return () => clock.sleep(ms);
}

describe("what takes long where every line stays", () => {
  it("is not said within two seconds", async () => {
    const { clock, written, activity } = open("lines");
    await clock.runUntil(activity.during(() => "reading", working(clock, 1999)));
    assert.deepEqual(written, []);
  });

  it("is said after two seconds, as it is then, and with a heartbeat that grows", async () => {
    const { clock, written, activity } = open("lines");
    let entries = 100;
    const work = activity.during(() => `reading, ${entries}`, working(clock, 10 * MINUTE_MS));
    await clock.advance(1999);
    assert.deepEqual(written, []);
    entries = 200;
    await clock.advance(1);
    assert.deepEqual(written, ["reading, 200\n"]);
    const said: number[] = [];
    for (let minute = 1; minute <= 9; minute++) {
      await clock.advance(MINUTE_MS);
      if (written.length > said.length + 1) said.push(minute);
    }
    assert.deepEqual(said, [1, 3, 8]);
    await clock.runUntil(work);
  });

  it("counts what several steps take together, and says each step at most once in two seconds", async () => {
    const { clock, written, activity } = open("lines");
    for (const step of ["a", "b", "c", "d", "e", "f"]) {
      await clock.runUntil(activity.during(() => step, working(clock, 1100)));
    }
    assert.deepEqual(written, ["b\n", "d\n", "f\n"]);
  });

  it("gives way to what a job is doing", async () => {
    const { clock, written, activity } = open("lines");
    const work = activity.during(() => "deleting", working(clock, 3 * MINUTE_MS));
    await clock.advance(1000);
    const progress = { urn: undefined, key: "1", status: "pending", text: "pending 1s" };
    activity.progress(progress);
    activity.progress({ ...progress, text: "pending 2s" });
    await clock.runUntil(work);
    assert.deepEqual(written, ["pending 1s\n"]);
  });

  it("is never said with NCLUE_PROGRESS=off", async () => {
    const { clock, written, activity } = open("off");
    await clock.runUntil(activity.during(() => "reading", working(clock, MINUTE_MS)));
    assert.deepEqual(written, []);
  });
});

describe("what takes long on a terminal", () => {
  it("stands in one line that is drawn over itself, and is gone at the end", async () => {
    const { clock, written, activity } = open("live");
    let entries = 100;
    const work = activity.during(() => `reading, ${entries}`, working(clock, 2900));
    await clock.advance(2000);
    entries = 200;
    await clock.runUntil(work);
    assert.deepEqual(written, ["\rreading, 100\u001b[K", "\rreading, 200\u001b[K", "\r\u001b[K"]);
  });

  it("gives way to what is printed", async () => {
    const { clock, written, err, activity } = open("live");
    const work = activity.during(() => "reading", working(clock, 2400));
    await clock.advance(2000);
    err.write("a warning\n");
    await clock.runUntil(work);
    assert.deepEqual(written, ["\rreading\u001b[K", "\r\u001b[K", "a warning\n"]);
  });

  it("is cut where the screen ends, wide letters counted as two", async () => {
    const { clock, written, activity } = open("live", 10);
    await clock.runUntil(activity.during(() => "읽는 중 reading", working(clock, 2100)));
    assert.equal(written[0], "\r읽는 중 r\u001b[K");
  });

  it("shows a bar from the beginning to its end", async () => {
    const { clock, written, activity } = open("live");
    let percent = 0;
    const bar = async () => {
      await clock.sleep(100);
      percent = 100;
    };
    await clock.runUntil(activity.during(() => `${percent} %`, bar, true));
    assert.deepEqual(written, ["\r0 %\u001b[K", "\r100 %\u001b[K", "\r\u001b[K"]);
  });
});
