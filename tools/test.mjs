// node tools/test.mjs [unit] [mocha arguments]
//
// Installs what is missing, then lint, types and all tests; the last line counts them. "unit" leaves
// out the tests that need more than Node. With mocha arguments (a file, -g "some words") lint and
// types are left out. Exits with 1 if anything failed, with 2 if something is missing that nothing
// here could provide. PULUMI_NCLUE_TEST_JOBS says how many files of engine tests run side by side.

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { provideVersitygw } from "./bucketServer.mjs";
import { repositoryFolder } from "./folders.mjs";
import { runQuietly } from "./longStep.mjs";
import { buildTypeScript, findNode, installPackages, runInstalled, withBin } from "./packages.mjs";
import { endProcess, nothingLeft, processesMarked } from "./processes.mjs";
import { provideAll, ToolMissing } from "./provide.mjs";
import { providePulumiEngine } from "./pulumiEngine.mjs";

/** @typedef {{ passes: number, failures: number, pending: number }} Counts */

/** The folders of tests/ that "unit" runs: under a minute, with nothing but Node. */
const unitFolders = ["unit", "lifecycle", "model", "simulator"];
/** All folders that need only Node, and run in one process. */
const quickFolders = [...unitFolders, "faults", "docs", "tools"];
const defaultJobs = "2";

const context = { env: process.env, log: console.log };
const request = readRequest(process.argv.slice(2));
const runFolder = mkdtempSync(path.join(os.tmpdir(), "nclue-test-run-"));
const compileCache = path.join(runFolder, "compiled");
process.once("exit", clearRunFolder);
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) {
  process.once(signal, () => process.exit(130));
}

try {
  await installPackages(context);
  const node = await findNode(process.env);
  if (request.slow.length > 0) await provideAll([providePulumiEngine, provideVersitygw], context);
  const broken = await findBroken();
  const counts = broken > 0 ? [{ passes: 0, failures: broken, pending: 0 }] : await runTests(node);
  const { passes, failures, pending } = sum(counts);
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
  const isPlace = (/** @type {string} */ arg) => existsSync(path.join(repositoryFolder, arg));
  const places = args.filter(isPlace).map((place) => path.join(repositoryFolder, place));
  const files = readdirSync(path.join(repositoryFolder, "tests"), { recursive: true })
    .map((name) => path.join(repositoryFolder, "tests", String(name)))
    .filter((file) => file.endsWith(".test.ts"))
    .filter((file) => places.length === 0 || places.some((place) => file.startsWith(place)))
    .sort();
  return {
    whole: args.length === 0,
    mochaArgs: args.length === 0 ? ["--forbid-only"] : args.filter((arg) => !isPlace(arg)),
    quick: files.filter((file) => isIn(unit ? unitFolders : quickFolders, file)),
    slow: unit ? [] : files.filter((file) => !isIn(quickFolders, file)),
  };
}

/**
 * @param {readonly string[]} folders
 * @param {string} file
 */
function isIn(folders, file) {
  const [folder = ""] = path.relative(path.join(repositoryFolder, "tests"), file).split(path.sep);
  return folders.includes(folder);
}

/** How many of lint and types failed, with what they said on the screen. */
async function findBroken() {
  const checks = {
    "The build": () => buildTypeScript(context),
    Lint: () => runInstalled("biome", ["check", "."], process.env),
    Types: () => runInstalled("tsc", ["--noEmit", "-p", "."], process.env),
  };
  let broken = 0;
  for (const [name, check] of Object.entries(checks)) {
    if (!request.whole && name !== "The build") continue;
    const { ok, output } = await check();
    if (ok) continue;
    broken += 1;
    console.log(`${output}\n${name} failed.`);
  }
  return broken;
}

/**
 * The quick files in one process; then the others, of which each mostly waits for processes of its
 * own, a few side by side.
 *
 * @param {string} node
 * @returns {Promise<Counts[]>}
 */
async function runTests(node) {
  const jobs = process.env.PULUMI_NCLUE_TEST_JOBS ?? defaultJobs;
  const counts = [];
  if (request.quick.length > 0) {
    counts.push(await runMocha(node, ["--timeout", "30000", "--slow", "300"], request.quick));
  }
  if (request.slow.length > 0) {
    await warmUpPlugin(node);
    counts.push(await runMocha(node, ["--parallel", "--jobs", jobs], request.slow));
  }
  return [...counts, await findLeftOvers()];
}

/**
 * @param {string} node
 * @param {readonly string[]} args
 * @param {readonly string[]} files
 * @returns {Promise<Counts>}
 */
function runMocha(node, args, files) {
  const countsFile = path.join(runFolder, "counts.json");
  rmSync(countsFile, { force: true });
  const reporter = path.join(repositoryFolder, "tools", "summaryReporter.cjs");
  const mocha = path.join(repositoryFolder, "node_modules", "mocha", "bin", "mocha.js");
  const options = ["--reporter", reporter, "--reporter-option", `counts=${countsFile}`, ...args];
  return new Promise((resolve, reject) => {
    const child = spawn(node, [mocha, ...options, ...request.mochaArgs, ...files], {
      cwd: repositoryFolder,
      env: { ...withBin(process.env), TMPDIR: runFolder, NODE_COMPILE_CACHE: compileCache },
      stdio: ["ignore", "inherit", "inherit"],
    });
    child.once("error", reject);
    child.once("close", (code) => {
      const counts = existsSync(countsFile)
        ? JSON.parse(readFileSync(countsFile, "utf8"))
        : { passes: 0, failures: 0, pending: 0 };
      if (code !== 0 && counts.failures === 0) {
        console.log(`Mocha ended with code ${code} though no test failed.`);
        counts.failures = 1;
      }
      resolve(counts);
    });
  });
}

/**
 * Loads once what a plugin loads, without an engine, which it refuses: so Node keeps the compiled code,
 * and each of the many plugins that the tests start, and that are killed at their end, is up sooner.
 *
 * @param {string} node
 */
async function warmUpPlugin(node) {
  const modules = [
    "pulumi-nclue/plugin",
    "@aws-sdk/client-s3",
    "@pulumi/pulumi/cmd/dynamic-provider/index.js",
  ];
  const args = ["-e", modules.map((name) => `require("${name}");`).join("")];
  const env = { ...process.env, NODE_COMPILE_CACHE: compileCache };
  await runQuietly({ command: node, args, cwd: repositoryFolder, env, limitMs: 30_000 });
}

/**
 * A process that outlives the tests counts as a failure. The engine gives a plugin 5 s to end.
 *
 * @returns {Promise<Counts>}
 */
async function findLeftOvers() {
  const find = () => processesMarked(runFolder);
  if (await nothingLeft(find, 10_000)) return { passes: 0, failures: 0, pending: 0 };
  const left = find();
  for (const { pid, command } of left) console.log(`Left running by a test: ${pid} ${command}`);
  return { passes: 0, failures: left.length, pending: 0 };
}

/** @param {readonly Counts[]} counts @returns {Counts} */
function sum(counts) {
  return counts.reduce((total, { passes, failures, pending }) => ({
    passes: total.passes + passes,
    failures: total.failures + failures,
    pending: total.pending + pending,
  }));
}

function clearRunFolder() {
  for (const { pid } of processesMarked(runFolder)) endProcess(pid);
  rmSync(runFolder, { recursive: true, force: true, maxRetries: 3 });
}
