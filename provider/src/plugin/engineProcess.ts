import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import type { Environment } from "../kernel/ports";

/** The processes of this machine, as far as they can be seen. */
export interface ProcessTable {
  /** `undefined` where there is no such process, or it cannot be seen. */
  find(pid: number): ProcessFacts | undefined;
  /** The path of what a process has open as its stream 0 or 1; `undefined` where it cannot be seen. */
  streamPath(pid: number, stream: 0 | 1): string | undefined;
}

export interface ProcessFacts {
  readonly parentPid: number;
  readonly args: readonly string[];
}

/**
 * `tree`: on a terminal, where a resource's line is drawn over. `rows`: each of our lines is printed
 * below the last, with the resource that it is about. `texts`: the same without the resource
 * (`--diff`).
 */
export type EngineDisplay = "tree" | "rows" | "texts";

/**
 * How the engine shows our lines. The plugin's own streams are pipes in any case. So this asks of the
 * engine's process what the engine asks of itself (`cmdutil.Interactive` in its source); whatever
 * cannot be seen is no tree.
 *
 * @param address the engine's, which every process between it and us was started with.
 */
export function engineDisplay(
  pid: number,
  address: string,
  environment: Environment,
  processes: ProcessTable = systemProcesses(),
): EngineDisplay {
  const engine = findEngine(pid, address, processes);
  if (engine === undefined) return "rows";
  if (isSwitchedOn("diff", engine.args, environment)) return "texts";
  if (environment.TERM?.toLowerCase() === "dumb" || isKnownPipeline(environment)) return "rows";
  const isOnTerminal = ([0, 1] as const).every((stream) =>
    TERMINAL.test(processes.streamPath(engine.pid, stream) ?? ""),
  );
  return isOnTerminal && allowsTree(engine.args, environment) ? "tree" : "rows";
}

/** Whether the engine was told to leave resources out (`--target`, `--exclude`). */
export function choosesResources(
  pid: number,
  address: string,
  environment: Environment,
  processes: ProcessTable = systemProcesses(),
): boolean {
  const args = findEngine(pid, address, processes)?.args ?? [];
  const isChoice = (arg: string) => /^(--(target|exclude)(=|$)|-t)/.test(arg);
  const names = ["target", "exclude"].map((name) => environment[variableOf(name)] ?? "");
  return args.some(isChoice) || names.some((value) => value !== "");
}

const TERMINAL = /^\/dev\/(pts\/\d+|tty\w*|console)$/;

/** A chain this long is no launcher. */
const MOST_LAUNCHERS = 8;

/** The nearest ancestor that was not started with the engine's address, as launchers and shims are. */
function findEngine(pid: number, address: string, processes: ProcessTable) {
  let current = processes.find(pid);
  for (let i = 0; i < MOST_LAUNCHERS && current !== undefined; i++) {
    const parentPid: number = current.parentPid;
    current = processes.find(parentPid);
    if (current !== undefined && !current.args.includes(address)) {
      return { pid: parentPid, args: current.args.slice(1) };
    }
  }
  return undefined;
}

function allowsTree(args: readonly string[], environment: Environment): boolean {
  if (args[0] === "watch") return false;
  const isJson =
    isSwitchedOn("json", args, environment) || args.some((arg) => SHORT_JSON.test(arg));
  return (
    !isJson &&
    !isSwitchedOn("non-interactive", args, environment) &&
    outputOf(args, environment) !== "json"
  );
}

/** `-j` may stand among other switches that take no value: `-yj`. */
const SHORT_JSON = /^-[defy]*j$/i;

/** The last flag decides, or else the variable that the engine has for it. */
function isSwitchedOn(
  name: "diff" | "json" | "non-interactive",
  args: readonly string[],
  environment: Environment,
): boolean {
  const flag = args.findLast((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`));
  if (flag !== undefined) return /^--[a-z-]+(=(true|t|1))?$/i.test(flag);
  return /^(true|1)$/i.test(environment[variableOf(name)] ?? "");
}

function outputOf(args: readonly string[], environment: Environment): string | undefined {
  const index = args.findLastIndex((arg) => /^--output(=|$)/.test(arg));
  if (index < 0) return environment[variableOf("output")];
  return args[index] === "--output" ? args[index + 1] : args[index]?.slice("--output=".length);
}

/** `PULUMI_OPTION_NON_INTERACTIVE` for `--non-interactive` */
function variableOf(name: string): string {
  return `PULUMI_OPTION_${name.toUpperCase().replaceAll("-", "_")}`;
}

/** Variables by which the engine knows a pipeline that need not set `CI`. */
const PIPELINES = [
  "PULUMI_CI_SYSTEM",
  "CODEBUILD_BUILD_ARN",
  "bamboo_planKey",
  "TF_BUILD",
  "CF_BUILD_URL",
  "GO_PIPELINE_LABEL",
  "HUDSON_URL",
  "JENKINS_URL",
  "TEAMCITY_VERSION",
  "SPACELIFT_MAX_REQUESTS_BURST",
];

function isKnownPipeline(environment: Environment): boolean {
  if ((environment.PULUMI_DISABLE_CI_DETECTION ?? "") !== "") return false;
  return PIPELINES.some((name) => (environment[name] ?? "") !== "");
}

function systemProcesses(): ProcessTable {
  switch (process.platform) {
    case "linux":
      return procProcesses;
    case "win32":
      return { find: () => undefined, streamPath: () => undefined };
    default:
      return psProcesses;
  }
}

const procProcesses: ProcessTable = {
  find: (pid) =>
    orUndefined(() => {
      // The second field is the name in parentheses, which may hold anything.
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const [, parentPid] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const args = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      return { parentPid: Number(parentPid), args };
    }),
  streamPath: (pid, stream) => orUndefined(() => readlinkSync(`/proc/${pid}/fd/${stream}`)),
};

/** For macOS and its relatives: the usual commands, whose answers have no more than is used here. */
const psProcesses: ProcessTable = {
  find: (pid) =>
    orUndefined(() => {
      const [parentPid, ...args] = run("ps", "-ww", "-o", "ppid=,command=", "-p", `${pid}`);
      return { parentPid: Number(parentPid), args };
    }),
  streamPath: (pid, stream) =>
    orUndefined(() => {
      const fields = run("lsof", "-a", "-p", `${pid}`, "-d", `${stream}`, "-F", "n");
      return fields.find((field) => field.startsWith("n/"))?.slice(1);
    }),
};

const COMMAND_TIMEOUT_MS = 2000;

function run(command: string, ...args: readonly string[]): readonly string[] {
  const options = { encoding: "utf8", timeout: COMMAND_TIMEOUT_MS, stdio: "pipe" } as const;
  return execFileSync(command, args, options).trim().split(/\s+/);
}

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
