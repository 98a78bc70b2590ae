import type { Accounts } from "./accounts";
import type { ChangeSignal } from "./changeSignal";
import type { Faults } from "./faults";
import type { Holds } from "./holds";
import { endOf, type Job, statusOf } from "./job";
import { checkPlan } from "./planBook";
import { retireName } from "./requestChecks";
import type { RequestLog } from "./requestLog";
import { createSeeder } from "./seed";
import type { Service } from "./service";
import { settle } from "./settle";
import type { JobView, Simulator } from "./simulator";

/** What the levers move. */
export interface LeverParts {
  readonly service: Service;
  readonly accounts: Accounts;
  readonly changes: ChangeSignal;
  readonly log: RequestLog;
  readonly faults: Faults;
  readonly holds: Holds;
}

type Levers = Omit<Simulator, "endpoint" | "controlUrl" | "accessKey" | "secretKey" | "close">;

/** All that a test can do to the simulator, in process; `control.ts` offers the same over HTTP. */
export function createLevers(parts: LeverParts): Levers {
  return {
    ...jobLevers(parts),
    ...timeLevers(parts),
    ...keyAndSwitchLevers(parts),
    ...faultLevers(parts),
    ...logLevers(parts),
  };
}

function jobLevers({ service, accounts }: LeverParts) {
  const { store, clock, plans } = service;
  const seeder = createSeeder(service, accounts.first.account);
  const view = (job: Job) => viewOf(job, clock.now());

  const find = (id: string): Job => {
    const job = store.find(id);
    if (job && job.deletedAtMs === undefined) return job;
    throw new RangeError(`there is no job ${id}`);
  };
  const findUnfinished = (id: string): Job => {
    const job = find(id);
    if (endOf(job).atMs > clock.now()) return job;
    throw new RangeError(`changing ${job.family} ${id}: it has ended already`);
  };

  return {
    seedFeature: (seed) => view(seeder.seedFeature(seed)),
    seedTask: (seed) => view(seeder.seedTask(seed)),
    seedTaskRun: (seed) => view(seeder.seedTaskRun(seed)),
    async job(id) {
      await settle(service, clock.now());
      const job = store.find(id);
      return job && job.deletedAtMs === undefined ? view(job) : undefined;
    },
    async jobs(family) {
      await settle(service, clock.now());
      return [...store.all()]
        .filter((job) => job.family === family && job.deletedAtMs === undefined)
        .map(view);
    },
    deleteJob(id) {
      const job = find(id);
      retireName(job, service);
      store.markDeleted(job, clock.now());
    },
    setDefaultPlan: (changes) => plans.setDefault(changes),
    queuePlans: (...queued) => plans.queue(queued),
    setPlan(id, changes) {
      checkPlan(changes);
      const job = findUnfinished(id);
      job.plan = { ...job.plan, ...changes };
    },
    failJob(id, failMessage = "COMMON_ERROR") {
      find(id).forcedEnd = { atMs: clock.now(), outcome: "failed", failMessage };
    },
    async completeJob(id) {
      findUnfinished(id).forcedEnd = {
        atMs: clock.now(),
        outcome: "completed",
        failMessage: null,
      };
      await settle(service, clock.now());
    },
  } satisfies Partial<Levers>;
}

function timeLevers({ service }: LeverParts) {
  const { clock } = service;
  return {
    now: () => clock.now(),
    async advance(ms) {
      clock.advance(ms);
      await settle(service, clock.now());
    },
    setClock: (settings) => clock.set(settings),
    settle: () => settle(service, clock.now()),
  } satisfies Partial<Levers>;
}

function keyAndSwitchLevers({ service: { switches }, accounts }: LeverParts) {
  return {
    addAccount: (account) => accounts.add(account),
    setKeyAccess: (accessKey, access) => accounts.setAccess(accessKey, access),
    removeKey: (accessKey) => accounts.remove(accessKey),
    switches: () => switches.read(),
    setSwitches: (changes) => switches.set(changes),
    resetSwitches: () => switches.reset(),
  } satisfies Partial<Levers>;
}

function faultLevers({ faults, holds, changes }: LeverParts) {
  return {
    addFault: (fault) => faults.add(fault),
    faults: () => faults.list(),
    clearFaults: () => faults.clear(),
    holdRequest: (k, when = "before") =>
      faults.add({ match: { k }, when, answer: { kind: "hold" } }),
    held: (abort) => changes.until(() => holds.list()[0], abort),
    heldRequests: () => holds.list(),
  } satisfies Partial<Levers>;
}

function logLevers({ log, changes }: LeverParts) {
  return {
    log: () => [...log.entries()],
    clearLog: () => log.clear(),
    waitForRequests(isEnough, abort) {
      const probe =
        typeof isEnough === "function"
          ? () => isEnough(log.entries())
          : () => log.entries().filter((entry) => entry.done).length >= isEnough;
      return changes.until(() => (probe() ? [...log.entries()] : undefined), abort);
    },
  } satisfies Partial<Levers>;
}

function viewOf(job: Job, nowMs: number): JobView {
  const end = endOf(job);
  const { family, id, name, account, fields, createdAtMs, plan, resultKeys } = job;
  return {
    family,
    id,
    name,
    account,
    status: statusOf(job, nowMs),
    fields,
    createdAtMs,
    endsAtMs: Number.isFinite(end.atMs) ? end.atMs : null,
    failMessage: nowMs >= end.atMs ? end.failMessage : null,
    plan,
    resultKeys,
  };
}
