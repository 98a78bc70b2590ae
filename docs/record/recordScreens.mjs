// node docs/record/recordScreens.mjs: records the screens that the pages show, on the real engine in a real
// terminal, against the simulator and an S3 server. `npm run record` does it.

import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { repositoryFolder } from "../../tools/folders.mjs";
import { drawScreen } from "./drawScreen.mjs";
import { recordTerminal } from "./recordTerminal.mjs";

const load = createRequire(import.meta.url);
load("../../tests/support/typescript.cjs");
/** @type {typeof import("../../tests/support/withNclue.js")} */
const { withNclue } = load("../../tests/support/withNclue.ts");
/** @type {typeof import("../../tests/support/withExample.js")} */
const { exampleProgram, taskFeatureAndBucket, wholePipelineData } = load(
  "../../tests/support/withExample.ts",
);
/** @type {typeof import("../../tests/support/engine.js")} */
const { succeeded, withLanguageHost } = load("../../tests/support/engine.ts");
/** @type {typeof import("../../tests/support/terminal.js")} */
const { noTerminalReason } = load("../../tests/support/terminal.ts");

/** @typedef {import("../../tests/support/withNclue.js").Nclue} Nclue */
/** @typedef {import("../../tests/support/languageHost.js").Program} Program */
/** @typedef {{ file: string, label: string, isMoving: boolean }} Picture */

const reason = noTerminalReason();
if (reason) throw new Error(`no terminal can be recorded: ${reason}`);

const [dataBucket, resultBucket] = ["acme-behaviour", "acme-results"];
const options = {
  project: "acme",
  stack: "prod",
  plan: { registeredMs: 1000, pendingMs: 2000, inProgressMs: 6000 },
  env: { NCLUE_PROGRESS: undefined, NCLUE_REQUESTS_PER_SECOND: "2", CI: undefined },
};

const pipeline = exampleProgram("whole-pipeline");
await withNclue({ ...options, program: pipeline }, async (nclue) => {
  const { buckets, stack, simulator } = nclue;
  for (const bucket of [dataBucket, resultBucket]) await buckets.createBucket(bucket);
  const put = (/** @type {string} */ key, /** @type {string} */ text) =>
    buckets.putObject(dataBucket, key, text);
  const data = wholePipelineData(stack.folder);
  for (const [key, text] of Object.entries(data)) await put(key, text);
  await stack.setConfig({ dataBucket, resultBucket });

  await recordPulumi(nclue, pipeline, "up --yes --skip-preview", {
    file: "up.svg",
    label:
      "A terminal: pulumi up creates a feature, a task, a run and profiles, one after the other",
    isMoving: true,
  });

  await put("labels/churn.tsv", `${data["labels/churn.tsv"]}u-000998\t1\n`);
  await watchNewRun(nclue);

  const [profile] = await simulator.jobs("profile/custom-attributes");
  simulator.deleteJob(profile?.id ?? "");
  await put("seq/2026-11/part-4.tsv", "u-001000\tview tent->buy tent\n");
  await recordPulumi(nclue, pipeline, "refresh --preview-only --expect-no-changes", {
    file: "drift.svg",
    label: "A terminal: a check for drift names changed data and a deleted profile, and fails",
    isMoving: false,
  });
});

const basic = exampleProgram("basic");
await withNclue({ ...options, program: basic }, async (nclue) => {
  await nclue.stack.setConfig({ ...taskFeatureAndBucket(nclue), resultBucket });
  nclue.simulator.queuePlans({ outcome: "failed", failMessage: "OBS_UPLOAD_FAILED" });
  await recordPulumi(nclue, basic, "up --yes --skip-preview", {
    file: "failed.svg",
    label: "A terminal: pulumi up says why a run has failed, and what to do",
    isMoving: false,
  });
});

/**
 * @param {Nclue} nclue
 * @param {Program} program
 * @param {string} typed
 * @param {Picture} picture
 */
async function recordPulumi({ stack }, program, typed, picture) {
  await withLanguageHost(program, async ({ args }) => {
    const where = { cwd: stack.folder, env: { ...stack.env, NO_COLOR: undefined } };
    const frames = await recordTerminal("pulumi", [...typed.split(" "), ...args], where);
    save(frames, `pulumi ${typed}`, picture);
  });
}

/** Another terminal, while `pulumi up` waits for the run. @param {Nclue} nclue */
async function watchNewRun({ stack, simulator }) {
  simulator.clearLog();
  const up = await stack.start("up");
  await simulator.waitForRequests((log) =>
    log.some(
      ({ method, path: asked, done }) => method === "POST" && asked === "/task-runs" && done,
    ),
  );
  const run = (await simulator.jobs("task-runs")).at(-1);
  const main = path.join(repositoryFolder, "provider", "dist", "cli", "main.js");
  const where = { cwd: stack.folder, env: { ...stack.env, NO_COLOR: undefined } };
  const typed = ["watch", run?.name ?? ""];
  const frames = await recordTerminal(process.execPath, [main, ...typed], where);
  save(frames, `npx pulumi-nclue ${typed.join(" ")}`, {
    file: "watch.svg",
    label: "A terminal: pulumi-nclue watch follows a task run until its result is there",
    isMoving: true,
  });
  succeeded(await up.ended);
}

/**
 * @param {readonly import("./recordTerminal.mjs").Frame[]} frames
 * @param {string} prompt
 * @param {Picture} picture
 */
function save(frames, prompt, { file, label, isMoving }) {
  const target = path.join(repositoryFolder, "docs", file);
  writeFileSync(target, drawScreen(isMoving ? frames : frames.slice(-1), { prompt, label }));
  console.log(`${target}: ${isMoving ? frames.length : 1} frames`);
}
