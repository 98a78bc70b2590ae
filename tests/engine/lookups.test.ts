import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as nclue from "pulumi-nclue";
import { type Nclue, type NclueOptions, told, withNclue } from "../support/withNclue";

const day = Date.UTC(2026, 10, 1);

/** With three runs that something else has made, and a failed one. */
function withRuns(fn: (nclue: Nclue) => Promise<void>, options: NclueOptions = {}) {
  return withNclue(options, async (bench) => {
    const { simulator, args } = bench;
    for (const [index, name] of ["first", "second", "third"].entries()) {
      simulator.seedTaskRun({ ...args, name, createdAtMs: day + index * 1000 });
    }
    const failed = simulator.seedTaskRun({ name: "broken", createdAtMs: day + 9000 });
    simulator.failJob(failed.id, "OBS_UPLOAD_FAILED");
    await fn(bench);
  });
}

describe("a look-up in a program", () => {
  it("tells of a run by its name and by its id, and of all runs newest first; of a secret it is secret", async () => {
    await withRuns(async ({ simulator, stack, args, task, feature, requests }) => {
      const [first] = (await simulator.jobs("task-runs")).filter(({ name }) => name === "first");
      const outcome = await stack.up({
        program: async () => {
          const byName = await nclue.getTaskRun({ name: "first" });
          const byId = await nclue.getTaskRun({ runId: byName.runId });
          const { runs } = await nclue.getTaskRuns({ taskId: args.taskId });
          const failed = await nclue.getTaskRuns({ status: "failed" });
          return {
            byName,
            isSame: byId.createdAt === byName.createdAt,
            names: runs.map(({ name }) => name),
            failed: failed.runs.map(({ name, failMessage }) => `${name}: ${failMessage}`),
            status: nclue.getTaskRunOutput({ name: pulumi.secret("third") }).status,
          };
        },
      });
      assert.equal(outcome.exitCode, 0, outcome.output);
      assert.deepEqual(await stack.outputs(), {
        byName: {
          runId: first?.id,
          name: "first",
          taskId: task.id,
          taskName: "churn",
          featureId: feature.id,
          featureName: "customers",
          status: "completed",
          createdAt: "2026-11-01T09:00:00+09:00",
          completedAt: "2026-11-01T09:00:00+09:00",
          lineCount: 120,
          failMessage: null,
          resultBucket: args.resultBucket,
          resultFilePath: "churn/",
          resultKey: null,
          resultUri: null,
          resultSize: null,
          resultEtag: null,
        },
        isSame: true,
        names: ["third", "second", "first"],
        failed: ["broken: OBS_UPLOAD_FAILED"],
        status: "completed",
      });
      assert.match(outcome.output, /status *: *\[secret\]/);
      assert.equal(requests("POST").length, 0);
      assert.deepEqual(await stack.resources(), []);
    });
  });

  it("says what settings it misses", async () => {
    const env = { NCLOUD_ACCESS_KEY: undefined, NCLOUD_SECRET_KEY: undefined };
    await withNclue({ env }, async ({ stack }) => {
      const outcome = await stack.preview({
        program: async () => ({ run: await nclue.getTaskRun({ name: "first" }) }),
      });
      assert.equal(outcome.failed, true);
      assert.match(outcome.output, /reading the settings of pulumi-nclue: no keys found/);
      assert.doesNotMatch(outcome.output, /\bat .*\.js:\d+|Unhandled exception/);
    });
  });

  it("says in two lines and without a stack that nothing has the name", async () => {
    await withRuns(async ({ stack }) => {
      const outcome = await stack.preview({
        program: async () => ({ run: await nclue.getTaskRun({ name: "nobody" }) }),
      });
      assert.equal(outcome.failed, true);
      assert.match(
        outcome.output,
        /looking up task run "nobody": the service lists no run of this name\n\s*check it, and/,
      );
      assert.doesNotMatch(outcome.output, /\bat .*\.js:\d+|Unhandled exception/);
    });
  });

  it("lists the runs where several have the name", async () => {
    await withRuns(
      async ({ simulator, stack, args }) => {
        const twin = simulator.seedTaskRun({ ...args, name: "first", createdAtMs: day });
        const outcome = await stack.preview({
          program: async () => ({ run: nclue.getTaskRunOutput({ name: "first" }) }),
        });
        assert.equal(outcome.failed, true);
        assert.match(outcome.output, /looking up task run "first": 2 task runs have the name: /);
        assert.ok(
          outcome.output.includes(`${twin.id} (completed, created 2026-11-01T09:00:00+09:00)`),
        );
        assert.doesNotMatch(outcome.output, /\bat .*\.js:\d+|Unhandled exception/);
      },
      { switches: { duplicateNames: "allow" } },
    );
  });

  it("of an output stays unknown in the preview and is made in the update, and says where the result is; a list asks nobody for that", async () => {
    await withNclue({}, async ({ stack, args, requests }) => {
      const program = async () => {
        const run = new nclue.TaskRun("scores", args);
        const found = nclue.getTaskRunOutput({ runId: run.id });
        const after = nclue.getTaskRunsOutput({}, { dependsOn: run });
        return {
          resultUri: run.resultUri,
          uri: found.resultUri,
          lines: found.lineCount,
          isSame: pulumi.all([found.name, run.name]).apply(([a, b]) => a === b),
          count: after.runs.apply((runs) => runs.length),
          listed: after.runs.apply(([first]) => Object.keys(first ?? {})),
        };
      };
      const preview = await stack.preview({ program });
      assert.equal(preview.exitCode, 0, preview.output);
      assert.deepEqual(requests("GET /task-runs"), []);
      assert.match(preview.output, /count *: .*(output<|\[unknown\]|computed)/);
      const up = await stack.up();
      assert.equal(up.exitCode, 0, up.output);
      const { resultUri, uri, listed, ...outputs } = await stack.outputs();
      assert.deepEqual(outputs, { lines: 120, isSame: true, count: 1 });
      assert.ok(typeof uri === "string" && uri === resultUri, `${uri}, ${resultUri}`);
      const names = listed as string[];
      assert.ok(names.includes("runId") && !names.some((name) => name.startsWith("resultU")));
      assert.deepEqual(told(up), []);
    });
  });

  it("of a secret name that no run has fails without showing it", async () => {
    await withRuns(async ({ stack }) => {
      const outcome = await stack.preview({
        program: async () => ({
          status: nclue.getTaskRunOutput({ name: pulumi.secret("customer-4711") }).status,
        }),
        args: ["--debug"],
      });
      assert.notEqual(outcome.exitCode, 0);
      assert.match(outcome.output, /looking up task run "\[secret\]": the service lists no run/);
      assert.doesNotMatch(outcome.output, /customer-4711/);
    });
  });
});
