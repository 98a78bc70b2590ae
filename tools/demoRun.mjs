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
const { exampleProgram } = require("../tests/support/withExample");
const Table = require("cli-table3");
const pulumi = require("@pulumi/pulumi");
const { defaultAccount, startSimulator } = require("pulumi-nclue-simulator");

const bucket = "acme-results";
const color = process.stdout.isTTY && !process.env.NO_COLOR ? "always" : "never";
const table = new Table({
  head: ["Step", "Seconds", "Requests to NCLUE"],
  style: { head: [], border: [], compact: true },
});
/** @type {string[]} */
const requests = [];

process.on("SIGINT", () => undefined); // the engine has it too, and ends; then this cleans up
const storage = await startStorage();
const simulator = await startSimulator({
  accounts: [defaultAccount],
  plan: { registeredMs: 500, pendingMs: 1_000, inProgressMs: 2_000 },
  ...(storage ? { storage: { endpoint: storage.endpoint } } : {}),
  onRequest: (/** @type {{ method: string }} */ { method }) => void requests.push(method),
});
const env = {
  NO_COLOR: undefined,
  NCLOUD_ACCESS_KEY: simulator.accessKey,
  NCLOUD_SECRET_KEY: simulator.secretKey,
  NCLUE_ENDPOINT: simulator.endpoint,
  ...(storage && { NCLOUD_OBS_ENDPOINT: storage.endpoint, NCLOUD_OBS_REGION: storage.region }),
};
const config = {
  taskId: simulator.seedTask({ name: "churn-model" }).id,
  featureId: simulator.seedFeature({ name: "november-users" }).id,
  resultBucket: bucket,
};
const stackOptions = { project: "nclue-basic", stack: "demo", program, env, config };
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
  await step("preview: what would be done", "preview");
  await step("up: start the run and wait until it is completed", "up");
  await step("refresh: nothing has changed", "refresh");
  await stack.setConfig({ resultFilePath: "churn/2026-12/" });
  await step("up with another path: a new run replaces the old one", "up");
  for (const { id } of await simulator.jobs("task-runs")) simulator.deleteJob(id);
  await step("refresh after somebody deleted the run elsewhere: it is noticed", "refresh");
  await step("up: the run is made again", "up");
  await step("destroy: the run is deleted", "destroy");
}

/** An S3 server with the bucket of the example, or nothing where there is none. */
async function startStorage() {
  try {
    await provideVersitygw({ env: process.env, log: console.log });
  } catch (error) {
    if (!(error instanceof ToolMissing)) throw error;
    console.log(`${error.message}\nThe demo goes on without a bucket, with verify: "off".`);
    return undefined;
  }
  const server = await bucketServer();
  await server.createBucket(bucket);
  return server;
}

/** The example as its author wrote it. */
async function program() {
  if (!storage) pulumi.runtime.registerStackTransformation(verifyOff);
  return exampleProgram("basic")();
}

/** @param {{ type: string, props: object, opts: object }} resource */
function verifyOff({ type, props, opts }) {
  return type.endsWith(":TaskRun") ? { props: { ...props, verify: "off" }, opts } : undefined;
}
