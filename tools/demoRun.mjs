// node tools/demoRun.mjs <path of the engine>: started by demo.mjs once everything is installed.

import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { provideVersitygw, startBucketServer } from "./bucketServer.mjs";
import { repositoryFolder } from "./folders.mjs";
import { endProcess, processesMarked } from "./processes.mjs";
import { ToolMissing } from "./provide.mjs";
import { enginePath } from "./pulumiEngine.mjs";

const require = createRequire(import.meta.url);
require("ts-node").register({
  transpileOnly: true,
  compilerOptions: { allowJs: false, checkJs: false },
});
const pulumi = require("@pulumi/pulumi");
const { LocalWorkspace } = require("@pulumi/pulumi/automation");
const { defaultAccount, startSimulator } = require("pulumi-nclue-simulator");

const [engine = "pulumi"] = process.argv.slice(2);
const bucket = "acme-results";
/** @type {"always" | "never"} */
const color = process.stdout.isTTY && !process.env.NO_COLOR ? "always" : "never";

const folder = mkdtempSync(path.join(os.tmpdir(), "nclue-demo-"));
process.once("exit", clear);
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) {
  process.once(signal, () => process.exit(130));
}
process.env.PATH = enginePath(engine, process.env);

/** @type {string[]} */
const requests = [];
/** @type {{ title: string, seconds: number, requests: string }[]} */
const table = [];

const storage = await startStorage();
const simulator = await startSimulator({
  accounts: [defaultAccount],
  plan: { registeredMs: 500, pendingMs: 1_000, inProgressMs: 2_000 },
  ...(storage ? { storage: { endpoint: storage.endpoint } } : {}),
  onRequest: (/** @type {{ method: string }} */ { method }) => void requests.push(method),
});
const stack = await createStack();
const output = { color, onOutput: (/** @type {string} */ text) => void process.stdout.write(text) };

await step("preview: what would be done", () => stack.preview(output));
await step("up: start the run and wait until it is completed", () => stack.up(output));
await step("refresh: nothing has changed", () => stack.refresh(output));
await step("up with another path: a new run replaces the old one", async () => {
  await stack.setConfig("resultFilePath", { value: "churn/2026-12/" });
  await stack.up(output);
});
await step("refresh after somebody deleted the run elsewhere: it is noticed", async () => {
  for (const { id } of await simulator.jobs("task-runs")) simulator.deleteJob(id);
  await stack.refresh(output);
});
await step("up: the run is made again", () => stack.up(output));
await step("destroy: the run is deleted", () => stack.destroy(output));

printTable();
await simulator.close();
await storage?.close();

/** An S3 server with the bucket of the example, or nothing where there is none. */
async function startStorage() {
  try {
    const program = await provideVersitygw({ env: process.env, log: console.log });
    const server = await startBucketServer(program, defaultAccount);
    const { CreateBucketCommand, S3Client } = require("@aws-sdk/client-s3");
    const client = new S3Client({
      endpoint: server.endpoint,
      region: server.region,
      credentials: { accessKeyId: server.accessKey, secretAccessKey: server.secretKey },
      forcePathStyle: true,
    });
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    client.destroy();
    return server;
  } catch (error) {
    if (!(error instanceof ToolMissing)) throw error;
    console.log(`${error.message}\nThe demo goes on without a bucket, with verify: "off".`);
    return undefined;
  }
}

async function createStack() {
  const home = path.join(folder, "home");
  const state = path.join(folder, "state");
  for (const made of [home, state]) mkdirSync(made);
  symlinkSync(path.join(repositoryFolder, "node_modules"), path.join(folder, "node_modules"));
  const created = await LocalWorkspace.createOrSelectStack(
    { projectName: "nclue-basic", stackName: "demo", program: runExample },
    {
      workDir: folder,
      pulumiHome: home,
      envVars: {
        PULUMI_BACKEND_URL: `file://${state}`,
        PULUMI_CONFIG_PASSPHRASE: "demo",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        NCLOUD_ACCESS_KEY: simulator.accessKey,
        NCLOUD_SECRET_KEY: simulator.secretKey,
        NCLUE_ENDPOINT: simulator.endpoint,
        ...(storage
          ? { NCLOUD_OBS_ENDPOINT: storage.endpoint, NCLOUD_OBS_REGION: storage.region }
          : {}),
      },
    },
  );
  await created.setAllConfig({
    taskId: { value: simulator.seedTask({ name: "churn-model" }).id },
    featureId: { value: simulator.seedFeature({ name: "november-users" }).id },
    resultBucket: { value: bucket },
  });
  return created;
}

/** The example as its author wrote it, evaluated anew each time. */
async function runExample() {
  if (!storage) pulumi.runtime.registerStackTransformation(verifyOff);
  const example = require.resolve("../examples/basic/index.ts");
  delete require.cache[example];
  return { ...require(example) };
}

/** @param {{ type: string, props: object, opts: object }} resource */
function verifyOff({ type, props, opts }) {
  return type.endsWith(":TaskRun") ? { props: { ...props, verify: "off" }, opts } : undefined;
}

/**
 * @param {string} title
 * @param {() => Promise<unknown>} run
 */
async function step(title, run) {
  const heading = `━━ ${table.length + 1}. ${title} `;
  console.log(`\n${heading.padEnd(80, "━")}\n`);
  const started = Date.now();
  requests.length = 0;
  await run();
  table.push({ title, seconds: (Date.now() - started) / 1000, requests: countRequests() });
}

/** Such as "1 POST, 4 GET". */
function countRequests() {
  const methods = [...new Set(requests)].sort();
  const counts = methods.map(
    (method) => `${requests.filter((each) => each === method).length} ${method}`,
  );
  return counts.join(", ") || "none";
}

function printTable() {
  const width = Math.max(...table.map(({ title }) => title.length));
  console.log(`\n${"Step".padEnd(width)}  Duration  Requests to NCLUE`);
  for (const { title, seconds, requests: sent } of table) {
    console.log(`${title.padEnd(width)}  ${seconds.toFixed(1).padStart(6)} s  ${sent}`);
  }
  const total = table.reduce((sum, { seconds }) => sum + seconds, 0);
  console.log(`${"Total".padEnd(width)}  ${total.toFixed(1).padStart(6)} s`);
}

function clear() {
  for (const { pid } of processesMarked(folder)) endProcess(pid);
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
