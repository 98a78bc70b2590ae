import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { repositoryFolder } from "./folders.mjs";
import { runLongStep, runQuietly } from "./longStep.mjs";
import { isAtLeast, printedBy, ToolMissing } from "./provide.mjs";

const oldestNode = "22.17";
const modulesFolder = path.join(repositoryFolder, "node_modules");
const binFolder = path.join(modulesFolder, ".bin");
const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];

/**
 * Runs `npm ci` unless node_modules holds just what the lock says; then puts the version of
 *
 * @pulumi/pulumi there that PULUMI_NCLUE_SDK names.
 * @param {import("./provide.mjs").Context} context
 */
export async function installPackages(context) {
  const sdk = context.env.PULUMI_NCLUE_SDK;
  const installed = lockedPackages(path.join(modulesFolder, ".package-lock.json"));
  if (sdk && installed["node_modules/@pulumi/pulumi"]?.version === sdk) return;
  if (!packagesMatchLock(repositoryFolder)) {
    await npm(["ci"], "the npm packages of package-lock.json", context);
  }
  if (sdk) {
    const args = ["install", "--no-save", "--legacy-peer-deps", "--ignore-scripts"];
    await npm([...args, `@pulumi/pulumi@${sdk}`], `@pulumi/pulumi ${sdk}`, context);
  }
}

/**
 * @param {readonly string[]} args @param {string} what
 * @param {import("./provide.mjs").Context} context
 */
async function npm(args, what, { env, log }) {
  const title = `Installing ${what}: about 1 minute, into ${modulesFolder}`;
  const step = { title, command: "npm", cwd: repositoryFolder, env, limitMs: 15 * 60_000 };
  const result = await runLongStep({ ...step, args: [...args, ...quiet] }, log);
  if (!result.ok) throw new ToolMissing(`npm ${args.join(" ")} failed:\n${result.output}`);
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
 * @param {NodeJS.ProcessEnv} env @returns {Promise<string>}
 */
export async function findNode(env) {
  for (const node of [path.join(binFolder, "node"), process.execPath]) {
    if (!existsSync(node)) continue;
    const version = await printedBy(node, ["--version"], env);
    if (version !== undefined && isAtLeast(version, oldestNode)) return node;
  }
  throw new ToolMissing(
    `Node ${oldestNode} or later is missing: npm didn't install its own (are install scripts off?), and this is ${process.version}.`,
  );
}

/** Builds what the plugin, commands and examples load. @param {NodeJS.ProcessEnv} env */
export function buildTypeScript(env) {
  return runInstalled("tsc", ["-b", "provider", "simulator"], env);
}

/**
 * Runs a program of node_modules without a word on the screen.
 *
 * @param {string} program @param {readonly string[]} args @param {NodeJS.ProcessEnv} env
 */
export function runInstalled(program, args, env) {
  const command = path.join(binFolder, program);
  const options = { cwd: repositoryFolder, env: withBin(env), limitMs: 5 * 60_000 };
  return runQuietly({ command, args, ...options });
}

/** The environment with node_modules' programs first on the PATH. @param {NodeJS.ProcessEnv} env */
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
