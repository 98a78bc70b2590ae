import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, utimesSync } from "node:fs";
import { Socket } from "node:net";
import os from "node:os";
import path from "node:path";
import type { Readable } from "node:stream";
import { freePort } from "./freePort";

export interface VersitygwServer {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly pid: number;
  /** From now on the object says that it was written then. */
  setModified(bucket: string, key: string, modifiedMs: number): void;
  /** Ends the server and removes its folder. */
  close(): Promise<void>;
}

/**
 * Starts versitygw on a free port with a folder of its own, open to these keys alone. The server
 * doesn't keep Node alive, and ends with it.
 */
export async function startVersitygw(
  program: string,
  keys: { readonly accessKey: string; readonly secretKey: string },
): Promise<VersitygwServer> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "nclue-versitygw-"));
  const [objects, metadata] = [path.join(folder, "objects"), path.join(folder, "metadata")];
  for (const made of [objects, metadata]) mkdirSync(made);
  const address = `127.0.0.1:${await freePort()}`;
  const region = "kr-standard";
  const listen = ["--port", address, "--health", "/health", "--region", region];
  const access = ["--access", keys.accessKey, "--secret", keys.secretKey];
  const args = [...listen, ...access, "posix", "--sidecar", metadata, objects];
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  const clear = () => {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", clear);
  const ended = new Promise((resolve) => child.once("close", resolve));
  await announced(child, address);
  child.unref();
  return {
    endpoint: `http://${address}`,
    region,
    ...keys,
    pid: child.pid ?? 0,
    setModified(bucket, key, modifiedMs) {
      const modified = new Date(modifiedMs);
      utimesSync(path.join(objects, bucket, key), modified, modified);
    },
    async close() {
      process.removeListener("exit", clear);
      child.ref();
      clear();
      await ended;
    },
  };
}

/** Resolves when the server prints where it listens. */
function announced(
  child: ChildProcessByStdio<null, Readable, Readable>,
  address: string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      if (stream instanceof Socket) stream.unref();
      stream.on("data", (text) => {
        output += text;
        if (output.includes(`http://${address}`)) resolve();
      });
    }
    child.once("error", reject);
    child.once("close", (code) => reject(new Error(`versitygw ended with ${code}: ${output}`)));
  });
}
