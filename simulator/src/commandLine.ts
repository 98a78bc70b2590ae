import { parseArgs } from "node:util";
import { defaultAccount } from "./gateway/accounts";
import type { Plan } from "./service/job";
import type { SimulatorOptions } from "./startSimulator";
import type { StorageOptions } from "./storage/s3ResultStore";
import { type SwitchName, switchTable } from "./switches/switchTable";

export const usage = `Usage: pulumi-nclue-simulator [options]

A stand-in for NAVER Cloud NCLUE, on loopback unless --host says otherwise.

  --port N               port to listen on (default: 4010; 0: a free one)
  --host NAME            name or address to listen on (default: 127.0.0.1)
  --speed N              how much faster than real time jobs run (default: 1)
  --run-seconds N        how long a job takes in all (default: 60)
  --durations R,P,I      seconds registered, pending and in progress, in place of --run-seconds
  --rate N               refuse more than N requests per second with 429 (default: no limit)
  --access-key KEY       key of the account (default: ${defaultAccount.accessKey})
  --secret-key KEY       its secret (default: ${defaultAccount.secretKey})
  --s3-endpoint URL      S3-compatible server for sources and results (default: none)
  --s3-region NAME       (default: kr-standard)
  --s3-access-key KEY    (default: the account's key)
  --s3-secret-key KEY    (default: the account's secret)
  --switch NAME=VALUE    sets a switch; may be repeated
  --json                 print one line of JSON instead of the introduction
  --quiet                do not print a line per request
  --help                 print this
`;

export interface CommandLine {
  readonly options: SimulatorOptions;
  readonly help: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** @throws TypeError saying what is wrong with a flag */
export function readCommandLine(args: readonly string[]): CommandLine {
  const flags = parseFlags(args);
  const { help, json, quiet } = flags;
  return { options: optionsFrom(flags), help, json, quiet };
}

type Flags = ReturnType<typeof parseFlags>;

function parseFlags(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: {
      port: { type: "string", default: "4010" },
      host: { type: "string", default: "127.0.0.1" },
      speed: { type: "string", default: "1" },
      "run-seconds": { type: "string", default: "60" },
      durations: { type: "string" },
      rate: { type: "string" },
      "access-key": { type: "string", default: defaultAccount.accessKey },
      "secret-key": { type: "string", default: defaultAccount.secretKey },
      "s3-endpoint": { type: "string" },
      "s3-region": { type: "string" },
      "s3-access-key": { type: "string" },
      "s3-secret-key": { type: "string" },
      switch: { type: "string", multiple: true, default: [] },
      json: { type: "boolean", default: false },
      quiet: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  }).values;
}

function optionsFrom(flags: Flags): SimulatorOptions {
  const storage = storageFrom(flags);
  return {
    port: readNumber("--port", flags.port),
    host: readHost(flags.host),
    accounts: [{ accessKey: flags["access-key"], secretKey: flags["secret-key"] }],
    clock: { speed: readNumber("--speed", flags.speed) },
    plan: planFrom(flags),
    switches: switchesFrom(flags.switch),
    ...(flags.rate !== undefined && { rate: readNumber("--rate", flags.rate) }),
    ...(storage && { storage }),
  };
}

function readHost(host: string): string {
  if (host.trim() === "") throw new TypeError("--host needs a name or an address");
  return host;
}

function storageFrom(flags: Flags): StorageOptions | undefined {
  const endpoint = flags["s3-endpoint"];
  if (endpoint === undefined) return undefined;
  return {
    endpoint,
    ...(flags["s3-region"] !== undefined && { region: flags["s3-region"] }),
    ...(flags["s3-access-key"] !== undefined && { accessKey: flags["s3-access-key"] }),
    ...(flags["s3-secret-key"] !== undefined && { secretKey: flags["s3-secret-key"] }),
  };
}

function planFrom(flags: Flags): Partial<Plan> {
  const [registeredMs, pendingMs, inProgressMs, ...rest] = (
    flags.durations?.split(",") ?? sharesOf(readNumber("--run-seconds", flags["run-seconds"]))
  ).map((seconds) => readNumber("--durations", String(seconds)) * 1000);
  if (registeredMs === undefined || pendingMs === undefined || inProgressMs === undefined) {
    throw new TypeError("--durations needs three numbers: registered,pending,in progress");
  }
  if (rest.length > 0) throw new TypeError("--durations takes no more than three numbers");
  return { registeredMs, pendingMs, inProgressMs };
}

function sharesOf(seconds: number): readonly number[] {
  return [seconds * 0.1, seconds * 0.2, seconds * 0.7];
}

function switchesFrom(settings: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    settings.map((setting) => {
      const [name = "", value = ""] = setting.split(/=(.*)/s);
      return [name, switchValue(name, value)];
    }),
  );
}

/** Reads a value as the kind that the switch holds: `410` is a text for one and a number for another. */
function switchValue(name: string, text: string): unknown {
  const entry = Object.hasOwn(switchTable, name) ? switchTable[name as SwitchName] : undefined;
  if (typeof entry?.byDefault === "number") return readNumber(name, text);
  if (typeof entry?.byDefault === "boolean") return { true: true, false: false }[text] ?? text;
  return text;
}

function readNumber(flag: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0) {
    throw new TypeError(`${flag} needs a number, not ${JSON.stringify(text)}`);
  }
  return value;
}
