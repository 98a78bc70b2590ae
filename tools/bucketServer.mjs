import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { repositoryFolder } from "./folders.mjs";
import {
  fromCache,
  fromGoModule,
  fromPath,
  pinnedVersion,
  printedBy,
  provide,
} from "./provide.mjs";

const moduleFolder = path.join(repositoryFolder, "tools", "versitygw");
const version = pinnedVersion(moduleFolder, "github.com/versity/versitygw");
const cached = `versitygw-${version}/bin/versitygw`;

/** @type {import("./provide.mjs").Tool} */
const versitygw = {
  title: "versitygw (the S3 server that stands in for Object Storage)",
  sources: [
    fromPath({
      file: "versitygw",
      remedy: `install versitygw ${version}`,
      check: async (program, { env }) =>
        (await printedBy(program, ["--version"], env)) ? undefined : '"--version" fails',
    }),
    fromCache(cached),
    fromGoModule({
      program: cached,
      main: "github.com/versity/versitygw/cmd/versitygw",
      folder: moduleFolder,
      ldflags: `-s -w -X main.Version=v${version}`,
      title: `Building versitygw ${version} with Go: about 90 s, once`,
      limitMs: 15 * 60_000,
    }),
  ],
};

/**
 * The path of versitygw.
 *
 * @param {import("./provide.mjs").Context} context
 */
export async function provideVersitygw(context) {
  return await provide(versitygw, context);
}

/**
 * @typedef {object} RunningBucketServer
 * @property {string} endpoint
 * @property {string} region
 * @property {string} accessKey
 * @property {string} secretKey
 * @property {number} pid
 * @property {() => Promise<void>} close ends the server and removes its folder
 */

/**
 * Starts versitygw on a free port with a folder of its own. The server doesn't keep Node alive, and
 * ends with it.
 *
 * @param {string} program
 * @param {{ accessKey: string, secretKey: string }} keys the only ones that it lets in
 * @returns {Promise<RunningBucketServer>}
 */
export async function startBucketServer(program, keys) {
  const folder = mkdtempSync(path.join(os.tmpdir(), "nclue-bucket-server-"));
  const objects = path.join(folder, "objects");
  const metadata = path.join(folder, "metadata");
  mkdirSync(objects);
  mkdirSync(metadata);
  const address = `127.0.0.1:${await freePort()}`;
  const region = "kr-standard";
  const child = spawn(
    program,
    [
      ["--port", address, "--health", "/health", "--region", region],
      ["--access", keys.accessKey, "--secret", keys.secretKey],
      ["posix", "--sidecar", metadata, objects],
    ].flat(),
    { stdio: ["ignore", "pipe", "pipe"] },
  );
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
    async close() {
      process.removeListener("exit", clear);
      child.ref();
      clear();
      await ended;
    },
  };
}

/**
 * Resolves when the server prints where it listens.
 *
 * @param {import("node:child_process").ChildProcessByStdio<null, import("node:stream").Readable, import("node:stream").Readable>} child
 * @param {string} address
 * @returns {Promise<void>}
 */
function announced(child, address) {
  return new Promise((resolve, reject) => {
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      /** @type {import("node:net").Socket} */ (stream).unref();
      stream.on("data", (text) => {
        output += text;
        if (output.includes(`http://${address}`)) resolve();
      });
    }
    child.once("error", reject);
    child.once("close", (code) => reject(new Error(`versitygw ended with ${code}: ${output}`)));
  });
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
