import nodeFetch from "node-fetch";
import type { Fetch } from "../../provider/src/kernel/ports";
import type { Checked } from "../../provider/src/lifecycle/checked";
import { FullHouse } from "../../provider/src/lifecycle/fullHouse";
import type { Account, RunContext } from "../../provider/src/lifecycle/runContext";
import type { Settled } from "../../provider/src/lifecycle/settleRun";
import * as lifecycle from "../../provider/src/lifecycle/taskRun";
import { createAccount } from "../../provider/src/plugin/account";
import { BucketLooks } from "../../provider/src/storage/bucketLooks";
import {
  type JobView,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from "../../simulator/src";
import { FakeClock } from "./fakeClock";
import { MemoryStore } from "./memoryStore";
import { RecordingLog } from "./recordingLog";

type Values = Record<string, unknown>;

/** What the engine's mark for "known after the update" is here. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** How much the engine would do at once. */
const PLACES = 8;

/** One plugin process: what it remembers is gone with it. */
export interface Process {
  readonly ctx: RunContext;
  readonly log: RecordingLog;
  readonly cancel: AbortController;
  check(olds: Values, news: Values, isPreview?: boolean): Promise<Checked>;
  diff(id: string, olds: Values, news: Values): ReturnType<typeof lifecycle.diff>;
  create(inputs: Values): Promise<Settled>;
  read(id: string, props: Values): Promise<Settled | "gone">;
  update(id: string, olds: Values, news: Values): Promise<Settled>;
  delete(id: string, props: Values): Promise<void>;
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
  /** Inputs as they come from the class: arguments that are accepted, and the plumbing. */
  inputs(args?: Values, plumbing?: Values): Values;
  /** `POST /task-runs`, one a request, in order; ids are shortened to `*`. */
  requests(): readonly string[];
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
      inputs: (args = {}, plumbing = {}) => ({
        taskId: task.id,
        featureId: feature.id,
        resultBucket: "acme-results",
        resultFilePath: "churn/2026-11/",
        ...args,
        __nclue: {
          urn: "urn:pulumi:dev::shop::pulumi-nodejs:dynamic/nclue:TaskRun::churn",
          organization: "organization",
          project: "shop",
          stack: "dev",
          logicalName: "churn",
          timeouts: {},
          stateWasRead: true,
          otherRunIds: [],
          ...plumbing,
        },
      }),
      requests: () =>
        simulator
          .log()
          .map(({ method, path }) => `${method} ${path.replace(/[0-9a-f-]{36}/, "*")}`),
      runs: () => simulator.jobs("task-runs"),
    });
  } finally {
    await simulator.close();
  }
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
  let account: Account | undefined;
  const startAccount = (): Account => ({
    ...createAccount({ config: () => undefined, environment, clock, random, log, fetch }),
    store,
    buckets: new BucketLooks(store, clock),
  });
  const ctx: RunContext = {
    clock,
    random,
    log,
    environment,
    isUnknown: (value) => value === UNKNOWN,
    cancelled: cancel.signal,
    urnOf: (id) => `urn:of:${id}`,
    update: {
      isPreview: false,
      startedRuns: new Set(),
      heldRuns: new Map(),
      house: new FullHouse(PLACES),
    },
    account: () => {
      account ??= startAccount();
      return account;
    },
  };
  const process: Process = {
    ctx,
    log,
    cancel,
    check(olds, news, isPreview = false) {
      ctx.update.isPreview = isPreview;
      return clock.runUntil(lifecycle.check(ctx, olds, news));
    },
    diff: (id, olds, news) => lifecycle.diff(ctx, id, olds, news),
    create: (inputs) => clock.runUntil(lifecycle.create(ctx, inputs)).then(asStored),
    async read(id, props) {
      const found = await clock.runUntil(lifecycle.read(ctx, id, props));
      return found === "gone" ? found : asStored(found);
    },
    update: (id, olds, news) =>
      clock.runUntil(lifecycle.update(ctx, id, olds, news)).then(asStored),
    delete: (id, props) => clock.runUntil(lifecycle.delete(ctx, id, props)),
  };
  return process;
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
