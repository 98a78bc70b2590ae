import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import type { SimulatorOptions } from "../../simulator/src";
import { type BucketBench, idOf, type RunOptions, withBucket } from "../support/withCli";

// What the command line advises is done, and then it works.

interface Walk {
  readonly options?: SimulatorOptions;
  readonly seed: (bench: BucketBench) => void;
  readonly bad: readonly string[];
  /** What is done at the service or on the machine meanwhile. */
  readonly mend?: (bench: BucketBench) => unknown;
  readonly good: readonly string[];
  /** Of the first command alone. */
  readonly env?: RunOptions["env"];
}

const quick = { registeredMs: 0, pendingMs: 0, inProgressMs: 0 } as const;
const endless = { ...quick, inProgressMs: "never" } as const;

/** A run with a result, or one that does not end by itself. */
function scores({ simulator, task, bucket }: BucketBench, more: object = {}): void {
  simulator.seedTaskRun({
    id: idOf(1),
    name: "scores",
    taskId: task.id,
    resultBucket: bucket,
    resultFilePath: "churn/",
    plan: quick,
    ...more,
  });
}

const finished = (bench: BucketBench) => bench.seedFinished("scores", { id: idOf(1) });
const unfinished = (bench: BucketBench) => bench.seedUnfinished("scores", { id: idOf(1) });
const working = (bench: BucketBench) => scores(bench, { plan: endless });
const complete = ({ simulator }: BucketBench) => simulator.completeJob(idOf(1));

const download = ["download", "scores"];
const remove = ["delete", "scores", "--yes"];
const wait = ["--while-running", "wait", "--timeout", "100ms"];
const NOBODY = "http://127.0.0.1:9";

const walks: Readonly<Record<string, Walk>> = {
  "give --yes to delete it unasked": {
    seed: finished,
    bad: ["delete", "scores"],
    good: remove,
  },
  "it continues at the service: run it again, or give a longer --timeout": {
    seed: unfinished,
    bad: [...remove, ...wait],
    mend: complete,
    good: [...remove, ...wait],
  },
  "run it again when that has ended, or give --while-running wait": {
    seed: unfinished,
    bad: remove,
    mend: complete,
    good: remove,
  },
  "give another file, or leave out --json": {
    seed: scores,
    bad: [...download, "--json", "-o", "-"],
    good: [...download, "-o", "-"],
  },
  "check it, and that address and keys are those of the account that has the job": {
    seed: finished,
    bad: ["delete", "skores", "--yes"],
    good: remove,
  },
  "name the one that is meant by its id": {
    seed: (bench) => {
      finished(bench);
      bench.seedFinished("scores");
    },
    bad: remove,
    good: ["delete", idOf(1), "--yes"],
  },
  "name a task run, custom attributes or a shopping intent that was created from it": {
    seed: (bench) => {
      scores(bench);
      bench.simulator.seedFeature({ id: idOf(2), name: "members" });
    },
    bad: ["download", idOf(2)],
    good: download,
  },
  'wait for it with "pulumi-nclue watch': {
    seed: working,
    bad: download,
    mend: async (bench) => {
      const watching = bench.start(["watch", "scores"]);
      await watching.waitForText("in_progress");
      await complete(bench);
      assert.equal((await watching.ended).exitCode, 0);
    },
    good: download,
  },
  "check NCLOUD_OBS_ENDPOINT and the network, then run it again": {
    seed: scores,
    bad: download,
    env: { NCLOUD_OBS_ENDPOINT: NOBODY },
    good: download,
  },
  "check the bucket; where the object was deleted, create the job again": {
    options: { switches: { results: "none" } },
    seed: scores,
    bad: download,
    mend: ({ simulator, ...bench }) => {
      simulator.setSwitches({ results: "one" });
      simulator.deleteJob(idOf(1));
      scores({ simulator, ...bench }, { id: idOf(2) });
    },
    good: download,
  },
  '"pulumi-nclue doctor" says more': {
    seed: finished,
    bad: remove,
    env: { NCLOUD_ACCESS_KEY: undefined, NCLOUD_SECRET_KEY: undefined },
    mend: async ({ run }) => {
      const { stdout } = await run(["doctor"], { env: { NCLOUD_ACCESS_KEY: undefined } });
      assert.match(stdout, /NCLOUD_ACCESS_KEY/);
    },
    good: remove,
  },
  'write it with "pulumi stack export --file <file>"': {
    seed: ({ folder }) => writeFileSync(path.join(folder, "state.json"), "{}"),
    bad: ["orphans", "--stack-export", "state.json"],
    mend: ({ folder }) =>
      writeFileSync(
        path.join(folder, "state.json"),
        '{"version":3,"deployment":{"resources":[{"type":"pulumi:pulumi:Stack"}]}}',
      ),
    good: ["orphans", "--stack-export", "state.json"],
  },
  "check that its folder exists and can be written to, or give another file with -o": {
    seed: scores,
    bad: [...download, "-o", "nowhere/a.tsv"],
    good: [...download, "-o", "a.tsv"],
  },
  "give --force to replace it, or another file with -o": {
    seed: (bench) => {
      scores(bench);
      writeFileSync(path.join(bench.folder, "a.tsv"), "mine");
    },
    bad: [...download, "-o", "a.tsv"],
    good: [...download, "-o", "a.tsv", "--force"],
  },
  "give another file with -o, or -o - for the standard output": {
    seed: scores,
    bad: [...download, "-o", "/dev/null"],
    good: [...download, "-o", "-"],
  },
  "run it again": {
    seed: ({ simulator, task }) => {
      simulator.seedShoppingIntent({ name: "scores", taskId: task.id, plan: quick });
      const match = { path: "/profile/shopping-intents-download/*" };
      simulator.addFault({ match, answer: { kind: "truncated" } });
    },
    bad: download,
    good: download,
  },
  "it continues at the service: watch it again, or give a longer --timeout": {
    seed: unfinished,
    bad: ["watch", "scores", "--timeout", "100ms"],
    mend: complete,
    good: ["watch", "scores", "--timeout", "1m"],
  },
  "check the keys and their rights": {
    seed: (bench) => {
      finished(bench);
      const answer = { kind: "status", status: 403, body: {} } as const;
      bench.simulator.addFault({ times: "always", answer });
    },
    bad: remove,
    mend: ({ simulator }) => simulator.clearFaults(),
    good: remove,
  },
};

describe("what the command line advises", () => {
  for (const [advice, { options = {}, seed, bad, mend, good, env }] of Object.entries(walks)) {
    it(`works: ${advice}`, () =>
      withBucket(async (bench) => {
        seed(bench);
        const failed = await bench.run(bad, env === undefined ? {} : { env });
        assert.notEqual(failed.exitCode, 0);
        assert.ok(failed.output.includes(advice), failed.output);
        await mend?.(bench);
        const outcome = await bench.run(good);
        assert.equal(outcome.exitCode, 0, outcome.output);
      }, options));
  }
});
