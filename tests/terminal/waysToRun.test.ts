import assert from "node:assert/strict";
import { automationStack } from "../support/automationStack";
import { withLanguageHost } from "../support/engine";
import { FAST_CLOCK } from "../support/preloads";
import { skip } from "../support/skip";
import { noTerminalReason, openTerminal } from "../support/terminal";
import { type Nclue, withNclue } from "../support/withNclue";

// The same update in each of the ways to run it: a run that waits in the queue, is in progress for
// simulated minutes, and completes. The plugin's time is a hundred times as quick as the true one.

/** Some simulated minutes. */
const POLLS_A_STAGE = 15;
const PROGRESS_LINE = /[^\n\r\b]*\b(?:registered|in_progress) \d+[ms][^\n\r]*/g;
const PROGRESS = /\b(?:registered|pending|in_progress) (?:\d+m(?: \d+s)?|\d+s)\b[^\n\r]*/g;

describe("the lines of a run of some minutes", () => {
  before(function () {
    const reason = noTerminalReason();
    if (reason) skip(this, reason);
  });

  it("pulumi up in a terminal: a live line on the run's row, and the tree has no other", () =>
    withWait(async (n, wait) => {
      const { raw, polls } = await inTerminal(n, "pulumi up --yes --skip-preview $ARGS", wait);
      const shown = new Set(raw.match(PROGRESS));
      assert.ok(shown.size > polls / 2, `${shown.size} texts of ${polls} polls`);
    }));

  for (const [name, line] of [
    ["pulumi up | tee log", "pulumi up --yes --skip-preview $ARGS | tee log"],
    ["pulumi up --non-interactive", "pulumi up --yes --skip-preview --non-interactive $ARGS"],
    ["pulumi up --diff", "pulumi up --yes --skip-preview --diff $ARGS"],
    ["PULUMI_OPTION_DIFF", "PULUMI_OPTION_DIFF=true pulumi up --yes --skip-preview $ARGS"],
  ] as const) {
    it(`${name}, in a terminal: a line for each change and each heartbeat`, () =>
      withWait(async (n, wait) => {
        const { raw } = await inTerminal(n, line, wait);
        assertLines(raw);
        for (const said of raw.match(PROGRESS_LINE) ?? []) assert.match(said, /\bscores\b/);
      }));
  }

  it("the Automation API: a line for each change and each heartbeat", () =>
    withWait(async (n, wait) => {
      let printed = "";
      const stack = await automationStack(n.stack, n.program());
      const up = stack.up({
        onOutput: (text) => {
          printed += text;
        },
      });
      await wait();
      await up;
      assertLines(printed);
    }));
});

/** Each stage begins with a line, and the rest are heartbeats, further and further apart. */
function assertLines(printed: string): void {
  const lines = printed.match(PROGRESS) ?? [];
  for (const status of ["registered", "in_progress"]) {
    const ages = [...new Set(lines.filter((line) => line.startsWith(status)).map(ageOf))];
    assert.ok(ages.length >= 2, printed);
    for (const [index, age] of ages.slice(1).entries()) {
      const silence = age - (ages[index] ?? Number.NaN);
      const shortest = [60, 120][index] ?? 300;
      // Ages are rounded to whole seconds.
      assert.ok(silence >= shortest - 1, `${status}: ${silence} s\n${printed}`);
    }
  }
}

/** Seconds that a line gives the status. */
function ageOf(line: string): number {
  const [, minutes = 0, seconds = 0] = /^\w+ (?:(\d+)m ?)?(?:(\d+)s)?/.exec(line) ?? [];
  return Number(minutes) * 60 + Number(seconds);
}

/** Runs a line of the shell in a terminal; `$ARGS` is what the engine needs for the program. */
async function inTerminal(n: Nclue, line: string, wait: () => Promise<number>) {
  return withLanguageHost(n.program(), async ({ args }) => {
    const env = { ...n.stack.env, ARGS: args.join(" ") };
    const terminal = openTerminal("sh", ["-c", line], {
      cwd: n.stack.folder,
      env,
      columns: 150,
      rows: 40,
    });
    const polls = await wait();
    assert.equal(await terminal.ended, 0, terminal.raw);
    return { raw: terminal.raw, polls };
  });
}

/** `wait` lets the one run pass through its stages, and says how often it was polled. */
function withWait(fn: (n: Nclue, wait: () => Promise<number>) => Promise<void>): Promise<void> {
  const env = {
    ...FAST_CLOCK,
    NCLUE_PROGRESS: undefined,
    NCLUE_REQUESTS_PER_SECOND: "200",
  };
  const plan = { registeredMs: "never", pendingMs: "never", inProgressMs: "never" } as const;
  return withNclue({ clock: { frozen: true }, plan, env }, (n) => {
    const { simulator, runs, requests } = n;
    const polls = () => requests("GET /task-runs/").length;
    const stage = async () => {
      const wanted = polls() + POLLS_A_STAGE;
      await simulator.waitForRequests(() => polls() >= wanted);
    };
    return fn(n, async () => {
      await stage();
      const [run] = await runs();
      simulator.setPlan(run?.id ?? "", { registeredMs: 0, pendingMs: 0 });
      await stage();
      await simulator.completeJob(run?.id ?? "");
      return polls();
    });
  });
}
