import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type AccountOptions, type Accounts, createAccounts } from "./gateway/accounts";
import { createRateGate } from "./gateway/rateGate";
import { handleApiRequest } from "./http/apiHandler";
import { basePath } from "./http/router";
import { createChangeSignal } from "./levers/changeSignal";
import { controlPath, handleControlRequest } from "./levers/control";
import { createFaults } from "./levers/faults";
import { createHolds } from "./levers/holds";
import { createLevers } from "./levers/levers";
import { createListChanges } from "./levers/listChanges";
import { createRequestLog, type LoggedRequest } from "./levers/requestLog";
import { createSeeder } from "./levers/seeder";
import { type ClockOptions, createClock } from "./service/clock";
import type { Plan } from "./service/job";
import { createPlanBook } from "./service/planBook";
import type { Service } from "./service/service";
import { createStore } from "./service/store";
import type { Simulator } from "./simulator";
import type { ResultStore } from "./storage/resultStore";
import { createS3ResultStore, type StorageOptions } from "./storage/s3ResultStore";
import { createSwitchBoard } from "./switches/switchBoard";
import type { Switches } from "./switches/switchTable";

export interface SimulatorOptions {
  /** @default 0, a free one */
  readonly port?: number;
  /**
   * The name or address to listen on. Everyone who reaches one that is not loopback can use the levers.
   * @default "127.0.0.1"
   */
  readonly host?: string;
  /** @default one account with one key */
  readonly accounts?: readonly AccountOptions[];
  /** Requests per second above which calls are refused with 429; none are when left out. */
  readonly rate?: number;
  /** Where sources are read and results written; without it jobs complete and leave nothing. */
  readonly storage?: StorageOptions;
  /** A store of one's own in place of `storage`, such as a recording double. */
  readonly resultStore?: ResultStore;
  /** The default plan. @default 2 s registered, 8 s pending, 50 s in progress, completed */
  readonly plan?: Partial<Plan>;
  readonly clock?: ClockOptions;
  readonly switches?: Partial<Switches>;
  /** Called with each request to the API once it is over. */
  readonly onRequest?: (request: LoggedRequest) => void;
}

/**
 * Starts a stand-in of NCLUE on loopback.
 *
 * One HTTP server carries the API (`http/`) and, beside it, the levers for tests (`levers/`). Jobs do
 * not change by themselves: a job is its creation time and a plan, and its status is computed from them
 * and the clock whenever somebody asks. There are no timers.
 *
 * @example
 * const simulator = await startSimulator({ clock: { frozen: true } });
 * const task = simulator.seedTask();
 * // … POST a run to simulator.endpoint …
 * await simulator.advance(60_000); // now it is completed
 * await simulator.close();
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const changes = createChangeSignal();
  const accounts = createAccounts(options.accounts);
  const service = createService(options, accounts);
  const seeder = createSeeder(service, accounts.first.account);
  const parts = {
    service,
    accounts,
    changes,
    seeder,
    listChanges: createListChanges(service, seeder),
    rateGate: createRateGate(),
    log: createRequestLog(changes),
    faults: createFaults(),
    holds: createHolds(changes),
    onRequest: options.onRequest ?? (() => {}),
  };
  const server = createServer((request, response) => {
    const handled = request.url?.startsWith(controlPath)
      ? handleControlRequest(request, response, simulator)
      : handleApiRequest(request, response, parts);
    // Left over: a client that went away while its request was read, held or answered.
    handled.catch(() => response.destroy());
  });
  const origin = await listen(server, options.port ?? 0, options.host ?? "127.0.0.1");

  const simulator: Simulator = {
    ...createLevers(parts),
    endpoint: `${origin}${basePath}`,
    controlUrl: `${origin}${controlPath}`,
    accessKey: accounts.first.accessKey,
    secretKey: accounts.first.secretKey,
    async close() {
      parts.holds.dropAll();
      changes.close();
      await stopListening(server);
      service.resultStore?.close();
    },
  };
  return simulator;
}

function createService(options: SimulatorOptions, { first }: Accounts): Service {
  const { resultStore, storage } = options;
  return {
    clock: createClock(options.clock),
    store: createStore(),
    switches: createSwitchBoard(startingSwitches(options)),
    plans: createPlanBook(options.plan),
    resultStore: resultStore ?? (storage && createS3ResultStore({ ...first, ...storage })),
    retiredNames: new Set(),
  };
}

function startingSwitches({ rate, switches }: SimulatorOptions): Partial<Switches> {
  const limited: Partial<Switches> =
    rate === undefined ? {} : { rateLimit: "420", ratePerSecond: rate };
  return { ...limited, ...switches };
}

async function stopListening(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}

function listen(server: Server, port: number, host: string): Promise<string> {
  // A client's idle connection is never closed under it, which would look like a fault at random.
  server.keepAliveTimeout = 0;
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      const { port: listening } = server.address() as AddressInfo;
      resolve(`http://${hostInUrl(host)}:${listening}`);
    });
  });
}

/** An IPv6 address needs brackets, and "every address" is reached on this machine by loopback. */
function hostInUrl(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}
