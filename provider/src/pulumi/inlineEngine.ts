import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";

/**
 * An inline program of the Automation API runs in the process that started the engine, perhaps beside
 * others, in a folder and with variables that need not be the engine's. Nothing in the SDK says which
 * those are; on Linux the engine's process does.
 */

/** Pulumi's launcher is what Node runs, unless a user's own script runs the program. */
export function isInline(): boolean {
  return !/[\\/]cmd[\\/]run([\\/]|$)/.test(process.argv[1] ?? "");
}

/**
 * What is read of the engine's process in `/proc`; `undefined` where it cannot be known.
 *
 * @param read given the process's folder
 */
export function fromEngineProcess<T>(read: (process: string) => T): T | undefined {
  try {
    const folder = engineProcess();
    return folder === undefined ? undefined : read(folder);
  } catch {
    return undefined; // not Linux, or not allowed
  }
}

/** The engine is a child of this process, and listens at the address that the program speaks to. */
function engineProcess(): string | undefined {
  const socket = `socket:[${inodeOf(enginePort())}]`;
  const pid = childProcesses().find((child) => hasOpen(child, socket));
  return pid === undefined ? undefined : `/proc/${pid}`;
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
