import { accessSync, constants, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { cacheFolder } from "./folders.mjs";
import { runLongStep, runQuietly } from "./longStep.mjs";

// How a program that npm can't install gets here. A tool has sources, asked in order: the PATH, the
// cache outside the tree, an installer, a build from its Go module (pinned by the go.mod and go.sum
// beside this file). Each one answers with the program's path or with why it has none, and the
// reasons become the message when no source has one. PULUMI_NCLUE_SOURCES, a list such as
// "cache,build", leaves out the others.

/** @typedef {{ path: string } | { problem: string }} Answer */

/**
 * @typedef {object} Source
 * @property {"path" | "cache" | "installer" | "build"} name
 * @property {string} remedy what makes this source work
 * @property {(context: Context) => Promise<Answer>} find
 */

/**
 * @typedef {object} Tool
 * @property {string} title
 * @property {readonly Source[]} sources
 */

/**
 * @typedef {object} Context
 * @property {NodeJS.ProcessEnv} env
 * @property {(line: string) => void} log
 */

/** No source had the program; the message lists what would work. Callers exit with 2. */
export class ToolMissing extends Error {
  /** @override */
  name = "ToolMissing";
}

/**
 * The path of the tool's program, from the first source that has it.
 *
 * @param {Tool} tool
 * @param {Context} context
 * @returns {Promise<string>}
 */
export async function provide(tool, context) {
  const wanted = context.env.PULUMI_NCLUE_SOURCES?.split(",");
  const problems = [];
  for (const source of tool.sources) {
    if (wanted && !wanted.includes(source.name)) continue;
    const answer = await source.find(context);
    if ("path" in answer) return answer.path;
    problems.push(`  - ${source.remedy} (${answer.problem})`);
  }
  throw new ToolMissing([`${tool.title} is missing. Any of these helps:`, ...problems].join("\n"));
}

/**
 * All of them, or one error that lists whatever is missing.
 *
 * @param {readonly ((context: Context) => Promise<string>)[]} providers
 * @param {Context} context
 */
export async function provideAll(providers, context) {
  const missing = [];
  for (const provider of providers) {
    try {
      await provider(context);
    } catch (error) {
      if (!(error instanceof ToolMissing)) throw error;
      missing.push(error.message);
    }
  }
  if (missing.length > 0) throw new ToolMissing(missing.join("\n"));
}

/**
 * A program with this file name on the PATH, if `check` has nothing against it.
 *
 * @param {{ file: string, remedy: string, check: (program: string, context: Context) => Promise<string | undefined> }} wanted
 *   `check` says what is wrong with a program, or nothing
 * @returns {Source}
 */
export function fromPath({ file, remedy, check }) {
  return {
    name: "path",
    remedy,
    async find(context) {
      const program = whichProgram(file, context.env);
      if (program === undefined) return { problem: "not on the PATH" };
      const problem = await check(program, context);
      return problem === undefined ? { path: program } : { problem: `${program}: ${problem}` };
    },
  };
}

/**
 * The program that an earlier run left in the cache.
 *
 * @param {string} program its path inside the cache
 * @returns {Source}
 */
export function fromCache(program) {
  return {
    name: "cache",
    remedy: `put it into the cache at <cache>/${program}`,
    async find({ env }) {
      const file = path.join(cacheFolder(env), program);
      return isExecutable(file) ? { path: file } : { problem: `no ${file}` };
    },
  };
}

/**
 * A build of the pinned Go module into the cache.
 *
 * @param {{ program: string, main: string, folder: string, ldflags: string, title: string, limitMs: number }} build
 * @returns {Source}
 */
export function fromGoModule({ program, main, folder, ldflags, title, limitMs }) {
  return {
    name: "build",
    remedy: "install Go (1.25 or later) with access to its module proxy",
    async find({ env, log }) {
      const target = path.join(cacheFolder(env), program);
      const go = whichProgram("go", env);
      if (go === undefined) return { problem: "no go on the PATH" };
      try {
        mkdirSync(path.dirname(target), { recursive: true });
      } catch (error) {
        return { problem: String(error) };
      }
      const partial = `${target}.${process.pid}`;
      const args = ["build", "-mod=readonly", "-buildvcs=false", "-ldflags", ldflags];
      const result = await runLongStep(
        {
          title: `${title}, into ${target}`,
          command: go,
          args: [...args, "-o", partial, main],
          cwd: folder,
          env: { ...env, GOFLAGS: "", GOWORK: "off" },
          limitMs,
        },
        log,
      );
      if (!result.ok) {
        rmSync(partial, { force: true });
        return { problem: `go build: ${result.problem}` };
      }
      renameSync(partial, target);
      return { path: target };
    },
  };
}

/**
 * The version that a go.mod requires of a module.
 *
 * @param {string} folder
 * @param {string} module
 */
export function pinnedVersion(folder, module) {
  const text = readFileSync(path.join(folder, "go.mod"), "utf8");
  const version = text.match(new RegExp(`\\s${module} v(\\S+)`))?.[1];
  if (version === undefined) throw new Error(`${folder}/go.mod requires no ${module}`);
  return version;
}

/**
 * What a program prints, without a word on the screen.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
export async function printedBy(program, args, env) {
  const result = await runQuietly({ command: program, args, env, limitMs: 20_000 });
  return result.ok ? result.output.trim() : undefined;
}

/**
 * The first executable of that name in the folders of the PATH.
 *
 * @param {string} file
 * @param {NodeJS.ProcessEnv} env
 */
export function whichProgram(file, env) {
  const folders = (env.PATH ?? "").split(path.delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => path.join(folder, file)).find(isExecutable);
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
