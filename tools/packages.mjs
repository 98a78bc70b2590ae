import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { repositoryFolder } from "./folders.mjs";
import { runLongStep, runQuietly } from "./longStep.mjs";
import { printedBy, ToolMissing } from "./provide.mjs";

const oldestNode = [22, 17];
const binFolder = path.join(repositoryFolder, "node_modules", ".bin");

/**
 * Runs `npm ci` unless node_modules holds just what the lock says.
 *
 * @param {import("./provide.mjs").Context} context
 */
export async function installPackages({ env, log }) {
  if (packagesMatchLock(repositoryFolder)) return;
  const result = await runLongStep(
    {
      title: `Installing the npm packages of package-lock.json: about 1 minute, into ${path.join(repositoryFolder, "node_modules")}`,
      command: "npm",
      args: ["ci", "--no-audit", "--no-fund", "--loglevel=error"],
      cwd: repositoryFolder,
      env,
      limitMs: 15 * 60_000,
    },
    log,
  );
  if (!result.ok) throw new ToolMissing(`npm ci failed:\n${result.output}`);
}

/**
 * Whether node_modules holds the versions of the lock; what is optional may be missing, since most
 * of that is for other platforms.
 *
 * @param {string} folder
 */
export function packagesMatchLock(folder) {
  const wanted = lockedPackages(path.join(folder, "package-lock.json"));
  const installed = lockedPackages(path.join(folder, "node_modules", ".package-lock.json"));
  return Object.entries(wanted).every(([place, { version, optional, link }]) => {
    if (!place.includes("node_modules/") || optional) return true;
    return link ? place in installed : installed[place]?.version === version;
  });
}

/**
 * The Node that runs the tests and the plugins: the one of node_modules, or this one where it is new
 * enough.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string>}
 */
export async function findNode(env) {
  for (const node of [path.join(binFolder, "node"), process.execPath]) {
    if (!existsSync(node)) continue;
    const version = await printedBy(node, ["--version"], env);
    const [major = 0, minor = 0] = (version?.match(/\d+/g) ?? []).map(Number);
    const [wantedMajor = 0, wantedMinor = 0] = oldestNode;
    if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return node;
  }
  throw new ToolMissing(
    `Node ${oldestNode.join(".")} or later is missing: npm didn't install its own (are install scripts off?), and this is ${process.version}.`,
  );
}

/**
 * Builds what the plugin, the simulator's command and the examples load from dist.
 *
 * @param {import("./provide.mjs").Context} context
 * @returns {Promise<import("./longStep.mjs").StepResult>} its output are the errors of the compiler
 */
export async function buildTypeScript({ env }) {
  return await runInstalled("tsc", ["-b", "provider", "simulator"], env);
}

/**
 * Runs a program of node_modules without a word on the screen.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<import("./longStep.mjs").StepResult>}
 */
export async function runInstalled(program, args, env) {
  const command = path.join(binFolder, program);
  return await runQuietly({
    command,
    args,
    cwd: repositoryFolder,
    env: withBin(env),
    limitMs: 5 * 60_000,
  });
}

/**
 * The environment with the programs of node_modules first on the PATH, as npm scripts have it.
 *
 * @param {NodeJS.ProcessEnv} env
 */
export function withBin(env) {
  return { ...env, PATH: [binFolder, env.PATH].join(path.delimiter) };
}

/** @param {string} file @returns {Record<string, { version?: string, optional?: boolean, link?: boolean }>} */
function lockedPackages(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch {
    return {};
  }
}
