import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import {
  type JobView,
  type LoggedRequest,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from "../../simulator/src";
import { repositoryFolder } from "../../tools/folders.mjs";
import { type BucketServer, bucketServer } from "./bucketServer";
import { type Outcome, type RunningCommand, startCommand } from "./command";
import { openTerminal, type TerminalOptions, type TestTerminal } from "./terminal";

export interface CliBench {
  readonly simulator: Simulator;
  readonly task: JobView;
  /** Where the commands run, which is also the home: empty, and gone after the test. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** Runs `pulumi-nclue` to its end, with pipes for its streams. */
  run(args: readonly string[], options?: RunOptions): Promise<Outcome>;
  /** The same without waiting. */
  start(args: readonly string[], options?: RunOptions): RunningCommand;
  /** Runs it in a terminal. */
  open(args: readonly string[], options?: Partial<TerminalOptions>): TestTerminal;
  /** What was asked of the service, as `METHOD /path`, oldest first; narrowed by its beginning. */
  requests(beginning?: string): readonly string[];
  /** A run of {@link task} that was made 30 days ago and took ten minutes. */
  seedFinished(name: string, seed?: Parameters<Simulator["seedTaskRun"]>[0]): JobView;
  /** A run of {@link task} that was made 30 days ago and does not end by itself. */
  seedUnfinished(name: string, seed?: Parameters<Simulator["seedTaskRun"]>[0]): JobView;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
  readonly cwd?: string;
}

/** The command line, as Node runs it. */
export const cliProgram = path.join(repositoryFolder, "provider", "dist", "cli", "main.js");
const limitMs = 60_000;

/** The discard port: connections to it are refused at once. */
const nobodyListens = "http://127.0.0.1:9";

/** An hour more than 30 days: what is shown does not change while the test runs. */
const longAgoMs = (30 * 24 + 1) * 3_600_000;
const tookMs = 600_000;

/** Runs `fn` with a stand-in of NCLUE whose time stands still, and the command line set up for it. */
export async function withCli(
  fn: (bench: CliBench) => Promise<void>,
  options: SimulatorOptions = {},
): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "nclue-cli-"));
  const simulator = await startSimulator({ clock: { frozen: true }, ...options });
  const task = simulator.seedTask({ name: "churn" });
  const env: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    HOME: folder,
    LANG: "C.UTF-8",
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
    NCLOUD_ACCESS_KEY: simulator.accessKey,
    NCLOUD_SECRET_KEY: simulator.secretKey,
    NCLUE_ENDPOINT: simulator.endpoint,
    NCLOUD_OBS_ENDPOINT: nobodyListens,
    NCLUE_REQUESTS_PER_SECOND: "50",
  };
  const stops: (() => void)[] = [];
  const start: CliBench["start"] = (args, { env: more, input, cwd = folder } = {}) => {
    const command = startCommand(process.execPath, [cliProgram, ...args], {
      cwd,
      env: { ...env, ...more },
      input,
      limitMs,
    });
    stops.push(() => command.signal("SIGKILL"));
    return command;
  };
  const open: CliBench["open"] = (args, { env: more, ...rest } = {}) => {
    const options = { cwd: folder, env: { ...env, ...more }, ...rest };
    const terminal = openTerminal(process.execPath, [cliProgram, ...args], options);
    stops.push(() => terminal.close());
    return terminal;
  };
  const seed = (name: string, more: object, inProgressMs: number | "never") =>
    simulator.seedTaskRun({
      name,
      taskId: task.id,
      createdAtMs: simulator.now() - longAgoMs,
      plan: { registeredMs: 0, pendingMs: 0, inProgressMs },
      ...more,
    });
  try {
    await fn({
      simulator,
      task,
      folder,
      env,
      start,
      run: (args, more) => start(args, more).ended,
      open,
      requests: (beginning = "") =>
        simulator
          .log()
          .map(({ method, path: asked }: LoggedRequest) => `${method} ${asked}`)
          .filter((line) => line.startsWith(beginning)),
      seedFinished: (name, more = {}) => seed(name, more, tookMs),
      seedUnfinished: (name, more = {}) => seed(name, more, "never"),
    });
  } finally {
    // A test that fails may leave them, and they would outlive it.
    for (const stop of stops) stop();
    await simulator.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

export interface BucketBench extends CliBench {
  readonly buckets: BucketServer;
  /** A bucket of this test's own, for results. */
  readonly bucket: string;
}

let bucketCount = 0;

/** The same, with Object Storage. */
export async function withBucket(
  fn: (bench: BucketBench) => Promise<void>,
  options: SimulatorOptions = {},
): Promise<void> {
  const buckets = await bucketServer();
  bucketCount += 1;
  const bucket = `cli-${process.pid}-${bucketCount}`;
  await buckets.createBucket(bucket);
  const { accessKey, secretKey, endpoint, region } = buckets;
  const storage = { endpoint, region };
  await withCli(
    async (bench) => {
      Object.assign(bench.env, { NCLOUD_OBS_ENDPOINT: endpoint, NCLOUD_OBS_REGION: region });
      await fn({ ...bench, buckets, bucket });
    },
    { accounts: [{ accessKey, secretKey }], storage, ...options },
  );
}

/** A made-up id that tells its number. */
export function idOf(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
}
