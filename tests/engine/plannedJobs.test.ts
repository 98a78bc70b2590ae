import assert from "node:assert/strict";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as nclue from "pulumi-nclue";
import { succeeded } from "../support/engine";
import { did, type Nclue, told, withNclue } from "../support/withNclue";

const urnOf = (name: string) =>
  `urn:pulumi:dev::nclue-test::pulumi-nodejs:dynamic/nclue:TaskRun::${name}`;

function runs({ args }: Nclue, names: readonly string[]) {
  return names.map((name) => new nclue.TaskRun(name, { ...args, resultFilePath: `${name}/` }));
}

/** A resource of the program's own, whose id is known after the update. */
class Later extends pulumi.dynamic.Resource {
  constructor(name: string) {
    super({ create: async () => ({ id: "later", outs: {} }) }, name, {});
  }
}

describe("a preview", () => {
  it("counts the jobs of each family that the update will start, in the order of a pipeline", () =>
    withNclue({}, async ({ stack, args, bucket }) => {
      const program = async () => {
        const off = { verify: "off" } as const;
        const members = new nclue.Feature("members", {
          sourceBucket: bucket,
          sourceFilePath: "seq/",
          ...off,
        });
        const churn = new nclue.Task("churn", {
          trainFeatureId: members.id,
          trainBucket: bucket,
          trainFilePath: "labels.tsv",
          ...off,
        });
        const both = ["a", "b"].map(
          (name) =>
            new nclue.TaskRun(name, {
              ...args,
              taskId: churn.id,
              featureId: members.id,
              resultFilePath: `${name}/`,
            }),
        );
        return { ids: both.map(({ id }) => id), file: both[0]?.requireResult().uri };
      };
      const outcome = await stack.preview({ program });
      assert.equal(outcome.exitCode, 0, outcome.output);
      assert.deepEqual(told(outcome), [
        "info: this update will start 1 new feature, 1 new task and 2 new task runs",
      ]);
    }));

  it("counts the jobs of two copies of the package together, once", () =>
    withNclue({}, async (bench) => {
      const file = require.resolve("pulumi-nclue");
      const folder = path.dirname(file);
      const ofCopy = Object.keys(require.cache).filter((name) => name.startsWith(folder));
      for (const name of ofCopy) delete require.cache[name];
      const copy: typeof nclue = require("pulumi-nclue");
      assert.notEqual(copy.TaskRun, nclue.TaskRun);
      const program = async () => {
        const [first] = runs(bench, ["a"]);
        new copy.TaskRun("b", { ...bench.args, resultFilePath: "b/" });
        return { uri: first?.requireResult().uri };
      };
      const outcome = await bench.stack.preview({ program });
      assert.deepEqual(told(outcome), ["info: this update will start 2 new task runs"]);
    }));

  it("counts no job for an update of one that others are created from", () =>
    withNclue({}, async ({ stack, args, bucket, buckets }) => {
      await buckets.putObject(bucket, "labels.tsv", "u1\t1\n");
      const program = (minAuroc: number) => async () => {
        const churn = new nclue.Task("churn", {
          trainFeatureId: args.featureId,
          trainBucket: bucket,
          trainFilePath: "labels.tsv",
          minAuroc,
          verify: "off",
        });
        new nclue.TaskRun("scores", { ...args, taskId: churn.taskId, triggers: [churn.taskId] });
      };
      succeeded(await stack.up({ program: program(0.5) }));
      const preview = succeeded(await stack.preview({ program: program(0.6) }));
      assert.deepEqual(told(preview), []);
      assert.deepEqual(did(preview), ["update churn", "same scores"]);
    }));

  it("counts neither what is left out nor an import", () =>
    withNclue({}, async (bench) => {
      const { simulator, stack, args } = bench;
      const { id } = simulator.seedTaskRun({ ...args, name: "theirs" });
      const program = async () => {
        runs(bench, ["a", "b", "c"]);
        new nclue.TaskRun("imported", args, { import: id });
      };
      const targeted = await stack.preview({ program, args: ["--target", urnOf("a")] });
      assert.match(targeted.output, /will start 1 new task run\n/);
      const excluded = await stack.preview({ args: ["--exclude", urnOf("a")] });
      assert.match(excluded.output, /will start 2 new task runs\n/);
      assert.match(excluded.output, /TaskRun imported create/);
    }));

  it("says that there may be more where the program could not run to its end", () =>
    withNclue({}, async (bench) => {
      const program = async () => {
        const [first] = runs(bench, ["a"]);
        pulumi.all([first?.id]).apply(() => runs(bench, ["b", "c"]));
      };
      const outcome = await bench.stack.preview({ program });
      assert.match(outcome.output, /will start at least 1 new task run\n/);
    }));

  it("says so too where an apply comes before the first job, or holds all jobs", () =>
    withNclue({}, async (bench) => {
      const { stack } = bench;
      const all = async () => {
        new Later("later").id.apply(() => runs(bench, ["a", "b"]));
      };
      const none = await stack.preview({ program: all });
      assert.match(told(none).join("\n"), /^info: this update may start jobs: /);
      const first = async () => {
        new Later("later").id.apply(() => runs(bench, ["b", "c"]));
        runs(bench, ["a"]);
      };
      const some = await stack.preview({ program: first });
      assert.match(some.output, /will start at least 1 new task run\n/);
    }));

  it("counts the job that replaces an imported one", () =>
    withNclue({}, async ({ simulator, stack, args }) => {
      const { id } = simulator.seedTaskRun({ ...args, name: "theirs" });
      const program = (triggers: readonly string[]) => async () => {
        new nclue.TaskRun("scores", { ...args, triggers }, { import: id });
      };
      succeeded(await stack.up({ program: program([]) }));
      const after = await stack.preview({ program: program(["2026-12"]) });
      assert.match(after.output, /will start 1 new task run\n/);
    }));
});
