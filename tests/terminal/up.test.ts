import assert from "node:assert/strict";
import { type Program, withLanguageHost } from "../support/engine";
import { FAST_CLOCK } from "../support/preloads";
import { skip } from "../support/skip";
import { noTerminalReason, openTerminal, type TestTerminal } from "../support/terminal";
import { type Nclue, type NclueOptions, seedFinished, withNclue } from "../support/withNclue";

const forever = { registeredMs: "never", pendingMs: "never", inProgressMs: "never" } as const;

/** The row of the run on the screen, up to its Info column. */
const row = (doing: string) => String.raw`\bTaskRun +scores +${doing}( \(\d+s\))?\.* +`;

describe("pulumi up in a terminal", () => {
  before(function () {
    const reason = noTerminalReason();
    if (reason) skip(this, reason);
  });

  it("rewrites the run's own row while it waits, and ends with the result and no trace of it", () =>
    withTerminal({}, async (n, open) => {
      const { simulator, runs, stack } = n;
      for (const minutes of [12, 13, 14]) seedFinished(n, minutes);
      await open(n.program(), async (terminal) => {
        const next = "usually 13–14m · next poll in \\d+s";
        const shows = (text: string) => {
          const line = new RegExp(`${row("creating")}${text}$`, "m");
          return terminal.waitForScreen((screen) => line.test(screen));
        };
        await shows(`registered \\d+s · ${next}`);
        const run = (await runs()).at(-1);
        simulator.setPlan(run?.id ?? "", { registeredMs: 0 });
        await shows(`pending \\d+s · ${next}`);
        simulator.setPlan(run?.id ?? "", { pendingMs: 0 });
        await shows(`in_progress \\d+s · queued [^·]+ · ${next}`);
        // Each look is a line of its own, and there is never more than one of them on the screen.
        const later = await shows(`in_progress \\d+m [^·]+ · queued [^·]+ · ${next}`);
        assert.equal(later.match(/next poll/g)?.length, 1, later);
        assert.doesNotMatch(later, /registered|pending/);

        await simulator.completeJob(run?.id ?? "");
        assert.equal(await terminal.ended, 0);
        const screen = terminal.screen.join("\n");
        assert.match(screen, new RegExp(`${row("created")}$`.replace(" +$", " *$"), "m"));
        assert.doesNotMatch(screen, /next poll|usually|in_progress|Diagnostics/);
        const [key] = (await simulator.job(run?.id ?? ""))?.resultKeys ?? [];
        assert.ok(screen.includes(`resultUri: "s3://${n.bucket}/${key}"`), screen);
        assert.match(screen, /status +: "completed"/);
        assert.equal(terminal.isCursorHidden, false);
        assert.equal((await stack.outputs()).runId, run?.id);
      });
    }));

  it("ends at Ctrl-C with the run kept and what to do next, and the next up resumes", () =>
    withTerminal({}, async (n, open) => {
      const { simulator, runs, stack, requests } = n;
      await open(n.program(), async (terminal) => {
        await terminal.waitForScreen((screen) => /registered \d+s · next poll/.test(screen));
        terminal.type("\u0003");
        assert.notEqual(await terminal.ended, 0);
        const [run] = await runs();
        const screen = terminal.screen.join("\n");
        assert.ok(screen.includes(`waiting for task run "${run?.name}" (${run?.id}): `), screen);
        assert.match(
          screen,
          /stopped while it is registered \(\d+ polls?\)\n.*run "pulumi up" again to resume the wait/,
        );
        assert.equal(terminal.isCursorHidden, false);
      });
      const [run] = await runs();
      const [resource] = await stack.resources();
      assert.equal(resource?.id, run?.id);
      const { pending_operations: pending = [] } = (await stack.exportState()).deployment;
      assert.deepEqual(pending, []);

      await open(n.program(), async (terminal) => {
        await terminal.waitForScreen((screen) => /registered \d+s · next poll/.test(screen));
        await simulator.completeJob(run?.id ?? "");
        assert.equal(await terminal.ended, 0);
        const said = `resumed the wait for task run "${run?.name}" (${run?.id}); no new run was started`;
        assert.ok(terminal.screen.join("\n").includes(said), terminal.screen.join("\n"));
      });
      assert.equal(requests("POST").length, 1);
    }));

  it("shows changes only where CI is set, in a terminal too", () =>
    withTerminal({ env: { CI: "true" } }, async (n, open) => {
      const { simulator, runs, requests } = n;
      await open(n.program(), async (terminal) => {
        await terminal.waitForScreen((screen) => /registered \d+s · next poll/.test(screen));
        const looks = () => requests("GET /task-runs/").length;
        const before = looks();
        await simulator.waitForRequests(() => looks() >= before + 3);
        const [run] = await runs();
        simulator.setPlan(run?.id ?? "", { registeredMs: 0 });
        await terminal.waitForScreen((screen) => /pending \d+s · next poll/.test(screen));
        await simulator.completeJob(run?.id ?? "");
        assert.equal(await terminal.ended, 0);
        const shown = terminal.raw.match(/(registered|pending) \w+ · next poll in \d+s/g) ?? [];
        const statuses = [...new Set(shown)].map((text) => text.split(" ")[0]);
        assert.deepEqual(statuses, ["registered", "pending"]);
      });
    }));
});

type Open = (program: Program, look: (terminal: TestTerminal) => Promise<void>) => Promise<void>;

/** The service's time stands still, the plugin's is a hundred times as quick as the true one. */
function withTerminal(
  options: NclueOptions,
  fn: (n: Nclue, open: Open) => Promise<void>,
): Promise<void> {
  const env = {
    ...FAST_CLOCK,
    NCLUE_PROGRESS: undefined,
    NO_COLOR: undefined,
    ...options.env,
  };
  return withNclue({ clock: { frozen: true }, plan: forever, ...options, env }, (n) =>
    fn(n, (program, look) =>
      withLanguageHost(program, async ({ args }) => {
        const { env: all, folder: cwd } = n.stack;
        const up = ["up", "--yes", "--skip-preview", ...args];
        const terminal = openTerminal("pulumi", up, { cwd, env: all, columns: 150, rows: 40 });
        try {
          await look(terminal);
        } catch (error) {
          console.error(terminal.screen.join("\n"));
          throw error;
        }
      }),
    ),
  );
}
