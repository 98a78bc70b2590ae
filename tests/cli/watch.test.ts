import assert from "node:assert/strict";
import { skip } from "../support/skip";
import { noTerminalReason } from "../support/terminal";
import { idOf, withBucket, withCli } from "../support/withCli";

/** A run that stays in the queue. */
const unfinished = { registeredMs: 0, pendingMs: "never", inProgressMs: "never" } as const;

describe("pulumi-nclue watch", () => {
  it("prints a line for each change where there is no terminal", () =>
    withCli(async ({ start, simulator, seedUnfinished }) => {
      seedUnfinished("churn-1", { id: idOf(1), plan: unfinished });
      const command = start(["watch", "churn-1"]);
      await command.waitForText(": pending");
      simulator.setPlan(idOf(1), { pendingMs: 0 });
      await command.waitForText(": in_progress");
      await simulator.completeJob(idOf(1));
      const outcome = await command.ended;
      assert.equal(outcome.exitCode, 0, outcome.output);
      assert.equal(
        outcome.stdout,
        `churn-1 (${idOf(1)}): pending · 30d\n` +
          `churn-1 (${idOf(1)}): in_progress · 30d\n` +
          `churn-1 (${idOf(1)}): completed · 30d · took 721h 0m\n` +
          "1 task run: 1 completed\n",
      );
      assert.equal(outcome.stderr, "");
    }));

  it("shares one poll among several runs", () =>
    withCli(async ({ start, simulator, seedUnfinished, requests }) => {
      const ids = [1, 2, 3, 4, 5].map(idOf);
      for (const id of ids) seedUnfinished(`churn-${id.at(-1)}`, { id });
      const command = start(["watch", ...ids]);
      const polls = () => requests("GET").length;
      await simulator.waitForRequests(() => polls() >= 6);
      for (const id of ids) await simulator.completeJob(id);
      const outcome = await command.ended;
      assert.equal(outcome.exitCode, 0, outcome.output);
      assert.match(outcome.stdout, /\n5 task runs: 5 completed\n$/);
      assert.deepEqual([...new Set(requests())], ["GET /task-runs"]);
    }));

  it("prints JSON at the end, and what happens meanwhile beside it", () =>
    withCli(async ({ start, simulator, seedUnfinished, seedFinished }) => {
      seedUnfinished("churn-1", { id: idOf(1) });
      seedFinished("churn-2", { id: idOf(2) });
      const command = start(["watch", "--json", "churn-1", idOf(2)]);
      await command.waitForText("in_progress");
      await simulator.completeJob(idOf(1));
      const outcome = await command.ended;
      const { runs } = JSON.parse(outcome.stdout);
      assert.deepEqual(
        runs.map((run: Record<string, unknown>) => [run.name, run.status, run.outcome, run.tookMs]),
        [
          ["churn-1", "completed", "completed", 721 * 3_600_000],
          ["churn-2", "completed", "completed", 600_000],
        ],
      );
      assert.match(outcome.stderr, /in_progress/);
      assert.equal(outcome.exitCode, 0);
    }));

  for (const [flags, exitCode] of [
    [["--exit-status"], 3],
    [[], 0],
  ] as const) {
    it(`ends with ${exitCode} for a failed run, ${flags[0] ? "with" : "without"} --exit-status`, () =>
      withCli(async ({ run, simulator, seedUnfinished, seedFinished, task }) => {
        seedUnfinished("churn-1", { id: idOf(1) });
        seedFinished("churn-2", { id: idOf(2) });
        simulator.failJob(idOf(1), "OBS_UPLOAD_FAILED");
        const outcome = await run(["watch", "churn-1", "churn-2", ...flags]);
        assert.equal(outcome.exitCode, exitCode);
        assert.match(outcome.stdout, /\n2 task runs: 1 failed, 1 completed\n$/);
        assert.ok(
          outcome.stderr.startsWith(
            `\nerror: task run "churn-1" (${idOf(1)}) of task "churn" (${task.id}) on feature `,
          ),
        );
        assert.match(outcome.stderr, /OBS_UPLOAD_FAILED: the result could not be written/);
        assert.match(outcome.stderr, /\nrun it again; another try usually helps \(https:/);
      }));
  }

  it("ends with 0 with --exit-status where all are completed", () =>
    withCli(async ({ run, seedFinished }) => {
      seedFinished("churn-1");
      seedFinished("churn-2");
      assert.equal((await run(["watch", "--exit-status", "churn-1", "churn-2"])).exitCode, 0);
    }));

  it("ends with 3 with --exit-status for a run that vanishes", () =>
    withCli(async ({ start, simulator, seedUnfinished }) => {
      seedUnfinished("churn-1", { id: idOf(1) });
      const command = start(["watch", "--exit-status", "churn-1"]);
      await command.waitForText("in_progress");
      simulator.deleteJob(idOf(1));
      const outcome = await command.ended;
      assert.equal(outcome.exitCode, 3);
      assert.match(outcome.stdout, /\n1 task run: 1 gone\n$/);
      assert.match(outcome.stderr, /the service does not know it any more\nit was deleted meanwhi/);
    }));

  it("ends with 4 when its time is up, and says that the run goes on", () =>
    withCli(async ({ run, seedUnfinished }) => {
      seedUnfinished("churn-1", { id: idOf(1) });
      const outcome = await run(["watch", "churn-1", "--timeout", "100ms"]);
      assert.equal(outcome.exitCode, 4);
      assert.match(
        outcome.stderr,
        /still in_progress after 0s \(\d+ polls?\)\nit continues at the service/,
      );
    }));

  it("ends with 130 at Ctrl-C and with 143 at SIGTERM, and the run goes on", () =>
    withCli(async ({ start, simulator, seedUnfinished }) => {
      seedUnfinished("churn-1", { id: idOf(1) });
      for (const [signal, code] of [
        ["SIGINT", 130],
        ["SIGTERM", 143],
      ] as const) {
        const command = start(["watch", "churn-1"]);
        await command.waitForText("in_progress");
        command.signal(signal);
        const outcome = await command.ended;
        assert.equal(outcome.exitCode, code);
        assert.equal(outcome.stderr, "error: stopped; jobs continue at the service\n");
        assert.equal((await simulator.job(idOf(1)))?.status, "in_progress");
      }
    }));

  it("ends with 1 where a run is not there, before it watches the others", () =>
    withCli(async ({ run, seedUnfinished }) => {
      seedUnfinished("churn-1");
      for (const nobody of ["nobody", idOf(9)]) {
        const outcome = await run(["watch", "churn-1", nobody]);
        assert.deepEqual([outcome.exitCode, outcome.stdout], [1, ""]);
        assert.match(outcome.stderr, /^error: looking up job .*: the service .* no job of th/);
      }
    }));

  it("ends with 1, saying so once, where the service refuses the keys meanwhile", () =>
    withCli(async ({ start, simulator, seedUnfinished }) => {
      seedUnfinished("churn-1");
      seedUnfinished("churn-2");
      const command = start(["watch", "churn-1", "churn-2"]);
      await command.waitForText("in_progress");
      simulator.removeKey(simulator.accessKey);
      const outcome = await command.ended;
      assert.equal(outcome.exitCode, 1);
      assert.equal(outcome.stderr.match(/error: watching jobs: HTTP 401/g)?.length, 1);
    }));

  it("goes on watching through answers that fail", () =>
    withCli(async ({ start, simulator, seedUnfinished }) => {
      seedUnfinished("churn-1", { id: idOf(1) });
      const command = start(["watch", "churn-1"]);
      await command.waitForText("in_progress");
      simulator.addFault({ answer: { kind: "drop" }, times: 2 });
      await simulator.waitForRequests((log) => log.filter(({ status }) => !status).length >= 2);
      await simulator.completeJob(idOf(1));
      assert.equal((await command.ended).exitCode, 0);
    }));

  it("shows a table at the end and nothing before with NCLUE_PROGRESS=off", () =>
    withCli(async ({ run, seedFinished }) => {
      seedFinished("churn-1", { id: idOf(1) });
      const outcome = await run(["watch", "churn-1"], { env: { NCLUE_PROGRESS: "off" } });
      assert.match(outcome.stdout, /^NAME +STATUS .*\nchurn-1 +completed +30d +took 10m +churn/);
      assert.equal(outcome.exitCode, 0);
    }));

  it("knows every family, by ids and names alike", () =>
    withCli(async ({ start, simulator, task, requests }) => {
      const plan = { pendingMs: 0, registeredMs: 0, inProgressMs: "never" } as const;
      simulator.seedFeature({ id: idOf(1), name: "members", plan });
      simulator.seedTask({ id: idOf(2), name: "offer", plan });
      simulator.seedShoppingIntent({ id: idOf(3), name: "march", taskId: task.id, plan });
      const command = start(["watch", "--json", idOf(1), idOf(2), "march"]);
      await command.waitForText(`march (${idOf(3)}): in_progress`);
      for (const number of [1, 2, 3]) await simulator.completeJob(idOf(number));
      const { stdout, stderr, exitCode } = await command.ended;
      assert.equal(exitCode, 0, stderr);
      const { features, tasks, intents, ...rest } = JSON.parse(stdout);
      const endOf = ([job]: Record<string, unknown>[]) => [job?.name, job?.status, job?.outcome];
      assert.deepEqual(endOf(features), ["members", "completed", "completed"]);
      assert.deepEqual(endOf(tasks), ["offer", "completed", "completed"]);
      assert.deepEqual(endOf(intents), ["march", "completed", "completed"]);
      assert.deepEqual(rest, {});
      assert.match(stderr, /\n3 jobs: 3 completed\n$/);
      assert.deepEqual(requests("DELETE"), []);
    }));

  it("knows a job by an id of any form", () =>
    withCli(async ({ run, seedFinished, simulator }) => {
      seedFinished("scores", { id: "run-77" });
      simulator.seedFeature({ id: "FEAT-000123", name: "members" });
      const outcome = await run(["watch", "RUN-77", "FEAT-000123"]);
      assert.equal(outcome.exitCode, 0, outcome.output);
      assert.match(outcome.stdout, /scores \(run-77\): completed/);
      assert.match(outcome.stdout, /members \(FEAT-000123\): completed/);
    }));

  it("asks one family after the other for an id, and no further than needed", () =>
    withCli(async ({ run, task, requests }) => {
      const outcome = await run(["watch", task.id]);
      assert.equal(outcome.exitCode, 0, outcome.output);
      assert.deepEqual(requests().slice(0, 2), [
        `GET /task-runs/${task.id}`,
        `GET /tasks/${task.id}`,
      ]);
      assert.deepEqual(requests("GET /features"), []);
    }));

  it("ends with 1 for a name that jobs of two families have, and lists them", () =>
    withCli(async ({ run, seedFinished, task }) => {
      seedFinished("churn", { id: idOf(1) });
      const outcome = await run(["watch", "churn"]);
      assert.deepEqual([outcome.exitCode, outcome.stdout], [1, ""]);
      const lines = outcome.stderr.trimEnd().split("\n");
      assert.equal(lines[0], 'error: looking up job "churn": 2 jobs have the name');
      assert.match(
        lines[1] ?? "",
        new RegExp(`^- task run "churn" \\(${idOf(1)}, completed, created 20`),
      );
      assert.match(
        lines[2] ?? "",
        new RegExp(`^- task "churn" \\(${task.id}, completed, created 20`),
      );
      assert.equal(lines[3], "name the one that is meant by its id, or give --family");
      for (const word of ["runs", "run", "taskRun", "task-runs"]) {
        const narrowed = await run(["watch", "churn", "--family", word]);
        assert.match(narrowed.stdout, new RegExp(`^churn \\(${idOf(1)}\\): completed`));
      }
    }));

  it("says where the results of completed jobs are", () =>
    withBucket(async ({ run, simulator, bucket }) => {
      const plan = { registeredMs: 0, pendingMs: 0, inProgressMs: 0 };
      const place = { resultBucket: bucket, resultFilePath: "churn/" };
      simulator.seedTaskRun({ id: idOf(1), name: "scores", plan, ...place });
      simulator.seedTaskRun({ id: idOf(2), name: "failed", plan: { ...plan, outcome: "failed" } });
      const { stdout } = await run(["watch", "scores", idOf(2)]);
      const [key = ""] = (await simulator.job(idOf(1)))?.resultKeys ?? [];
      const uri = `s3://${bucket}/${key}`;
      const end = `\n2 task runs: 1 completed, 1 failed\nscores: ${uri}\n`;
      assert.ok(stdout.endsWith(end), stdout);
      const json = await run(["watch", "--json", "scores", "failed"]);
      const [scores, failed] = JSON.parse(json.stdout).runs;
      assert.deepEqual([scores.resultKey, scores.resultUri], [key, uri]);
      assert.deepEqual([failed.resultKey, failed.resultUri], [null, null]);
    }));

  describe("on a terminal", () => {
    before(function () {
      const reason = noTerminalReason();
      if (reason) skip(this, reason);
    });

    it("shows all runs live, and leaves the last frame standing", () =>
      withCli(async ({ open, simulator, seedUnfinished, seedFinished }) => {
        for (const name of ["a", "b", "c"]) seedFinished(name);
        seedUnfinished("churn-1", { id: idOf(1) });
        seedUnfinished("한글-2", { id: idOf(2), plan: unfinished });
        const terminal = open(["watch", "churn-1", "한글-2"]);
        const bar = "▰▰▰▰▰▰▰▰▰▱ · usually 10m · ";
        const first = await terminal.waitForScreen((screen) => screen.split("poll").length > 2);
        assert.deepEqual(first.replaceAll(/(next poll in \d+s|polling)/g, "POLL").split("\n"), [
          "NAME     STATUS       AGE",
          `churn-1  in_progress  30d      ${bar}POLL`,
          `한글-2   pending      30d      ${bar}POLL`,
          "2 task runs: 1 in_progress, 1 pending · Ctrl-C stops watching, not the jobs",
        ]);
        assert.equal(terminal.isCursorHidden, true);
        simulator.failJob(idOf(2), "COMMON_ERROR");
        await terminal.waitForScreen((screen) => /한글-2 +failed/.test(screen));
        await simulator.completeJob(idOf(1));
        assert.equal(await terminal.ended, 0);
        assert.deepEqual(terminal.screen.slice(0, 4), [
          "NAME     STATUS       AGE",
          "churn-1  completed    30d      took 721h 0m",
          "한글-2   failed       30d",
          "2 task runs: 1 completed, 1 failed",
        ]);
        assert.match(terminal.screen[5] ?? "", /^error: task run "한글-2"/);
        assert.equal(terminal.isCursorHidden, false);
      }));

    it("ends at Ctrl-C with the screen in order and the cursor back", () =>
      withCli(async ({ open, simulator, seedUnfinished }) => {
        seedUnfinished("churn-1", { id: idOf(1) });
        const terminal = open(["watch", "churn-1"]);
        await terminal.waitForScreen((screen) => screen.includes("in_progress"));
        terminal.type("\u0003");
        assert.equal(await terminal.ended, 130);
        assert.equal(terminal.isCursorHidden, false);
        assert.match(terminal.screen[1] ?? "", /^churn-1 +in_progress +30d/);
        assert.equal(terminal.screen.filter((line) => line.startsWith("churn-1")).length, 1);
        assert.equal(terminal.screen.at(-1), "error: stopped; jobs continue at the service");
        assert.equal((await simulator.job(idOf(1)))?.status, "in_progress");
      }));

    it("draws no line twice on a screen that is too small", () =>
      withCli(async ({ open, simulator, seedUnfinished, seedFinished }) => {
        for (const name of ["a", "b", "c"]) seedFinished(name);
        const ids = Array.from({ length: 12 }, (_, index) => idOf(index + 1));
        const long = "a-name-that-is-much-longer-than-the-screen-is-wide-";
        for (const [index, id] of ids.entries()) seedUnfinished(`${long}${index}`, { id });
        const terminal = open(["watch", ...ids], { columns: 44, rows: 9 });
        await terminal.waitForScreen((screen) => screen.includes("12 in_progress"));
        for (const id of ids.slice(0, 10)) await simulator.completeJob(id);
        const screen = await terminal.waitForScreen((now) => now.includes("10 completed"));
        const lines = screen.split("\n");
        assert.equal(lines.length, 8);
        assert.equal(lines[0]?.startsWith("NAME"), true);
        // Those that go on stay in sight.
        assert.equal(lines.filter((line) => /^a-name.* in_progress/.test(line)).length, 2);
        assert.equal(lines[6], "and 7 more");
        for (const id of ids.slice(10)) await simulator.completeJob(id);
        assert.equal(await terminal.ended, 0);
        assert.equal(terminal.screen.filter((line) => line.startsWith("NAME")).length, 1);
      }));

    it("prints lines under CI, unless NCLUE_PROGRESS says live", () =>
      withCli(async ({ open, seedFinished }) => {
        seedFinished("churn-1", { id: idOf(1) });
        const lines = open(["watch", "churn-1"], { env: { CI: "true" } });
        assert.equal(await lines.ended, 0);
        assert.deepEqual(lines.screen, [
          `churn-1 (${idOf(1)}): completed · 30d · took 10m`,
          "1 task run: 1 completed",
        ]);
        const live = open(["watch", "churn-1"], { env: { CI: "true", NCLUE_PROGRESS: "live" } });
        assert.equal(await live.ended, 0);
        assert.equal(live.screen[0], "NAME     STATUS       AGE");
      }));
  });
});
