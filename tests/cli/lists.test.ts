import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { displayWidth } from "../../provider/src/cli/table";
import { skip } from "../support/skip";
import { noTerminalReason } from "../support/terminal";
import { type CliBench, idOf, withBucket, withCli } from "../support/withCli";

const commands = [
  "runs",
  "tasks",
  "features",
  "attributes",
  "intents",
  "watch",
  "download",
  "delete",
  "orphans",
  "doctor",
];

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

const completedAtOnce = { registeredMs: 0, pendingMs: 0, inProgressMs: 0 } as const;
const neverEnds = { pendingMs: "never" } as const;

const pathOfRuns = "/task-runs";

/** Runs whose number says their age: the highest is the newest. */
function seedMany({ simulator, task }: CliBench, count: number): void {
  for (let number = 0; number < count; number++) {
    const createdAtMs = simulator.now() - (count - number) * 60_000;
    const seed = {
      name: `run-${number}`,
      taskId: task.id,
      createdAtMs,
      plan: { pendingMs: "never" },
    };
    simulator.seedTaskRun(seed as Parameters<typeof simulator.seedTaskRun>[0]);
  }
}

/** The names of so many runs, newest first. */
function names(count: number): readonly string[] {
  return Array.from({ length: count }, (_, n) => `run-${count - 1 - n}`);
}

function namesOf(stdout: string): readonly string[] {
  return JSON.parse(stdout).runs.map(({ name }: { name: string }) => name);
}

function queriesOf({ simulator }: CliBench): readonly string[] {
  return simulator.log().flatMap(({ path, query }) => (path === pathOfRuns ? query : []));
}

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

  it("reads no more of a long list than it shows", () =>
    withCli(async (bench) => {
      seedMany(bench, 1268);
      const outcome = await bench.run(["runs", "--limit", "5"]);
      assert.match(
        outcome.stdout,
        /^run-1267 .*\nrun-1266 .*\nrun-1265 .*\nrun-1264 .*\nrun-1263 /m,
      );
      assert.equal(outcome.stderr, "and 1263 more: --limit 1268 shows all\n");
      assert.deepEqual(queriesOf(bench), ["index=0&limit=100"]);
      bench.simulator.clearLog();
      const { stdout } = await bench.run(["runs", "--json", "--limit", "150"]);
      assert.equal(JSON.parse(stdout).total, 1268);
      assert.deepEqual(namesOf(stdout), names(1268).slice(0, 150));
      assert.equal(queriesOf(bench).length <= 5, true);
    }));

  it("reads no more of a long list than it takes to find what is asked for", () =>
    withCli(async (bench) => {
      seedMany(bench, 1268);
      for (const args of [
        ["--status", "pending"],
        ["--task", "churn"],
        ["--task", bench.task.id, "--status", "pending"],
      ]) {
        bench.simulator.clearLog();
        const outcome = await bench.run(["runs", "--limit", "5", ...args]);
        assert.match(outcome.stdout, /^run-1267 .*\nrun-1266 .*\nrun-1265 /m);
        assert.equal(outcome.stderr, "and more: --limit with a higher number shows them\n");
        assert.deepEqual(queriesOf(bench), ["index=0&limit=100"]);
      }
      const { stdout } = await bench.run(["runs", "--json", "--limit", "100", "--task", "churn"]);
      const { total, runs } = JSON.parse(stdout);
      assert.deepEqual([total, runs.length], [null, 100]);
    }));

  it("says that there may be more where as many were found as were asked for", () =>
    withCli(async (bench) => {
      seedMany(bench, 1268);
      const args = ["runs", "--limit", "100", "--status", "pending"];
      const outcome = await bench.run(args);
      assert.equal(
        outcome.stderr,
        "there may be more: --limit with a higher number would show them\n",
      );
    }));

  it("reads all of a long list for a status that no run has", () =>
    withCli(async (bench) => {
      seedMany(bench, 1268);
      const outcome = await bench.run(["runs", "--limit", "5", "--status", "failed"]);
      assert.deepEqual([outcome.stdout, outcome.stderr], ["", "no task runs\n"]);
      assert.equal(queriesOf(bench).length > 12, true);
    }));

  it("finds the newest at the end of a list that begins with the oldest", () =>
    withCli(
      async (bench) => {
        seedMany(bench, 1268);
        const { stdout, stderr } = await bench.run(["runs", "--json", "--limit", "5"]);
        assert.deepEqual(namesOf(stdout), names(1268).slice(0, 5));
        assert.equal(stderr, "");
        assert.equal(queriesOf(bench).length <= 3, true);
      },
      { switches: { listOrder: "oldest" } },
    ));

  it("reads on by pages where the service counts these", () =>
    withCli(
      async (bench) => {
        seedMany(bench, 450);
        const { stdout } = await bench.run(["runs", "--json", "--limit", "150"]);
        assert.deepEqual(namesOf(stdout), names(450).slice(0, 150));
      },
      { switches: { indexMeaning: "page" } },
    ));

  it("reads all of a list whose order is not clear, and says so", () =>
    withCli(
      async (bench) => {
        seedMany(bench, 250);
        const { stdout, stderr } = await bench.run(["runs", "--json", "--limit", "5"]);
        assert.deepEqual(namesOf(stdout), names(250).slice(0, 5));
        assert.equal(
          stderr,
          "the service lists task runs in no clear order, so all of them were read\n",
        );
      },
      { switches: { listOrder: "byId" } },
    ));

  it("ends with 1 where the list changes whenever it is read", () =>
    withCli(async (bench) => {
      seedMany(bench, 250);
      const newest = (await bench.simulator.jobs("task-runs")).slice(-20);
      for (const [index, { id }] of newest.entries()) {
        bench.simulator.changeAfterList({ family: "task-runs", nth: index + 1, remove: [id] });
      }
      const outcome = await bench.run(["runs", "--limit", "400", "--json"]);
      assert.deepEqual([outcome.exitCode, outcome.stdout], [1, ""]);
      assert.match(
        outcome.stderr,
        /^error: listing task runs: the list of task runs changes while it is read, .* may be incomplete\n/,
      );
    }));

  it("does not say how many more there are where the service does not", () =>
    withCli(
      async (bench) => {
        seedMany(bench, 250);
        const outcome = await bench.run(["runs", "--limit", "5"]);
        assert.equal(outcome.stderr, "and more: --limit with a higher number shows them\n");
        assert.deepEqual(queriesOf(bench), ["index=0&limit=100"]);
        const { stdout } = await bench.run(["runs", "--json", "--limit", "5"]);
        assert.equal(JSON.parse(stdout).total, null);
      },
      { switches: { totalMeaning: "returned" } },
    ));

  it("says how far it has read where that takes more than two seconds", () =>
    withCli(async (bench) => {
      seedMany(bench, 1268);
      bench.simulator.addFault({ nth: 4, answer: { kind: "hold" } });
      const command = bench.start(["runs", "--limit", "2000", "--json"]);
      await command.waitForText(/^reading the list, \d+ of 1,268 task runs\n$/);
      (await bench.simulator.held()).release();
      const { stdout, stderr } = await command.ended;
      assert.equal(JSON.parse(stdout).runs.length, 1268);
      assert.equal(stderr.trimEnd().split("\n").length, 1);
    }));

  it("reads the whole list of an account with more than a page", () =>
    withCli(async (bench) => {
      for (let number = 0; number < 150; number++) bench.seedFinished(`run-${number}`);
      const { stdout } = await bench.run(["runs", "--json", "--limit", "1000"]);
      assert.equal(JSON.parse(stdout).runs.length, 150);
    }));

  it("ends with 1 for a task that the service does not know", () =>
    withCli(async (bench) => {
      seedRuns(bench);
      const byName = await bench.run(["runs", "--task", "chrun"]);
      assert.deepEqual([byName.exitCode, byName.stdout], [1, ""]);
      assert.match(
        byName.stderr,
        /^error: looking up task "chrun": the service lists no task of this name or id\ncheck it, /,
      );
      const byId = await bench.run(["runs", "--task", idOf(9)]);
      assert.equal(byId.exitCode, 1);
      assert.match(byId.stderr, /: the service knows no task of this id\n/);
    }));

  it("says of a task without runs that it has none", () =>
    withCli(async ({ run, simulator }) => {
      const offer = simulator.seedTask({ name: "offer" });
      for (const idOrName of ["offer", offer.id]) {
        const outcome = await run(["runs", "--task", idOrName]);
        assert.deepEqual([outcome.exitCode, outcome.stderr], [0, "no task runs\n"]);
      }
    }));

  it("knows a task by an id of any form, with and without runs", () =>
    withCli(async ({ run, simulator, seedFinished }) => {
      simulator.seedTask({ id: "TASK-1", name: "offer" });
      simulator.seedTask({ id: "TASK-2", name: "other" });
      seedFinished("offer-1", { taskId: "TASK-1" });
      assert.match((await run(["runs", "--task", "TASK-1"])).stdout, /^offer-1 /m);
      const outcome = await run(["runs", "--task", "TASK-2"]);
      assert.deepEqual([outcome.exitCode, outcome.stderr], [0, "no task runs\n"]);
    }));

  it("shows the runs of a task that is gone", () =>
    withCli(async (bench) => {
      seedRuns(bench);
      bench.simulator.deleteJob(bench.task.id);
      const outcome = await bench.run(["runs", "--task", bench.task.id]);
      assert.match(outcome.stdout, /^churn-now/m);
    }));

  it("says for programs where the results are", () =>
    withBucket(async ({ run, simulator, bucket }) => {
      const seed = { resultBucket: bucket, resultFilePath: "churn/", plan: completedAtOnce };
      simulator.seedTaskRun({ id: idOf(1), ...seed });
      const { stdout } = await run(["runs", "--json"]);
      const [key = ""] = (await simulator.job(idOf(1)))?.resultKeys ?? [];
      const [found] = JSON.parse(stdout).runs;
      assert.deepEqual([found.resultKey, found.resultUri], [key, `s3://${bucket}/${key}`]);
      assert.equal(Number.isInteger(found.resultSize), true);
    }));

  it("asks nothing about results of what it does not show, or not for programs", () =>
    withBucket(async ({ run, requests, seedFinished }) => {
      for (const name of ["a", "b"]) seedFinished(name, { plan: completedAtOnce });
      assert.equal((await run(["runs"])).exitCode, 0);
      assert.deepEqual(requests(), ["GET /task-runs"]);
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
    ["watch"],
    ["delete", "x", "--while-running", "maybe"],
    ["tasks", "--task", "x"],
    ["download", "x", "--family", "trains"],
    [],
  ]) {
    it(`ends with 2 for "${args.join(" ")}"`, () =>
      withCli(async ({ run, requests }) => {
        const outcome = await run(args);
        assert.equal(outcome.exitCode, 2);
        assert.equal(outcome.stdout, "");
        const [command] = args;
        const help = command === undefined || command === "list" ? "" : ` ${command}`;
        assert.match(outcome.stderr, new RegExp(`pulumi-nclue${help} (--help|\\[options\\])`));
        assert.deepEqual(requests(), []);
      }));
  }

  it("tells its exit codes and its settings with --help", () =>
    withCli(async ({ run }) => {
      for (const command of [[], ...commands.map((name) => [name])]) {
        const outcome = await run([...command, "--help"]);
        assert.equal(outcome.exitCode, 0);
        assert.match(outcome.stdout, /\nExit codes:\n {2}0 {4}done\n/);
        assert.match(outcome.stdout, /never from a stack's config/);
        assert.match(outcome.stdout, /--verbose/);
        assert.doesNotMatch(outcome.stdout, /default: (false|\d{3,})/);
        const wide = outcome.stdout.split("\n").filter((line) => line.length > 100);
        assert.deepEqual(wide, []);
      }
      const { stdout } = await run(["watch", "--help"]);
      assert.match(stdout, /--timeout <duration> .*\(default: 24h\)/);
    }));

  it("cuts a long name of emoji between two of them", () =>
    withCli(async (bench) => {
      for (const name of ["💥".repeat(30), `a${"💥".repeat(30)}`]) bench.seedFinished(name);
      const { stdout } = await bench.run(["runs"]);
      assert.equal(stdout.isWellFormed() && !stdout.includes("\ufffd"), true, stdout);
      assert.match(stdout, /^a?💥+… +completed/mu);
      for (const line of stdout.split("\n")) assert.ok(displayWidth(line) <= 80, line);
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

describe("pulumi-nclue tasks, features, attributes and intents", () => {
  it("list the other families, with their figures and parents", () =>
    withCli(async ({ simulator, run, task }) => {
      const long = { createdAtMs: simulator.now() - (30 * 24 + 1) * 3_600_000 };
      const plan = { registeredMs: 0, pendingMs: 0, inProgressMs: 600_000 };
      const feature = simulator.seedFeature({ ...long, id: idOf(1), name: "members", plan });
      const trained = { trainFeatureId: feature.id, plan: { ...plan, auroc: "0.8412" } };
      simulator.seedTask({ ...long, id: idOf(2), name: "offer", ...trained });
      simulator.seedCustomAttributes({
        ...long,
        id: idOf(3),
        name: "runners",
        plan,
        featureId: feature.id,
      });
      simulator.seedShoppingIntent({ ...long, id: idOf(4), name: "march", plan, taskId: task.id });
      const rowOf = async (command: string, id: string) => {
        const { stdout } = await run([command]);
        const [heads, ...rows] = stdout.split("\n");
        return [heads, rows.find((row) => row.endsWith(id))].map((row) => row?.split(/ {2,}/));
      };
      assert.deepEqual(await rowOf("features", idOf(1)), [
        ["NAME", "STATUS", "AGE", "USERS", "ID"],
        ["members", "completed", "30d", "120", idOf(1)],
      ]);
      assert.deepEqual((await rowOf("tasks", idOf(2)))[1], [
        "offer",
        "completed",
        "30d",
        "took 10m",
        "0.8412",
        idOf(2),
      ]);
      assert.deepEqual((await rowOf("attributes", idOf(3)))[1], [
        "runners",
        "completed",
        "30d",
        "took 10m",
        "members",
        idOf(3),
      ]);
      assert.deepEqual((await rowOf("intents", idOf(4)))[1], [
        "march",
        "completed",
        "30d",
        "took 10m",
        "churn",
        idOf(4),
      ]);
    }));

  it("print for programs all outputs of their family", () =>
    withCli(async ({ simulator, run }) => {
      const seed = { id: idOf(3), keywordSet: "running\nmarathon", plan: { pendingMs: "never" } };
      simulator.seedCustomAttributes(seed as Parameters<typeof simulator.seedCustomAttributes>[0]);
      const { stdout } = await run(["attributes", "--json"]);
      const { total, attributes } = JSON.parse(stdout);
      assert.deepEqual([total, attributes.length], [1, 1]);
      assert.equal(attributes[0].profileId, idOf(3));
      assert.deepEqual(attributes[0].keywords, ["running", "marathon"]);
      const none = await run(["intents", "--json"]);
      assert.deepEqual(JSON.parse(none.stdout), { total: 0, intents: [] });
    }));

  it("are narrowed by status and parent, by id or name", () =>
    withCli(async ({ simulator, run, task }) => {
      const feature = simulator.seedFeature({ name: "members" });
      simulator.seedTask({ name: "offer", trainFeatureId: feature.id });
      const waiting = simulator.seedTask({
        name: "late",
        testFeatureId: feature.id,
        plan: neverEnds,
      });
      simulator.seedShoppingIntent({ name: "march", taskId: task.id });
      const listed = async (args: readonly string[], list: string) => {
        const found = JSON.parse((await run([...args, "--json"])).stdout)[list];
        return found.map(({ name }: { name: string }) => name).sort();
      };
      assert.deepEqual(await listed(["tasks", "--feature", "members"], "tasks"), ["late", "offer"]);
      const both = ["tasks", "--feature", feature.id, "--status", waiting.status];
      assert.deepEqual(await listed(both, "tasks"), ["late"]);
      assert.deepEqual(await listed(["intents", "--task", "churn"], "intents"), ["march"]);
      assert.equal((await run(["tasks", "--feature", "nobody"])).exitCode, 1);
    }));

  it("fit 80 columns, whatever the jobs are called", () =>
    withCli(async (bench) => {
      const name = "a-name-that-is-longer-than-the-screen-would-be-wide-".repeat(2).slice(0, 100);
      bench.seedUnfinished(name);
      bench.simulator.seedTask({ name: "한글".repeat(40) });
      for (const command of ["runs", "tasks", "features"]) {
        const { stdout } = await bench.run([command]);
        for (const line of stdout.split("\n")) assert.equal(displayWidth(line) <= 80, true, line);
        assert.match(stdout, /-[0-9a-f]{12}\n/);
      }
    }));
});

describe("pulumi-nclue --verbose", () => {
  for (const [how, args, env] of [
    ["before the command", ["--verbose", "runs"], {}],
    ["behind it", ["runs", "--verbose"], {}],
    ["by NCLUE_LOG=debug", ["runs"], { NCLUE_LOG: "debug" }],
  ] as const) {
    it(`shows each request, ${how}, and neither bodies nor headers`, () =>
      withCli(async (bench) => {
        bench.seedFinished("churn-1");
        bench.simulator.addFault({ answer: { kind: "gateway", code: 500 } });
        const { stdout, stderr, exitCode } = await bench.run(args, { env });
        assert.equal(exitCode, 0);
        const line = "GET /api/v1/task-runs?index=0&limit=100 → HTTP";
        const [first = "", second = "", ...rest] = stderr.trimEnd().split("\n");
        assert.match(first, /^GET .* → HTTP 503 \(attempt 1, \d+ ms, again in \d+ ms\)$/);
        assert.match(second, /^GET .* → HTTP 200 \(attempt 2, \d+ ms\)$/);
        assert.ok(first.startsWith(line) && second.startsWith(line));
        assert.deepEqual(rest, []);
        assert.match(stdout, /^NAME/);
        assert.equal(stderr.includes("churn"), false);
        assert.equal(stderr.includes(bench.simulator.accessKey), false);
      }));
  }
});

describe("pulumi-nclue --verbose with Object Storage", () => {
  it("shows its requests too", () =>
    withBucket(async ({ run, bucket, simulator }) => {
      const { stderr } = await run(["doctor", "--verbose", "--bucket", bucket]);
      assert.match(stderr, new RegExp(`\nHEAD /${bucket}/ → HTTP 200 \\(attempt 1, \\d+ ms\\)\n`));
      const dead = { NCLOUD_OBS_ENDPOINT: "http://127.0.0.1:9" };
      const unreachable = await run(["doctor", "--verbose", "--bucket", bucket], { env: dead });
      const attempts = unreachable.stderr.match(/HEAD \/\S+ → .*ECONNREFUSED.* \(attempt .*\)/g);
      assert.equal(attempts?.length, 3);
      for (const each of attempts.slice(0, 2)) assert.match(each, /, \d+ ms, again in \d+ ms\)$/);
      assert.match(attempts[2] ?? "", /\(attempt 3, \d+ ms\)$/);
      assert.equal(stderr.includes(simulator.secretKey), false);
    }));
});

describe("the environment's word on output", () => {
  it("ends with 1 where NCLUE_PROGRESS means nothing, before anything is asked", () =>
    withCli(async ({ run, requests }) => {
      const outcome = await run(["runs"], { env: { NCLUE_PROGRESS: "foo" } });
      assert.equal(outcome.exitCode, 1);
      assert.match(outcome.stderr, /^error: .*: NCLUE_PROGRESS must be live, lines or off\n$/);
      assert.deepEqual(requests(), []);
    }));
});
