import * as nclue from "pulumi-nclue";
import type { Program } from "../tests/support/engine";
import { type Figures, type Kind, type Parts, type Plan, run, withBench } from "./measure";
import { REQUESTS_PER_SECOND, RUN_SECONDS, SPEED } from "./scale";

/** Whether the engine has a slot for each job, or the program makes do with its default parallelism. */
export type PipelineKind = Extract<Kind, "provider" | "barrier">;
export const PIPELINE_KINDS: readonly PipelineKind[] = ["provider", "barrier"];

/** Each has behaviour of its own, and so a feature, a task and a run. */
export const SEGMENTS = 40;

const FEATURE_PLAN: Plan = { registeredMs: 10_000, pendingMs: 50_000, inProgressMs: 240_000 };
/** How long a task is trained; before that it waits, as pending, until those before it are done. */
const TASK_PLAN: Plan = { registeredMs: 0, pendingMs: 0, inProgressMs: 60_000 };

export const FEATURE_SECONDS = secondsOf(FEATURE_PLAN);
export const TASK_SECONDS = secondsOf(TASK_PLAN);

function secondsOf({ registeredMs, pendingMs, inProgressMs }: Plan): number {
  return (registeredMs + pendingMs + inProgressMs) / 1000;
}

/**
 * So many seconds the service needs at least, whoever asks: the first feature, all tasks one after
 * the other, the last run, and one for each of the requests that ask for the first feature, the
 * first task and the last run. All other requests fit in beside these.
 */
export const PIPELINE_LIMIT_SECONDS =
  FEATURE_SECONDS + SEGMENTS * TASK_SECONDS + RUN_SECONDS + 3 / REQUESTS_PER_SECOND;

/**
 * The gateway is in one process with the program, which keeps it busy for some 300 ms while it
 * declares so many jobs: the first requests are then looked at together, up to half a second late.
 */
const BURST = SPEED / 2;

/** One `pulumi up` of the whole pipeline. */
export function measurePipeline(kind: PipelineKind): Promise<Figures> {
  return withBench(
    {
      name: `pipeline-${kind}`,
      burst: BURST,
      plans: { features: FEATURE_PLAN, tasks: TASK_PLAN },
      ...(kind === "barrier" ? {} : { parallel: 3 * SEGMENTS + 8 }),
      programOf: (parts) => pipelineOf(kind, parts),
    },
    (bench) => run("up", bench),
  );
}

async function pipelineOf(kind: PipelineKind, { buckets, bucket }: Parts): Promise<Program> {
  const numbers = Array.from({ length: SEGMENTS }, (_, n) => n);
  for (const n of numbers) {
    await buckets.putObject(bucket, `seq/${n}/part-1.tsv`, `user-1\tview ${n}->buy\n`);
    await buckets.putObject(bucket, `labels/${n}.tsv`, "user-1\t1\n");
  }
  // A task that is waited for is what frees a slot for the next one, and for its own run.
  const waiting = kind === "barrier" ? { waitFor: "submitted" as const } : {};
  return async () => {
    const runs = numbers.map((n) => {
      const source = { sourceBucket: bucket, sourceFilePath: `seq/${n}/` };
      const feature = new nclue.Feature(`members-${n}`, { ...source, ...waiting });
      const task = new nclue.Task(`segment-${n}`, {
        trainFeatureId: feature.id,
        trainBucket: bucket,
        trainFilePath: `labels/${n}.tsv`,
      });
      const result = { resultBucket: bucket, resultFilePath: `scores/${n}/` };
      const parents = { taskId: task.id, featureId: feature.id };
      return new nclue.TaskRun(`segment-${n}`, { ...parents, ...result, ...waiting });
    });
    if (kind === "barrier") {
      new nclue.TaskRunCompletion("all", { runIds: runs.map(({ id }) => id) });
    }
  };
}
