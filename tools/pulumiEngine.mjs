import { copyFileSync, existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder, launcherFolder, repositoryFolder } from "./folders.mjs";
import { runLongStep } from "./longStep.mjs";
import {
  fromCache,
  fromGoModule,
  fromPath,
  pinnedVersion,
  printedBy,
  provide,
  whichProgram,
} from "./provide.mjs";

const moduleFolder = path.join(repositoryFolder, "tools", "engine");
const version = pinnedVersion(moduleFolder, "github.com/pulumi/pulumi/pkg/v3");
const cached = `pulumi-${version}/bin/pulumi`;
const launcher = "pulumi-resource-pulumi-nodejs";

/** @type {import("./provide.mjs").Tool} */
const pulumiEngine = {
  title: `The Pulumi engine (the pulumi command, ${version} or later)`,
  sources: [
    fromPath({
      file: "pulumi",
      remedy: `install pulumi ${version} or later`,
      async check(program, { env }) {
        const found = await printedBy(program, ["version"], {
          ...env,
          PULUMI_SKIP_UPDATE_CHECK: "true",
        });
        if (found === undefined) return '"pulumi version" fails';
        return isAtLeast(found, version) ? undefined : `${found} is older than ${version}`;
      },
    }),
    fromCache(cached),
    { name: "installer", remedy: "allow Pulumi's installer its download", find: install },
    fromGoModule({
      program: cached,
      main: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
      folder: moduleFolder,
      ldflags: `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`,
      title: `Building the Pulumi engine ${version} with Go: about 5 minutes, once (or install pulumi and run again)`,
      limitMs: 30 * 60_000,
    }),
  ],
};

/**
 * The path of a Pulumi engine that is new enough.
 *
 * @param {import("./provide.mjs").Context} context
 */
export async function providePulumiEngine(context) {
  const engine = await provide(pulumiEngine, context);
  addLauncher(engine, context.env);
  return engine;
}

/**
 * The PATH on which that engine finds everything: Node 22 for its plugins, its own folder, and our
 * launcher of the dynamic-provider plugin where Pulumi's full distribution isn't installed.
 *
 * @param {string} engine
 * @param {NodeJS.ProcessEnv} env
 */
export function enginePath(engine, env) {
  const engineFolder = path.dirname(engine);
  const hasLauncher =
    existsSync(path.join(engineFolder, launcher)) || whichProgram(launcher, env) !== undefined;
  const folders = [path.join(repositoryFolder, "node_modules", ".bin"), engineFolder];
  return [...folders, ...(hasLauncher ? [] : [launcherFolder]), env.PATH].join(path.delimiter);
}

/**
 * Puts the launcher beside an engine in the cache, where the engine takes it without a warning.
 *
 * @param {string} engine
 * @param {NodeJS.ProcessEnv} env
 */
function addLauncher(engine, env) {
  const target = path.join(path.dirname(engine), launcher);
  if (!engine.startsWith(cacheFolder(env)) || existsSync(target)) return;
  copyFileSync(path.join(launcherFolder, launcher), target);
}

/**
 * Pulumi's own installer, in a process of its own so that it can be stopped.
 *
 * @param {import("./provide.mjs").Context} context
 * @returns {Promise<import("./provide.mjs").Answer>}
 */
async function install({ env, log }) {
  const root = path.join(cacheFolder(env), `pulumi-${version}`);
  const script = fileURLToPath(new URL("installPulumi.mjs", import.meta.url));
  const result = await runLongStep(
    {
      title: `Installing the Pulumi engine ${version} with Pulumi's installer: about 1 minute, once, into ${root}`,
      command: process.execPath,
      args: [script, root, version],
      env,
      limitMs: 5 * 60_000,
    },
    log,
  );
  return result.ok ? { path: path.join(root, "bin", "pulumi") } : { problem: result.problem };
}

/**
 * @param {string} found such as "v3.259.0"
 * @param {string} wanted
 */
function isAtLeast(found, wanted) {
  const [major = 0, minor = 0, patch = 0] = numbers(found);
  const [wantedMajor = 0, wantedMinor = 0, wantedPatch = 0] = numbers(wanted);
  if (major !== wantedMajor) return false;
  return minor > wantedMinor || (minor === wantedMinor && patch >= wantedPatch);
}

/** @param {string} text */
function numbers(text) {
  return (text.match(/\d+/g) ?? []).slice(0, 3).map(Number);
}
