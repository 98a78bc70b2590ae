import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { type Environment, systemEnvironment } from "../kernel/ports";
import { programError } from "./programError";

/**
 * The environment that the stack's resources are given, for what asks the service from the program's
 * own process.
 *
 * The engine starts a program's process with its own environment. An inline program of the Automation
 * API runs in the process that started the engine instead, perhaps beside others, and its workspace
 * may have given the engine other variables (`envVars`). Nothing in the SDK says which; on Linux the
 * engine's process does.
 *
 * @throws pulumi.RunError where it cannot be known, and the keys are not in the stack's config
 */
export function engineEnvironment(): Environment {
  if (!isInline()) return systemEnvironment();
  const environment = readEngineEnvironment();
  if (environment !== undefined) return environment;
  const isInConfig = ["nclue:accessKey", "nclue:secretKey"].every(
    (key) => pulumi.runtime.getConfig(key) !== undefined,
  );
  if (isInConfig) return systemEnvironment();
  throw programError(
    "reading the settings of pulumi-nclue: a look-up in an inline program cannot see the environment " +
      "variables of its workspace on this system, and would perhaps use the keys of another stack: " +
      "set nclue:accessKey and nclue:secretKey in the stack's config",
  );
}

/** Pulumi's launcher is what Node runs, unless a user's own script runs the program. */
function isInline(): boolean {
  return !/[\\/]cmd[\\/]run([\\/]|$)/.test(process.argv[1] ?? "");
}

/** The engine is a child of this process, and listens at the address that the program speaks to. */
function readEngineEnvironment(): Environment | undefined {
  try {
    const socket = `socket:[${inodeOf(enginePort())}]`;
    const pid = childProcesses().find((child) => hasOpen(child, socket));
    return pid === undefined ? undefined : parse(readFileSync(`/proc/${pid}/environ`, "utf8"));
  } catch {
    return undefined; // not Linux, or not allowed
  }
}

function enginePort(): number {
  const engine = pulumi.runtime.getEngine() as unknown as {
    getChannel(): { getTarget(): string };
  };
  return Number(/:(\d+)$/.exec(engine.getChannel().getTarget())?.[1]);
}

/** The fields of `/proc/net/tcp`: number, local address in hexadecimal, …, and the inode as the tenth. */
function inodeOf(port: number): string | undefined {
  const LISTENING = "0A";
  const local = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const sockets = ["tcp", "tcp6"].flatMap((file) =>
    readFileSync(`/proc/net/${file}`, "utf8")
      .split("\n")
      .map((line) => line.trim().split(/\s+/)),
  );
  return sockets.find((fields) => fields[1]?.endsWith(local) && fields[3] === LISTENING)?.[9];
}

function childProcesses(): readonly string[] {
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      // The second field is the name in parentheses, which may hold anything.
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1] === String(process.pid);
    } catch {
      return false; // it has ended meanwhile
    }
  });
}

function hasOpen(pid: string, socket: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some(
      (fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === socket,
    );
  } catch {
    return false;
  }
}

function parse(text: string): Environment {
  return Object.fromEntries(
    text
      .split("\0")
      .filter((line) => line.includes("="))
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}
