import assert from "node:assert/strict";
import { QUICK_RETRIES } from "../support/preloads";
import { skip } from "../support/skip";
import { noTerminalReason } from "../support/terminal";
import { idOf, withCli } from "../support/withCli";

describe("pulumi-nclue delete", () => {
  it("deletes a run by its name", () =>
    withCli(async ({ run, seedFinished, simulator, requests }) => {
      seedFinished("churn-1", { id: idOf(1) });
      const outcome = await run(["delete", "churn-1", "--yes"]);
      assert.deepEqual(
        [outcome.exitCode, outcome.stdout, outcome.stderr],
        [0, `deleted task run "churn-1" (${idOf(1)})\n`, ""],
      );
      assert.equal(await simulator.job(idOf(1)), undefined);
      assert.deepEqual(requests("DELETE"), [`DELETE /task-runs/${idOf(1)}`]);
    }));

  it("deletes a run by its id, and tells programs which", () =>
    withCli(async ({ run, seedFinished }) => {
      seedFinished("churn-1", { id: idOf(1) });
      const outcome = await run(["delete", idOf(1), "--yes", "--json"]);
      assert.deepEqual(JSON.parse(outcome.stdout), {
        deleted: { runId: idOf(1), name: "churn-1" },
      });
      assert.equal(outcome.exitCode, 0);
    }));

  it("ends with 5 for a run that is in progress, and does not ask the service to", () =>
    withCli(async ({ run, seedUnfinished, requests }) => {
      seedUnfinished("churn-1", { id: idOf(1) });
      const outcome = await run(["delete", "churn-1", "--yes"]);
      assert.equal(outcome.exitCode, 5);
      assert.equal(outcome.stdout, "");
      assert.equal(
        outcome.stderr,
        `error: deleting task run "churn-1" (${idOf(1)}): it is in_progress, and the service deletes ` +
          "no run that is pending or in progress\n" +
          "run it again when that has ended, or give --while-running wait\n",
      );
      assert.deepEqual(requests("DELETE"), []);
    }));

  it("waits for the end of a run with --while-running wait", () =>
    withCli(async ({ start, seedUnfinished, simulator }) => {
      seedUnfinished("churn-1", { id: idOf(1) });
      const command = start(["delete", "churn-1", "--yes", "--while-running", "wait"]);
      await command.waitForText("in_progress");
      await simulator.completeJob(idOf(1));
      const outcome = await command.ended;
      assert.equal(outcome.exitCode, 0, outcome.output);
      assert.equal(await simulator.job(idOf(1)), undefined);
    }));

  it("ends with 4 where the run does not end in time", () =>
    withCli(async ({ run, seedUnfinished, simulator }) => {
      seedUnfinished("churn-1", { id: idOf(1) });
      const wait = ["--while-running", "wait", "--timeout", "100ms"];
      const outcome = await run(["delete", "churn-1", "--yes", ...wait]);
      assert.equal(outcome.exitCode, 4);
      assert.match(
        outcome.stderr,
        /it continues at the service: run it again, or give a longer --t/,
      );
      assert.equal((await simulator.job(idOf(1)))?.status, "in_progress");
    }));

  it("ends with 2 where nobody can be asked", () =>
    withCli(async ({ run, seedFinished, requests }) => {
      seedFinished("churn-1");
      const outcome = await run(["delete", "churn-1"]);
      assert.equal(outcome.exitCode, 2);
      assert.match(
        outcome.stderr,
        /nobody is there to be asked\ngive --yes to delete it unasked\n$/,
      );
      assert.deepEqual(requests("DELETE"), []);
    }));

  it("ends with 1 where everything is read-only", () =>
    withCli(async ({ run, seedFinished, requests }) => {
      seedFinished("churn-1");
      const outcome = await run(["delete", "churn-1", "-y"], { env: { NCLUE_READ_ONLY: "true" } });
      assert.equal(outcome.exitCode, 1);
      assert.match(outcome.stderr, /NCLUE_READ_ONLY/);
      assert.deepEqual(requests("DELETE"), []);
    }));

  it("ends with 1 where nothing has the name or the id", () =>
    withCli(async ({ run }) => {
      const byName = await run(["delete", "nobody", "--yes"]);
      assert.equal(byName.exitCode, 1);
      assert.equal(
        byName.stderr,
        'error: looking up job "nobody": the service lists no job of this name or id\n' +
          "check it, and that address and keys are those of the account that has the job\n",
      );
      const byId = await run(["delete", idOf(9), "--yes"]);
      assert.equal(byId.exitCode, 1);
      assert.match(byId.stderr, /the service knows no job of this id/);
    }));

  it("ends with 1 where several have the name, and lists them", () =>
    withCli(
      async ({ run, seedFinished, requests }) => {
        seedFinished("churn-1", { id: idOf(1) });
        seedFinished("churn-1", { id: idOf(2) });
        const outcome = await run(["delete", "churn-1", "--yes"]);
        assert.equal(outcome.exitCode, 1);
        assert.match(
          outcome.stderr,
          /2 jobs have the name\n- task run "churn-1" \(0.*1, completed, created .*\n- task run .*2, c/,
        );
        assert.deepEqual(requests("DELETE"), []);
      },
      { switches: { duplicateNames: "allow", listOrder: "byId" } },
    ));

  it("deletes a job of any family by its id", () =>
    withCli(async ({ run, simulator, task }) => {
      const intent = simulator.seedShoppingIntent({ name: "march", taskId: task.id });
      await simulator.completeJob(intent.id);
      const attributes = simulator.seedCustomAttributes({ name: "runners" });
      await simulator.completeJob(attributes.id);
      for (const [id, text] of [
        [intent.id, `deleted shopping intent "march" (${intent.id})\n`],
        [attributes.id, `deleted custom attributes "runners" (${attributes.id})\n`],
        [task.id, `deleted task "churn" (${task.id})\n`],
      ] as const) {
        const outcome = await run(["delete", id, "--yes"]);
        assert.deepEqual([outcome.exitCode, outcome.stdout], [0, text], outcome.output);
        assert.equal(await simulator.job(id), undefined);
      }
    }));

  it("deletes a job by an id of any form", () =>
    withCli(async ({ run, seedFinished, simulator }) => {
      seedFinished("scores", { id: "run-77" });
      simulator.seedFeature({ id: "FEAT-000123", name: "members" });
      for (const [id, text] of [
        ["run-77", 'deleted task run "scores" (run-77)\n'],
        ["FEAT-000123", 'deleted feature "members" (FEAT-000123)\n'],
      ] as const) {
        const outcome = await run(["delete", id, "--yes"]);
        assert.deepEqual([outcome.exitCode, outcome.stdout], [0, text], outcome.output);
        assert.equal(await simulator.job(id), undefined);
      }
    }));

  for (const unknownIdStatus of [500, 503]) {
    it(`asks the other families where the service fails at an id (HTTP ${unknownIdStatus})`, () =>
      withCli(
        async ({ run, simulator, requests }) => {
          const { id } = simulator.seedFeature({ name: "members" });
          const outcome = await run(["delete", id, "--yes"], { env: QUICK_RETRIES });
          assert.equal(outcome.stdout, `deleted feature "members" (${id})\n`, outcome.output);
          assert.deepEqual(requests("GET /tasks/"), [`GET /tasks/${id}`]);
        },
        { switches: { unknownIdStatus } },
      ));
  }

  it("ends with the first failure where the service fails at an id in all families", () =>
    withCli(
      async ({ run, requests }) => {
        const outcome = await run(["delete", idOf(9), "--yes"], { env: QUICK_RETRIES });
        assert.equal(outcome.exitCode, 1);
        assert.match(
          outcome.stderr,
          new RegExp(`^error: looking up task run ${idOf(9)}: HTTP 500`, "m"),
        );
        assert.equal(requests().length, 9);
      },
      { switches: { unknownIdStatus: 500 } },
    ));

  it("never guesses between a job of this id and another of this name", () =>
    withCli(async ({ run, seedFinished, requests }) => {
      seedFinished("scores", { id: "run-77" });
      seedFinished("run-77", { id: idOf(1) });
      const outcome = await run(["delete", "run-77", "--yes"]);
      assert.equal(outcome.exitCode, 1);
      assert.match(outcome.stderr, /^error: looking up job "run-77": 2 jobs have the name or id\n/);
      assert.match(outcome.stderr, /\n- task run "scores" \(run-77, /);
      assert.deepEqual(requests("DELETE"), []);
      assert.equal((await run(["delete", idOf(1), "--yes"])).exitCode, 0);
      assert.equal((await run(["delete", "run-77", "--yes"])).exitCode, 0);
    }));

  it("never guesses between jobs of two families that have the same name", () =>
    withCli(async ({ run, seedFinished, simulator, task, requests }) => {
      seedFinished("churn", { id: idOf(1) });
      const outcome = await run(["delete", "churn", "--yes"]);
      assert.equal(outcome.exitCode, 1);
      assert.match(
        outcome.stderr,
        /: 2 jobs have the name\n- task run "churn" .*\n- task "churn" /,
      );
      assert.deepEqual(requests("DELETE"), []);
      const narrowed = await run(["delete", "churn", "--yes", "--family", "tasks"]);
      assert.equal(narrowed.exitCode, 0, narrowed.output);
      assert.equal(await simulator.job(task.id), undefined);
      assert.notEqual(await simulator.job(idOf(1)), undefined);
    }));

  it("ends with 5 for a task that a run uses, and names the run", () =>
    withCli(async ({ run, seedUnfinished, task }) => {
      seedUnfinished("scores", { id: idOf(1) });
      const outcome = await run(["delete", task.id, "--yes"]);
      assert.equal(outcome.exitCode, 5);
      assert.equal(
        outcome.stderr,
        `error: deleting task "churn" (${task.id}): it is used by task run "scores" (${idOf(1)}), ` +
          "in_progress\nrun it again when that has ended, or give --while-running wait\n",
      );
    }));

  describe("on a terminal", () => {
    before(function () {
      const reason = noTerminalReason();
      if (reason) skip(this, reason);
    });

    for (const [typed, exitCode, status] of [
      ["y", 0, undefined],
      ["n", 1, "completed"],
      ["", 1, "completed"],
    ] as const) {
      it(`asks, and takes "${typed}" for ${exitCode === 0 ? "yes" : "no"}`, () =>
        withCli(async ({ open, seedFinished, simulator }) => {
          seedFinished("churn-1", { id: idOf(1) });
          const terminal = open(["delete", "churn-1"], { columns: 160 });
          const question =
            `Delete task run "churn-1" (${idOf(1)}), which is completed? ` +
            "Its result object stays. [y/N]";
          await terminal.waitForScreen((screen) => screen.includes(question));
          terminal.type(`${typed}\r`);
          assert.equal(await terminal.ended, exitCode);
          assert.equal((await simulator.job(idOf(1)))?.status, status);
          const end = exitCode === 0 ? "deleted task run" : "not confirmed, so nothing was deleted";
          assert.ok(terminal.screen.join("\n").includes(end));
        }));
    }

    it("says of a run that has not begun that deleting cancels it", () =>
      withCli(async ({ open, seedFinished, simulator }) => {
        const plan = { registeredMs: "never" } as const;
        seedFinished("churn-1", { id: idOf(1), plan });
        const terminal = open(["delete", "churn-1"], { columns: 160 });
        await terminal.waitForScreen((screen) => screen.includes("so this cancels it? Its result"));
        terminal.type("yes\r");
        assert.equal(await terminal.ended, 0);
        assert.equal(await simulator.job(idOf(1)), undefined);
      }));

    it("takes nothing for an answer that was typed before it asks", () =>
      withCli(async ({ open, seedFinished, simulator }) => {
        seedFinished("churn-1", { id: idOf(1) });
        simulator.addFault({ answer: { kind: "hold" } });
        const terminal = open(["delete", "churn-1"], { columns: 160 });
        const held = await simulator.held();
        terminal.type("y\ry");
        await terminal.waitForScreen((screen) => screen.includes("y"));
        held.release();
        await terminal.waitForScreen((screen) => screen.includes("[y/N]"));
        terminal.type("\r");
        assert.equal(await terminal.ended, 1);
        assert.equal((await simulator.job(idOf(1)))?.status, "completed");
        assert.ok(terminal.screen.join("\n").includes("not confirmed, so nothing was deleted"));
      }));

    it("ends with 130 at Ctrl-C before it asks", () =>
      withCli(async ({ open, seedFinished, simulator }) => {
        seedFinished("churn-1", { id: idOf(1) });
        simulator.addFault({ answer: { kind: "hold" } });
        const terminal = open(["delete", "churn-1"], { columns: 160 });
        await simulator.held();
        terminal.type("\u0003");
        assert.equal(await terminal.ended, 130);
        assert.equal((await simulator.job(idOf(1)))?.status, "completed");
      }));

    it("shows in one line what it waits for", () =>
      withCli(async ({ open, seedUnfinished, simulator }) => {
        seedUnfinished("churn-1", { id: idOf(1) });
        const terminal = open(["delete", idOf(1), "--yes", "--while-running", "wait"]);
        await terminal.waitForScreen((screen) => /^in_progress .* next poll in \d+s$/.test(screen));
        await simulator.completeJob(idOf(1));
        assert.equal(await terminal.ended, 0);
        assert.deepEqual(terminal.screen, [`deleted task run "churn-1" (${idOf(1)})`]);
      }));

    it("ends with 130 when Ctrl-C answers the question", () =>
      withCli(async ({ open, seedFinished, simulator }) => {
        seedFinished("churn-1", { id: idOf(1) });
        const terminal = open(["delete", "churn-1"], { columns: 160 });
        await terminal.waitForScreen((screen) => screen.includes("[y/N]"));
        terminal.type("\u0003");
        assert.equal(await terminal.ended, 130);
        assert.equal((await simulator.job(idOf(1)))?.status, "completed");
      }));
  });
});
