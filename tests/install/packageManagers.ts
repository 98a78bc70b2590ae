import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { repositoryFolder } from "../../tools/folders.mjs";
import { runQuietly } from "../../tools/longStep.mjs";

export const packageManagers = ["npm", "pnpm", "yarn"] as const;
export type PackageManager = (typeof packageManagers)[number];

/** A folder with both packages as they are published. */
export interface Packs {
  readonly folder: string;
  /** The provider's tarball, once it is packed. */
  readonly provider: () => string;
}

export interface Project {
  readonly dependencies: Readonly<Record<string, string>>;
}

/** The commands; `npx` fetches the ones that aren't there, once. */
const installers: Readonly<Record<PackageManager, readonly [string, ...string[]]>> = {
  npm: ["npm", "install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"],
  pnpm: ["npx", "--yes", "pnpm@12.21.0", "install", "--prefer-offline", "--no-frozen-lockfile"],
  yarn: ["npx", "--yes", "--package=@yarnpkg/cli-dist@4.17.1", "yarn", "install"],
};
const limitMs = 5 * 60_000;

/** Writes package.json and installs what it names into the folder, which must be outside the tree. */
export async function installProject(
  manager: PackageManager,
  folder: string,
  { dependencies }: Project,
): Promise<void> {
  const pins = lockedVersions(/^@(aws|aws-crypto|aws-sdk|smithy)\//);
  writeJson(path.join(folder, "package.json"), {
    name: "consumer",
    version: "1.0.0",
    private: true,
    dependencies,
    overrides: pins,
    resolutions: pins,
  });
  const yarnSettings = { nodeLinker: "node-modules", enableTelemetry: false };
  writeJson(path.join(folder, ".yarnrc.yml"), yarnSettings);
  writeJson(path.join(folder, "pnpm-workspace.yaml"), {
    overrides: pins,
    allowBuilds: { protobufjs: false },
  });
  await run(installers[manager], folder);
}

/** Packs a folder as `npm publish` would and returns the tarball. */
export async function pack(folder: string, destination: string): Promise<string> {
  const output = await run(["npm", "pack", "--json", "--pack-destination", destination], folder);
  const [{ filename }] = JSON.parse(output);
  return path.join(destination, filename);
}

/** Both packages, into the folder; returns the provider's tarball. */
export async function packPackages(folder: string): Promise<string> {
  const script = path.join(repositoryFolder, "tools", "pack.mjs");
  const output = await run([process.execPath, script, folder], folder);
  const [provider = ""] = output.split("\n");
  return provider;
}

/** A component package that depends on the provider, packed; the program depends on it alone. */
export async function packComponent(providerTarball: string, destination: string): Promise<string> {
  const folder = path.join(destination, "component");
  mkdirSync(folder, { recursive: true });
  writeJson(path.join(folder, "package.json"), {
    name: "acme-pipeline",
    version: "1.0.0",
    dependencies: { "pulumi-nclue": `file:${providerTarball}` },
    peerDependencies: { "@pulumi/pulumi": "^3.228.0" },
  });
  writeFileSync(
    path.join(folder, "index.js"),
    `const nclue = require("pulumi-nclue");
const pulumi = require("@pulumi/pulumi");
exports.Pipeline = class extends pulumi.ComponentResource {
  constructor(name, args) {
    super("acme:index:Pipeline", name);
    this.run = new nclue.TaskRun(name, args, { parent: this });
  }
};
`,
  );
  return pack(folder, destination);
}

/** The version of the SDK that the repository is locked to. */
export function lockedSdk(): string {
  return lockedVersions(/^@pulumi\/pulumi$/)["@pulumi/pulumi"] ?? "";
}

/** Whether the registry, or what stands in for it, answers. */
export async function registryAnswers(): Promise<boolean> {
  const ping = { command: "npm", args: ["ping"], env: process.env, limitMs: 20_000 };
  return (await runQuietly(ping)).ok;
}

export async function run([command, ...args]: readonly [string, ...string[]], cwd: string) {
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  const env = { ...inherited, YARN_ENABLE_IMMUTABLE_INSTALLS: "false" };
  const result = await runQuietly({ command, args, cwd, env, limitMs });
  if (!result.ok) throw new Error(`${command} ${args.join(" ")}: ${result.output}`);
  return result.output;
}

/**
 * Versions of the repository's lock: they are in the caches of whoever runs the tests, and the tests
 * don't change with the registry.
 */
function lockedVersions(pattern: RegExp): Readonly<Record<string, string>> {
  const text = readFileSync(path.join(repositoryFolder, "package-lock.json"), "utf8");
  const { packages }: { packages: Record<string, { version?: string }> } = JSON.parse(text);
  const versions: Record<string, string> = {};
  for (const [place, { version }] of Object.entries(packages)) {
    const name = place.replace(/^node_modules\//, "");
    if (pattern.test(name) && !name.includes("node_modules") && version) versions[name] = version;
  }
  return versions;
}

function writeJson(file: string, value: unknown): void {
  writeFileSync(file, JSON.stringify(value, null, 2));
}
