import type { Accounts } from "../gateway/accounts";
import { familyNames } from "../service/families";
import { isDeleted, type Job } from "../service/job";
import { checkPlan } from "../service/planBook";
import type { Service } from "../service/service";
import { settle } from "../service/settle";
import { endOf, statusOf } from "../service/status";
import { removeJob } from "../service/takenNames";
import type { JobView, Simulator } from "../simulator";
import type { ChangeSignal } from "./changeSignal";
import type { Faults } from "./faults";
import type { Holds } from "./holds";
import type { ListChanges } from "./listChanges";
import type { RequestLog } from "./requestLog";
import type { Seeder } from "./seeder";

/** What the levers move. */
export interface LeverParts {
  readonly service: Service;
  readonly accounts: Accounts;
  readonly changes: ChangeSignal;
  readonly log: RequestLog;
  readonly faults: Faults;
  readonly holds: Holds;
  readonly seeder: Seeder;
  readonly listChanges: ListChanges;
}

type Levers = Omit<Simulator, "endpoint" | "controlUrl" | "accessKey" | "secretKey" | "close">;

/** All that a test can do to the simulator, in process; `control.ts` offers the same over HTTP. */
export function createLevers(parts: LeverParts): Levers {
  return {
    ...seedLevers(parts),
    ...jobLevers(parts),
    ...fateLevers(parts),
    ...timeLevers(parts),
    ...keyAndSwitchLevers(parts),
    ...faultLevers(parts),
    ...logLevers(parts),
  };
}

function seedLevers({ service, seeder, listChanges }: LeverParts) {
  const seed: Simulator["seed"] = (family, given) => {
    if (!familyNames.includes(family)) throw new TypeError(`there is no family ${family}`);
    return viewOf(seeder.seed(family, given), service.clock.now());
  };
  return {
    seed,
    seedFeature: (given) => seed("features", given),
    seedTask: (given) => seed("tasks", given),
    seedTaskRun: (given) => seed("task-runs", given),
    seedCustomAttributes: (given) => seed("profile/custom-attributes", given),
    seedShoppingIntent: (given) => seed("profile/shopping-intents", given),
    changeAfterList: (change) => listChanges.plan(change),
  } satisfies Partial<Levers>;
}

function jobLevers({ service }: LeverParts) {
  const { store, clock } = service;
  const view = (job: Job) => viewOf(job, clock.now());
  return {
    async job(id) {
      await settle(service, clock.now());
      const job = store.find(id);
      return job && !isDeleted(job) ? view(job) : undefined;
    },
    async jobs(family) {
      await settle(service, clock.now());
      return [...store.all()].filter((job) => job.family === family && !isDeleted(job)).map(view);
    },
    deleteJob: (id) => removeJob(findJob(id, service), service),
  } satisfies Partial<Levers>;
}

function fateLevers({ service }: LeverParts) {
  const { clock, plans } = service;
  return {
    setDefaultPlan: (changes) => plans.setDefault(changes),
    queuePlans: (...queued) => plans.queue(queued),
    setPlan(id, changes) {
      checkPlan(changes);
      const job = findUnfinishedJob(id, service);
      job.plan = { ...job.plan, ...changes };
    },
    failJob(id, failMessage = "COMMON_ERROR") {
      findJob(id, service).forcedEnd = { atMs: clock.now(), outcome: "failed", failMessage };
    },
    async completeJob(id) {
      findUnfinishedJob(id, service).forcedEnd = {
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

function findJob(id: string, { store }: Service): Job {
  const job = store.find(id);
  if (job && !isDeleted(job)) return job;
  throw new RangeError(`there is no job ${id}`);
}

function findUnfinishedJob(id: string, service: Service): Job {
  const job = findJob(id, service);
  if (endOf(job).atMs > service.clock.now()) return job;
  throw new RangeError(`changing ${job.family} ${id}: it has ended already`);
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
