import * as pulumi from "@pulumi/pulumi";
import * as nclue from "pulumi-nclue";
import type { JobView } from "../../simulator/src";
import type { Deployment, Outcome, Program } from "./engine";
import { BEHAVIOUR, LABELS } from "./pipelineParts";
import type { Nclue, RunArgs } from "./withNclue";

// The states that each release leaves behind, as samples: tests/fixtures/states/<version>/<name>.json.
// `node -r ./tests/support/typescript.cjs tests/support/exportStates.ts` writes those of the version
// that is checked out; a later version must understand all of them.

/** What a program of a sample is made from. */
export interface SampleParts {
  readonly args: RunArgs;
  /** A run that exists before the program does. */
  readonly existingId: string;
}

/** A state, and what there was at the service and in Object Storage when it was exported. */
export interface StateSample {
  readonly parts: SampleParts;
  readonly endpoint: string;
  readonly keyHash: string;
  readonly jobs: readonly JobView[];
  readonly objects: Readonly<Record<string, string>>;
  readonly deployment: Deployment;
}

export interface SampleKind {
  readonly prepare?: (nclue: Nclue) => void;
  readonly program: (parts: SampleParts) => Program;
  /** Whether the first `up` ends with an error, as a failed run does. */
  readonly fails?: true;
  /** What happens after that `up`, before the state is exported. */
  readonly afterwards?: (nclue: Nclue) => Promise<unknown>;
  /** What a preview says, where it is not empty. */
  readonly preview?: { readonly changes: Outcome["changes"]; readonly says: readonly RegExp[] };
}

/** The programs of each version's samples; frozen, as the samples are. */
export const sampleKinds: Readonly<Record<string, Readonly<Record<string, SampleKind>>>> = {
  "0.1.0": {
    completed: { program: ({ args }) => scores({ ...args, triggers: ["2026-11", { rows: 3 }] }) },
    failed: {
      prepare: ({ simulator }) => simulator.queuePlans(failing),
      program: ({ args }) => scores(args),
      fails: true,
      preview: { changes: { replace: 1, same: 1 }, says: [/failed: OBS_UPLOAD_FAILED; a new run/] },
    },
    unfinished: {
      prepare: ({ simulator }) => simulator.queuePlans({ inProgressMs: "never" }),
      program: ({ args }) =>
        scores({ ...args, waitFor: "submitted", onDeleteWhileRunning: "fail" }),
    },
    imported: {
      program: ({ args, existingId }) => scores(args, { import: existingId }),
    },
    completion: {
      program:
        ({ args }) =>
        async () => {
          const run = new nclue.TaskRun("scores", { ...args, name: "given", waitFor: "submitted" });
          new nclue.TaskRunCompletion("all", { runIds: [run.id] });
        },
    },
  },

  "0.2.0": {
    families: { program: ({ args }) => allFamilies(args) },
    secret: { program: ({ args }) => allFamilies(args, pulumi.secret) },
    read: {
      program:
        ({ args, existingId }) =>
        async () => {
          nclue.Feature.get("members", args.featureId);
          nclue.Task.get("churn", args.taskId);
          nclue.TaskRun.get("scores", existingId);
        },
    },
    imported: {
      program:
        ({ args: { taskId, featureId }, existingId }) =>
        async () => {
          // The run's path is the service's, since the program does not give one.
          const args = { taskId, featureId } as nclue.TaskRunArgs;
          new nclue.TaskRun("scores", args, { import: existingId });
          const labels = { trainBucket: "seeded", trainFilePath: "labels/train.tsv" };
          new nclue.Task("churn", { trainFeatureId: featureId, ...labels }, { import: taskId });
        },
    },
    drifted: {
      program: ({ args }) => allFamilies(args),
      afterwards: drift,
      preview: {
        changes: { update: 1, same: 5 },
        says: [/the result of task run "scores-\w+" \(.*\) was replaced; an update accepts it/],
      },
    },
    failed: {
      prepare: ({ simulator }) => simulator.setDefaultPlan(failing),
      program:
        ({ args }) =>
        async () => {
          new nclue.TaskRun("scores", args);
          new nclue.TaskRun("stubborn", { ...args, onFailure: "fail" });
        },
      fails: true,
      preview: {
        changes: { replace: 1, update: 1, same: 1 },
        says: [/failed: OBS_UPLOAD_FAILED; a new run replaces it \(onFailure: "rerun"\)/],
      },
    },
    timedOut: {
      prepare: ({ simulator }) => simulator.setDefaultPlan({ inProgressMs: "never" }),
      program: ({ args }) => scores(args, { customTimeouts: { create: "1ms" } }),
      fails: true,
      preview: { changes: { update: 1, same: 1 }, says: [] },
    },
    barrier: {
      prepare: ({ simulator }) => simulator.queuePlans(failing),
      program:
        ({ args: { taskId, featureId, resultBucket } }) =>
        async () => {
          const more = { taskId, featureId, resultBucket, waitFor: "submitted" } as const;
          const first = new nclue.TaskRun("first", { ...more, resultFilePath: "first/" });
          const second = new nclue.TaskRun(
            "second",
            { ...more, resultFilePath: "second/" },
            { dependsOn: first },
          );
          new nclue.TaskRunCompletion("all", { runIds: [first.id, second.id] });
        },
      fails: true,
      afterwards: ({ stack }) => stack.refresh(),
      preview: { changes: { replace: 1, update: 1, same: 2 }, says: [/failed: OBS_UPLOAD_FAILED/] },
    },
    gated: {
      prepare: ({ simulator }) => simulator.queuePlans({ auroc: "0.61" }),
      program: ({ args: { featureId, resultBucket } }) => {
        const labels = { trainBucket: resultBucket, trainFilePath: LABELS };
        return async () => {
          new nclue.Task("churn", { trainFeatureId: featureId, ...labels, minAuroc: 0.75 });
        };
      },
      fails: true,
      preview: { changes: { update: 1, same: 1 }, says: [/its AUROC is 0.61, which is below/] },
    },
  },
};

const failing = { outcome: "failed", failMessage: "OBS_UPLOAD_FAILED" } as const;

function scores(args: nclue.TaskRunArgs, options?: pulumi.CustomResourceOptions): Program {
  return async () => {
    new nclue.TaskRun("scores", args, options);
  };
}

/** A job of each family, none of which needs another; `hide` makes what only they know a secret. */
function allFamilies(
  { taskId, featureId, resultBucket }: RunArgs,
  hide: <T>(value: T) => pulumi.Input<T> = (value) => value,
): Program {
  return async () => {
    const source = { sourceBucket: resultBucket, sourceFilePath: hide(BEHAVIOUR) };
    new nclue.Feature("members", { ...source, onSourceChange: "ignore" });
    const labels = { trainBucket: resultBucket, trainFilePath: hide(LABELS), minAuroc: 0.5 };
    new nclue.Task("churn", { trainFeatureId: featureId, ...labels });
    const path = { resultBucket, resultFilePath: hide("scores/") };
    new nclue.TaskRun("scores", { taskId, featureId, ...path, triggers: [hide("2026-11")] });
    const keywords = hide(["running", "marathon"]);
    const result = { resultBucket, resultFilePath: "runners/" };
    new nclue.CustomAttributes("runners", { featureId, keywords, ...result });
    new nclue.ShoppingIntent("intents", { taskId });
  };
}

/** The feature's data and the run's result are others now, and a refresh has noted it. */
async function drift({ stack, runs, buckets, bucket }: Nclue): Promise<void> {
  const key = (await runs()).flatMap(({ resultKeys }) => resultKeys).at(-1) ?? "";
  await buckets.putObject(bucket, key, "another result");
  await buckets.putObject(bucket, `${BEHAVIOUR}part-3.tsv`, "user-3\tsocks\n");
  await stack.refresh();
}
