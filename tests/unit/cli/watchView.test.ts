import assert from "node:assert/strict";
import type { Cli, Screen } from "../../../provider/src/cli/cli";
import type { WatchedFacts } from "../../../provider/src/cli/watchFrame";
import { openWatchView } from "../../../provider/src/cli/watchView";
import { FakeClock } from "../../support/fakeClock";

const run: WatchedFacts = {
  runId: "r1",
  name: "churn",
  taskId: "t1",
  taskName: "task",
  featureId: "f1",
  featureName: "feature",
  status: "in_progress",
  createdAt: null,
  completedAt: null,
  lineCount: null,
  failMessage: null,
  resultBucket: null,
  resultFilePath: null,
  ageMs: null,
  tookMs: null,
  usualMs: null,
  isGone: false,
  nextLookMs: null,
};

function open({
  isTerminal = false,
  environment = {},
}: {
  isTerminal?: boolean;
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
  const runs = [{ ...run }, { ...run, runId: "r2", name: "offer", status: "pending" }];
  const cli = { clock, environment, out: screen, err: screen } as unknown as Cli;
  const view = openWatchView(cli, { json: false }, () => runs);
  return { clock, written, view, runs };
}

describe("what watching shows without a terminal", () => {
  it("is a line for each run and for each change of one", () => {
    const { written, view, runs } = open();
    view.update();
    view.update();
    runs[1] = { ...run, runId: "r2", name: "offer" };
    view.update();
    view.close();
    assert.deepEqual(written, [
      "churn (r1): in_progress\n",
      "offer (r2): pending\n",
      "offer (r2): in_progress\n",
      "2 runs: 2 in_progress\n",
    ]);
  });

  it("is never silent for more than a minute, and no heartbeat comes sooner", async () => {
    const { clock, written, view, runs } = open();
    view.update();
    await clock.advance(59_000);
    assert.equal(written.length, 2);
    runs[1] = { ...run, runId: "r2", name: "offer" };
    view.update();
    await clock.advance(59_999);
    assert.equal(written.length, 3);
    await clock.advance(1);
    assert.deepEqual(written.slice(3), ["still watching 2 runs: 2 in_progress\n"]);
    await clock.advance(120_001);
    assert.equal(written.length, 6);
    view.close();
    await clock.advance(120_000);
    assert.equal(written.length, 7);
  });
});

describe("what watching shows on a terminal", () => {
  const isLive = ({ written }: { written: readonly string[] }) =>
    written.join("").includes("\u001b[");

  it("is drawn at each look and each second, and stays at the end", async () => {
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
    [{ CI: "true", NCLUE_PROGRESS: "live" }, true],
    [{ NCLUE_PROGRESS: "lines" }, false],
    [{ NCLUE_PROGRESS: "off" }, false],
    [{ NCLUE_PROGRESS: "nonsense" }, true],
  ] as const) {
    it(`is ${live ? "" : "not "}live with ${JSON.stringify(environment)}`, () => {
      const opened = open({ isTerminal: true, environment });
      opened.view.update();
      opened.view.close();
      assert.equal(isLive(opened), live);
    });
  }

  it("is never live where nothing can be drawn on", () => {
    const opened = open({ environment: { NCLUE_PROGRESS: "live" } });
    opened.view.update();
    opened.view.close();
    assert.equal(isLive(opened), false);
  });
});
