import { setTimeout } from "node:timers/promises";
import * as nclue from "pulumi-nclue";
import {
  type FamilyName,
  type LoggedRequest,
  type Simulator,
  startSimulator,
} from "../simulator/src";
import { type BucketServer, bucketServer } from "../tests/support/bucketServer";
import { type Program, type TestStack, type Verb, withStack } from "../tests/support/engine";
import { noticeSeconds, type Spread } from "./notice";
import { Nothing } from "./plain/nothing";
import { PlainTaskRun } from "./plain/taskRun";
import { PLAN, REQUESTS_PER_SECOND, SPEED } from "./scale";

/** What makes the runs. `nothing` makes none: it is what the engine takes by itself. */
export type Kind = "provider" | "barrier" | "plain" | "nothing";

export interface Figures {
  /** The command on the scaled clock. */
  readonly wallMs: number;
  /** The part of it from the first request to the last, which alone is scaled; see `scale.ts`. */
  readonly serviceMs: number;
  readonly sent: number;
  /** For their pace, or because what they need is not completed. */
  readonly refused: number;
  readonly polls: number;
  /** From a run's completion to the answer that told of it, in seconds of the service. */
  readonly notice: Spread | undefined;
}

export interface Measuring {
  readonly kind: Kind;
  readonly count: number;
  /** In this order. */
  readonly verbs: readonly Verb[];
  /** @default SPEED */
  readonly speed?: number;
  readonly plan?: Plan;
}

/** A stack, and the service and the S3 server that it is set up for. */
export interface Bench {
  readonly simulator: Simulator;
  readonly stack: TestStack;
  readonly requests: LoggedRequest[];
  readonly speed: number;
}

export interface Parts {
  readonly simulator: Simulator;
  readonly buckets: BucketServer;
  /** A bucket that nobody else has. */
  readonly bucket: string;
}

export interface BenchOptions {
  /** Part of the bucket's name. */
  readonly name: string;
  /** @default SPEED */
  readonly speed?: number;
  readonly plan?: Plan;
  /** Plans of families whose jobs do not go by `plan`. */
  readonly plans?: FamilyPlans;
  /** Places that a request may come early, plus one. @default 2, but 1 at the true clock */
  readonly burst?: number;
  /** How many things the engine does at once. @default its own default */
  readonly parallel?: number;
  /** Added to the environment of the commands. */
  readonly env?: Readonly<Record<string, string>>;
  readonly programOf: (parts: Parts) => Program | Promise<Program>;
}

export type Plan = typeof PLAN;
export type FamilyPlans = Partial<Record<FamilyName, Plan>>;

/** Commands on a stack of its own, with a simulator of its own: the figures of each, in order. */
export async function measure(measuring: Measuring): Promise<readonly Figures[]> {
  const { kind, count, verbs, speed = SPEED, plan = PLAN } = measuring;
  const options: BenchOptions = {
    name: `${kind}-${count}`,
    speed,
    plan,
    ...(kind === "barrier" ? {} : { parallel: count + 8 }),
    programOf: (parts) => programOf(kind, count, parts),
  };
  return withBench(options, async (bench) => {
    const figures: Figures[] = [];
    for (const verb of verbs) figures.push(await run(verb, bench));
    return figures;
  });
}

/** Runs `fn` on a stack of its own; afterwards nothing of it is left. */
export async function withBench<T>(
  options: BenchOptions,
  fn: (bench: Bench) => Promise<T>,
): Promise<T> {
  const { name, speed = SPEED, plan = PLAN, plans = {} } = options;
  // The jitter of a machine does not scale: at a scaled clock a request may come one place early.
  const { burst = speed > 1 ? 2 : 1 } = options;
  const buckets = await bucketServer();
  const requests: LoggedRequest[] = [];
  const simulator = await startSimulator({
    accounts: [buckets],
    storage: buckets,
    plan,
    rate: REQUESTS_PER_SECOND * speed,
    // The scaled time would run ahead of the store's, which says when a result was written.
    clock: { speed, startAtMs: Date.now() - (speed > 1 ? START_BEFORE_MS : 0) },
    switches: { rateBurst: burst },
    onRequest: (request) => {
      requests.push(request);
      void applyPlan(simulator, request, plans);
    },
  });
  try {
    const bucket = `bench-${process.pid}-${name}-${Date.now()}`;
    await buckets.createBucket(bucket);
    const program = await options.programOf({ simulator, buckets, bucket });
    const env = environmentOf(options, simulator, buckets, speed);
    return await withStack({ program, env }, (stack) => fn({ simulator, stack, requests, speed }));
  } finally {
    await simulator.close();
  }
}

/** The simulator has one plan for new jobs of all families: a job gets its own once it is there. */
async function applyPlan(
  simulator: Simulator,
  { method, path, status, body }: LoggedRequest,
  plans: FamilyPlans,
): Promise<void> {
  const family = path.slice(1) as FamilyName;
  const plan = plans[family];
  if (method !== "POST" || status !== 200 || plan === undefined) return;
  const { name } = body as { name: string };
  const job = (await simulator.jobs(family)).findLast((each) => each.name === name);
  if (job !== undefined) simulator.setPlan(job.id, plan);
}

const START_BEFORE_MS = 60 * 60_000;
const LIMIT_MS = 12 * 60_000;

export async function run(
  verb: Verb,
  { simulator, stack, requests, speed }: Bench,
): Promise<Figures> {
  // The process of this command knows nothing of the last request of the one before.
  await setTimeout(1_100 / speed);
  requests.length = 0;
  const outcome = await stack[verb]({ limitMs: LIMIT_MS });
  if (outcome.failed) throw new Error(`pulumi ${verb} failed:\n${outcome.output.slice(-4000)}`);
  const own = [...requests];
  const jobs = await simulator.jobs("task-runs");
  return {
    wallMs: outcome.durationMs,
    serviceMs: (own.at(-1)?.atMs ?? 0) - (own[0]?.atMs ?? 0),
    sent: own.length,
    refused: own.filter(({ status }) => (status ?? 0) >= 400).length,
    polls: own.filter(({ method }) => method === "GET").length,
    notice: verb === "up" ? noticeSeconds(own, jobs, toRealTime(simulator, speed)) : undefined,
  };
}

function toRealTime(simulator: Simulator, speed: number): (serviceMs: number) => number {
  const [realNow, serviceNow] = [Date.now(), simulator.now()];
  return (serviceMs) => realNow + (serviceMs - serviceNow) / speed;
}

function programOf(kind: Kind, count: number, { simulator, bucket }: Parts): Program {
  const feature = simulator.seedFeature();
  const task = simulator.seedTask({ trainFeatureId: feature.id });
  const numbers = Array.from({ length: count }, (_, n) => n);
  const argsOf = (n: number) => ({
    taskId: task.id,
    featureId: feature.id,
    resultBucket: bucket,
    resultFilePath: `runs/${n}/`,
  });
  return async () => {
    switch (kind) {
      case "provider":
        for (const n of numbers) new nclue.TaskRun(`run-${n}`, argsOf(n));
        return;
      case "barrier": {
        const runs = numbers.map(
          (n) => new nclue.TaskRun(`run-${n}`, { ...argsOf(n), waitFor: "submitted" }),
        );
        new nclue.TaskRunCompletion("all", { runIds: runs.map(({ id }) => id) });
        return;
      }
      case "plain":
        for (const n of numbers) new PlainTaskRun(`run-${n}`, { name: `run-${n}`, ...argsOf(n) });
        return;
      case "nothing":
        for (const n of numbers) new Nothing(`run-${n}`, argsOf(n));
        return;
    }
  };
}

function environmentOf(
  { parallel, env }: BenchOptions,
  simulator: Simulator,
  buckets: BucketServer,
  speed: number,
): Record<string, string> {
  return {
    NCLOUD_ACCESS_KEY: simulator.accessKey,
    NCLOUD_SECRET_KEY: simulator.secretKey,
    NCLUE_ENDPOINT: simulator.endpoint,
    NCLOUD_OBS_ENDPOINT: buckets.endpoint,
    NCLOUD_OBS_REGION: buckets.region,
    NCLUE_REQUESTS_PER_SECOND: `${REQUESTS_PER_SECOND * speed}`,
    BENCH_SPEED: `${speed}`,
    // Writing the whole state after each step takes the engine a time that grows with the square of
    // the resources, is the same for every provider, and would be most of what a scaled clock shows.
    PULUMI_EXPERIMENTAL: "true",
    PULUMI_SKIP_CHECKPOINTS: "true",
    ...(parallel === undefined ? {} : { PULUMI_PARALLEL: `${parallel}` }),
    ...env,
  };
}
