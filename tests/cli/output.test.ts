import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import path from "node:path";
import { text } from "node:stream/consumers";
import { skip } from "../support/skip";
import { testProxy } from "../support/testProxy";
import { type CliBench, cliProgram, idOf, withCli } from "../support/withCli";

const full = "/dev/full";
const held = { path: "/profile/shopping-intents-download/*" };
const completed = { registeredMs: 0, pendingMs: 0, inProgressMs: 0 } as const;

function seedIntent({ simulator, task }: CliBench): void {
  simulator.seedShoppingIntent({
    id: idOf(3),
    name: "intents",
    taskId: task.id,
    plan: completed,
  });
}

/** Runs the command line in a shell, which redirects its streams. */
function inShell({ folder, env }: CliBench, script: string) {
  const command = `"${process.execPath}" "${cliProgram}"`;
  const child = spawn("bash", ["-c", script.replaceAll("pulumi-nclue", command)], {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exitCode = new Promise((resolve) => child.once("close", resolve));
  return Promise.all([exitCode, text(child.stdout), text(child.stderr)]);
}

describe("output that cannot be written", () => {
  before(function () {
    if (!existsSync(full)) skip(this, `no ${full}`);
  });

  for (const args of ["runs --json", "runs", "download intents -o -", "doctor --json", "--help"]) {
    it(`ends with 1 and the reason where the disk is full: ${args}`, () =>
      withCli(async (bench) => {
        seedIntent(bench);
        bench.seedFinished("scores");
        const [exitCode, , stderr] = await inShell(bench, `pulumi-nclue ${args} > ${full}`);
        assert.equal(exitCode, 1);
        const said = stderr.match(
          /the standard output cannot be written \(ENOSPC\)\ncheck the disk/g,
        );
        assert.equal(said?.length, 1, stderr);
      }));
  }

  it("ends with 1 where the news cannot be written, and leaves nothing half-written", () =>
    withCli(async (bench) => {
      seedIntent(bench);
      mkdirSync(path.join(bench.folder, "out"));
      bench.simulator.addFault({ match: held, answer: { kind: "hold" } });
      const ended = inShell(bench, `pulumi-nclue download intents -o out/ --verbose 2> ${full}`);
      assert.equal((await ended)[0], 1);
      assert.deepEqual(readdirSync(path.join(bench.folder, "out")), []);
    }));

  for (const args of ["runs --json", "download intents -o -"]) {
    it(`ends with 0 and without a word where nobody reads any more: ${args}`, () =>
      withCli(async (bench) => {
        seedIntent(bench);
        for (let run = 0; run < 100; run += 1) bench.seedFinished(`scores-${run}`);
        const script = `set -o pipefail; pulumi-nclue ${args} | true; echo "$?"`;
        assert.deepEqual(await inShell(bench, script), [0, "0\n", ""]);
      }));
  }

  it("goes on where nobody reads the news", () =>
    withCli(async (bench) => {
      seedIntent(bench);
      const script = `pulumi-nclue download intents -o a.tsv --verbose 2> >(true); echo "$?"`;
      const [, stdout] = await inShell(bench, script);
      assert.match(stdout, /^downloaded .* to a\.tsv .*\n0\n$/);
      assert.deepEqual(readdirSync(bench.folder), ["a.tsv"]);
    }));
});

describe("a command that is stopped while a proxy says nothing", () => {
  for (const scheme of ["http", "socks5h"]) {
    it(`ends at once (${scheme})`, () =>
      withCli(async ({ start }) => {
        const proxy = await testProxy({ answer: "silent" });
        try {
          const env = {
            NCLUE_ENDPOINT: "https://nclue.test/api/v1",
            ALL_PROXY: proxy.address.replace("http", scheme),
          };
          const command = start(["tasks"], { env });
          await command.waitForText("reading the list of tasks");
          command.signal("SIGINT");
          const { exitCode, stderr } = await command.ended;
          assert.equal(exitCode, 130);
          assert.match(stderr, /\nerror: .*stopped; jobs continue at the service\n$/);
        } finally {
          proxy.close();
        }
      }));
  }
});
