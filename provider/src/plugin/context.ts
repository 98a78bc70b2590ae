import { availableParallelism } from "node:os";
import { progressMode, readOutputSettings } from "../kernel/outputSettings";
import {
  backgroundClock,
  type Environment,
  systemClock,
  systemEnvironment,
  systemRandom,
} from "../kernel/ports";
import { type Clients, type JobContext, maskedLog, newUpdate } from "../lifecycle/jobContext";
import { SlotHint } from "../lifecycle/slotHint";
import { endWithEngine, watchForCancel } from "./cancellation";
import { createClients } from "./clients";
import { connectToEngine, type EngineLink } from "./engineLink";
import { EngineLog } from "./engineLog";
import { choosesResources, engineDisplay } from "./engineProcess";
import type { RequestFacts } from "./requestFacts";

/**
 * The composition root: every collaborator of the plugin process and its default, on one page.
 *
 * The engine starts one plugin process for a whole preview or update, so what is created here once
 * (the pace, the shared reads) is shared by all its resources.
 */
export interface PluginContext extends JobContext {
  /** Waits until the engine has taken all lines. */
  flush(): Promise<void>;
}

/** @throws NclueError `settings`, before anything is opened: each verb may try again. */
export function createContext(
  config: (key: string) => string | undefined,
  isUnknown: (value: unknown) => boolean,
  requests: RequestFacts,
): PluginContext {
  const [clock, random, environment] = [systemClock, systemRandom, systemEnvironment()];
  const output = readOutputSettings(environment);
  const address = engineAddress();
  const display = address === undefined ? "rows" : engineDisplay(process.pid, address, environment);
  const isWhole = address === undefined || !choosesResources(process.pid, address, environment);
  const cancelled = watchForCancel();
  const link = address === undefined ? NO_ENGINE : connectToEngine(address, backgroundClock);
  void endWithEngine(link, backgroundClock, cancelled, {
    activeResources: () => process.getActiveResourcesInfo(),
    exit: () => process.exit(1),
  });
  const engineLog = new EngineLog(link, clock, {
    mode: progressMode(output, environment, display === "tree"),
    isDebug: output.isDebug,
    namesResources: display === "texts",
  });
  const update = newUpdate(new SlotHint(engineSlots(environment)), isWhole);
  const log = maskedLog(engineLog, update.secrets);
  let clients: Clients | undefined;
  return {
    clock,
    random,
    environment,
    log,
    flush: () => engineLog.flush(),
    isUnknown,
    urnOf: (id) => requests.urnOf(id),
    requestOf: (values) => requests.requestOf(values),
    searchRequestOf: (values) => requests.searchRequestOf(values),
    cancelled: cancelled.signal,
    update,
    clients: () => {
      const { signal } = cancelled;
      clients ??= createClients({ config, environment, clock, random, log, cancelled: signal });
      return clients;
    },
  };
}

function engineAddress(): string | undefined {
  const address = process.argv[2];
  return address !== undefined && /:\d+$/.test(address) ? address : undefined;
}

/** Outside a plugin process (a test, a script) lines go nowhere. */
const NO_ENGINE: EngineLink = {
  log: () => Promise.resolve(),
  gone: () => new Promise(() => {}),
  close: () => {},
};

/** How much the engine does at once, as far as a plugin can know: it cannot see `--parallel`. */
function engineSlots(environment: Environment): number {
  const wanted = Number(environment.PULUMI_PARALLEL);
  return Number.isInteger(wanted) && wanted > 0 ? wanted : 4 * availableParallelism();
}
