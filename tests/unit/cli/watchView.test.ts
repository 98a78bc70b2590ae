import assert from "node:assert/strict";
import type { Cli, Screen } from "../../../provider/src/cli/cli";
import type { WatchedFacts } from "../../../provider/src/cli/watchFrame";
import { openWatchView } from "../../../provider/src/cli/watchView";
import { families } from "../../../provider/src/domain/families";
import { readOutputSettings } from "../../../provider/src/kernel/outputSettings";
import { FakeClock } from "../../support/fakeClock";

function watched(id: string, name: string, status: string): WatchedFacts {
  return {
    family: families.taskRun,
    job: {
      id,
      name,
      status,
      createdAt: null,
      completedAt: null,
      failMessage: null,
      fields: {},
      measures: {},
    },
    ageMs: null,
    tookMs: null,
    usualMs: null,
    isGone: false,
    nextPollMs: null,
  };
}

function open({
  isTerminal = false,
  isVerbose = false,
  environment = {},
}: {
  isTerminal?: boolean;
  isVerbose?: boolean;
  environment?: Readonly<Record<string, string>>;
} = {}) {
  const clock = new FakeClock();
  const written: string[] = [];
  const screen: Screen = {
    isTerminal,
    columns: 80,
    rows: 24,
    paint: (_, text) => text,
    write: (text) => void written.push(text),
  };
  const jobs = [watched("r1", "churn", "in_progress"), watched("r2", "offer", "pending")];
  const output = { ...readOutputSettings(environment), isDebug: isVerbose };
  const cli = { clock, environment, output, out: screen, err: screen } as unknown as Cli;
  const view = openWatchView(cli, { json: false }, () => jobs);
  return { clock, written, view, jobs };
}

describe("what watching shows without a terminal", () => {
  it("is a line for each job and for each change of one", () => {
    const { written, view, jobs } = open();
    view.update();
    view.update();
    jobs[1] = watched("r2", "offer", "in_progress");
    view.update();
    view.close();
    assert.deepEqual(written, [
      "churn (r1): in_progress\n",
      "offer (r2): pending\n",
      "offer (r2): in_progress\n",
      "2 task runs: 2 in_progress\n",
    ]);
  });

  it("is a heartbeat after one minute of silence, two more, then every five", async () => {
    const { clock, written, view, jobs } = open();
    view.update();
    await clock.advance(59_000);
    assert.equal(written.length, 2);
    jobs[1] = watched("r2", "offer", "in_progress");
    view.update();
    await clock.advance(59_999);
    assert.equal(written.length, 3);
    await clock.advance(1);
    assert.deepEqual(written.slice(3), ["still watching 2 task runs: 2 in_progress\n"]);
    for (const minutes of [2, 5, 5]) {
      const before: number = written.length;
      await clock.advance(minutes * 60_000 - 1);
      assert.equal(written.length, before);
      await clock.advance(1);
      assert.equal(written.length, before + 1);
    }
    view.close();
    await clock.advance(600_000);
    assert.equal(written.length, 8);
  });
});

describe("what watching shows on a terminal", () => {
  const isLive = ({ written }: { written: readonly string[] }) =>
    written.join("").includes("\u001b[");

  it("is drawn at each poll and each second, and stays at the end", async () => {
    const { clock, written, view } = open({ isTerminal: true });
    view.update();
    await clock.advance(3001);
    assert.equal(written.length, 4);
    view.close();
    await clock.advance(3001);
    assert.equal(written.length, 6);
    assert.equal(written.at(-1), "\u001b[?25h");
  });

  for (const [environment, live] of [
    [{}, true],
    [{ CI: "true" }, false],
    [{ CI: "" }, true],
    [{ CI: "false" }, true],
    [{ CI: "true", NCLUE_PROGRESS: "live" }, true],
    [{ NCLUE_PROGRESS: "lines" }, false],
    [{ NCLUE_PROGRESS: "off" }, false],
  ] as const) {
    it(`is ${live ? "" : "not "}live with ${JSON.stringify(environment)}`, () => {
      const opened = open({ isTerminal: true, environment });
      opened.view.update();
      opened.view.close();
      assert.equal(isLive(opened), live);
    });
  }

  it("is not live beside lines about requests", () => {
    const opened = open({ isTerminal: true, isVerbose: true });
    opened.view.update();
    opened.view.close();
    assert.equal(isLive(opened), false);
  });

  it("is never live where nothing can be drawn on", () => {
    const opened = open({ environment: { NCLUE_PROGRESS: "live" } });
    opened.view.update();
    opened.view.close();
    assert.equal(isLive(opened), false);
  });
});
