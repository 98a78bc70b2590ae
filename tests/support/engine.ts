import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { dump, load } from "js-yaml";
import { repositoryFolder } from "../../tools/folders.mjs";
import { endProcess, nothingLeft, processesMarked } from "../../tools/processes.mjs";
import { enginePath, providePulumiEngine } from "../../tools/pulumiEngine.mjs";
import { type Outcome, type RunningCommand, startCommand, succeeded } from "./command";
import { keyServerSettings } from "./keyServer";
import { type LanguageHost, type Program, startLanguageHost } from "./languageHost";

export { type Outcome, type RunningCommand, type Step, succeeded } from "./command";
export { type LanguageHost, type Program, withLanguageHost } from "./languageHost";

// Engine tests run the real `pulumi` command as a child process, and serve the program to it from
// the test's own process, which is what the Automation API does for inline programs. Spawning it
// here gives the tests exact flags, exit codes, process ids and signals; and it is quicker, since
// the Automation API asks the command two more questions after each update.
//
// Each stack has a temporary folder: Pulumi.yaml, a link to the repository's node_modules (the
// plugin resolves packages from here), the state, a home. The environment is made from nothing, so
// no setting of the person who runs the tests gets in. A stack begins as a copy of one that the
// engine has initialised; its state is read from, and put into, the engine's own file: a command less
// for each.

export interface StackOptions {
  readonly program?: Program;
  /** Added to the environment of every command, and so of the plugin. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly config?: Readonly<Record<string, ConfigValue>>;
  /** @default "nclue-test" */
  readonly project?: string;
  /** @default "dev" */
  readonly stack?: string;
  /** @default a folder of its own */
  readonly backendUrl?: string;
  /**
   * What encrypts the stack's secrets. With an own `backendUrl` it is always the passphrase.
   *
   * @default "keyServer", which is quicker
   */
  readonly secrets?: Secrets;
}

export type Secrets = "keyServer" | "passphrase";

export type ConfigValue = string | { readonly secret: string };

export interface OperationOptions {
  /** For this operation and the later ones. */
  readonly program?: Program;
  /** More flags. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** @default 4 minutes */
  readonly limitMs?: number;
  /** Is given what the command prints. */
  readonly onOutput?: (text: string) => void;
}

export type Verb = "up" | "preview" | "refresh" | "destroy";

export interface TestStack {
  readonly name: string;
  readonly project: string;
  /** Where the commands run; gone after the test. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** These never throw when the engine fails: look at the outcome, or pass it to `succeeded`. */
  up(options?: OperationOptions): Promise<Outcome>;
  preview(options?: OperationOptions): Promise<Outcome>;
  refresh(options?: OperationOptions): Promise<Outcome>;
  destroy(options?: OperationOptions): Promise<Outcome>;
  /** The same without waiting for the end. */
  start(verb: Verb, options?: OperationOptions): Promise<RunningCommand>;
  /** Any other command, such as `["state", "taint", urn]`. */
  cli(
    args: readonly string[],
    options?: { input?: string; limitMs?: number; env?: Readonly<Record<string, string>> },
  ): Promise<Outcome>;
  cancel(): Promise<Outcome>;
  rename(name: string): Promise<void>;
  /** From now on all commands are about that stack of the project. */
  select(name: string): void;
  /** Secret values are encrypted by the engine. */
  setConfig(config: Readonly<Record<string, ConfigValue>>): Promise<void>;
  outputs(): Promise<Record<string, unknown>>;
  /** The state as `pulumi stack export` would show it, secrets encrypted. */
  exportState(): Promise<Deployment>;
  /** The same way back, for a stack without a `backendUrl` of its own. */
  importState(deployment: Deployment): Promise<void>;
  /** The resources of the state, without the stack and the providers. */
  resources(): Promise<readonly StateResource[]>;
  /** The process ids of the dynamic-provider plugins of this stack that are running now. */
  pluginPids(): readonly number[];
  /** Whether the plugins end by themselves within the limit. */
  pluginsEnd(limitMs: number): Promise<boolean>;
}

export interface Deployment {
  readonly version: number;
  readonly deployment: {
    resources?: StateResource[];
    pending_operations?: { resource: StateResource; type: string }[];
  };
}

export interface StateResource {
  urn: string;
  type: string;
  custom: boolean;
  id?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  parent?: string;
  delete?: boolean;
  external?: boolean;
  taint?: boolean;
  initErrors?: string[];
  [field: string]: unknown;
}

const operationFlags: Readonly<Record<Verb, readonly string[]>> = {
  up: ["--yes", "--skip-preview"],
  preview: [],
  refresh: ["--yes", "--skip-preview"],
  destroy: ["--yes", "--skip-preview"],
};
/** What the drift checks of pipelines ask. */
export const DRIFT_CHECK = "refresh --preview-only --expect-no-changes --non-interactive".split(
  " ",
);
/** The mark with which the engine stores a secret instead of its value. */
export const SECRET_MARK = "4dabf18193072939515e22adb298388d";
const noProgram: Program = async () => undefined;
const defaultLimitMs = 4 * 60_000;

/** Runs `fn` with a fresh, empty stack; afterwards its folder and its processes are gone. */
export async function withStack<T>(
  options: StackOptions,
  fn: (stack: TestStack) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "nclue-stack-"));
  try {
    return await fn(await createStack(folder, options));
  } finally {
    for (const { pid } of processesMarked(folder)) endProcess(pid);
    await nothingLeft(() => processesMarked(folder), 5_000);
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function createStack(folder: string, options: StackOptions): Promise<TestStack> {
  const { project = "nclue-test", stack: name = "dev", secrets = "keyServer" } = options;
  const engine = await findEngine();
  const env = { ...(await stackEnvironment(folder, engine, options)), PULUMI_STACK: name };
  let program = options.program ?? noProgram;
  symlinkSync(path.join(repositoryFolder, "node_modules"), path.join(folder, "node_modules"));
  writeProjectFile(folder, project);

  const run = (
    args: readonly string[],
    more: OperationOptions & { input?: string } = {},
    host?: LanguageHost,
  ) =>
    startCommand(engine, [...args, ...(more.args ?? []), ...(host?.args ?? [])], {
      cwd: folder,
      env: { ...env, ...more.env },
      input: more.input,
      limitMs: more.limitMs ?? defaultLimitMs,
      onOutput: more.onOutput,
      host,
    });
  const cli: TestStack["cli"] = (args, more) => run(args, more).ended;
  const start: TestStack["start"] = async (verb, more = {}) => {
    program = more.program ?? program;
    const host = await startLanguageHost(program);
    const command = run([verb, ...operationFlags[verb]], more, host);
    const close = () => host.close();
    command.ended.then(close, close);
    return command;
  };
  const operate = (verb: Verb) => async (more?: OperationOptions) =>
    (await start(verb, more)).ended;
  const json = async (args: readonly string[]) => JSON.parse(succeeded(await cli(args)).stdout);
  const plugins = () =>
    processesMarked(folder).filter(({ command }) => command.includes("dynamic-provider"));

  const setConfig: TestStack["setConfig"] = async (config) => {
    const entries = Object.entries(config);
    writeConfig(
      path.join(folder, `Pulumi.${env.PULUMI_STACK}.yaml`),
      entries.flatMap(([key, value]) =>
        typeof value === "string" ? [[key.includes(":") ? key : `${project}:${key}`, value]] : [],
      ),
    );
    const secrets = entries.flatMap(([key, value]) =>
      typeof value === "string" ? [] : ["--secret", `${key}=${value.secret}`],
    );
    if (secrets.length > 0) succeeded(await cli(["config", "set-all", ...secrets]));
  };
  const stateFile = () =>
    path.join(folder, "state", ".pulumi", "stacks", project, `${env.PULUMI_STACK}.json`);
  const exportState = async (): Promise<Deployment> => {
    if (options.backendUrl !== undefined) return json(["stack", "export"]);
    const { version, checkpoint } = JSON.parse(readFileSync(stateFile(), "utf8"));
    return { version, deployment: checkpoint.latest };
  };

  const select = (selected: string) => {
    env.PULUMI_STACK = selected;
  };

  if (options.backendUrl === undefined) {
    cpSync(await initialised(engine, project, name, secrets), folder, { recursive: true });
  } else {
    succeeded(await cli(["stack", "init", name]));
  }
  if (options.config) await setConfig(options.config);
  return {
    name,
    project,
    folder,
    env,
    up: operate("up"),
    preview: operate("preview"),
    refresh: operate("refresh"),
    destroy: operate("destroy"),
    start,
    cli,
    cancel: () => cli(["cancel", "--yes"]),
    async rename(renamed) {
      succeeded(await cli(["stack", "rename", renamed]));
      select(renamed);
    },
    select,
    setConfig,
    async outputs() {
      const { resources = [] } = (await exportState()).deployment;
      const { outputs = {} } = resources.find(({ type }) => type === "pulumi:pulumi:Stack") ?? {};
      const isPlain = !JSON.stringify(outputs).includes(SECRET_MARK);
      return isPlain ? outputs : json(["stack", "output", "--json", "--show-secrets"]);
    },
    exportState,
    async importState({ version, deployment }) {
      const { checkpoint } = JSON.parse(readFileSync(stateFile(), "utf8"));
      const state = { version, checkpoint: { ...checkpoint, latest: deployment } };
      writeFileSync(stateFile(), JSON.stringify(state));
    },
    async resources() {
      const { resources = [] } = (await exportState()).deployment;
      return resources.filter(
        ({ type }) => type !== "pulumi:pulumi:Stack" && !type.startsWith("pulumi:providers:"),
      );
    },
    pluginPids: () => plugins().map(({ pid }) => pid),
    pluginsEnd: (limitMs) => nothingLeft(plugins, limitMs),
  };
}

function writeProjectFile(folder: string, project: string): void {
  const file = path.join(folder, "Pulumi.yaml");
  writeFileSync(file, JSON.stringify({ name: project, runtime: "nodejs" }));
}

/** What `pulumi config set-all --plaintext` writes: a command less for each time. */
function writeConfig(file: string, entries: readonly (readonly string[])[]): void {
  const written = existsSync(file) ? (load(readFileSync(file, "utf8")) as { config?: object }) : {};
  const config = { ...written.config, ...Object.fromEntries(entries) };
  writeFileSync(file, dump({ ...written, config }));
}

const initialisedFolders = new Map<string, Promise<string>>();

/** A folder with what `pulumi stack init` writes, made once in this process and gone with it. */
function initialised(
  engine: string,
  project: string,
  stack: string,
  secrets: Secrets,
): Promise<string> {
  const key = `${project}/${stack}/${secrets}`;
  const made = initialisedFolders.get(key) ?? initialise(engine, project, stack, secrets);
  initialisedFolders.set(key, made);
  return made;
}

async function initialise(
  engine: string,
  project: string,
  stack: string,
  secrets: Secrets,
): Promise<string> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "nclue-stack-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  writeProjectFile(folder, project);
  const options = { cwd: folder, env: await stackEnvironment(folder, engine, {}) };
  const provider = secrets === "passphrase" ? secrets : "hashivault://tests";
  const init = startCommand(engine, ["stack", "init", stack, `--secrets-provider=${provider}`], {
    ...options,
    limitMs: defaultLimitMs,
  });
  succeeded(await init.ended);
  // A home is of no use to others, and belongs to nobody's stack.
  rmSync(path.join(folder, "home"), { recursive: true });
  return folder;
}

async function stackEnvironment(
  folder: string,
  engine: string,
  options: StackOptions,
): Promise<NodeJS.ProcessEnv> {
  const state = path.join(folder, "state");
  const home = path.join(folder, "home");
  for (const made of [state, home]) mkdirSync(made, { recursive: true });
  return {
    PATH: enginePath(engine, process.env),
    HOME: home,
    TMPDIR: os.tmpdir(),
    LANG: "C.UTF-8",
    PULUMI_HOME: path.join(home, ".pulumi"),
    PULUMI_BACKEND_URL: options.backendUrl ?? `file://${state}`,
    PULUMI_CONFIG_PASSPHRASE: "passphrase of a test",
    ...(await keyServerSettings()),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DEBUG_COMMANDS: "true", // --event-log is hidden without it
    NO_COLOR: "1",
    GOGC: "400", // a command is over before its garbage is worth collecting
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
    NODE_OPTIONS: `--require ${path.join(__dirname, "lazySdk.cjs")}`,
    ...options.env,
  };
}

let foundEngine: Promise<string> | undefined;

/** `npm test` has provided it by now; a single test that is run by hand looks in the same places. */
function findEngine(): Promise<string> {
  const env = { ...process.env, PULUMI_NCLUE_SOURCES: "path,cache" };
  foundEngine ??= providePulumiEngine({ env, log: () => undefined });
  return foundEngine;
}
