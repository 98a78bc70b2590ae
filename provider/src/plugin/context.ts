import { closeSync, openSync } from "node:fs";
import { availableParallelism } from "node:os";
import {
  backgroundClock,
  type Environment,
  systemClock,
  systemEnvironment,
  systemRandom,
} from "../kernel/ports";
import { FullHouse } from "../lifecycle/fullHouse";
import type { Account, RunContext, UpdateFacts } from "../lifecycle/runContext";
import { createAccount } from "./account";
import { endWithEngine, watchForCancel } from "./cancellation";
import { connectToEngine, type EngineLink } from "./engineLink";
import { EngineLog, type ProgressMode } from "./engineLog";

/**
 * The composition root: every collaborator of the plugin process and its default, on one page.
 *
 * The engine starts one plugin process for a whole preview or update, so what is made here once
 * (the pace, the shared look at the list, the looks at buckets) is shared by all its resources.
 */
export interface PluginContext extends RunContext {
  readonly log: EngineLog;
}

export function createContext(
  config: (key: string) => string | undefined,
  isUnknown: (value: unknown) => boolean,
  urnOf: (id: string) => string | undefined,
): PluginContext {
  const [clock, random, environment] = [systemClock, systemRandom, systemEnvironment()];
  const cancelled = watchForCancel();
  const link = linkToEngine(process.argv[2]);
  void endWithEngine(link, cancelled, () => process.exit(1));
  const log = new EngineLog(link, clock, progressMode(environment));
  const update: UpdateFacts = {
    isPreview: false,
    startedRuns: new Set(),
    heldRuns: new Map(),
    house: new FullHouse(enginePlaces(environment)),
  };
  let account: Account | undefined;
  return {
    clock,
    random,
    environment,
    log,
    isUnknown,
    urnOf,
    cancelled: cancelled.signal,
    update,
    account: () => {
      const { signal } = cancelled;
      account ??= createAccount({ config, environment, clock, random, log, cancelled: signal });
      return account;
    },
  };
}

/** Outside a plugin process (a test, a script) there is no engine, and lines go nowhere. */
function linkToEngine(address: string | undefined): EngineLink {
  if (address !== undefined && /:\d+$/.test(address))
    return connectToEngine(address, backgroundClock);
  return { log: () => Promise.resolve(), gone: () => new Promise(() => {}) };
}

/** How much the engine does at once, as far as a plugin can know: `--parallel` it cannot. */
function enginePlaces(environment: Environment): number {
  const wanted = Number(environment.PULUMI_PARALLEL);
  return Number.isInteger(wanted) && wanted > 0 ? wanted : 4 * availableParallelism();
}

/** Live where a person looks at a terminal: the plugin's own streams are pipes either way. */
function progressMode(environment: Environment): ProgressMode {
  const wanted = environment.NCLUE_PROGRESS;
  if (wanted === "live" || wanted === "lines" || wanted === "off") return wanted;
  if ((environment.CI ?? "") !== "") return "lines";
  try {
    closeSync(openSync("/dev/tty", "r"));
    return "live";
  } catch {
    return "lines";
  }
}
