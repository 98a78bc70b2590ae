import * as nclue from "pulumi-nclue";
import type { JobView } from "../../simulator/src";
import type { Deployment, Program } from "./engine";
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
}

/** One program of each kind of state; frozen, as the samples are. */
export const sampleKinds: Readonly<Record<string, SampleKind>> = {
  completed: {
    program:
      ({ args }) =>
      async () => {
        new nclue.TaskRun("scores", { ...args, triggers: ["2026-11", { rows: 3 }] });
      },
  },
  failed: {
    prepare: ({ simulator }) =>
      simulator.queuePlans({ outcome: "failed", failMessage: "OBS_UPLOAD_FAILED" }),
    program:
      ({ args }) =>
      async () => {
        new nclue.TaskRun("scores", args);
      },
    fails: true,
  },
  unfinished: {
    prepare: ({ simulator }) => simulator.queuePlans({ inProgressMs: "never" }),
    program:
      ({ args }) =>
      async () => {
        new nclue.TaskRun("scores", {
          ...args,
          waitFor: "submitted",
          onDeleteWhileRunning: "fail",
        });
      },
  },
  imported: {
    program:
      ({ args, existingId }) =>
      async () => {
        new nclue.TaskRun("scores", args, { import: existingId });
      },
  },
  completion: {
    program:
      ({ args }) =>
      async () => {
        const run = new nclue.TaskRun("scores", { ...args, name: "given", waitFor: "submitted" });
        new nclue.TaskRunCompletion("all", { runIds: [run.id] });
      },
  },
};
