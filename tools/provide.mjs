import { accessSync, constants, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { cacheFolder } from "./folders.mjs";
import { runLongStep, runQuietly } from "./longStep.mjs";

// How a program that npm can't install gets here. A tool has sources, asked in order: the PATH, the
// cache outside the tree, an installer, a build from its Go module (pinned by the go.mod and go.sum
// beside this file). Each one answers with the program's path or with why it has none, and the
// reasons become the message when no source has one. PULUMI_NCLUE_SOURCES, a list such as
// "cache,build", leaves out the others.

const limitMs = 30 * 60_000;

/** @typedef {{ env: NodeJS.ProcessEnv, log: (line: string) => void }} Context */
/** @typedef {{ path: string } | { problem: string }} Answer */
/**
 * `remedy` says what makes the source work.
 *
 * @typedef {{ name: "path" | "cache" | "installer" | "build", remedy: string, find: (context: Context) => Promise<Answer> }} Source
 */

/** No source had the program; the message lists what would work. Callers exit with 2. */
export class ToolMissing extends Error {
  /** @override */
  name = "ToolMissing";
}

/**
 * The path of the tool's program, from the first source that has it.
 *
 * @param {string} title @param {readonly Source[]} sources @param {Context} context
 */
export async function provide(title, sources, context) {
  const wanted = context.env.PULUMI_NCLUE_SOURCES?.split(",");
  const problems = [];
  for (const source of sources) {
    if (wanted && !wanted.includes(source.name)) continue;
    const answer = await source.find(context);
    if ("path" in answer) return answer.path;
    problems.push(`  - ${source.remedy} (${answer.problem})`);
  }
  throw new ToolMissing([`${title} is missing. Any of these helps:`, ...problems].join("\n"));
}

/**
 * All of them, or one error that lists whatever is missing.
 *
 * @param {readonly ((context: Context) => Promise<string>)[]} providers @param {Context} context
 */
export async function provideAll(providers, context) {
  /** @type {string[]} */
  const missing = [];
  for (const provider of providers) {
    await provider(context).catch((error) => {
      if (!(error instanceof ToolMissing)) throw error;
      missing.push(error.message);
    });
  }
  if (missing.length > 0) throw new ToolMissing(missing.join("\n"));
}

/**
 * A program with this file name on the PATH, if `check` has nothing against it.
 *
 * @param {string} file @param {string} remedy
 * @param {(program: string, env: NodeJS.ProcessEnv) => Promise<string | undefined>} check says
 *   what is wrong with a program, or nothing
 * @returns {Source}
 */
export function fromPath(file, remedy, check) {
  return {
    name: "path",
    remedy,
    async find({ env }) {
      const program = whichProgram(file, env);
      if (program === undefined) return { problem: "not on the PATH" };
      const problem = await check(program, env);
      return problem === undefined ? { path: program } : { problem: `${program}: ${problem}` };
    },
  };
}

/**
 * The program that an earlier run left in the cache.
 *
 * @param {string} program its path inside the cache @returns {Source}
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
 * A build of a Go module's command into the cache: as the go.mod in `folder` pins it, or `version`, for
 * which a go.mod is made first.
 *
 * @param {{ program: string, main: string, folder: string, version?: string, ldflags: string, title: string }} build
 * @returns {Source}
 */
export function fromGoModule({ program, main, folder, version, ldflags, title }) {
  return {
    name: "build",
    remedy: "install Go (1.25 or later) with access to its module proxy",
    async find(context) {
      const go = whichProgram("go", context.env);
      if (go === undefined) return { problem: "no go on the PATH" };
      const target = path.join(cacheFolder(context.env), program);
      const partial = `${target}.${process.pid}`;
      const cwd = version === undefined ? folder : `${partial}.module`;
      const env = { ...context.env, GOFLAGS: "", GOWORK: "off" };
      const flags = ["-mod=readonly", "-buildvcs=false", "-ldflags", ldflags];
      const build = ["build", ...flags, "-o", partial, main];
      const pin = [
        ["mod", "init", "build"],
        ["get", `${main}@v${version}`],
      ];
      try {
        for (const made of [path.dirname(target), cwd]) mkdirSync(made, { recursive: true });
        for (const args of version === undefined ? [build] : [...pin, build]) {
          const what = args === build ? `${title}, into ${target}` : `go ${args.join(" ")}`;
          const step = { title: what, command: go, args, cwd, env, limitMs };
          const { ok, problem } = await runLongStep(step, context.log);
          if (!ok) return { problem: `go ${args[0]}: ${problem}` };
        }
        renameSync(partial, target);
        return { path: target };
      } catch (error) {
        return { problem: String(error) };
      } finally {
        rmSync(partial, { force: true });
        rmSync(`${partial}.module`, { recursive: true, force: true });
      }
    },
  };
}

/**
 * The version that a go.mod requires of a module.
 *
 * @param {string} folder @param {string} module
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
 * @param {string} command @param {readonly string[]} args @param {NodeJS.ProcessEnv} env
 */
export async function printedBy(command, args, env) {
  const result = await runQuietly({ command, args, env, limitMs: 20_000 });
  return result.ok ? result.output.trim() : undefined;
}

/**
 * The first executable of that name in the folders of the PATH.
 *
 * @param {string} file @param {NodeJS.ProcessEnv} env
 */
export function whichProgram(file, env) {
  const folders = (env.PATH ?? "").split(path.delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => path.join(folder, file)).find(isExecutable);
}

/** Such as "v22.17.1" and "22.17". Another major version is none. @param {string} found @param {string} wanted */
export function isAtLeast(found, wanted) {
  const numbers = (/** @type {string} */ text) => text.match(/\d+/g)?.map(Number) ?? [];
  const [major = 0, minor = 0, patch = 0] = numbers(found);
  const [wantedMajor = 0, wantedMinor = 0, wantedPatch = 0] = numbers(wanted);
  if (major !== wantedMajor) return false;
  return minor > wantedMinor || (minor === wantedMinor && patch >= wantedPatch);
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
