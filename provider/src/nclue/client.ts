import { NclueError } from "../kernel/errors";
import type { SendOptions, Transport } from "./transport";
import {
  decodePart,
  decodeRun,
  decodeRunPage,
  encodeRunRequest,
  type PartRecord,
  type RunPage,
  type RunRecord,
  type RunRequest,
} from "./wire";

/** Entries that the service puts on one page at the most. */
export const PAGE_LENGTH = 100;

/**
 * The verbs of the service that the provider uses, typed.
 *
 * Each throws what {@link Transport.send} throws, and `unreadable` where the answer is JSON but not
 * what the documentation promises.
 */
export class NclueClient {
  constructor(private readonly transport: Transport) {}

  async createTaskRun(request: RunRequest, options: SendOptions): Promise<RunRecord> {
    const body = encodeRunRequest(request);
    const json = await this.transport.send({ method: "POST", path: "/task-runs", body }, options);
    const run = decodeRun(json);
    if (run === undefined) throw unreadable("POST /task-runs", { mayHaveTakenEffect: true });
    return run;
  }

  async getTaskRun(runId: string, options: SendOptions): Promise<RunRecord> {
    const path = runPath(runId);
    const run = decodeRun(await this.transport.send({ method: "GET", path }, options));
    if (run === undefined || run.runId !== runId) throw unreadable(`GET ${path}`);
    return run;
  }

  /** @param index what to send as `index`; whether that is a page or a position is undocumented. */
  async listTaskRuns(index: number, options: SendOptions): Promise<RunPage> {
    const path = `/task-runs?index=${index}&limit=${PAGE_LENGTH}`;
    const page = decodeRunPage(await this.transport.send({ method: "GET", path }, options));
    if (page === undefined) throw unreadable(`GET ${path}`);
    return page;
  }

  async deleteTaskRun(runId: string, options: SendOptions): Promise<void> {
    const path = runPath(runId);
    await this.transport.send({ method: "DELETE", path }, options);
  }

  getTask(taskId: string, options: SendOptions): Promise<PartRecord> {
    return this.getPart("task", taskId, options);
  }

  getFeature(featureId: string, options: SendOptions): Promise<PartRecord> {
    return this.getPart("feature", featureId, options);
  }

  private async getPart(
    family: "task" | "feature",
    id: string,
    options: SendOptions,
  ): Promise<PartRecord> {
    const path = `/${family}s/${encodeURIComponent(id)}`;
    const json = await this.transport.send({ method: "GET", path }, options);
    const part = decodePart(json, family);
    if (part === undefined) throw unreadable(`GET ${path}`);
    return part;
  }
}

function runPath(runId: string): string {
  return `/task-runs/${encodeURIComponent(runId)}`;
}

function unreadable(doing: string, facts: object = {}): NclueError {
  return new NclueError(
    "unreadable",
    {
      doing,
      cause: "the answer is not what the service documents",
      remedy: "check that nclue:endpoint (NCLUE_ENDPOINT) is the address of NCLUE's API",
    },
    facts,
  );
}
