import { execFileSync } from "node:child_process";
import path from "node:path";
import v8 from "node:v8";
import vm from "node:vm";
import type { RunContext } from "../provider/src/lifecycle/runContext";
import { waitForRun } from "../provider/src/lifecycle/waitForRun";
import type { NclueClient } from "../provider/src/nclue/client";
import { RunPages } from "../provider/src/nclue/runPages";
import { RunWatch } from "../provider/src/nclue/runWatch";
import { taskRunCompletionShell, taskRunShell } from "../provider/src/pulumi/taskRunShell";
import { FakeClock } from "../tests/support/fakeClock";
import { runNumber } from "../tests/support/fakeList";
import { RecordingLog } from "../tests/support/recordingLog";
import { settingsOf } from "../tests/support/settings";
import { repositoryFolder } from "../tools/folders.mjs";

/** What the provider costs by itself. */
export interface OwnCosts {
  /** Loading the plugin's entry in a process that has loaded the SDK, in ms: the middle of several. */
  readonly loadMs: number;
  readonly loadsS3Client: boolean;
  /** The longest text that is stored with a resource. */
  readonly textBytes: number;
  /** The heap after a forced collection, at each hour that `waiters` runs wait. */
  readonly heapBytes: readonly number[];
  readonly waiters: number;
}

export async function measureProcess(): Promise<OwnCosts> {
  const loads = Array.from({ length: LOADS }, loadEntry);
  const times = loads.map(({ ms }) => ms).sort((a, b) => a - b);
  return {
    loadMs: times[Math.floor(LOADS / 2)] ?? Number.NaN,
    loadsS3Client: loads.some(({ s3 }) => s3),
    textBytes: Math.max(
      ...[taskRunShell, taskRunCompletionShell].map((text) => Buffer.byteLength(text)),
    ),
    heapBytes: await heapWhileWaiting(),
    waiters: WAITERS,
  };
}

const LOADS = 7;
const WAITERS = 1000;
const HOURS = 3;

/** In a fresh process, as the plugin does it: the SDK is there, the entry is not. */
function loadEntry(): { ms: number; s3: boolean } {
  const script = `
    require("@pulumi/pulumi");
    require("@pulumi/pulumi/dynamic");
    const started = performance.now();
    require("pulumi-nclue/plugin");
    const ms = performance.now() - started;
    const s3 = Object.keys(require.cache).some((file) => file.includes("client-s3"));
    console.log(JSON.stringify({ ms, s3 }));
  `;
  const cwd = path.join(repositoryFolder, "provider");
  return JSON.parse(execFileSync(process.execPath, ["-e", script], { cwd, encoding: "utf8" }));
}

/** Hours of a thousand waits on a clock that nobody waits for, with the pages of a list as answers. */
async function heapWhileWaiting(): Promise<readonly number[]> {
  v8.setFlagsFromString("--expose-gc");
  const collect = vm.runInNewContext("gc") as () => void;
  const clock = new FakeClock();
  const runs = Array.from({ length: WAITERS }, (_, n) => runNumber(n));
  const client = {
    async listTaskRuns(index: number) {
      await clock.sleep(1000);
      const page = runs.slice(index, index + 100).map((run) => ({ ...run }));
      return { runs: page, length: page.length, total: runs.length };
    },
    async getTaskRun(runId: string) {
      await clock.sleep(1000);
      return { ...runs.find((run) => run.runId === runId) };
    },
  } as unknown as NclueClient;
  const stop = new AbortController();
  const pages = new RunPages(client);
  const account = { settings: settingsOf(), watch: new RunWatch(client, pages, clock) };
  const ctx = {
    clock,
    random: () => 0.5,
    log: Object.assign(new RecordingLog(), { debug: () => {} }),
    cancelled: stop.signal,
    account: () => account,
  } as unknown as RunContext;
  const waits = runs.map(({ runId }) =>
    waitForRun(ctx, {
      runId,
      isReached: (status) => status === "completed",
      timeoutMs: 24 * 3_600_000,
      lookAtOnce: false,
      onLook: () => {},
      onTrouble: () => {},
    }),
  );
  const heap: number[] = [];
  for (let hour = 0; hour <= HOURS; hour++) {
    clock.slept.length = 0;
    // The first sample comes when every run has been seen.
    await clock.advance(hour === 0 ? 15 * 60_000 : 3_600_000);
    clock.slept.length = 0;
    collect();
    heap.push(process.memoryUsage().heapUsed);
  }
  stop.abort(new Error("enough"));
  await clock.runUntil(Promise.all(waits));
  return heap;
}
