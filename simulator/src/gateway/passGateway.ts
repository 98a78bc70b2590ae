import { setTimeout as sleep } from "node:timers/promises";
import { gatewayError, nclueError } from "../service/serviceError";
import type { Switches } from "../switches/switchTable";
import type { Accounts, Key } from "./accounts";
import type { RateGate } from "./rateGate";
import { isSignedWith } from "./signature";

/** The part of a request that the gateway reads. */
export interface Arrival {
  readonly method: string;
  readonly pathAndQuery: string;
  readonly header: (name: string) => string | undefined;
  /** The gateway's time when the request came in. */
  readonly atMs: number;
}

/** From this difference on a signature is too old, or too far ahead. */
const validForMs = 5 * 60 * 1000;

/** Lets a request in, or throws what the gateway in front of NCLUE would answer. */
export async function passGateway(
  arrival: Arrival,
  accounts: Accounts,
  rateGate: RateGate,
  switches: Switches,
): Promise<Key> {
  const key = authenticate(arrival, accounts);
  if (switches.quota === "exceeded") throw gatewayError(400);
  await keepRate(key, arrival.atMs, rateGate, switches);
  if (key.access === "deniedByGateway") throw gatewayError(210);
  if (key.access === "deniedByService") throw nclueError.accessDenied();
  return key;
}

function authenticate({ method, pathAndQuery, header, atMs }: Arrival, accounts: Accounts): Key {
  const timestamp = header("x-ncp-apigw-timestamp");
  const accessKey = header("x-ncp-iam-access-key");
  const signature = header("x-ncp-apigw-signature-v2");
  if (!timestamp || !accessKey || !signature) throw gatewayError(200);
  const differenceMs = Math.abs(Number(timestamp) - atMs);
  if (!(differenceMs < validForMs)) throw gatewayError(200);
  const key = accounts.find(accessKey);
  const parts = { method, pathAndQuery, timestamp, accessKey };
  if (!key || !isSignedWith(key.secretKey, parts, signature)) {
    throw gatewayError(200);
  }
  return key;
}

async function keepRate(
  key: Key,
  nowMs: number,
  rateGate: RateGate,
  switches: Switches,
): Promise<void> {
  const caller = { account: key.account, key: key.accessKey, everyone: "" }[switches.rateScope];
  const tooEarlyMs = rateGate.tooEarlyMs(caller, nowMs, switches);
  if (tooEarlyMs === 0) return;
  switch (switches.rateLimit) {
    case "410":
      throw gatewayError(410, retryAfter(tooEarlyMs, nowMs, switches));
    case "420":
      throw gatewayError(420, retryAfter(tooEarlyMs, nowMs, switches));
    case "delay":
      // The only real wait of the simulator: a client that is slowed down sees nothing else.
      await sleep(tooEarlyMs, undefined, { ref: false });
      return;
    case "off":
      return;
  }
}

function retryAfter(tooEarlyMs: number, nowMs: number, switches: Switches): Record<string, string> {
  const seconds = Math.ceil(tooEarlyMs / 1000);
  switch (switches.retryAfter) {
    case "none":
      return {};
    case "seconds":
      return { "retry-after": String(seconds) };
    case "date":
      return { "retry-after": new Date(nowMs + seconds * 1000).toUTCString() };
  }
}
