import { copyFileSync, existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder, launcherFolder, repositoryFolder } from "./folders.mjs";
import { runLongStep } from "./longStep.mjs";
import {
  fromCache,
  fromGoModule,
  fromPath,
  isAtLeast,
  pinnedVersion,
  printedBy,
  provide,
  whichProgram,
} from "./provide.mjs";

const moduleFolder = path.join(repositoryFolder, "tools", "engine");
const pinned = pinnedVersion(moduleFolder, "github.com/pulumi/pulumi/pkg/v3");
const launcher = "pulumi-resource-pulumi-nodejs";

/**
 * The path of a Pulumi engine: of the pinned version or a newer one, or of exactly the version that
 * PULUMI_NCLUE_ENGINE names.
 *
 * @param {import("./provide.mjs").Context} context
 */
export async function providePulumiEngine(context) {
  const named = context.env.PULUMI_NCLUE_ENGINE;
  const version = named ?? pinned;
  const wanted = named ? version : `${version} or later`;
  const program = `pulumi-${version}/bin/pulumi`;
  const sources = [
    fromPath("pulumi", `install pulumi ${wanted}`, async (pulumi, env) => {
      const found = await printedBy(pulumi, ["version"], {
        ...env,
        PULUMI_SKIP_UPDATE_CHECK: "true",
      });
      if (found === undefined) return '"pulumi version" fails';
      if (named) return found === `v${named}` ? undefined : `${found} is not ${named}`;
      return isAtLeast(found, version) ? undefined : `${found} is older than ${version}`;
    }),
    fromCache(program),
    installer(version),
    fromGoModule({
      program,
      main: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
      folder: moduleFolder,
      ...(version === pinned ? {} : { version }),
      ldflags: `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`,
      title: `Building the Pulumi engine ${version} with Go: about 5 minutes, once (or install pulumi and run again)`,
    }),
  ];
  const title = `The Pulumi engine (the pulumi command, ${wanted})`;
  const engine = await provide(title, sources, context);
  addLauncher(engine, context.env);
  return engine;
}

/**
 * The PATH on which that engine finds everything: Node 22 for its plugins, its own folder, and our
 * launcher of the dynamic-provider plugin where Pulumi's full distribution isn't installed.
 *
 * @param {string} engine @param {NodeJS.ProcessEnv} env
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
 * @param {string} engine @param {NodeJS.ProcessEnv} env
 */
function addLauncher(engine, env) {
  const source = path.join(launcherFolder, launcher);
  const target = path.join(path.dirname(engine), launcher);
  const isThere = () => existsSync(target) && readFileSync(target).equals(readFileSync(source));
  if (engine.startsWith(cacheFolder(env)) && !isThere()) copyFileSync(source, target);
}

/**
 * Pulumi's own installer, in a process of its own so that it can be stopped.
 * @param {string} version @returns {import("./provide.mjs").Source}
 */
function installer(version) {
  return {
    name: "installer",
    remedy: "allow Pulumi's installer its download",
    async find({ env, log }) {
      const root = path.join(cacheFolder(env), `pulumi-${version}`);
      const script = fileURLToPath(new URL("installPulumi.mjs", import.meta.url));
      const title = `Installing the Pulumi engine ${version} with Pulumi's installer: about 1 minute, once, into ${root}`;
      const args = [script, root, version];
      const step = { title, command: process.execPath, args, env, limitMs: 5 * 60_000 };
      const result = await runLongStep(step, log);
      return result.ok ? { path: path.join(root, "bin", "pulumi") } : { problem: result.problem };
    },
  };
}
