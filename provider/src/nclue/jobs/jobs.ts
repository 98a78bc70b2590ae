import type { Family } from "../../domain/family";
import type { FieldValue } from "../../domain/field";
import { isSameId, type Job } from "../../domain/job";
import type { Clock } from "../../kernel/ports";
import { Priority } from "../rateLimiter";
import type { Transport } from "../transport";
import { incompleteList } from "./incompleteList";
import { JobList } from "./jobList";
import { JobRequests } from "./jobRequests";
import { ListCoverage } from "./listCoverage";
import type { Counted, IsEnough, Latest, Listed, ReadSoFar } from "./listed";
import { type Found, ListSearch } from "./listSearch";
import type { ListShape } from "./listShape";
import { SeenJobs, withKnown } from "./seenJobs";
import { type ObserveOptions, SharedReads, type Sighting } from "./sharedReads";
import { mayMeanUnknownId } from "./unknownId";

/** No job is expected to take longer from its creation to its end. */
const LONGEST_LIFE_MS = 30 * 24 * 60 * 60_000;
/** A full read of the list proves absence for a minute. */
const PROOF_LASTS_MS = 60_000;

/**
 * The jobs of one family in one account: the only way to POST, GET, list and DELETE them, and the only
 * owner of what is known of them. Whatever passes through here is remembered here, so that no caller
 * ever has to say what it has done.
 *
 * Every method throws what the transport throws, and `unreadable` for an answer in a form that nobody
 * can read.
 */
export class Jobs {
  private readonly seenJobs: SeenJobs;
  private readonly requests: JobRequests;
  private readonly reads: SharedReads;
  private readonly lists: ListSearch;
  private readonly coverage: ListCoverage;

  constructor(
    readonly family: Family,
    transport: Pick<Transport, "send">,
    private readonly clock: Clock,
    shape: ListShape,
  ) {
    this.seenJobs = new SeenJobs(clock);
    this.requests = new JobRequests(family, transport);
    const list = new JobList(this.requests, shape);
    const coverage = new ListCoverage(family, list, this.seenJobs, clock);
    this.coverage = coverage;
    this.reads = new SharedReads(this.requests, list, this.seenJobs, clock, (askedMs) => {
      if (list.firstShown !== undefined) coverage.note(list.firstShown, askedMs);
    });
    this.lists = new ListSearch(list, this.seenJobs, clock, (whole, askedMs) =>
      coverage.noteWhole(whole, askedMs),
    );
  }

  /** Asks the service for one job: a POST that costs money. */
  async create(
    name: string,
    fields: Readonly<Record<string, FieldValue>>,
    signal: AbortSignal,
  ): Promise<Job> {
    const options = { priority: Priority.write, signal };
    const answer = await this.requests.post(name, fields, options);
    // The answer has no status; the first one is documented. What it leaves out was asked for.
    const job = {
      ...answer,
      status: answer.status ?? "registered",
      fields: withKnown(answer.fields, fields),
    };
    this.seenJobs.noteCreated(job);
    return job;
  }

  /** Deletes a job. Success says that the service has accepted it, not that no read shows it any more. */
  async delete(id: string, signal: AbortSignal): Promise<void> {
    await this.requests.delete(id, { priority: Priority.write, signal });
    this.seenJobs.noteDeleted(id);
  }

  /** The job is certainly gone, whoever deleted it: no later read is answered from memory. */
  noteGone(id: string): void {
    this.seenJobs.noteDeleted(id);
  }

  /** Another process may have created the job just now, so that the service does not always show it yet. */
  noteNew(id: string): void {
    this.seenJobs.noteNew(id);
  }

  /** The same of a job that may be older; what is known of its creation already counts. */
  notePerhapsNew(id: string): void {
    this.seenJobs.notePerhapsNew(id);
  }

  /** The next that the service says of a job, or what it said at `newerThanMs` or later. */
  observe(id: string, options: ObserveOptions): Promise<Sighting> {
    return this.reads.observe(id, options);
  }

  /** What the service says of a job now; several that are looked up together share requests. */
  lookUp(id: string, signal: AbortSignal): Promise<Sighting> {
    const now = this.clock.monotonicMs();
    const options = { dueMs: now, newerThanMs: now, priority: Priority.read, signal };
    return this.reads.observe(id, options);
  }

  /** What the service answers when it is asked for this very job: lists may lag behind. */
  async ask(id: string, signal: AbortSignal, attempts?: number): Promise<Sighting> {
    const askedMs = this.clock.monotonicMs();
    try {
      const job = await this.requests.get(id, { priority: Priority.read, signal, attempts });
      this.seenJobs.see(job, askedMs);
      return { kind: "seen", job, askedMs };
    } catch (error) {
      if (mayMeanUnknownId(error)) return { kind: "missing", error };
      throw error;
    }
  }

  /** Whether a 404 for the job may mean that the service does not show yet what was just created. */
  mayStillAppear(id: string): boolean {
    return this.seenJobs.mayStillAppear(id);
  }

  /** The job as it was seen last, without a request. */
  lastSeen(id: string): Job | undefined {
    return this.seenJobs.latest(id)?.job;
  }

  /** What is known already, without a request. */
  seen(): readonly Job[] {
    return this.seenJobs.all();
  }

  /**
   * What is known; the first call of the process reads the page with the newest jobs.
   *
   * @throws NclueError `unreadable` where it is not certain that these are known
   */
  async known(signal: AbortSignal): Promise<readonly Job[]> {
    const { hasNewest } = await this.lists.readNewest(Number.NEGATIVE_INFINITY, signal);
    if (!hasNewest) {
      throw incompleteList(this.family, `reading which ${this.family.nouns} exist`);
    }
    return this.seenJobs.all();
  }

  /**
   * What is known, every job among it that may have lived at `livedMs` or later, as the list was at
   * `newerThanMs` on the monotonic clock, or later. Many who ask at one time share the requests.
   *
   * @throws NclueError `unreadable` where it is not certain that these are known
   */
  async livingSince(
    livedMs: number,
    newerThanMs: number,
    signal: AbortSignal,
  ): Promise<readonly Job[]> {
    const createdSinceMs = livedMs - LONGEST_LIFE_MS;
    await this.coverage.ensure({ createdSinceMs, newerThanMs }, signal);
    return this.seenJobs.all();
  }

  /** What is known after the page with the newest jobs has been read again. */
  async reread(signal: AbortSignal): Promise<readonly Job[]> {
    await this.lists.readNewest(this.clock.monotonicMs(), signal);
    return this.seenJobs.all();
  }

  /** The newest job that is sought, as the list is from now on. */
  search(isSought: (job: Job) => boolean, signal: AbortSignal): Promise<Found> {
    return this.lists.search(isSought, signal);
  }

  /**
   * Whether the list shows a job. A positive answer is never older than this question; one full read
   * of the list proves absence for a minute, but not of a job that was seen later.
   */
  async isListed(id: string, signal: AbortSignal): Promise<"listed" | "absent" | "unproven"> {
    const now = this.clock.monotonicMs();
    const seenMs = this.seenJobs.latest(id)?.askedMs ?? Number.NEGATIVE_INFINITY;
    const has = ({ jobs }: Listed) => jobs.some((job) => isSameId(job.id, id));
    const last = await this.lists.readAll(Math.max(now - PROOF_LASTS_MS, seenMs), signal);
    const fresh = has(last) || !last.isWhole ? await this.lists.readAll(now, signal) : last;
    if (has(fresh)) return "listed";
    return fresh.isWhole ? "absent" : "unproven";
  }

  /** The newest jobs until they are enough, in as few requests as the list's order allows. */
  latest(isEnough: IsEnough, signal: AbortSignal): Promise<Latest> {
    return this.lists.readLatest(isEnough, signal);
  }

  /** How many jobs there are, as far as one request says. */
  count(signal: AbortSignal, attempts: number): Promise<Counted> {
    return this.lists.count(signal, attempts);
  }

  /** How far a read of the list that is under way has come. */
  get readSoFar(): ReadSoFar | undefined {
    return this.lists.readSoFar;
  }

  /** The first thousand jobs or so of the list, and whether these are all of them for certain. */
  listSome(signal: AbortSignal): Promise<Listed> {
    return this.lists.readSome(signal);
  }

  /** All jobs of the account, and whether these are all of them for certain. */
  list(signal: AbortSignal): Promise<Listed> {
    return this.lists.readAll(this.clock.monotonicMs(), signal);
  }
}
