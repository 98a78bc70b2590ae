import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the repository. */
export const repositoryFolder = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** The folder with the launcher of the dynamic-provider plugin. */
export const launcherFolder = path.join(repositoryFolder, "tools", "bin");

/**
 * Where downloaded and built programs are kept, outside the tree so that a fresh clone finds them.
 * `PULUMI_NCLUE_CACHE` names another folder.
 *
 * @param {NodeJS.ProcessEnv} env
 */
export function cacheFolder(env) {
  const caches = env.XDG_CACHE_HOME ?? path.join(env.HOME ?? os.homedir(), ".cache");
  return env.PULUMI_NCLUE_CACHE ?? path.join(caches, "pulumi-nclue");
}
