import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * The processes whose environment holds `marker`, such as the name of a temporary folder that was
 * made for them, with their commands. A process inherits its environment, so this also finds those
 * that outlived their parent. Without /proc (macOS) nothing is found.
 *
 * @param {string} marker @returns {{ pid: number, command: string }[]}
 */
export function processesMarked(marker) {
  return processIds().flatMap((pid) => {
    if (pid === process.pid || !readProc(pid, "environ").includes(marker)) return [];
    const command = readProc(pid, "cmdline").split("\0").join(" ").trim();
    return command === "" ? [] : [{ pid, command }];
  });
}

/**
 * Ends one process and says whether it was there to be ended.
 *
 * @param {number} pid @param {NodeJS.Signals} [signal]
 */
export function endProcess(pid, signal = "SIGKILL") {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/**
 * Resolves with true once none of the processes of `find` is left, with false after `limitMs`.
 * Nothing announces the end of a process that isn't a child, so this checks every 25 ms.
 *
 * @param {() => readonly unknown[]} find @param {number} limitMs
 */
export async function nothingLeft(find, limitMs) {
  const last = Date.now() + limitMs;
  while (find().length > 0) {
    if (Date.now() >= last) return false;
    await sleep(25);
  }
  return true;
}

function processIds() {
  try {
    return readdirSync("/proc").map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

/** @param {number} pid @param {string} file */
function readProc(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
