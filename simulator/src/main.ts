#!/usr/bin/env node
import { readCommandLine, usage } from "./commandLine";
import { isLoopback } from "./isLoopback";
import type { LoggedRequest } from "./levers/requestLog";
import type { Simulator } from "./simulator";
import { startSimulator } from "./startSimulator";

/** Ids that stay the same, so that they can be written into a program. */
const seededFeatureId = "c2f0b9d8-5e21-4b7a-a6c4-90d1ff420005";
const seededTaskId = "7a1d9e40-11aa-4d52-8f0e-5c9b7e330010";

/** How often results are written when no request comes to do it. */
const settleEveryMs = 250;

async function main(): Promise<void> {
  const { options, help, quiet, json } = readCommandLine(process.argv.slice(2));
  if (help) {
    process.stdout.write(usage);
    return;
  }
  const simulator = await startSimulator({
    ...options,
    onRequest: quiet ? () => {} : printRequest,
  });
  simulator.seedFeature({ id: seededFeatureId, name: "members" });
  simulator.seedTask({ id: seededTaskId, name: "spring-offer", trainFeatureId: seededFeatureId });

  if (!isLoopback(options.host)) {
    process.stderr.write(
      `warning: listening on ${options.host}: everyone who reaches this address can use the API and its control\n`,
    );
  }
  const settling = setInterval(() => void simulator.settle(), settleEveryMs);
  const stop = (): void => {
    clearInterval(settling);
    void simulator.close();
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  // Last: a reader of it may send a signal at once.
  process.stdout.write(json ? jsonLine(simulator) : introduction(simulator));
}

function introduction({ endpoint, controlUrl, accessKey, secretKey }: Simulator): string {
  return `NCLUE simulator
  API      ${endpoint}
  control  ${controlUrl}/state
  task     ${seededTaskId}
  feature  ${seededFeatureId}

export NCLOUD_ACCESS_KEY=${accessKey} NCLOUD_SECRET_KEY=${secretKey} NCLUE_ENDPOINT=${endpoint}

`;
}

function jsonLine({ endpoint, controlUrl, accessKey, secretKey }: Simulator): string {
  const ids = { taskId: seededTaskId, featureId: seededFeatureId };
  return `${JSON.stringify({ endpoint, controlUrl, accessKey, secretKey, ...ids })}\n`;
}

function printRequest({ atMs, method, path, query, status }: LoggedRequest): void {
  const time = new Date(atMs).toISOString().slice(11, 19);
  const target = query === "" ? path : `${path}?${query}`;
  process.stderr.write(`${time} ${method} ${target} ${status ?? "cut"}\n`);
}

const wrongHost = "--host needs a name or an address of this machine, such as 0.0.0.0";

const remedies: Readonly<Record<string, string>> = {
  EADDRINUSE: "choose another port, or any free one with --port 0",
  EADDRNOTAVAIL: wrongHost,
  ENOTFOUND: wrongHost,
};

main().catch((error: unknown) => {
  const cause = error instanceof Error ? error.message : String(error);
  const code = String((error as { code?: unknown } | null)?.code);
  process.stderr.write(`${cause}\n${remedies[code] ?? "see --help"}\n`);
  process.exitCode = 1;
});
