import { setTimeout as sleep } from "node:timers/promises";
import { startSimulator } from "../../../simulator/src";
import { type Client, createClient, type Target } from "./client";

/** What the contract suite speaks to. */
export interface ContractTarget extends Target {
  readonly client: Client;
  /** The same client with another secret. */
  withSecret(secretKey: string): Client;
  /** A completed task and a completed feature; without them nothing is created. */
  readonly taskId: string | undefined;
  readonly featureId: string | undefined;
  readonly bucket: string;
  /** A behaviour file and a file of labels in the bucket. */
  readonly sourcePath: string | undefined;
  readonly labelsPath: string | undefined;
  /** A completed shopping intent. */
  readonly intentId: string | undefined;
  stop(): Promise<void>;
}

/**
 * The service named by the environment, else a simulator of our own:
 *
 * - `NCLUE_CONTRACT_ENDPOINT`, such as `https://nclue.apigw.ntruss.com/api/v1`
 * - `NCLUE_CONTRACT_ACCESS_KEY`, `NCLUE_CONTRACT_SECRET_KEY`
 * - `NCLUE_CONTRACT_TASK`, `NCLUE_CONTRACT_FEATURE`: ids; when left out, the tests that create jobs
 *   on them (and cost money) are skipped
 * - `NCLUE_CONTRACT_BUCKET`: where the results of these jobs go
 * - `NCLUE_CONTRACT_SOURCE`, `NCLUE_CONTRACT_LABELS`: paths in that bucket; when left out, no feature
 *   or task is created
 * - `NCLUE_CONTRACT_INTENT`: id of a completed shopping intent, for the download
 * - `NCLUE_CONTRACT_PACE_MS`: pause before each request; 1100 when left out, as one request per second
 *   is the documented rate
 */
export async function findContractTarget(): Promise<ContractTarget> {
  const { env } = process;
  if (env.NCLUE_CONTRACT_ENDPOINT === undefined) return startOwnSimulator();
  const target = {
    endpoint: env.NCLUE_CONTRACT_ENDPOINT,
    accessKey: env.NCLUE_CONTRACT_ACCESS_KEY ?? "",
    secretKey: env.NCLUE_CONTRACT_SECRET_KEY ?? "",
  };
  const paceMs = Number(env.NCLUE_CONTRACT_PACE_MS ?? 1_100);
  const withSecret = (secretKey: string) => paced(createClient({ ...target, secretKey }), paceMs);
  return {
    ...target,
    client: withSecret(target.secretKey),
    withSecret,
    taskId: env.NCLUE_CONTRACT_TASK,
    featureId: env.NCLUE_CONTRACT_FEATURE,
    bucket: env.NCLUE_CONTRACT_BUCKET ?? "",
    sourcePath: env.NCLUE_CONTRACT_SOURCE,
    labelsPath: env.NCLUE_CONTRACT_LABELS,
    intentId: env.NCLUE_CONTRACT_INTENT,
    stop: async () => {},
  };
}

async function startOwnSimulator(): Promise<ContractTarget> {
  const simulator = await startSimulator();
  const task = simulator.seedTask();
  const intent = simulator.seedShoppingIntent({
    taskId: task.id,
    plan: { registeredMs: 0, pendingMs: 0, inProgressMs: 0 },
  });
  const { endpoint, accessKey, secretKey } = simulator;
  return {
    endpoint,
    accessKey,
    secretKey,
    client: createClient(simulator),
    withSecret: (secret) => createClient({ endpoint, accessKey, secretKey: secret }),
    taskId: task.id,
    featureId: task.fields.train_feature_id ?? undefined,
    bucket: "acme-nclue",
    sourcePath: "seq/",
    labelsPath: "labels/train.tsv",
    intentId: intent.id,
    stop: () => simulator.close(),
  };
}

/** Keeps to the rate of a true service. */
function paced(client: Client, paceMs: number): Client {
  const send: Client["send"] = async (method, path, changes) => {
    await sleep(paceMs);
    return client.send(method, path, changes);
  };
  return {
    send,
    get: (path, changes) => send("GET", path, changes),
    post: (path, body, changes) => send("POST", path, { body: JSON.stringify(body), ...changes }),
    delete: (path) => send("DELETE", path),
  };
}
