import { createAgents } from "../kernel/agents";
import { isNclueError, messageOf, type NclueError } from "../kernel/errors";
import type { Fetch, Log } from "../kernel/ports";
import { humanDuration, printable } from "../kernel/text";
import type { Account } from "../lifecycle/runContext";
import { describeBucket } from "../lifecycle/verifyArguments";
import { Priority } from "../nclue/rateLimiter";
import { fetchThrough } from "../plugin/account";
import { type Cli, printJson, printLine } from "./cli";
import { EXIT, type ExitCode } from "./exitCodes";
import { isDenied, withoutStackAdvice } from "./keysRefused";
import type { Colour } from "./paint";
import { countRuns } from "./runTable";
import { drawTable } from "./table";
import { findPackage, meets, OWN_PACKAGE } from "./versions";

export interface DoctorOptions {
  readonly bucket?: string;
  readonly json: boolean;
}

/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  readonly state: "ok" | "warning" | "failed" | "skipped";
  /** What was found. */
  readonly text: string;
  /** What to do about it. */
  readonly remedy?: string;
}

/** Looks at everything that a run needs, sends nothing that changes anything, and explains it. */
export async function doctor(cli: Cli, options: DoctorOptions): Promise<ExitCode> {
  const checks = [checkNode(cli), checkSdk(cli), ...(await checkAccount(cli, options))];
  const failed = checks.filter(({ state }) => state === "failed").length;
  if (options.json) printJson(cli.out, { ok: failed === 0, checks });
  else printChecks(cli, checks, failed);
  return failed === 0 ? EXIT.done : EXIT.failed;
}

function checkNode({ machine }: Cli): Check {
  const range = OWN_PACKAGE.engines.node;
  const text = `${machine.nodeVersion}, and pulumi-nclue needs ${range}`;
  return meets(machine.nodeVersion, range)
    ? { name: "Node", state: "ok", text: machine.nodeVersion }
    : { name: "Node", state: "failed", text, remedy: "install a newer Node" };
}

function checkSdk({ machine }: Cli): Check {
  const name = "@pulumi/pulumi";
  const range = OWN_PACKAGE.peerDependencies[name] ?? "";
  const found = findPackage(name, machine.folder);
  if (found === undefined) {
    return {
      name: "SDK",
      state: "failed",
      text: `${name} is not installed for programs in ${machine.folder}`,
      remedy: `run this in the folder of the program, or "npm i ${name}" there`,
    };
  }
  const where = `${name} ${found.version} in ${found.folder}`;
  return meets(found.version, range)
    ? { name: "SDK", state: "ok", text: where }
    : {
        name: "SDK",
        state: "failed",
        text: `${where}, and pulumi-nclue needs ${range}`,
        remedy: `run "npm i ${name}@latest"`,
      };
}

async function checkAccount(cli: Cli, { bucket }: DoctorOptions): Promise<readonly Check[]> {
  const answers: Answered[] = [];
  let account: Account;
  try {
    account = cli.openAccount({ fetch: noting(cli, answers), log: SILENT });
  } catch (error) {
    if (!isNclueError(error, "settings")) throw error;
    return withoutSettings(error);
  }
  const api = await askApi(cli, account);
  return [
    settingsCheck(account),
    ...siteCheck(account),
    ...proxyCheck(cli),
    keysCheck(account, api),
    clockCheck(answers),
    apiCheck(account, api),
    await bucketCheck(account, bucket),
  ];
}

const SILENT: Log = { info: () => {}, warn: () => {}, debug: () => {}, progress: () => {} };

/** The gateway's clock against ours, as an answer shows them. */
interface Answered {
  readonly skewMs: number;
}

function noting(cli: Cli, answers: Answered[]): Fetch {
  const fetch = fetchThrough(createAgents(cli.environment));
  return async (url, request) => {
    const response = await fetch(url, request);
    const theirs = Date.parse(response.headers.get("date") ?? "");
    if (!Number.isNaN(theirs)) answers.push({ skewMs: theirs - cli.clock.nowMs() });
    return response;
  };
}

function withoutSettings(error: NclueError): readonly Check[] {
  const listOf = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);
  const [problems, keyProblems] = [listOf(error.facts.problems), listOf(error.facts.keyProblems)];
  const remedy = "the command line reads the environment and ~/.ncloud/configure, no stack config";
  const check = (name: string, wrong: readonly string[], fine: string): Check =>
    wrong.length === 0
      ? { name, state: "ok", text: fine }
      : { name, state: "failed", text: wrong.join("; "), remedy };
  const waits = (name: string): Check => ({
    name,
    state: "skipped",
    text: "needs settings and keys",
  });
  return [
    check("settings", problems, "nothing wrong"),
    check("keys", keyProblems, "found"),
    waits("clock"),
    waits("API"),
    waits("bucket"),
  ];
}

type ApiAnswer =
  | { readonly kind: "answered"; readonly runs: number; readonly more: boolean }
  | { readonly kind: "failed"; readonly error: NclueError };

/** A doctor need not be as patient as a run that costs money. */
const ATTEMPTS = 2;

async function askApi(cli: Cli, { pages }: Account): Promise<ApiAnswer> {
  try {
    const options = { priority: Priority.read, signal: cli.interrupted, attempts: ATTEMPTS };
    const { runs, more } = await pages.read(0, options);
    return { kind: "answered", runs: runs.length, more };
  } catch (error) {
    if (!isNclueError(error) || cli.interrupted.aborted) throw error;
    return { kind: "failed", error };
  }
}

function settingsCheck({ settings }: Account): Check {
  const { endpoint, objectStorageEndpoint, objectStorageRegion, proxies, warnings } = settings;
  const through = (proxy: string | undefined) => (proxy === undefined ? "" : ` through ${proxy}`);
  const parts = [
    `API ${endpoint}${through(proxies.endpoint)}`,
    `Object Storage ${objectStorageEndpoint}${through(proxies.objectStorage)} (${objectStorageRegion})`,
    ...((proxies.endpoint ?? proxies.objectStorage) ? [] : ["no proxy"]),
    `${settings.requestsPerSecond} requests a second`,
    ...(settings.readOnly ? ["read-only: jobs are neither created nor deleted"] : []),
  ];
  const text = parts.join(", ");
  if (warnings.length === 0) return { name: "settings", state: "ok", text };
  return { name: "settings", state: "warning", text, remedy: warnings.join("; ") };
}

function siteCheck({ settings: { otherSite } }: Account): readonly Check[] {
  if (otherSite === undefined) return [];
  const remedy = "use keys of the public site (console.ncloud.com)";
  return [{ name: "site", state: "failed", text: otherSite, remedy }];
}

/** What gRPC reads, by which the Pulumi SDK reaches the engine on this machine. */
const GRPC_PROXIES = ["grpc_proxy", "https_proxy", "http_proxy"];

function proxyCheck({ environment }: Cli): readonly Check[] {
  const variable = GRPC_PROXIES.find((name) => (environment[name] ?? "") !== "");
  const exempt = environment.no_grpc_proxy || environment.no_proxy || "";
  if (variable === undefined || /(^|[\s,])127\./.test(exempt)) return [];
  return [
    {
      name: "proxy",
      state: "warning",
      text: `Pulumi's SDK may reach its own engine through ${variable}, and hang`,
      remedy:
        "set NO_PROXY=127.0.0.1,localhost and the same as no_proxy, which is the one that Pulumi reads",
    },
  ];
}

function keysCheck(account: Account, api: ApiAnswer): Check {
  const source = `from ${account.settings.keySource}`;
  if (api.kind === "answered") return { name: "keys", state: "ok", text: `${source}, accepted` };
  if (!isDenied(api.error)) {
    return { name: "keys", state: "skipped", text: `${source}, but nobody said whether they hold` };
  }
  const { cause, remedy = "" } = withoutStackAdvice(api.error, account).text;
  return { name: "keys", state: "failed", text: `${source}: ${cause}`, remedy };
}

/** The gateway refuses at five minutes. */
const REFUSED_SKEW_MS = 5 * 60_000;
const FINE_SKEW_MS = 60_000;

function clockCheck(answers: readonly Answered[]): Check {
  const last = answers.at(-1);
  if (last === undefined) {
    return { name: "clock", state: "skipped", text: "no answer with a Date to compare it with" };
  }
  const off = Math.abs(last.skewMs);
  if (off < FINE_SKEW_MS) {
    return { name: "clock", state: "ok", text: "less than a minute off the gateway's" };
  }
  const text = `${humanDuration(off)} ${last.skewMs > 0 ? "behind" : "ahead of"} the gateway's`;
  const remedy = "set the clock (NTP): the gateway refuses requests that are five minutes off";
  return { name: "clock", state: off < REFUSED_SKEW_MS ? "warning" : "failed", text, remedy };
}

function apiCheck({ settings }: Account, api: ApiAnswer): Check {
  if (api.kind === "answered") {
    const count = api.more ? `more than ${countRuns(api.runs)}` : countRuns(api.runs);
    return { name: "API", state: "ok", text: `answers, ${count} at the service` };
  }
  const { error } = api;
  if (isDenied(error)) return { name: "API", state: "skipped", text: "needs keys that it accepts" };
  return {
    name: "API",
    state: "failed",
    text: `${settings.endpoint}: ${error.text.cause}`,
    remedy: error.text.remedy ?? "check the network and NCLUE_ENDPOINT",
  };
}

async function bucketCheck({ store }: Account, bucket: string | undefined): Promise<Check> {
  if (bucket === undefined) {
    return { name: "bucket", state: "skipped", text: "name one with --bucket to have it checked" };
  }
  try {
    const problem = describeBucket(await store.lookAtBucket(bucket));
    if (problem === undefined) return { name: "bucket", state: "ok", text: `${bucket} is there` };
    return { name: "bucket", state: "failed", text: `${printable(bucket)}: ${problem}` };
  } catch (error) {
    return { name: "bucket", state: "failed", text: `${printable(bucket)}: ${messageOf(error)}` };
  }
}

const COLOURS: Readonly<Record<Check["state"], Colour>> = {
  ok: "green",
  warning: "yellow",
  failed: "red",
  skipped: "dim",
};

function printChecks(cli: Cli, checks: readonly Check[], failed: number): void {
  const { paint } = cli.out;
  const rows = checks.map(({ name, state, text, remedy }) => [
    paint(COLOURS[state], state),
    name,
    remedy === undefined ? text : `${text}\n→ ${remedy}`,
  ]);
  printLine(cli.out, drawTable(["STATE", "WHAT", "FOUND"], rows, paint));
  const problems = failed === 1 ? "one check failed" : `${failed} checks failed`;
  printLine(cli.err, failed === 0 ? "\nNothing failed." : `\n${problems}.`);
}
