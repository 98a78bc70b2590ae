import { readFileSync, readlinkSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { fromEngineProcess, isInline } from "./inlineEngine";
import { isRunByEngine } from "./runByEngine";

/** What Pulumi looks for to run dynamic providers, and names in its own message. */
const DYNAMIC_PROVIDER = "@pulumi/pulumi/cmd/dynamic-provider";

const noticed = new WeakSet<object>();

/**
 * Warns, once in a run of an inline program, where the engine will not find the packages that the
 * program itself has: it looks for them from the stack's folder, which is an empty one unless the
 * program says otherwise. The engine's error that follows names no way out.
 */
export function noticeMissingPackages(): void {
  const run = pulumi.runtime.getStackResource();
  if (run === undefined || !isRunByEngine() || noticed.has(run) || !isInline()) return;
  noticed.add(run);
  const folder = fromEngineProcess((process) => pluginFolder(readlinkSync(`${process}/cwd`)));
  if (folder === undefined || canLoadFrom(folder)) return;
  void pulumi.log.warn(
    `Pulumi looks for the packages of this inline program in ${folder}, and @pulumi/pulumi is not ` +
      `there ("Cannot find module '${DYNAMIC_PROVIDER}'"): set workDir of the stack, and main in its ` +
      `projectSettings, to the folder that has the node_modules${exampleOf(ownFolder())}`,
  );
}

/**
 * Where the engine starts the plugin: in the project's folder, or where `main` leads from there.
 *
 * @param start the engine's own working directory
 * @returns `undefined` where there is no project
 */
export function pluginFolder(start: string): string | undefined {
  for (const name of ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"]) {
    const project = readIfThere(path.join(start, name));
    if (project !== undefined) return path.resolve(start, mainOf(project));
  }
  const above = path.dirname(start);
  return above === start ? undefined : pluginFolder(above);
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/** The one setting of a project that matters here. A file stands for its folder. */
function mainOf(project: string): string {
  const main = mainInJson(project) ?? mainInYaml(project);
  return /\.[cm]?[jt]s$/.test(main) ? path.dirname(main) : main;
}

function mainInJson(project: string): string | undefined {
  try {
    return String((JSON.parse(project) as { main?: unknown }).main ?? "");
  } catch {
    return undefined; // YAML
  }
}

function mainInYaml(project: string): string {
  const [, main = ""] = /^main:\s*(.*?)\s*$/m.exec(project) ?? [];
  return main.replace(/^(["'])(.*)\1$/, "$2");
}

function canLoadFrom(folder: string): boolean {
  try {
    createRequire(path.join(folder, "program.js")).resolve(DYNAMIC_PROVIDER);
    return true;
  } catch {
    return false;
  }
}

/** The folder whose packages this program runs with. */
function ownFolder(): string | undefined {
  const file = require.resolve("@pulumi/pulumi/package.json");
  const end = file.indexOf(`${path.sep}node_modules${path.sep}`);
  return end < 0 ? undefined : file.slice(0, end);
}

function exampleOf(folder: string | undefined): string {
  return folder === undefined ? "" : `, like ${folder}`;
}
