import type { Family } from "../../domain/family";
import type { FieldValue } from "../../domain/field";
import { isSameId, type Job } from "../../domain/job";
import { type ErrorFacts, NclueError } from "../../kernel/errors";
import type { SendOptions, Transport } from "../transport";
import { PAGE_LENGTH } from "./listShape";
import { decodeJob, decodePage, encodeRequest, type RawPage } from "./wire";

/**
 * The four requests of one family, typed.
 *
 * Each throws what {@link Transport.send} throws, and `unreadable` where the answer is JSON but not
 * what the documentation promises.
 */
export class JobRequests {
  constructor(
    readonly family: Family,
    private readonly transport: Pick<Transport, "send">,
  ) {}

  async post(
    name: string,
    fields: Readonly<Record<string, FieldValue>>,
    options: SendOptions,
  ): Promise<Job> {
    const { path } = this.family;
    const body = encodeRequest(this.family, name, fields);
    const json = await this.transport.send({ method: "POST", path, body }, options);
    const job = decodeJob(this.family, json);
    if (job === undefined) throw unreadable(`POST ${path}`, { mayHaveTakenEffect: true });
    return job;
  }

  async get(id: string, options: SendOptions): Promise<Job> {
    const path = this.itemPath(id);
    const json = await this.transport.send({ method: "GET", path }, options);
    const job = decodeJob(this.family, json);
    if (job === undefined || !isSameId(job.id, id)) throw unreadable(`GET ${path}`);
    return { ...job, id };
  }

  /** @param index what to send as `index`; whether that is a page or a position is undocumented. */
  async list(index: number, options: SendOptions): Promise<RawPage> {
    const path = `${this.family.path}?index=${index}&limit=${PAGE_LENGTH}`;
    const json = await this.transport.send({ method: "GET", path }, options);
    const page = decodePage(this.family, json, index);
    if (page === undefined) throw unreadable(`GET ${path}`);
    return page;
  }

  async delete(id: string, options: SendOptions): Promise<void> {
    await this.transport.send({ method: "DELETE", path: this.itemPath(id) }, options);
  }

  private itemPath(id: string): string {
    return `${this.family.path}/${encodeURIComponent(id)}`;
  }
}

function unreadable(doing: string, facts: ErrorFacts = {}): NclueError {
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
