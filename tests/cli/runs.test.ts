import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { skip } from "../support/skip";
import { noTerminalReason } from "../support/terminal";
import { type CliBench, idOf, withCli } from "../support/withCli";

/** Three finished runs of one task, one that goes on, and a failed one of another task. */
function seedRuns({ simulator, seedFinished, seedUnfinished }: CliBench): void {
  for (const number of [1, 2, 3]) {
    seedFinished(`churn-${number}`, {
      id: idOf(number),
      createdAtMs: simulator.now() - (30 * 24 + 10 - number) * 3_600_000,
    });
  }
  seedUnfinished("churn-now", { id: idOf(4) });
  const other = simulator.seedTask({ name: "offer" });
  simulator.seedTaskRun({
    id: idOf(5),
    name: "offer-1",
    taskId: other.id,
    createdAtMs: simulator.now() - (40 * 24 + 1) * 3_600_000,
    plan: { registeredMs: 0, pendingMs: 0, inProgressMs: 90_000, outcome: "failed" },
  });
}

const table = [
  "NAME       STATUS       AGE  LENGTH       ID",
  `churn-now  in_progress  30d  usually 10m  ${idOf(4)}`,
  `churn-3    completed    30d  took 10m     ${idOf(3)}`,
  `churn-2    completed    30d  took 10m     ${idOf(2)}`,
  `churn-1    completed    30d  took 10m     ${idOf(1)}`,
  `offer-1    failed       40d               ${idOf(5)}`,
  "",
].join("\n");

describe("pulumi-nclue runs", () => {
  it("lists the account's runs, newest first, with age and length", () =>
    withCli(async (bench) => {
      seedRuns(bench);
      const outcome = await bench.run(["runs"]);
      assert.equal(outcome.stdout, table);
      assert.equal(outcome.stderr, "");
      assert.equal(outcome.exitCode, 0);
      assert.deepEqual(bench.requests(), ["GET /task-runs"]);
    }));

  it("prints for programs all that is known of each", () =>
    withCli(async (bench) => {
      seedRuns(bench);
      const { stdout, exitCode } = await bench.run(["runs", "--json", "--status", "in_progress"]);
      const { total, runs } = JSON.parse(stdout);
      assert.deepEqual([exitCode, total, runs.length], [0, 1, 1]);
      const { ageMs, createdAt, ...rest } = runs[0];
      assert.equal(Number.isInteger(ageMs), true);
      assert.match(createdAt, /^20\d\d-.*\+09:00$/);
      assert.deepEqual(rest, {
        runId: idOf(4),
        name: "churn-now",
        taskId: bench.task.id,
        taskName: "churn",
        featureId: bench.task.fields.train_feature_id,
        featureName: bench.task.fields.train_feature_name,
        status: "in_progress",
        completedAt: null,
        lineCount: null,
        failMessage: null,
        resultBucket: "seeded",
        resultFilePath: "runs/",
        resultKey: null,
        resultUri: null,
        resultSize: null,
        resultEtag: null,
        tookMs: null,
        usualMs: { from: 600_000, to: 600_000 },
      });
    }));

  it("shows the runs of one task, by its name or id, and says how many it leaves out", () =>
    withCli(async (bench) => {
      seedRuns(bench);
      const byName = await bench.run(["runs", "--task", "churn", "--limit", "1"]);
      assert.equal(byName.stdout.split("\n").length, 3);
      assert.match(byName.stdout, /^churn-now/m);
      assert.equal(byName.stderr, "and 3 more: --limit 4 shows all\n");
      const byId = await bench.run(["runs", "--json", "--task", bench.task.id]);
      assert.equal(JSON.parse(byId.stdout).total, 4);
    }));

  it("reads the whole list of an account with more than a page", () =>
    withCli(async (bench) => {
      for (let number = 0; number < 150; number++) bench.seedFinished(`run-${number}`);
      const { stdout } = await bench.run(["runs", "--json", "--limit", "1000"]);
      assert.equal(JSON.parse(stdout).runs.length, 150);
    }));

  it("says that there are none", () =>
    withCli(async ({ run }) => {
      const outcome = await run(["runs"]);
      assert.deepEqual(
        [outcome.exitCode, outcome.stdout, outcome.stderr],
        [0, "", "no task runs\n"],
      );
    }));

  it("keeps a name's control characters off the screen", () =>
    withCli(async ({ run, seedFinished }) => {
      seedFinished("evil\u001b[2Jname");
      assert.match((await run(["runs"])).stdout, /^evil \[2Jname /m);
    }));

  it("ends with 1 where the keys are not accepted, and says where they came from", () =>
    withCli(async ({ run }) => {
      const outcome = await run(["runs"], { env: { NCLOUD_SECRET_KEY: "wrong" } });
      assert.equal(outcome.exitCode, 1);
      assert.equal(outcome.stdout, "");
      assert.match(outcome.stderr, /^error: listing task runs: HTTP 401, code 200/);
      assert.match(outcome.stderr, /came from the environment \(NCLOUD_ACCESS_KEY, \w+\)\n$/);
    }));

  it("ends with 1 without keys, and says that it reads no stack config", () =>
    withCli(async ({ run }) => {
      const outcome = await run(["runs"], {
        env: { NCLOUD_ACCESS_KEY: "", NCLOUD_SECRET_KEY: "" },
      });
      assert.equal(outcome.exitCode, 1);
      assert.match(outcome.stderr, /no keys found/);
      assert.match(outcome.stderr, /\nthe command line reads the environment and ~\/\.ncloud\/co/);
    }));

  it("takes the keys of a profile", () =>
    withCli(async ({ run, folder, simulator }) => {
      mkdirSync(path.join(folder, ".ncloud"));
      const { accessKey, secretKey } = simulator;
      writeFileSync(
        path.join(folder, ".ncloud", "configure"),
        `[team]\nncloud_access_key_id = ${accessKey}\nncloud_secret_access_key = ${secretKey}\n`,
      );
      const env = { NCLOUD_ACCESS_KEY: "", NCLOUD_SECRET_KEY: "", NCLOUD_PROFILE: "team" };
      assert.equal((await run(["runs"], { env })).exitCode, 0);
    }));

  for (const args of [
    ["runs", "--status", "done"],
    ["runs", "--limit", "0"],
    ["runs", "--colour"],
    ["list"],
    [],
  ]) {
    it(`ends with 2 for "${args.join(" ")}"`, () =>
      withCli(async ({ run, requests }) => {
        const outcome = await run(args);
        assert.equal(outcome.exitCode, 2);
        assert.equal(outcome.stdout, "");
        assert.match(outcome.stderr, /--help/);
        assert.deepEqual(requests(), []);
      }));
  }

  it("tells its exit codes and its settings with --help", () =>
    withCli(async ({ run }) => {
      for (const command of [[], ["runs"], ["watch"], ["delete"], ["orphans"], ["doctor"]]) {
        const outcome = await run([...command, "--help"]);
        assert.equal(outcome.exitCode, 0);
        assert.match(outcome.stdout, /\nExit codes:\n {2}0 {4}done\n/);
        assert.match(outcome.stdout, /never from a stack's config/);
      }
    }));

  it("colours the status on a terminal only, and not with NO_COLOR", function () {
    const reason = noTerminalReason();
    if (reason) skip(this, reason);
    return withCli(async (bench) => {
      bench.seedFinished("churn-1", { id: idOf(1) });
      const coloured = bench.open(["runs"]);
      assert.equal(await coloured.ended, 0);
      assert.ok(coloured.raw.includes("\u001b[32mcompleted\u001b[39m"));
      const plain = bench.open(["runs"], { env: { NO_COLOR: "1" } });
      assert.equal(await plain.ended, 0);
      assert.equal(plain.raw.includes("\u001b"), false);
      assert.deepEqual(plain.screen, coloured.screen);
    });
  });
});
