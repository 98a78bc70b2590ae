// node docs/record/pictures.mjs: records the pictures of the documentation, each from a real run: the real
// engine and command line in a real terminal, against the simulator. `npm run record` does it.

import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { repositoryFolder } from "../../tools/folders.mjs";
import { drawScreens } from "./drawScreens.mjs";
import { recordScreens } from "./recordScreens.mjs";

const load = createRequire(import.meta.url);
load("../../tests/support/typescript.cjs");
/** @type {typeof import("../../tests/support/withNclue.js")} */
const { withNclue } = load("../../tests/support/withNclue.ts");
/** @type {typeof import("../../tests/support/languageHost.js")} */
const { startLanguageHost } = load("../../tests/support/languageHost.ts");
/** @type {typeof import("pulumi-nclue")} */
const nclue = load("pulumi-nclue");
const { DeleteObjectCommand } = load("@aws-sdk/client-s3");

/** @typedef {import("../../tests/support/withNclue.js").Nclue} Nclue */
/** @typedef {import("../../tests/support/engine.js").Program} Program */

const size = { columns: 120, rows: 26 };
const [behaviour, results] = ["acme-behaviour", "acme-results"];
const labels = "labels/churn.tsv";
const options = {
  plan: { registeredMs: 1000, pendingMs: 1000, inProgressMs: 7000 },
  stack: "prod",
  project: "acme",
  env: { NCLUE_PROGRESS: "live", CI: undefined, NCLUE_REQUESTS_PER_SECOND: "2" },
};

await withNclue(options, async (n) => {
  await putData(n);
  await picture("up", "pulumi up builds a pipeline and ends with its result", {
    typed: "pulumi up",
    record: () => pulumi(n, pipeline, ["up", "--yes", "--skip-preview"]),
  });
  await removeResult(n);
  await picture("drift", "A drift check fails, because a result is missing", {
    typed: "pulumi refresh --preview-only --expect-no-changes",
    record: () => pulumi(n, pipeline, ["refresh", "--preview-only", "--expect-no-changes"]),
  });
});
await withNclue(options, async (n) => {
  await picture("failed", "A run fails, and the message says why and what to do", {
    typed: "pulumi up",
    record: () => pulumi(n, failing(n), ["up", "--yes", "--skip-preview"]),
  });
});
await withNclue(options, async (n) => {
  const names = seedSegments(n);
  await picture("watch", "Three runs are watched from another terminal until all have ended", {
    typed: `npx pulumi-nclue watch ${names.join(" ")}`,
    record: () => {
      const main = path.join(repositoryFolder, "provider", "dist", "cli", "main.js");
      return recordScreens(process.execPath, [main, "watch", ...names], place(n));
    },
  });
});

/**
 * @param {string} name
 * @param {string} label what a person who cannot see it is told
 * @param {{ typed: string, record: () => Promise<import("./recordScreens.mjs").Screen[]> }} scene
 */
async function picture(name, label, { typed, record }) {
  const screens = await record();
  const file = path.join(repositoryFolder, "docs", `${name}.svg`);
  writeFileSync(file, drawScreens(screens, { columns: size.columns, label, typed }));
  console.log(`${file}: ${screens.length} screens`);
}

/** @param {Nclue} n @param {Program} program @param {readonly string[]} args */
async function pulumi(n, program, args) {
  const host = await startLanguageHost(program);
  try {
    return await recordScreens("pulumi", [...args, ...host.args], place(n));
  } finally {
    host.close();
  }
}

/** @param {Nclue} n */
function place({ stack }) {
  return { ...size, cwd: stack.folder, env: { ...stack.env, NO_COLOR: undefined } };
}

/** @param {Nclue} n */
async function putData({ buckets }) {
  await buckets.createBucket(behaviour);
  await buckets.createBucket(results);
  const users = Array.from({ length: 1200 }, (_, i) => `user-${i}`);
  const put = (/** @type {string} */ key, /** @type {readonly string[]} */ lines) =>
    buckets.putObject(behaviour, key, `${lines.join("\n")}\n`);
  await put(
    "seq/2026-11/part-1.tsv",
    users.map((user) => `${user}\tshoes->running`),
  );
  await put(
    labels,
    users.map((user, i) => `${user}\t${i % 2}`),
  );
}

/** @type {Program} */
async function pipeline() {
  const source = { sourceBucket: behaviour, sourceFilePath: "seq/2026-11/" };
  const members = new nclue.Feature("members", source);
  const churn = new nclue.Task("churn", {
    trainFeatureId: members.id,
    trainBucket: behaviour,
    trainFilePath: labels,
  });
  const scores = new nclue.TaskRun("scores", {
    taskId: churn.id,
    featureId: members.id,
    resultBucket: results,
    resultFilePath: "churn/2026-11/",
    onResultMissing: "rerun",
  });
  return { auroc: churn.auroc, result: scores.resultUri };
}

/** @param {Nclue} n */
async function removeResult({ buckets, runs }) {
  const [key = ""] = (await runs()).at(-1)?.resultKeys ?? [];
  await buckets.client.send(new DeleteObjectCommand({ Bucket: results, Key: key }));
}

/** A program of one run, which fails while it is waited for. @param {Nclue} n @returns {Program} */
function failing({ program, simulator, runs }) {
  return async () => {
    const fail = setInterval(async () => {
      const [run] = await runs();
      if (run?.status !== "in_progress") return;
      clearInterval(fail);
      simulator.failJob(run.id, "OBS_USER_FILE_ACCESS_ERROR");
    }, 1000);
    return program({ resultBucket: results, resultFilePath: "churn/2026-11/" })();
  };
}

/** Runs at different points of their way, and finished ones that say how long one takes. @param {Nclue} n */
function seedSegments({ simulator, task, feature }) {
  const names = ["scores-loyal", "scores-new", "scores-lapsed"];
  const all = [...Array.from({ length: 4 }, (_, i) => `earlier-${i}`), ...names];
  for (const [i, name] of all.entries()) {
    const isEarlier = i < 4;
    simulator.seedTaskRun({
      name,
      taskId: task.id,
      featureId: feature.id,
      resultBucket: results,
      resultFilePath: `${name}/`,
      ...(isEarlier ? { createdAtMs: simulator.now() - 86_400_000 * (i + 1) } : {}),
      plan: { registeredMs: 1000 * i, pendingMs: 2000, inProgressMs: 4000 + 1000 * i },
    });
  }
  return names;
}
