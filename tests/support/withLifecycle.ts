import nodeFetch from "node-fetch";
import { families } from "../../provider/src/domain/families";
import type { FamilyName } from "../../provider/src/domain/family";
import type { JobDiff } from "../../provider/src/domain/jobDiff";
import { type Fetch, UNKNOWN_REQUEST } from "../../provider/src/kernel/ports";
import type { Checked } from "../../provider/src/lifecycle/checkJob";
import {
  type Clients,
  type JobContext,
  maskedLog,
  newUpdate,
} from "../../provider/src/lifecycle/jobContext";
import type { Settled } from "../../provider/src/lifecycle/settleJob";
import { SlotHint } from "../../provider/src/lifecycle/slotHint";
import { completionVerbs, jobVerbs, type Verbs } from "../../provider/src/lifecycle/verbs";
import { createClients } from "../../provider/src/plugin/clients";
import { BucketReads } from "../../provider/src/storage/bucketReads";
import { SourceReads } from "../../provider/src/storage/sourceReads";
import {
  type JobView,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
  type TaskRunSeed,
} from "../../simulator/src";
import { FakeClock } from "./fakeClock";
import { MemoryStore } from "./memoryStore";
import { RecordingLog } from "./recordingLog";

type Values = Record<string, unknown>;

/** What the engine's mark for "known after the update" is here. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Where results go by default. */
const RESULT = { resultBucket: "acme-results", resultFilePath: "churn/2026-11/" };

/** How much the engine would do at once. */
const SLOTS = 8;

/** One plugin process: what it remembers is gone with it. */
export interface Process {
  readonly ctx: JobContext;
  readonly log: RecordingLog;
  readonly cancel: AbortController;
  check(olds: Values, news: Values, isPreview?: boolean): Promise<Checked>;
  diff(id: string, olds: Values, news: Values): Promise<JobDiff>;
  create(inputs: Values): Promise<Settled>;
  read(id: string, props: Values): Promise<Settled | "gone">;
  update(id: string, olds: Values, news: Values): Promise<Settled>;
  delete(id: string, props: Values): Promise<void>;
  /** The same process, asked for resources of another family. */
  of(family: FamilyName): Process;
  /** The same process, asked for barriers. */
  ofBarriers(): Process;
}

export interface LifecycleBench {
  readonly simulator: Simulator;
  readonly clock: FakeClock;
  readonly store: MemoryStore;
  readonly task: JobView;
  readonly feature: JobView;
  /** The process that a test uses unless it starts others. */
  readonly plugin: Process;
  /** A plugin process of its own, with this environment added. */
  newProcess(environment?: Readonly<Record<string, string>>): Process;
  /** Inputs of a task run as they come from the class: arguments that are accepted, and the plumbing. */
  inputs(args?: Values, plumbing?: Values): Values;
  /** The same for any family. */
  inputsOf(family: FamilyName, args?: Values, plumbing?: Values): Values;
  /** `POST /task-runs`, one a request, in order; ids are shortened to `*`. Narrowed by its beginning. */
  requests(beginning?: string): readonly string[];
  runs(): Promise<readonly JobView[]>;
}

export interface LifecycleOptions extends Omit<SimulatorOptions, "clock" | "resultStore"> {
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs a test of the lifecycle against a simulator, both on one clock that nobody waits for. */
export async function withLifecycle(
  test: (bench: LifecycleBench) => Promise<void>,
  { environment = {}, ...options }: LifecycleOptions = {},
): Promise<void> {
  const network = { inFlight: 0 };
  const isBusy = () => network.inFlight > simulator.heldRequests().length;
  const clock = new FakeClock(isBusy);
  const store = new MemoryStore(() => clock.trueMs());
  const simulator = await startSimulator({
    ...options,
    clock: { source: () => clock.trueMs() },
    resultStore: store,
  });
  try {
    const feature = simulator.seedFeature({ name: "members" });
    const task = simulator.seedTask({ name: "spring-offer", trainFeatureId: feature.id });
    const fetch = countedFetch(network, simulator);
    const inputsOf: LifecycleBench["inputsOf"] = (family, args = {}, plumbing = {}) => ({
      ...acceptedArgs(family, task.id, feature.id),
      ...args,
      __nclue: { ...plumbingOf(family), ...plumbing },
    });
    const newProcess: LifecycleBench["newProcess"] = (more = {}) =>
      startProcess({ simulator, clock, store, fetch, environment: { ...environment, ...more } });
    await test({
      simulator,
      clock,
      store,
      task,
      feature,
      plugin: newProcess(),
      newProcess,
      inputs: (args, plumbing) => inputsOf("taskRun", args, plumbing),
      inputsOf,
      requests: (beginning = "") =>
        simulator
          .log()
          .map(({ method, path }) => `${method} ${path.replace(/[0-9a-f-]{36}/, "*")}`)
          .filter((request) => request.startsWith(beginning)),
      runs: () => simulator.jobs("task-runs"),
    });
  } finally {
    await simulator.close();
  }
}

/** What the inputs of a task run ask for by default, for a run that somebody else has made. */
export function contentOf({
  task,
  feature,
}: Pick<LifecycleBench, "task" | "feature">): TaskRunSeed {
  return { taskId: task.id, featureId: feature.id, ...RESULT };
}

/** The engine asks the process to stop while the store is read; returns the reason that it gives. */
export function stopWhileListing({ store }: LifecycleBench, { cancel }: Process): Error {
  const reason = new Error("stop");
  store.beforeList = async () => {
    cancel.abort(reason);
    throw new Error("aborted");
  };
  return reason;
}

/** Enough for a job of a family. */
function acceptedArgs(family: FamilyName, taskId: string, featureId: string): Values {
  switch (family) {
    case "feature":
      return { sourceBucket: "acme-data", sourceFilePath: "seq/2026-11/" };
    case "task":
      return {
        trainFeatureId: featureId,
        trainBucket: "acme-data",
        trainFilePath: "labels/churn.tsv",
      };
    case "taskRun":
      return { taskId, featureId, ...RESULT };
    case "customAttributes":
      return { featureId, keywords: ["running", "marathon"], ...RESULT };
    case "shoppingIntent":
      return { taskId };
  }
}

function plumbingOf(family: FamilyName): Values {
  const type = `pulumi-nodejs:dynamic/nclue:${family[0]?.toUpperCase()}${family.slice(1)}`;
  return {
    urn: `urn:pulumi:dev::shop::${type}::churn`,
    organization: "organization",
    project: "shop",
    stack: "dev",
    logicalName: "churn",
    timeouts: {},
    stateWasRead: true,
    otherJobIds: [],
  };
}

interface ProcessParts {
  readonly simulator: Simulator;
  readonly clock: FakeClock;
  readonly store: MemoryStore;
  readonly fetch: Fetch;
  readonly environment: Readonly<Record<string, string>>;
}

function startProcess({ simulator, clock, store, fetch, environment: given }: ProcessParts) {
  const environment = {
    NCLOUD_ACCESS_KEY: simulator.accessKey,
    NCLOUD_SECRET_KEY: simulator.secretKey,
    NCLUE_ENDPOINT: simulator.endpoint,
    ...given,
  };
  const log = new RecordingLog();
  const cancel = new AbortController();
  const random = () => 0.5;
  const update = newUpdate(new SlotHint(SLOTS));
  const shownLog = maskedLog(log, update.secrets);
  let clients: Clients | undefined;
  const startClients = (): Clients => ({
    ...createClients({ config: () => undefined, environment, clock, random, log: shownLog, fetch }),
    store,
    buckets: new BucketReads(store, clock),
    sources: new SourceReads(store, clock),
  });
  const ctx: JobContext = {
    clock,
    random,
    log: shownLog,
    environment,
    isUnknown: (value) => value === UNKNOWN,
    cancelled: cancel.signal,
    urnOf: (id) => `urn:of:${id}`,
    requestOf: () => UNKNOWN_REQUEST,
    searchRequestOf: () => UNKNOWN_REQUEST,
    update,
    clients: () => {
      clients ??= startClients();
      return clients;
    },
  };
  const processOf = (verbs: Verbs): Process => ({
    ctx,
    log,
    cancel,
    check(olds, news, isPreview = false) {
      ctx.update.isPreview = isPreview;
      return clock.runUntil(verbs.check(ctx, olds, news));
    },
    diff: (id, olds, news) => clock.runUntil(verbs.diff(ctx, id, olds, news)),
    create: (inputs) => clock.runUntil(verbs.create(ctx, inputs)).then(asStored),
    async read(id, props) {
      const found = await clock.runUntil(verbs.read(ctx, id, props));
      return found === "gone" ? found : asStored(found);
    },
    update: (id, olds, news) => clock.runUntil(verbs.update(ctx, id, olds, news)).then(asStored),
    delete: (id, props) => clock.runUntil(verbs.delete(ctx, id, props)),
    of: (family) => processOf(jobVerbs(families[family])),
    ofBarriers: () => processOf(completionVerbs),
  });
  return processOf(jobVerbs(families.taskRun));
}

/** The outputs as they come back from the state: JSON. */
function asStored(settled: Settled): Settled {
  return { ...settled, outputs: JSON.parse(JSON.stringify(settled.outputs)) };
}

/** The real client over the real network, which says how many requests are under way. */
function countedFetch(network: { inFlight: number }, simulator: Simulator): Fetch {
  return async (url, request) => {
    network.inFlight += 1;
    let isUnderWay = true;
    const over = () => {
      if (isUnderWay) network.inFlight -= 1;
      isUnderWay = false;
    };
    request.signal.addEventListener("abort", () => {
      // A held request that nobody waits for any more would count as one that is held for ever.
      for (const held of simulator.heldRequests()) held.drop();
    });
    try {
      const response = await nodeFetch(url, request as Parameters<typeof nodeFetch>[1]);
      const text = () => response.text().finally(over);
      const { status, headers, body } = response;
      body?.once("close", over);
      return { status, headers, body, text };
    } catch (error) {
      over();
      throw error;
    }
  };
}
