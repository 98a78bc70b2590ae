import { families } from "../../../provider/src/domain/families";
import type { FamilyName } from "../../../provider/src/domain/family";
import type { Fault, FaultAnswer } from "../../../simulator/src";
import type { LifecycleOptions, Process } from "../withLifecycle";
import type { Stage } from "./stage";

/** One trouble, told to the end: it makes the code say what no other life makes it say. */
export interface Scenario {
  /** @default a task run */
  readonly families?: readonly FamilyName[];
  readonly options?: LifecycleOptions;
  readonly play: (stage: Stage) => Promise<void>;
}

export type Switches = NonNullable<LifecycleOptions["switches"]>;

export const MINUTE = 60_000;

export const DAY = 24 * 60 * MINUTE;

export const quick = { registeredMs: 0, pendingMs: 0, inProgressMs: 1000 };

export const slow = { registeredMs: MINUTE, pendingMs: MINUTE, inProgressMs: 3 * MINUTE };

export const endless = { inProgressMs: "never" } as const;

/** Repeats what is asked for wherever it can. */
const loud: Switches = { requestRepeatedIn: "both" };

/** A service that the simulator's switches make difficult. */
export const service = (
  switches: Switches = {},
  plan: LifecycleOptions["plan"] = quick,
): LifecycleOptions => ({
  plan,
  switches: { ...loud, ...switches },
});

export const fault = (
  { simulator }: Stage,
  method: string,
  answer: FaultAnswer,
  more: Partial<Fault> = {},
) => simulator.addFault({ match: { method }, answer, ...more });

export const always = { times: "always" } as const;

export const refused = (status: number, body: unknown = {}): FaultAnswer => ({
  kind: "status",
  status,
  body,
});

/** A store that answers like this, in words that repeat a key. */
export const storeError = ({ words }: Stage, facts: object) =>
  Object.assign(new Error(`no: ${words}`), facts);

export const UNREACHABLE = { code: "ECONNREFUSED" };

export const FORBIDDEN = { $metadata: { httpStatusCode: 403 } };

/** A process with these settings. */
export const processOf = (stage: Stage, environment: Record<string, string>) =>
  stage.newProcess(environment).of(stage.family);

/** From the `nth` list on, a list that has an entry without an id, so that it proves nothing. */
export function hideList({ simulator, family }: Stage, nth = 1): void {
  const { path, list } = families[family];
  const answer = refused(200, { [list]: [{}], total: 1 });
  simulator.addFault({ match: { method: "GET", path }, nth, ...always, answer });
}

/** A run at the service that has the name and content of the program's. */
export function namesake({ simulator, task, feature, clock }: Stage, more: object = {}) {
  return simulator.seedTaskRun({
    name: "weekly",
    taskId: task.id,
    featureId: feature.id,
    resultBucket: "canary-results",
    resultFilePath: "/canary//카나리아=1/",
    createdAtMs: clock.nowMs() - DAY,
    ...more,
  });
}

export const named = { name: "canary name" };

/** A process that the engine stops after a while. */
export function stoppedAfter(ms: number, { clock, newProcess }: Stage): Process {
  const plugin = newProcess();
  void clock.sleep(ms).then(() => plugin.cancel.abort(new Error("stop")));
  return plugin;
}

/** No job has it. */
export const UNKNOWN_ID = "00000000-0000-4000-8000-000000000000";
