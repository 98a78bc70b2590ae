import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type AccountOptions, createAccounts } from "./accounts";
import { handleApiRequest } from "./apiHandler";
import { createChangeSignal } from "./changeSignal";
import { type ClockOptions, createClock } from "./clock";
import { controlPath, handleControlRequest } from "./control";
import { createFaults } from "./faults";
import { createHolds } from "./holds";
import type { Plan } from "./job";
import { createLevers } from "./levers";
import { createPlanBook } from "./planBook";
import { createRateGate } from "./rateGate";
import { createRequestLog, type LoggedRequest } from "./requestLog";
import type { ResultStore } from "./resultStore";
import { basePath } from "./router";
import { createS3ResultStore, type StorageOptions } from "./s3ResultStore";
import type { Service } from "./service";
import type { Simulator } from "./simulator";
import { createStore } from "./store";
import { createSwitchBoard, type Switches } from "./switches";

export interface SimulatorOptions {
  /** @default 0, a free one */
  readonly port?: number;
  /** @default one account with one key */
  readonly accounts?: readonly AccountOptions[];
  /** Requests per second above which calls are refused with 429; none are when left out. */
  readonly rate?: number;
  /** Where results are written; without it runs complete and leave nothing. */
  readonly storage?: StorageOptions;
  /** A store of one's own in place of `storage`, such as a recording double. */
  readonly resultStore?: ResultStore;
  /** The default plan. @default 2 s registered, 8 s pending, 50 s in progress, completed */
  readonly plan?: Partial<Plan>;
  readonly clock?: ClockOptions;
  readonly switches?: Partial<Switches>;
  /** Told of each request to the API once all is over. */
  readonly onRequest?: (request: LoggedRequest) => void;
}

/**
 * Starts a stand-in of NCLUE on loopback.
 *
 * One HTTP server carries the API (`apiHandler.ts`) and, beside it, the levers for tests
 * (`control.ts`). Jobs do not change by themselves: a job is its creation time and a plan, and its
 * status is computed from them and the clock whenever somebody looks. There are no timers.
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
  const service: Service = {
    clock: createClock(options.clock),
    store: createStore(),
    switches: createSwitchBoard(startingSwitches(options)),
    plans: createPlanBook(options.plan),
    resultStore:
      options.resultStore ??
      (options.storage && createS3ResultStore({ ...accounts.first, ...options.storage })),
    retiredNames: new Set(),
  };
  const parts = {
    service,
    accounts,
    changes,
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
    // Left over: a client that went away while its request was read or held.
    handled.catch(() => response.destroy());
  });
  // A client's idle connection is never closed under it, which would look like a fault at random.
  server.keepAliveTimeout = 0;
  const origin = await listen(server, options.port ?? 0);

  const simulator: Simulator = {
    ...createLevers(parts),
    endpoint: `${origin}${basePath}`,
    controlUrl: `${origin}${controlPath}`,
    accessKey: accounts.first.accessKey,
    secretKey: accounts.first.secretKey,
    async close() {
      parts.holds.dropAll();
      changes.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      service.resultStore?.close();
    },
  };
  return simulator;
}

function startingSwitches({ rate, switches }: SimulatorOptions): Partial<Switches> {
  const limited: Partial<Switches> =
    rate === undefined ? {} : { rateLimit: "420", ratePerSecond: rate };
  return { ...limited, ...switches };
}

function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
  });
}
