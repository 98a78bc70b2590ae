import assert from "node:assert/strict";
import { endProcess } from "../../tools/processes.mjs";
import { type RunningCommand, succeeded } from "../support/engine";
import { type Nclue, withNclue } from "../support/withNclue";

// Ctrl-C in a terminal reaches the plugin's process too, which ignores it; a pipeline signals the
// command alone. The tests do the latter.

/** GitHub Actions kills ten seconds after it has asked; all of it is to be over after five. */
const GRACEFUL_END_MS = 5_000;

describe("the first Ctrl-C", () => {
  it("ends the wait of a create, a destroy and a replacement at once, and keeps the runs; the next command resumes", () =>
    withNclue({ plan: { inProgressMs: "never" } }, async (nclue) => {
      const { stack, simulator, program, runs, requests } = nclue;
      const up = await stack.start("up");
      await looked(nclue);
      const [run] = await runs();
      assert.ok(run);
      const outcome = await interrupt(up, "SIGINT");
      assert.equal(outcome.failed, true);
      assert.match(outcome.output, /waiting for task run "scores-[0-9a-f]{10}" \(/);
      assert.match(outcome.output, /it keeps running at the service/);
      assert.match(outcome.output, /run "pulumi up" again/);
      assert.doesNotMatch(outcome.output, /\n\s+at .*\.js:/);
      await assertNothingPending(nclue);
      const [resource] = await stack.resources();
      assert.deepEqual([resource?.id, resource?.initErrors?.length], [run.id, 1]);

      simulator.clearLog();
      const destroy = await stack.start("destroy");
      await looked(nclue);
      const destroying = await interrupt(destroy, "SIGINT");
      assert.equal(destroying.failed, true);
      const stillThere = /it is still there: run "pulumi destroy" or "pulumi up" again/;
      assert.match(destroying.output, stillThere);
      await assertNothingPending(nclue);
      assert.deepEqual(await idsOf(nclue), [run.id]);
      assert.deepEqual(
        (await runs()).map(({ id }) => id),
        [run.id],
      );

      await simulator.completeJob(run.id);
      const again = succeeded(await stack.up());
      assert.deepEqual(
        again.steps.map(({ op }) => op),
        ["update"],
      );
      assert.deepEqual(requests("POST"), [], "nothing is posted again");
      assert.equal((await stack.outputs()).status, "completed");

      simulator.clearLog();
      const replacement = await stack.start("up", { program: program({ resultFilePath: "2/" }) });
      await looked(nclue);
      assert.equal((await interrupt(replacement, "SIGINT")).failed, true);
      await assertNothingPending(nclue);
      const [old, made] = await runs();
      assert.ok(old && made);
      assert.deepEqual(new Set(await idsOf(nclue)), new Set([old.id, made.id]));
      await simulator.completeJob(made.id);
      succeeded(await stack.up());
      assert.deepEqual(
        (await runs()).map(({ id }) => id),
        [made.id],
      );
      assert.equal(requests("POST").length, 1);

      succeeded(await stack.destroy());
      assert.deepEqual(await runs(), []);
    }));

  it("lets a POST in flight be answered first, and keeps its run", async () => {
    await withNclue({ plan: { inProgressMs: "never" } }, async (nclue) => {
      const { stack, simulator, runs, requests } = nclue;
      holdPost(nclue);
      const up = await stack.start("up");
      const held = await simulator.held();
      const ended = interrupt(up, "SIGINT");
      await up.waitForText("^C received");
      held.release();
      assert.equal((await ended).failed, true);
      await assertNothingPending(nclue);
      const [run] = await runs();
      assert.deepEqual(
        (await stack.resources()).map(({ id }) => id),
        [run?.id],
      );
      await simulator.completeJob(run?.id ?? "");
      succeeded(await stack.up());
      assert.equal(requests("POST").length, 1);
    });
  });

  it("does not wait for ever for the answer to a POST; the next up finds its run", async () => {
    await withNclue({}, async (nclue) => {
      const { stack, simulator, runs, requests } = nclue;
      holdPost(nclue);
      const up = await stack.start("up");
      await simulator.held();
      const outcome = await interrupt(up, "SIGINT");
      assert.equal(outcome.failed, true);
      await assertNothingPending(nclue);
      assert.deepEqual(await stack.resources(), []);
      const [run, ...more] = await runs();
      assert.deepEqual(more, []);
      const again = succeeded(await stack.up());
      assert.ok(again.output.includes(`adopted task run "${run?.name}" (${run?.id}, `));
      assert.equal(requests("POST").length, 1);
    });
  });
});

describe("a lone SIGTERM", () => {
  // Measured with CLI 3.259: a first SIGTERM is graceful like a first SIGINT ("SIGTERM received;
  // cancelling. If you would like to terminate immediately, send SIGTERM again"). Only as the second
  // signal (a pipeline sends SIGINT, then SIGTERM) does it end the operation without an answer.
  it("is as graceful as a Ctrl-C: the run is kept, and the next up resumes", async () => {
    await withNclue({ plan: { inProgressMs: "never" } }, async (nclue) => {
      const { stack, simulator, runs, requests } = nclue;
      const up = await stack.start("up");
      await looked(nclue);
      const outcome = await interrupt(up, "SIGTERM");
      assert.equal(outcome.failed, true);
      assert.equal(outcome.signal, null);
      assert.match(outcome.output, /stopped while it is in_progress/);
      await assertNothingPending(nclue);
      const [run] = await runs();
      assert.deepEqual(
        (await stack.resources()).map(({ id }) => id),
        [run?.id],
      );
      await simulator.completeJob(run?.id ?? "");
      succeeded(await stack.up());
      assert.equal((await stack.outputs()).runId, run?.id);
      assert.equal(requests("POST").length, 1);
    });
  });

  it("right after a Ctrl-C ends at once; nothing is doubled by what follows", async () => {
    await withNclue({}, async (nclue) => {
      const { stack, simulator, runs, requests } = nclue;
      holdPost(nclue);
      const up = await stack.start("up");
      const held = await simulator.held();
      up.signal("SIGINT");
      await up.waitForText("^C received");
      assert.equal((await interrupt(up, "SIGTERM")).failed, true);
      for (const pid of stack.pluginPids()) endProcess(pid);
      held.drop();
      const [run] = await runs();
      succeeded(await stack.up());
      assert.deepEqual(
        (await runs()).map(({ id }) => id),
        [run?.id],
      );
      assert.equal((await stack.outputs()).runId, run?.id);
      assert.equal(requests("POST").length, 1);
    });
  });
});

describe("a dead engine", () => {
  it("ends the plugin, which then asks for nothing any more", async () => {
    await withNclue({ plan: { inProgressMs: "never" } }, async (nclue) => {
      const { stack, requests } = nclue;
      const up = await stack.start("up");
      await looked(nclue);
      assert.notDeepEqual(stack.pluginPids(), []);
      up.signal("SIGKILL");
      assert.equal((await up.ended).signal, "SIGKILL");
      assert.equal(await stack.pluginsEnd(30_000), true);
      assert.equal(requests("POST").length, 1);
      assert.deepEqual(requests("DELETE"), []);
    });
  });

  it("ends a plugin whose request hangs, too", async () => {
    await withNclue({}, async (nclue) => {
      const { stack, simulator, requests } = nclue;
      holdPost(nclue, "before");
      const up = await stack.start("up");
      await simulator.held();
      const sent = requests().length;
      up.signal("SIGKILL");
      assert.equal((await up.ended).signal, "SIGKILL");
      assert.equal(await stack.pluginsEnd(30_000), true);
      assert.equal(requests().length, sent);
    });
  });
});

async function interrupt(command: RunningCommand, signal: NodeJS.Signals) {
  const started = performance.now();
  command.signal(signal);
  const outcome = await command.ended;
  const tookMs = performance.now() - started;
  assert.ok(tookMs < GRACEFUL_END_MS, `${tookMs} ms\n${outcome.output}`);
  return outcome;
}

/** The run is made and was looked at, so the plugin is in the middle of a wait. */
async function looked({ simulator }: Nclue): Promise<void> {
  await simulator.waitForRequests((log) => {
    const looks = log.filter(({ path, done }) => done && path.startsWith("/task-runs/"));
    return looks.filter(({ method }) => method === "GET").length >= 2;
  });
}

function holdPost({ simulator }: Nclue, when: "before" | "after" = "after"): void {
  const match = { method: "POST", path: "/task-runs" };
  simulator.addFault({ match, when, answer: { kind: "hold" } });
}

async function idsOf({ stack }: Nclue): Promise<readonly (string | undefined)[]> {
  return (await stack.resources()).map(({ id }) => id);
}

async function assertNothingPending({ stack }: Nclue): Promise<void> {
  assert.deepEqual((await stack.exportState()).deployment.pending_operations ?? [], []);
}
