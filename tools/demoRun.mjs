// node tools/demoRun.mjs: started by demo.mjs once everything is installed.

import { createRequire } from "node:module";
import { ToolMissing } from "./provide.mjs";
import { provideVersitygw } from "./versitygw.mjs";

const require = createRequire(import.meta.url);
require("../tests/support/typescript.cjs");
/** @type {typeof import("../tests/support/bucketServer.js")} */
const { bucketServer } = require("../tests/support/bucketServer");
/** @type {typeof import("../tests/support/engine.js")} */
const { succeeded, withStack } = require("../tests/support/engine");
/** @type {typeof import("../tests/support/withExample.js")} */
const { exampleProgram, wholePipelineData } = require("../tests/support/withExample");
const Table = require("cli-table3");
const pulumi = require("@pulumi/pulumi");
const nclue = require("pulumi-nclue");
const { defaultAccount, startSimulator } = require("pulumi-nclue-simulator");

const config = { dataBucket: "acme-behaviour", resultBucket: "acme-results" };
const color = process.stdout.isTTY && !process.env.NO_COLOR ? "always" : "never";
const head = ["Step", "Seconds", "Requests to NCLUE"];
const table = new Table({ head, style: { head: [], border: [], compact: true } });
/** @type {string[]} */
const requests = [];

process.on("SIGINT", () => undefined); // the engine has it too, and ends; then this cleans up
const storage = await startStorage();
const simulator = await startSimulator({
  accounts: [defaultAccount],
  plan: { registeredMs: 300, pendingMs: 300, inProgressMs: 1_500 },
  ...(storage ? { storage: { endpoint: storage.endpoint } } : {}),
  onRequest: (/** @type {{ method: string }} */ { method }) => void requests.push(method),
});
const env = {
  NO_COLOR: undefined,
  NCLOUD_ACCESS_KEY: simulator.accessKey,
  NCLOUD_SECRET_KEY: simulator.secretKey,
  NCLUE_ENDPOINT: simulator.endpoint,
  NCLUE_REQUESTS_PER_SECOND: "5", // the real service allows 1; the demo is in a hurry
  ...(storage && { NCLOUD_OBS_ENDPOINT: storage.endpoint, NCLOUD_OBS_REGION: storage.region }),
};
const stackOptions = { project: "nclue-whole-pipeline", stack: "demo", program, env, config };
await withStack(stackOptions, demonstrate).finally(() => simulator.close());
console.log(`\n${table}`);
await storage?.close();

/** @param {import("../tests/support/engine.js").TestStack} stack */
async function demonstrate(stack) {
  const step = async (
    /** @type {string} */ title,
    /** @type {import("../tests/support/engine.js").Verb} */ verb,
  ) => {
    console.log(`\n${`━━ ${table.length + 1}. ${title} `.padEnd(80, "━")}\n`);
    requests.length = 0;
    const onOutput = (/** @type {string} */ text) => void process.stdout.write(text);
    const { durationMs } = succeeded(await stack[verb]({ args: ["--color", color], onOutput }));
    const count = (/** @type {string} */ wanted) => requests.filter((it) => it === wanted).length;
    const counts = [...new Set(requests)].sort().map((method) => `${count(method)} ${method}`);
    table.push([title, (durationMs / 1000).toFixed(1), counts.join(", ") || "none"]);
  };
  const data = wholePipelineData(stack.folder);
  const put = async (/** @type {string} */ key, text = data[key] ?? "") =>
    storage?.putObject(config.dataBucket, key, text);
  for (const key in data) await put(key);
  await step("preview: what would be done", "preview");
  await step("up: behaviour files → feature → task → scores, profile, intents", "up");
  await step("refresh: nothing has changed", "refresh");
  await put("labels/churn.tsv", `${data["labels/churn.tsv"]}u-000998\t1\n`);
  if (storage) await step("up with other labels: a new task and what depends on it", "up");
  for (const { id } of await simulator.jobs("task-runs")) simulator.deleteJob(id);
  await step("refresh after somebody deleted the run elsewhere: it is noticed", "refresh");
  await step("up: the run is created again", "up");
  await step("destroy: all jobs are deleted, results and data stay", "destroy");
}

/** An S3 server with the buckets of the example, where there is one. */
async function startStorage() {
  try {
    await provideVersitygw({ env: process.env, log: console.log });
  } catch (error) {
    if (!(error instanceof ToolMissing)) throw error;
    console.log(`${error.message}\nThe demo goes on without buckets, with verify: "off".`);
    return undefined;
  }
  const server = await bucketServer();
  for (const bucket of Object.values(config)) await server.createBucket(bucket);
  return server;
}

/** The example as its author wrote it; without buckets, without what only they can give. */
async function program() {
  if (!storage) {
    const policies = { verify: "off", onSourceChange: "ignore", onResultMissing: "accept" };
    pulumi.runtime.registerStackTransformation(({ props, opts }) => ({
      props: { ...props, ...policies },
      opts,
    }));
    const none = { bucket: "", key: "", uri: "none without buckets", size: 0, etag: null };
    for (const { prototype } of [nclue.TaskRun, nclue.CustomAttributes]) {
      prototype.requireResult = () => pulumi.output(none);
    }
  }
  return exampleProgram("whole-pipeline")();
}
