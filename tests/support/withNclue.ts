import * as nclue from "pulumi-nclue";
import {
  type JobView,
  type LoggedRequest,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from "../../simulator/src";
import { type BucketServer, bucketServer } from "./bucketServer";
import { type Outcome, type Program, type StackOptions, type TestStack, withStack } from "./engine";

export interface NclueOptions extends StackOptions {
  /** @default all stages take no time: a run is completed when it is first looked at */
  readonly plan?: SimulatorOptions["plan"];
  readonly clock?: SimulatorOptions["clock"];
  readonly switches?: SimulatorOptions["switches"];
}

/** A stand-in of NCLUE, a bucket for its results, and an empty stack that is set up for both. */
export interface Nclue {
  readonly simulator: Simulator;
  readonly stack: TestStack;
  /** Shared by all tests of the process. */
  readonly buckets: BucketServer;
  /** A bucket of this test's own. */
  readonly bucket: string;
  readonly task: JobView;
  readonly feature: JobView;
  /** Enough for a run: task, feature, bucket and a path. */
  readonly args: RunArgs;
  /** A program of the one run `scores`: {@link Nclue.args} with changes. Its outputs are the stack's. */
  readonly program: (
    changes?: Partial<nclue.TaskRunArgs>,
    options?: ConstructorParameters<typeof nclue.TaskRun>[2],
  ) => Program;
  /** The runs that exist at the service, oldest first. */
  runs(): Promise<readonly JobView[]>;
  /** What was asked of the service, as `METHOD /path`, oldest first; narrowed by its beginning. */
  requests(beginning?: string): readonly string[];
}

export interface RunArgs {
  readonly taskId: string;
  readonly featureId: string;
  readonly resultBucket: string;
  readonly resultFilePath: string;
}

let bucketCount = 0;

/** Runs `fn` with all that an engine test of a task run needs; afterwards none of it is left. */
export async function withNclue<T>(
  { plan, clock, switches, ...stackOptions }: NclueOptions,
  fn: (nclue: Nclue) => Promise<T>,
): Promise<T> {
  const buckets = await bucketServer();
  bucketCount += 1;
  const bucket = `results-${process.pid}-${bucketCount}`;
  await buckets.createBucket(bucket);
  const { accessKey, secretKey } = buckets;
  const simulator = await startSimulator({
    accounts: [{ accessKey, secretKey }],
    storage: { endpoint: buckets.endpoint, region: buckets.region },
    plan: { registeredMs: 0, pendingMs: 0, inProgressMs: 0, ...plan },
    ...(clock ? { clock } : {}),
    ...(switches ? { switches } : {}),
  });
  const env = {
    NCLOUD_ACCESS_KEY: accessKey,
    NCLOUD_SECRET_KEY: secretKey,
    NCLUE_ENDPOINT: simulator.endpoint,
    NCLOUD_OBS_ENDPOINT: buckets.endpoint,
    NCLOUD_OBS_REGION: buckets.region,
    NCLUE_REQUESTS_PER_SECOND: "50",
    NCLUE_PROGRESS: "lines", // the same with and without a terminal
    ...stackOptions.env,
  };
  const feature = simulator.seedFeature({ name: "customers" });
  const task = simulator.seedTask({ name: "churn", trainFeatureId: feature.id });
  const args = {
    taskId: task.id,
    featureId: feature.id,
    resultBucket: bucket,
    resultFilePath: "churn/",
  };
  const program: Nclue["program"] = (changes, options) => async () => {
    const { runId, name, status, resultUri } = new nclue.TaskRun(
      "scores",
      { ...args, ...changes },
      options,
    );
    return { runId, name, status, resultUri };
  };
  const runs = () => simulator.jobs("task-runs");
  const requests = (beginning = "") =>
    simulator
      .log()
      .map(({ method, path }: LoggedRequest) => `${method} ${path}`)
      .filter((line) => line.startsWith(beginning));
  try {
    return await withStack({ program: program(), ...stackOptions, env }, (stack) =>
      fn({ simulator, stack, buckets, bucket, task, feature, args, program, runs, requests }),
    );
  } finally {
    await simulator.close();
  }
}

/** What the engine did, in its order, as `create scores`. */
export function did({ steps }: Outcome): readonly string[] {
  return steps.map(({ op, name }) => `${op} ${name}`);
}

/** The lasting messages of a command, without the engine's own about where its plugin was found. */
export function told(outcome: Outcome): readonly string[] {
  return outcome.diagnostics.filter((line) => !line.includes("from $PATH"));
}

/** Those of them that are warnings. */
export function warned(outcome: Outcome): readonly string[] {
  return told(outcome).filter((line) => line.startsWith("warning: "));
}

/** A run of the test's task that has taken so many minutes. */
export function seedFinished({ simulator, task, feature, bucket }: Nclue, minutes: number) {
  simulator.seedTaskRun({
    name: `earlier-${minutes}`,
    taskId: task.id,
    featureId: feature.id,
    resultBucket: bucket,
    resultFilePath: `earlier/${minutes}/`,
    createdAtMs: simulator.now() - 86_400_000,
    plan: { registeredMs: 0, pendingMs: 0, inProgressMs: minutes * 60_000, outcome: "completed" },
  });
}
