import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { load } from "js-yaml";
import { repositoryFolder } from "../../tools/folders.mjs";
import { withChannel } from "../support/channel";
import { withLanguageHost } from "../support/engine";
import { exampleFile, exampleProgram, withExample } from "../support/withExample";
import type { Nclue } from "../support/withNclue";
import { type Run, withRunner } from "../support/withRunner";

// Runs the very lines of the two pipeline files of the daily example. Commands that would need another
// time, the pipeline's runner or a registry are replaced by scripts of the same name on the PATH.

const pipelines = [githubPipeline(), gitlabPipeline()];

describe("The day of the daily example's pipelines", () => {
  const moments = {
    "half an hour after midnight in Seoul": "2026-11-24T15:30:00Z",
    "half an hour before midnight in Seoul": "2026-11-25T14:30:00Z",
  };
  for (const { name, dayLines } of pipelines) {
    for (const [moment, utc] of Object.entries(moments)) {
      for (const zone of ["UTC", "America/Los_Angeles", "Asia/Seoul"]) {
        it(`is Seoul's, ${moment}, on a runner in ${zone}: ${name}`, () =>
          withRunner({ date: dateAt(utc) }, async (runner) => {
            const { day } = await runner.computeDay(dayLines, { TZ: zone });
            assert.equal(day, "2026-11-25");
          }));
      }
    }

    it(`is the one that somebody asks for: ${name}`, () =>
      withRunner({ date: dateAt("2026-11-25T00:00:00Z") }, async (runner) => {
        const asked = await runner.computeDay(dayLines, { ASKED_DAY: "2026-11-20" });
        assert.equal(asked.day, "2026-11-20");
      }));
  }

  it("is computed once, in a job of its own", () => {
    for (const file of [".github/workflows/nclue-daily.yml", ".gitlab-ci.yml"]) {
      const text = readFileSync(exampleFile("daily", file), "utf8");
      assert.equal(text.match(/\bdate \+%F/g)?.length, 1, file);
    }
  });
});

describe("The night of the daily example's pipelines", () => {
  it("is the same in both", () => {
    const [github, gitlab] = pipelines;
    assert.equal(github?.nightLines, gitlab?.nightLines);
    assert.equal(github?.backend, gitlab?.backend);
  });

  it("ends with the result, after a failed run that the second attempt replaces", () =>
    withNight(async ({ nclue, run }) => {
      nclue.simulator.queuePlans({}, { outcome: "failed", failMessage: "OBS_UPLOAD_FAILED" });
      const night = await run(pipelines[0]?.nightLines ?? "", { DAY: "2026-11-02" });
      assert.equal(night.exitCode, 0, night.output);
      assert.deepEqual(night.slept, ["300"]);
      assert.deepEqual(nclue.requests("POST"), [
        "POST /features",
        "POST /task-runs",
        "POST /task-runs",
      ]);
      const [made] = await nclue.runs();
      const lastLine = night.output.trimEnd().split("\n").at(-1);
      assert.equal(lastLine, `s3://${nclue.bucket}/${made?.resultKeys[0]}`);
    }));

  it("fails after three attempts, and tells the channel why", () =>
    withNight(async ({ nclue, run }) => {
      const failed = { outcome: "failed", failMessage: "COMMON_ERROR" } as const;
      nclue.simulator.queuePlans(failed, failed, failed);
      const night = await run(pipelines[0]?.nightLines ?? "", { DAY: "2026-11-02" });
      assert.notEqual(night.exitCode, 0);
      assert.deepEqual(night.slept, ["300", "900"]);
      assert.deepEqual(nclue.requests("POST"), Array(3).fill("POST /features"));

      for (const { tellLines, page } of pipelines) {
        const told = await withChannel(async (webhook) => {
          const env = { DAY: "2026-11-02", SLACK_WEBHOOK: webhook, [page]: "https://ci.test/7" };
          const tell = await run(tellLines, env);
          assert.equal(tell.exitCode, 0, tell.output);
        });
        assert.equal(told.length, 1);
        const lines = String(JSON.parse(told[0] ?? "").text).split("\n");
        assert.equal(lines[0], "NCLUE: no scores for 2026-11-02");
        assert.match(lines[1] ?? "", /^members-2026-11-02-[\w-]+: failed, COMMON_ERROR$/);
        assert.equal(lines.at(-1), "https://ci.test/7");
      }
    }));

  it("tells the channel even where the service cannot be asked, and says so", () =>
    withNight(async ({ nclue, run }) => {
      await nclue.simulator.close();
      const told = await withChannel(async (webhook) => {
        const env = { DAY: "2026-11-02", SLACK_WEBHOOK: webhook, NCLOUD_ACCESS_KEY: "" };
        assert.equal((await run(pipelines[0]?.tellLines ?? "", env)).exitCode, 0);
      });
      assert.match(told[0] ?? "", /runs: not known, NCLUE cannot be asked/);
    }));
});

interface Pipeline {
  readonly name: string;
  readonly backend: string | undefined;
  readonly dayLines: string;
  readonly nightLines: string;
  /** With what installs the packages: a registry that fails must not keep a message back. */
  readonly tellLines: string;
  /** The variable that holds the address of the pipeline's page. */
  readonly page: string;
}

function githubPipeline(): Pipeline {
  const file = yaml(".github/workflows/nclue-daily.yml");
  const lines = (job: string) =>
    file.jobs[job].steps.map(({ run }: { run?: string }) => run ?? "").filter(Boolean);
  return {
    name: "GitHub Actions",
    backend: file.env.PULUMI_BACKEND_URL,
    dayLines: lines("day").join("\n"),
    nightLines: lines("night").at(-1),
    tellLines: lines("tell").join("\n"),
    page: "PAGE",
  };
}

function gitlabPipeline(): Pipeline {
  const file = yaml(".gitlab-ci.yml");
  return {
    name: "GitLab",
    backend: file.variables.PULUMI_BACKEND_URL,
    dayLines: file.day.script.join("\n"),
    nightLines: file.night.script.join("\n"),
    tellLines: [...file.tell.before_script, ...file.tell.script].join("\n"),
    page: "CI_PIPELINE_URL",
  };
}

// biome-ignore lint/suspicious/noExplicitAny: two file formats that others define
function yaml(file: string): any {
  return load(readFileSync(exampleFile("daily", file), "utf8"));
}

/** The daily example on the engine, started by the lines of a pipeline. */
function withNight(fn: (night: { nclue: Nclue; run: Run }) => Promise<void>): Promise<void> {
  const settings = ({ simulator, task, bucket }: Nclue) => ({
    taskId: task.id,
    dataBucket: bucket,
    resultBucket: bucket,
    "nclue:endpoint": simulator.endpoint,
    "nclue:accessKey": simulator.accessKey,
    "nclue:secretKey": simulator.secretKey,
    "nclue:requestsPerSecond": "50",
  });
  return withExample("daily", { settings }, async (nclue) => {
    const { buckets, bucket, stack } = nclue;
    await buckets.putObject(bucket, "seq/2026-11-02/part-0.tsv", "u-1\tview lamp->buy lamp\n");
    writeFileSync(
      path.join(stack.folder, "tell.mjs"),
      readFileSync(exampleFile("daily", "tell.mjs")),
    );
    const main = path.join(repositoryFolder, "provider", "dist", "cli", "main.js");
    await withLanguageHost(exampleProgram("daily"), (host) => {
      const commands = {
        sleep: 'echo "$1" >> "$SLEPT"',
        // The program is served by this process, as the engine's language plugin is not here.
        pulumi: `PATH='${stack.env.PATH}'
          if [ "$1" = up ]; then exec pulumi "$@" ${host.args.join(" ")}; else exec pulumi "$@"; fi`,
        npm: "echo no registry; exit 1",
        npx: `[ "$1 $2" = "--no pulumi-nclue" ] || exit 9; shift 2; exec '${process.execPath}' '${main}' "$@"`,
      };
      return withRunner(commands, ({ run }) => fn({ nclue, run }), {
        cwd: stack.folder,
        env: stack.env,
      });
    });
  });
}

/** `date`, at another moment. */
function dateAt(utc: string): string {
  return `PATH='${process.env.PATH}' exec date --date='${utc}' "$@"`;
}
