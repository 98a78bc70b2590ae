import {
  type JobView,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from "../../../simulator/src";
import { type Client, createClient } from "./client";

export interface Bench {
  readonly simulator: Simulator;
  readonly client: Client;
  /** A completed task and its feature. */
  readonly task: JobView;
  readonly feature: JobView;
  /** The body of a POST that is accepted. */
  readonly runRequest: Readonly<Record<string, string>>;
  /** Posts a run and gives back its id. */
  postRun(changes?: Readonly<Record<string, unknown>>): Promise<string>;
}

/** Runs a test against a simulator whose clock only the test moves. */
export async function withSimulator(
  test: (bench: Bench) => Promise<void>,
  options: SimulatorOptions = {},
): Promise<void> {
  const simulator = await startSimulator({
    plan: { registeredMs: 1_000, pendingMs: 2_000, inProgressMs: 6_000 },
    ...options,
    clock: { frozen: true, startAtMs: Date.UTC(2026, 3, 1, 0, 0, 0), ...options.clock },
  });
  try {
    const client = createClient(simulator);
    const feature = simulator.seedFeature({ name: "members" });
    const task = simulator.seedTask({ name: "spring-offer", trainFeatureId: feature.id });
    const runRequest = {
      name: "run-1",
      task_id: task.id,
      feature_id: feature.id,
      result_bucket: "acme-nclue",
      result_file_path: "runs/w14/",
    };
    await test({
      simulator,
      client,
      task,
      feature,
      runRequest,
      async postRun(changes = {}) {
        const reply = await client.post("/task-runs", { ...runRequest, ...changes });
        if (reply.status !== 200) throw new Error(`POST /task-runs: ${reply.status} ${reply.text}`);
        return String(reply.json.run_id);
      },
    });
  } finally {
    await simulator.close();
  }
}
