import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { shells } from "../../provider/src/pulumi/shell";
import { type Simulator, type SimulatorOptions, startSimulator } from "../../simulator/src";
import { repositoryFolder } from "../../tools/folders.mjs";
import { type Plugin, type PluginOptions, type Values, withPlugin } from "../support/withPlugin";

const NO_CHANGE = 1;
const CHANGE = 2;
const outputs = [
  "runId",
  "name",
  "taskId",
  "taskName",
  "featureId",
  "featureName",
  "status",
  "createdAt",
  "completedAt",
  "lineCount",
  "failMessage",
  "resultBucket",
  "resultFilePath",
  "resultKey",
  "resultUri",
  "resultSize",
  "resultEtag",
];

describe("the provider's text in the SDK's plugin process", () => {
  it("checks, creates, reads, diffs and deletes a run", async () => {
    await withService({}, async ({ simulator, inputs, plugin }) => {
      const checked = await plugin.check({}, inputs);
      assert.deepEqual(checked.failures, []);
      const { dryRun, ...plumbing } = inputs.__nclue as Values;
      assert.equal(dryRun, false);
      assert.deepEqual(checked.inputs, { ...inputs, __nclue: plumbing });

      const { id, properties } = await plugin.create(checked.inputs);
      assert.equal((await simulator.job(id))?.status, "completed");
      assert.equal(properties.runId, id);
      assert.equal(properties.__provider, shells.taskRun);
      assert.deepEqual(await plugin.read(id, properties), { id, properties });
      assert.deepEqual(await plugin.diff(id, properties, checked.inputs), {
        changes: NO_CHANGE,
        replaces: [],
      });
      assert.deepEqual(
        await plugin.diff(id, properties, { ...checked.inputs, resultFilePath: "other/" }),
        { changes: CHANGE, replaces: ["resultFilePath"] },
      );
      await plugin.delete(id, properties);
      assert.equal(await simulator.job(id), undefined);
      assert.deepEqual((await plugin.read(id, properties)).id, "");
    });
  });

  it("keeps the state plain JSON, without undefined and with every output", async () => {
    await withService({}, async ({ inputs, plugin }) => {
      const { properties } = await plugin.create(inputs);
      assert.deepEqual(JSON.parse(JSON.stringify(properties)), properties);
      for (const output of outputs) assert.ok(output in properties, output);
    });
  });

  it("says all that is wrong with the arguments, each for its own property", async () => {
    await withService({}, async ({ inputs, plugin }) => {
      const wrong = { ...inputs, taskId: "", resultBucket: "A", waitFor: "ready" };
      const { failures } = await plugin.check({}, wrong);
      assert.deepEqual(
        [...new Set(failures.map(([property]) => property))],
        ["taskId", "resultBucket", "waitFor"],
      );
      assert.equal(plugin.output().includes("    at "), false);
    });
  });

  it("is configured for each of several first calls that come together", async () => {
    await withService({ keys: "in config" }, async ({ simulator, args, inputs, plugin }) => {
      const ids = Array.from({ length: 6 }, (_, n) => {
        return simulator.seedTaskRun({ name: `run-${n}`, ...args }).id;
      });
      const answers = await Promise.all(
        ids.map((id) => plugin.read(id, { __provider: inputs.__provider, runId: id })),
      );
      assert.deepEqual(
        answers.map(({ properties }) => properties.status),
        ids.map(() => "completed"),
      );
    });
  });

  it("ends a waiting create with the run's id when the engine asks to stop", async () => {
    await withService({ plan: { inProgressMs: "never" } }, async (service) => {
      const { simulator, inputs, plugin } = service;
      const creating = plugin.create(inputs);
      await simulator.waitForRequests((log) =>
        log.some(({ method, path: asked }) => method === "GET" && /task-runs\/./.test(asked)),
      );
      await plugin.cancel();
      const { id, properties, reasons } = await creating;
      const [run] = await simulator.jobs("task-runs");
      assert.equal(id, run?.id);
      assert.equal(properties.runId, id);
      assert.equal(properties.__provider, shells.taskRun);
      assert.deepEqual(JSON.parse(JSON.stringify(properties)), properties);
      assert.equal(reasons?.length, 1);
      assert.match(
        reasons?.[0] ?? "",
        /^waiting for task run "scores-[0-9a-f]{10}" \(.*\): stopped/,
      );
      assert.match(reasons?.[0] ?? "", /run "pulumi up" again/);
    });
  });

  it("resumes the wait in update after that", async () => {
    await withService({ plan: { inProgressMs: "never" } }, async (service) => {
      const { simulator, inputs, plugin } = service;
      const { id, properties } = await plugin.create({ ...inputs, waitFor: "started" });
      const updating = plugin.update(id, properties, inputs);
      await simulator.completeJob(id);
      assert.equal((await updating).properties.status, "completed");
      assert.equal((await simulator.jobs("task-runs")).length, 1);
    });
  });

  it("answers a failed run with its id, why it failed, and what the next update needs", async () => {
    const plan = { outcome: "failed", failMessage: "OBS_UPLOAD_FAILED" } as const;
    await withService({ plan }, async ({ simulator, inputs, plugin }) => {
      const { id, properties, reasons } = await plugin.create(inputs);
      assert.equal((await simulator.job(id))?.status, "failed");
      assert.equal(properties.status, "failed");
      assert.equal(properties.__provider, shells.taskRun);
      assert.match(reasons?.join() ?? "", /OBS_UPLOAD_FAILED/);
      assert.doesNotMatch(plugin.output(), /^\s+at /m);
    });
  });

  it("does not load the client of Object Storage, which takes longer than all the rest", () => {
    const script =
      'require("pulumi-nclue/plugin"); console.log(Object.keys(require.cache).join("\\n"))';
    const options = { cwd: repositoryFolder, encoding: "utf8" } as const;
    const loaded = execFileSync(process.execPath, ["-e", script], options).split("\n");
    assert.ok(loaded.some((file) => file.endsWith("provider/dist/plugin/entry.js")));
    assert.deepEqual(
      loaded.filter((file) => /node_modules.@(aws-sdk|smithy)/.test(file)),
      [],
    );
  });

  it("says in one sentence what to type where the package is missing", async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "nclue-plugin-"));
    try {
      mkdirSync(path.join(folder, "node_modules"));
      symlinkSync(
        path.join(repositoryFolder, "node_modules/@pulumi"),
        path.join(folder, "node_modules/@pulumi"),
      );
      await withPlugin({ env: {}, cwd: folder }, async (plugin) => {
        const state = { __provider: shells.taskRun, runId: "r" };
        for (const call of [
          () => plugin.read("r", state),
          () => plugin.delete("r", state),
          () => plugin.check({}, state),
        ]) {
          await assert.rejects(call(), (error: Error) => {
            assert.ok(error.message.includes(`cannot be loaded from ${folder}`), error.message);
            assert.match(error.message, /run "npm ci" there.*"pnpm add pulumi-nclue"/);
            return true;
          });
        }
        assert.doesNotMatch(plugin.output(), /^\s+at /m);
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

interface Service {
  readonly simulator: Simulator;
  readonly plugin: Plugin;
  readonly args: { readonly taskId: string; readonly featureId: string };
  /** As the class hands them on, without a look at the bucket. */
  readonly inputs: Values;
}

async function withService(
  { keys, ...options }: SimulatorOptions & { readonly keys?: "in config" },
  fn: (service: Service) => Promise<void>,
): Promise<void> {
  const simulator = await startSimulator({
    ...options,
    plan: { registeredMs: 0, pendingMs: 0, inProgressMs: 0, ...options.plan },
    switches: { resultRequired: false },
  });
  const task = simulator.seedTask();
  const args = { taskId: task.id, featureId: simulator.seedFeature().id };
  const inputs = {
    ...args,
    __provider: shells.taskRun,
    __nclue: {
      urn: "urn:pulumi:dev::project::pulumi-nodejs:dynamic/nclue:TaskRun::scores",
      organization: "organization",
      project: "project",
      stack: "dev",
      logicalName: "scores",
      timeouts: {},
      stateWasRead: true,
      otherJobIds: [],
      dryRun: false,
    },
  };
  const { accessKey, secretKey } = simulator;
  const settings: PluginOptions =
    keys === "in config"
      ? { env: {}, config: { "nclue:accessKey": accessKey, "nclue:secretKey": secretKey } }
      : { env: { NCLOUD_ACCESS_KEY: accessKey, NCLOUD_SECRET_KEY: secretKey } };
  const env = {
    NCLUE_ENDPOINT: simulator.endpoint,
    NCLUE_REQUESTS_PER_SECOND: "50",
    ...settings.env,
  };
  try {
    await withPlugin({ ...settings, env }, (plugin) => fn({ simulator, plugin, args, inputs }));
  } finally {
    await simulator.close();
  }
}
