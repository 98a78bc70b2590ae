import { execFileSync } from "node:child_process";
import path from "node:path";
import v8 from "node:v8";
import vm from "node:vm";
import { families } from "../provider/src/domain/families";
import { isCompleted } from "../provider/src/domain/status";
import type { JobContext } from "../provider/src/lifecycle/jobContext";
import { waitForJob } from "../provider/src/lifecycle/waitForJob";
import { Jobs } from "../provider/src/nclue/jobs/jobs";
import { ListShape } from "../provider/src/nclue/jobs/listShape";
import { shells } from "../provider/src/pulumi/shell";
import { FakeClock } from "../tests/support/fakeClock";
import { RecordingLog } from "../tests/support/recordingLog";
import { runNumber } from "../tests/support/sampleJobs";
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
    textBytes: Math.max(...Object.values(shells).map((text) => Buffer.byteLength(text))),
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
  const transport = {
    async send({ path: asked }: { readonly path: string }) {
      await clock.sleep(1000);
      const [, index] = /index=(\d+)/.exec(asked) ?? [];
      if (index === undefined) return answerOf(asked.split("/").at(-1) ?? "");
      const page = runs.slice(Number(index), Number(index) + 100).map(({ id }) => answerOf(id));
      return { runs: page, total: runs.length };
    },
  };
  const stop = new AbortController();
  const { taskRun } = families;
  const jobs = new Jobs(taskRun, transport, clock, new ListShape());
  const clients = { settings: settingsOf(), jobs: { taskRun: jobs } };
  const ctx = {
    clock,
    random: () => 0.5,
    log: Object.assign(new RecordingLog(), { debug: () => {} }),
    cancelled: stop.signal,
    clients: () => clients,
  } as unknown as JobContext;
  const waits = runs.map((job) =>
    waitForJob(ctx, {
      family: taskRun,
      job,
      isReached: isCompleted,
      timeoutMs: 24 * 3_600_000,
      pollAtOnce: false,
      onSeen: () => {},
      onUnseen: () => {},
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

function answerOf(id: string): object {
  return {
    run_id: id,
    run_name: id,
    status: "in_progress",
    created_at: "2026-11-01T09:00:00+09:00",
  };
}
