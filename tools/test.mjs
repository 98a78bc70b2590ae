// node tools/test.mjs [unit] [mocha arguments]
//
// Installs what is missing, then lint, types and all tests; the last line counts them. "unit" leaves
// out the tests that need more than Node. With mocha arguments (a file, -g "some words") lint and
// types are left out. Exits with 1 if anything failed, with 2 if something is missing that nothing
// here could provide. PULUMI_NCLUE_TEST_JOBS says how many files run side by side,
// PULUMI_NCLUE_ENGINE and PULUMI_NCLUE_SDK with which versions of Pulumi.

import { spawn } from "node:child_process";
import * as fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { cacheFolder, repositoryFolder } from "./folders.mjs";
import { runQuietly } from "./longStep.mjs";
import { buildTypeScript, findNode, installPackages, runInstalled, withBin } from "./packages.mjs";
import { endProcess, nothingLeft, processesMarked } from "./processes.mjs";
import { provideAll, ToolMissing } from "./provide.mjs";
import { providePulumiEngine } from "./pulumiEngine.mjs";
import { provideVersitygw } from "./versitygw.mjs";

/** @typedef {{ passes: number, failures: number, pending: number, times: Record<string, number> }} Summary */

/** The folders of tests/ that "unit" runs: under a minute, with nothing but Node. */
const unitFolders = ["unit", "lifecycle", "model", "simulator"];
/** All folders that need only Node. */
const quickFolders = [...unitFolders, "faults", "docs", "tools"];
const defaultJobs = "3";
const shownFiles = 10;

const context = { env: process.env, log: console.log };
const runFolder = fs.mkdtempSync(path.join(os.tmpdir(), "nclue-test-run-"));
const summaryFile = path.join(runFolder, "summary.json");
const timesFile = path.join(cacheFolder(process.env), "test-times.json");
const request = readRequest(process.argv.slice(2));
process.once("exit", clearRunFolder);
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) {
  process.once(signal, () => process.exit(130));
}

try {
  await installPackages(context);
  const node = await findNode(process.env);
  if (request.needsEngine) await provideAll([providePulumiEngine, provideVersitygw], context);
  const broken = await findBroken();
  const { passes, failures, pending, times } =
    broken > 0 ? { passes: 0, failures: broken, pending: 0, times: {} } : await runTests(node);
  showSlowest(times);
  console.log(`${passes} passed, ${failures} failed${pending > 0 ? `, ${pending} skipped` : ""}`);
  process.exitCode = failures > 0 ? 1 : 0;
} catch (error) {
  if (!(error instanceof ToolMissing)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

/** @param {readonly string[]} given */
function readRequest(given) {
  const unit = given[0] === "unit";
  const args = unit ? given.slice(1) : given;
  const isPlace = (/** @type {string} */ arg) => fs.existsSync(path.join(repositoryFolder, arg));
  const places = args.filter(isPlace).map((place) => path.join(repositoryFolder, place));
  const files = fs
    .readdirSync(path.join(repositoryFolder, "tests"), { recursive: true })
    .map((name) => path.join(repositoryFolder, "tests", String(name)))
    .filter((file) => file.endsWith(".test.ts") && (!unit || isIn(unitFolders, file)))
    .filter((file) => places.length === 0 || places.some((place) => file.startsWith(place)));
  const needsEngine = files.some((file) => !isIn(quickFolders, file));
  const own = args.length === 0 ? ["--forbid-only"] : args.filter((arg) => !isPlace(arg));
  const mochaArgs = needsEngine ? own : ["--timeout", "30000", "--slow", "300", ...own];
  return { whole: args.length === 0, needsEngine, mochaArgs, files: longestFirst(files) };
}

/** @param {readonly string[]} folders @param {string} file */
function isIn(folders, file) {
  const [folder = ""] = path.relative(path.join(repositoryFolder, "tests"), file).split(path.sep);
  return folders.includes(folder);
}

/** By what they took when they last ran, so that no long one is left over at the end. @param {readonly string[]} files */
function longestFirst(files) {
  const times = readJson(timesFile);
  const time = (/** @type {string} */ file) => times[path.relative(repositoryFolder, file)] ?? 0;
  return files.toSorted((a, b) => time(b) - time(a) || a.localeCompare(b));
}

/** How many of build, lint and types failed, with what they said on the screen. */
async function findBroken() {
  const checks = { "The build": await buildTypeScript(process.env) };
  if (request.whole) {
    const lint = runInstalled("biome", ["check", "."], process.env);
    const types = runInstalled("tsc", ["--noEmit", "-p", "."], process.env);
    Object.assign(checks, { Lint: await lint, Types: await types });
  }
  let broken = 0;
  for (const [name, { ok, output }] of Object.entries(checks)) {
    if (ok) continue;
    broken += 1;
    console.log(`${output}\n${name} failed.`);
  }
  return broken;
}

/** @param {string} node @returns {Promise<Summary>} */
async function runTests(node) {
  const compiled = path.join(runFolder, "compiled");
  const env = { ...withBin(process.env), TMPDIR: runFolder, NODE_COMPILE_CACHE: compiled };
  if (request.needsEngine) await warmUpPlugin(node, env);
  const code = await runMocha(node, env);
  const summary = { passes: 0, failures: 0, pending: 0, times: {}, ...readJson(summaryFile) };
  if (code !== 0 && summary.failures === 0) {
    console.log(`Mocha ended with code ${code} though no test failed.`);
    summary.failures = 1;
  }
  return { ...summary, failures: summary.failures + (await countLeftOvers()) };
}

/**
 * A few files side by side, since most of the time the long ones wait for processes of their own.
 *
 * @param {string} node @param {NodeJS.ProcessEnv} env
 */
function runMocha(node, env) {
  const mocha = path.join(repositoryFolder, "node_modules", "mocha", "bin", "mocha.js");
  const reporter = [
    "--reporter",
    path.join(repositoryFolder, "tests", "support", "summaryReporter.cjs"),
  ];
  const summary = ["--reporter-option", `summary=${summaryFile}`];
  const jobs = ["--parallel", "--jobs", process.env.PULUMI_NCLUE_TEST_JOBS ?? defaultJobs];
  const args = [mocha, ...reporter, ...summary, ...jobs, ...request.mochaArgs, ...request.files];
  return new Promise((resolve, reject) => {
    const options = { cwd: repositoryFolder, env };
    const child = spawn(node, args, { ...options, stdio: ["ignore", "inherit", "inherit"] });
    child.once("error", reject);
    child.once("close", resolve);
  });
}

/**
 * Loads once what a plugin loads, without an engine, which it refuses: so Node keeps the compiled code,
 * and each of the many plugins that the tests start, and that are killed at their end, is up sooner.
 *
 * @param {string} command @param {NodeJS.ProcessEnv} env
 */
async function warmUpPlugin(command, env) {
  const modules = [
    "pulumi-nclue/plugin",
    "@aws-sdk/client-s3",
    "@pulumi/pulumi/cmd/dynamic-provider/index.js",
  ];
  const args = ["-e", modules.map((name) => `require("${name}");`).join("")];
  await runQuietly({ command, args, cwd: repositoryFolder, env, limitMs: 30_000 });
}

/** A process that outlives the tests counts as a failure. The engine gives a plugin 5 s to end. */
async function countLeftOvers() {
  const find = () => processesMarked(runFolder);
  if (await nothingLeft(find, 10_000)) return 0;
  const left = find();
  for (const { pid, command } of left) console.log(`Left running by a test: ${pid} ${command}`);
  return left.length;
}

/** @param {Record<string, number>} times the milliseconds of each file, kept for the next run */
function showSlowest(times) {
  const slowest = Object.entries(times).sort(([, a], [, b]) => b - a);
  if (slowest.length > 1) console.log("The slowest files:");
  for (const [file, ms] of slowest.slice(0, shownFiles)) {
    console.log(`${(ms / 1000).toFixed(1).padStart(7)} s  ${file}`);
  }
  fs.mkdirSync(path.dirname(timesFile), { recursive: true });
  fs.writeFileSync(timesFile, JSON.stringify({ ...readJson(timesFile), ...times }));
}

/** @param {string} file */
function readJson(file) {
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : {};
}

function clearRunFolder() {
  for (const { pid } of processesMarked(runFolder)) endProcess(pid);
  fs.rmSync(runFolder, { recursive: true, force: true, maxRetries: 3 });
}
