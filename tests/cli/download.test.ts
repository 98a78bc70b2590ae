import assert from "node:assert/strict";
import { once } from "node:events";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import type { SimulatorOptions } from "../../simulator/src";
import { QUICK_RETRIES } from "../support/preloads";
import { skip } from "../support/skip";
import { noTerminalReason } from "../support/terminal";
import { type BucketBench, type CliBench, idOf, withBucket } from "../support/withCli";

interface DownloadBench extends BucketBench {
  /** A completed run, with its result in the bucket. */
  seedScores(seed?: Parameters<CliBench["simulator"]["seedTaskRun"]>[0]): void;
  /** The files in the folder that the command runs in. */
  files(): readonly string[];
}

function withDownloads(
  fn: (bench: DownloadBench) => Promise<void>,
  options: SimulatorOptions = {},
): Promise<void> {
  return withBucket((bench) => {
    const seedScores: DownloadBench["seedScores"] = (seed) => {
      bench.simulator.seedTaskRun({
        id: idOf(1),
        name: "scores",
        taskId: bench.task.id,
        resultBucket: bench.bucket,
        resultFilePath: "churn/",
        plan: completed,
        ...seed,
      });
    };
    return fn({ ...bench, seedScores, files: () => readdirSync(bench.folder) });
  }, options);
}

const completed = { registeredMs: 0, pendingMs: 0, inProgressMs: 0 } as const;
const unfinished = { registeredMs: 0, pendingMs: 0, inProgressMs: "never" } as const;
const failed = { ...completed, outcome: "failed", failMessage: "OBS_UPLOAD_FAILED" } as const;

const intent = { id: idOf(3), name: "intents", plan: completed } as const;

const resultName = /^nclue_[^_]+_\d{10}\.tsv$/;

describe("pulumi-nclue download", () => {
  it("brings the result of a run to disk, under its own name", () =>
    withDownloads(async ({ run, seedScores, files, folder, buckets, bucket, simulator }) => {
      seedScores();
      const outcome = await run(["download", "scores"]);
      assert.equal(outcome.exitCode, 0, outcome.output);
      const [name = ""] = files();
      assert.match(name, resultName);
      assert.deepEqual(files(), [name]);
      const [key = ""] = (await simulator.job(idOf(1)))?.resultKeys ?? [];
      assert.equal(key, `churn/${name}`);
      const content = await buckets.getObject(bucket, key);
      assert.equal(readFileSync(path.join(folder, name), "utf8"), content);
      assert.match(
        outcome.stdout,
        /^downloaded nclue_.*\.tsv to nclue_.*\.tsv \(\d.*(bytes|kB)\)\n$/,
      );
      assert.equal(outcome.stderr, "");
    }));

  it("brings the result of custom attributes to disk", () =>
    withDownloads(async ({ run, simulator, bucket, files }) => {
      const seed = { id: idOf(2), name: "runners", resultBucket: bucket, plan: completed };
      simulator.seedCustomAttributes({ ...seed, resultFilePath: "runners/all" });
      const outcome = await run(["download", idOf(2)]);
      assert.equal(outcome.exitCode, 0, outcome.output);
      assert.match(files().join(), /^all_[^_]+_\d{10}\.tsv$/);
    }));

  for (const downloadLength of ["announced", "chunked"] as const) {
    it(`brings the file of a shopping intent to disk, in one request (${downloadLength})`, () =>
      withDownloads(
        async ({ run, simulator, task, folder, files, requests }) => {
          const seed = { id: idOf(3), name: "intents", taskId: task.id, plan: completed };
          simulator.seedShoppingIntent(seed);
          const outcome = await run(["download", idOf(3), "--family", "intents"]);
          assert.equal(outcome.exitCode, 0, outcome.output);
          assert.deepEqual(files(), [`${idOf(3)}.tsv`]);
          const lines = readFileSync(path.join(folder, `${idOf(3)}.tsv`), "utf8")
            .trim()
            .split("\n");
          assert.equal(lines.length >= 120, true);
          const asked = requests("GET /profile/shopping-intents-download");
          assert.deepEqual(asked, [`GET /profile/shopping-intents-download/${idOf(3)}`]);
        },
        { switches: { downloadLength } },
      ));
  }

  it("knows a job by an id of any form", () =>
    withDownloads(async ({ run, simulator, task }) => {
      const seed = { id: "march-1", name: "march", taskId: task.id, plan: completed };
      simulator.seedShoppingIntent(seed);
      const outcome = await run(["download", "march-1"]);
      assert.equal(outcome.exitCode, 0, outcome.output);
    }));

  it("says for programs what it has written", () =>
    withDownloads(async ({ run, seedScores, bucket, folder, files }) => {
      seedScores();
      const { stdout, exitCode } = await run(["download", "scores", "--json", "-o", "scores.tsv"]);
      assert.equal(exitCode, 0);
      const { downloaded } = JSON.parse(stdout);
      const { uri, ...rest } = downloaded;
      assert.match(uri, new RegExp(`^s3://${bucket}/churn/nclue_`));
      const { size } = lstatSync(path.join(folder, "scores.tsv"));
      assert.deepEqual(rest, { runId: idOf(1), name: "scores", file: "scores.tsv", size });
      assert.deepEqual(files(), ["scores.tsv"]);
    }));

  describe("where to", () => {
    it("is the file that is named", () =>
      withDownloads(async ({ run, seedScores, files }) => {
        seedScores();
        assert.equal((await run(["download", "scores", "-o", "a.tsv"])).exitCode, 0);
        assert.deepEqual(files(), ["a.tsv"]);
      }));

    it("is the standard output with -o -, and nothing else goes there", () =>
      withDownloads(async ({ run, seedScores, files, buckets, bucket, simulator }) => {
        seedScores();
        const outcome = await run(["download", "scores", "-o", "-"]);
        assert.equal(outcome.exitCode, 0);
        const [key = ""] = (await simulator.job(idOf(1)))?.resultKeys ?? [];
        assert.equal(outcome.stdout, await buckets.getObject(bucket, key));
        assert.match(outcome.stderr, /^downloaded nclue_\S+ \(/);
        assert.deepEqual(files(), []);
      }));

    it("is a folder that exists, or one that is named with a slash", () =>
      withDownloads(async ({ run, seedScores, folder }) => {
        seedScores();
        mkdirSync(path.join(folder, "there"));
        for (const [output, into] of [
          ["there", "there"],
          ["new/results/", "new/results"],
        ] as const) {
          const outcome = await run(["download", "scores", "-o", output]);
          assert.equal(outcome.exitCode, 0, outcome.output);
          assert.match(readdirSync(path.join(folder, into)).join(), resultName);
        }
      }));

    it("is never a file that exists, unless --force is given", () =>
      withDownloads(async ({ run, seedScores, folder, files }) => {
        seedScores();
        writeFileSync(path.join(folder, "a.tsv"), "mine");
        const kept = await run(["download", "scores", "-o", "a.tsv"]);
        assert.equal(kept.exitCode, 1);
        assert.match(
          kept.stderr,
          /: a\.tsv exists already\ngive --force to replace it, or another /,
        );
        assert.equal(readFileSync(path.join(folder, "a.tsv"), "utf8"), "mine");
        const forced = await run(["download", "scores", "-o", "a.tsv", "--force"]);
        assert.equal(forced.exitCode, 0);
        assert.notEqual(readFileSync(path.join(folder, "a.tsv"), "utf8"), "mine");
        assert.deepEqual(files(), ["a.tsv"]);
      }));

    it("is what a link leads to, which stays a link", () =>
      withDownloads(async ({ run, seedScores, folder }) => {
        seedScores();
        writeFileSync(path.join(folder, "real.tsv"), "old");
        symlinkSync("real.tsv", path.join(folder, "link.tsv"));
        await run(["download", "scores", "-o", "link.tsv", "--force"]);
        assert.equal(lstatSync(path.join(folder, "link.tsv")).isSymbolicLink(), true);
        assert.notEqual(readFileSync(path.join(folder, "real.tsv"), "utf8"), "old");
      }));

    it("is no device", () =>
      withDownloads(async ({ run, seedScores }) => {
        seedScores();
        const outcome = await run(["download", "scores", "-o", "/dev/null", "--force"]);
        assert.equal(outcome.exitCode, 1);
        assert.match(outcome.stderr, /\/dev\/null is there already, and is no file/);
        assert.equal(lstatSync("/dev/null").isCharacterDevice(), true);
      }));

    it("is an error where nothing can be written, with the reason", () =>
      withDownloads(async ({ run, seedScores }) => {
        seedScores();
        const outcome = await run(["download", "scores", "-o", "nowhere/a.tsv"]);
        assert.equal(outcome.exitCode, 1);
        assert.match(
          outcome.stderr,
          /nowhere\/a\.tsv cannot be created \(ENOENT\)\ncheck that its folder exists/,
        );
      }));

    it("is an error below something that is a file, and where no name is given", () =>
      withDownloads(async ({ run, seedScores, folder, files }) => {
        seedScores();
        writeFileSync(path.join(folder, "f"), "mine");
        const words = "check that its folder exists and can be written to, or give another file";
        for (const output of ["f/x", "f/", "f/x/"]) {
          const outcome = await run(["download", "scores", "-o", output]);
          assert.equal(outcome.exitCode, 1);
          assert.match(outcome.stderr, /: f\/x?\/? cannot be created \((ENOTDIR|EEXIST)\)\n/);
          assert.ok(outcome.stderr.includes(words), outcome.stderr);
        }
        const none = await run(["download", "scores", "-o", ""]);
        assert.equal(none.exitCode, 2);
        assert.match(none.stderr, /: -o names no file\ngive another file with -o, or -o - for/);
        assert.deepEqual(files(), ["f"]);
      }));

    it("is not both JSON and the file", () =>
      withDownloads(async ({ run, requests }) => {
        const outcome = await run(["download", "scores", "--json", "-o", "-"]);
        assert.equal(outcome.exitCode, 2);
        assert.deepEqual(requests(), []);
      }));
  });

  describe("of a job without a result", () => {
    const doing = `error: downloading the result of task run "scores" (${idOf(1)}): `;
    for (const [plan, exitCode, text] of [
      [
        unfinished,
        5,
        "the task run is in_progress, and has no result yet\n" +
          `wait for it with "pulumi-nclue watch ${idOf(1)}", then run it again\n`,
      ],
      [failed, 3, "the task run failed, so there is none: OBS_UPLOAD_FAILED: "],
    ] as const) {
      it(`ends with ${exitCode} and says what to do: ${text.split(",")[0]}`, () =>
        withDownloads(async ({ run, seedScores, files }) => {
          seedScores({ plan });
          const outcome = await run(["download", "scores"]);
          assert.equal(outcome.exitCode, exitCode);
          assert.ok(outcome.stderr.startsWith(doing + text), outcome.stderr);
          assert.deepEqual([outcome.stdout, files()], ["", []]);
        }));
    }

    it("ends with 1 where no object, or more than one, may be it", () =>
      withDownloads(
        async ({ run, seedScores, buckets, bucket }) => {
          seedScores();
          const none = await run(["download", "scores"]);
          assert.equal(none.exitCode, 1);
          assert.match(
            none.stderr,
            /: no result object was found below its path\ncheck the bucket; /,
          );
          const stamp = new Date().toISOString().replace(/\D/g, "").slice(0, 10);
          for (const name of ["a", "b"]) {
            await buckets.putObject(bucket, `churn/nclue_${name}_${stamp}.tsv`, "x");
          }
          const two = await run(["download", "scores"]);
          assert.equal(two.exitCode, 1);
          assert.match(
            two.stderr,
            /: 2 objects below its path could be its result \(churn\/nclue_a/,
          );
        },
        { switches: { results: "none" } },
      ));

    it("ends with 1 where Object Storage cannot be reached", () =>
      withDownloads(async ({ run, seedScores }) => {
        seedScores();
        const env = { NCLOUD_OBS_ENDPOINT: "http://127.0.0.1:9" };
        const outcome = await run(["download", "scores"], { env });
        assert.equal(outcome.exitCode, 1);
        assert.match(outcome.stderr, /the result bucket cannot be searched .*ECONNREFUSED/);
        assert.match(
          outcome.stderr,
          /\ncheck NCLOUD_OBS_ENDPOINT and the network, then run it again/,
        );
      }));

    it("says of a feature that it has none", () =>
      withDownloads(async ({ run, simulator }) => {
        const feature = simulator.seedFeature({ name: "members" });
        const outcome = await run(["download", feature.id]);
        assert.equal(outcome.exitCode, 1);
        assert.match(
          outcome.stderr,
          /feature "members" .*: a feature has no result to download\nname/,
        );
      }));

    it("names the families with a result where no job of them has the name", () =>
      withDownloads(async ({ run, task }) => {
        const { stderr, exitCode } = await run(["download", task.name]);
        assert.equal(exitCode, 1);
        const nouns = "task run, custom attributes or shopping intent";
        assert.ok(stderr.includes(`the service lists no ${nouns} of this name or id`), stderr);
      }));

    it("takes a name for that of a job with a result", () =>
      withDownloads(async ({ run, seedScores, simulator }) => {
        simulator.seedFeature({ name: "scores" });
        seedScores();
        assert.equal((await run(["download", "scores"])).exitCode, 0);
      }));
  });

  describe("that brings something else", () => {
    it("is an error for a shopping intent: a page", () =>
      withDownloads(async ({ run, simulator, task, files }) => {
        simulator.seedShoppingIntent({ ...intent, taskId: task.id });
        const match = { path: "/profile/shopping-intents-download/*" };
        const page = { kind: "status", status: 200, body: "<html>Sign in</html>" } as const;
        simulator.addFault({ match, times: "always", answer: page });
        const options = { env: QUICK_RETRIES };
        const outcome = await run(["download", "intents", "-o", "a.tsv"], options);
        assert.equal(outcome.exitCode, 1);
        assert.match(outcome.stderr, /the answer \(HTTP 200\) is an HTML page/);
        assert.deepEqual(files(), []);
      }));

    for (const headers of [{}, { "content-type": "text/html" }, { etag: '"portal"' }]) {
      it(`is an error for an object whose place another answer takes: ${JSON.stringify(headers)}`, () =>
        withDownloads(async ({ run, seedScores, buckets, files }) => {
          seedScores();
          const server = createServer((incoming, outgoing) => {
            const { method, url, headers: asked } = incoming;
            if (url?.includes(".tsv"))
              return outgoing.writeHead(200, headers).end("<p>Sign in</p>");
            const store = request(
              buckets.endpoint,
              { method, path: url, headers: asked },
              (back) => {
                outgoing.writeHead(back.statusCode ?? 502, back.headers);
                back.pipe(outgoing);
              },
            );
            return incoming.pipe(store);
          });
          await once(server.listen(0, "127.0.0.1"), "listening");
          const { port } = server.address() as AddressInfo;
          const env = { NCLOUD_OBS_ENDPOINT: `http://127.0.0.1:${port}` };
          const outcome = await run(["download", "scores", "-o", "a.tsv"], { env });
          server.closeAllConnections();
          server.close();
          assert.equal(outcome.exitCode, 1, outcome.output);
          assert.match(
            outcome.stderr,
            /is not (from Object Storage|the object that it lists)|ended after 14 bytes of/,
          );
          assert.deepEqual(files(), []);
        }));
    }
  });

  describe("that is under way", () => {
    it("has a temporary name, and never takes the place of a file that has come meanwhile", () =>
      withDownloads(async ({ start, simulator, task, folder, files }) => {
        simulator.seedShoppingIntent({ ...intent, taskId: task.id });
        const match = { path: "/profile/shopping-intents-download/*" };
        simulator.addFault({ match, answer: { kind: "hold" } });
        const command = start(["download", "intents", "-o", "a.tsv"]);
        const held = await simulator.held();
        assert.match(files().join(), /^\.a\.tsv\.[a-z0-9]+\.part$/);
        writeFileSync(path.join(folder, "a.tsv"), "mine");
        held.release();
        const outcome = await command.ended;
        assert.equal(outcome.exitCode, 1);
        assert.match(outcome.stderr, /a\.tsv exists already/);
        assert.deepEqual(files(), ["a.tsv"]);
        assert.equal(readFileSync(path.join(folder, "a.tsv"), "utf8"), "mine");
      }));

    it("says on stderr what it does where there is no terminal", () =>
      withDownloads(async ({ start, simulator, task }) => {
        simulator.seedShoppingIntent({ ...intent, taskId: task.id });
        const match = { path: "/profile/shopping-intents-download/*" };
        simulator.addFault({ match, answer: { kind: "hold" } });
        const command = start(["download", "intents", "-o", "-"]);
        await command.waitForText(`asking for ${idOf(3)}.tsv\n`);
        (await simulator.held()).release();
        const { stdout, exitCode } = await command.ended;
        assert.equal(exitCode, 0);
        assert.equal(stdout.includes("asking"), false);
      }));
  });

  describe("that is interrupted", () => {
    it("leaves nothing where the connection breaks", () =>
      withDownloads(
        async ({ run, simulator, task, files }) => {
          simulator.seedShoppingIntent({ ...intent, taskId: task.id });
          const match = { path: "/profile/shopping-intents-download/*" };
          simulator.addFault({ match, answer: { kind: "truncated" } });
          const outcome = await run(["download", "intents"]);
          assert.equal(outcome.exitCode, 1);
          assert.match(outcome.stderr, /: it ended after .* of .*\nrun it again\n$/);
          assert.deepEqual(files(), []);
        },
        { switches: { downloadLength: "announced" } },
      ));

    it("leaves a file that exists as it is, also with --force", () =>
      withDownloads(async ({ run, simulator, task, folder, files }) => {
        simulator.seedShoppingIntent({ ...intent, taskId: task.id });
        const match = { path: "/profile/shopping-intents-download/*" };
        simulator.addFault({ match, answer: { kind: "truncated" } });
        writeFileSync(path.join(folder, "a.tsv"), "mine");
        const outcome = await run(["download", "intents", "-o", "a.tsv", "--force"]);
        assert.equal(outcome.exitCode, 1, outcome.output);
        assert.deepEqual(files(), ["a.tsv"]);
        assert.equal(readFileSync(path.join(folder, "a.tsv"), "utf8"), "mine");
      }));

    for (const [signal, exitCode] of [
      ["SIGINT", 130],
      ["SIGTERM", 143],
      ["SIGHUP", 129],
      ["SIGQUIT", 131],
    ] as const) {
      it(`ends with ${exitCode} at ${signal} and leaves nothing`, () =>
        withDownloads(async ({ start, simulator, task, folder }) => {
          simulator.seedShoppingIntent({ ...intent, taskId: task.id });
          const match = { path: "/profile/shopping-intents-download/*" };
          simulator.addFault({ match, answer: { kind: "hold" } });
          const command = start(["download", "intents", "-o", "out/"]);
          await simulator.held();
          command.signal(signal);
          const outcome = await command.ended;
          assert.equal(outcome.exitCode, exitCode);
          assert.equal(outcome.stderr, "error: stopped; jobs continue at the service\n");
          assert.deepEqual(readdirSync(path.join(folder, "out")), []);
        }));
    }
  });

  describe("on a terminal", () => {
    before(function () {
      const reason = noTerminalReason();
      if (reason) skip(this, reason);
    });

    it("shows a bar, which is gone at the end", () =>
      withDownloads(async ({ open, seedScores, folder }) => {
        seedScores();
        const terminal = open(["download", "scores", "-o", "a.tsv"]);
        assert.equal(await terminal.ended, 0);
        assert.match(terminal.raw, /downloading nclue_\S+ ▰{20} 100 % · /);
        assert.match(terminal.screen.join("\n"), /^downloaded nclue_\S+ to a\.tsv \(.*\)$/);
        assert.equal(existsSync(path.join(folder, "a.tsv")), true);
      }));
  });
});
