// node tools/installPulumi.mjs <folder> <version>: Pulumi's own installer, through its Automation API.

import { createRequire } from "node:module";

const answerLimitMs = 4_000;
const [root = "", wanted = ""] = process.argv.slice(2);

// The SDK waits two minutes for a first answer, which is long where the network is closed.
const patientFetch = globalThis.fetch;
/** @type {typeof globalThis.fetch} */
const hastyFetch = (address, init) =>
  patientFetch(address, { ...init, signal: AbortSignal.timeout(answerLimitMs) });
Reflect.set(globalThis, "fetch", hastyFetch);

try {
  const require = createRequire(import.meta.url);
  const { PulumiCommand } = require("@pulumi/pulumi/automation");
  const { SemVer } = createRequire(require.resolve("@pulumi/pulumi"))("semver");
  await PulumiCommand.install({ root, version: new SemVer(wanted) });
} catch (error) {
  console.error(error instanceof Error ? error.message.split("\n")[0] : error);
  process.exitCode = 1;
}
