import { isSameId, type Job } from "../../domain/job";
import type { NclueError } from "../../kernel/errors";
import type { Clock } from "../../kernel/ports";
import { Priority } from "../rateLimiter";
import type { SendOptions } from "../transport";
import { chooseRead } from "./chooseRead";
import type { JobList } from "./jobList";
import type { JobRequests } from "./jobRequests";
import { PageGuess } from "./pageGuess";
import type { SeenJob, SeenJobs } from "./seenJobs";
import { mayMeanUnknownId } from "./unknownId";

/** What the service said of a job. */
export type Sighting =
  | ({ readonly kind: "seen" } & SeenJob)
  /** The service answered a request for this very job with a 404, or with what may mean the same. */
  | { readonly kind: "missing"; readonly error: NclueError };

export interface ObserveOptions {
  /** On the monotonic clock: ask no later than this. A request for another job may answer earlier. */
  readonly dueMs: number;
  /** On the monotonic clock: an answer that was asked for at this moment or later is news. */
  readonly newerThanMs: number;
  readonly priority: Priority;
  readonly signal?: AbortSignal;
}

interface Observer {
  readonly id: string;
  readonly dueMs: number;
  readonly newerThanMs: number;
  readonly priority: Priority;
  readonly tried: Set<number>;
  pagesRead: number;
  readonly resolve: (sighting: Sighting) => void;
  readonly reject: (error: unknown) => void;
}

/** The request that is under way. */
interface Asking {
  /** What it answers was so after this moment. */
  askedMs: number;
  readonly options: SendOptions;
}

/** Waits that start together are gathered for this long, to share one request. */
const GATHER_MS = 25;
/** Reads come from the engine as fast as it can send them while it and the plugin start up. */
const GATHER_READS_MS = 100;
/** So many reads (a refresh, say) show that more will come, and that a page is worth it. */
const READS_BEFORE_PAGES = 3;

/**
 * Every wait and every read of the process is answered from one shared view of the service: only one
 * request is in flight for a family, and everyone to whom its answer is news takes it, due or not. An
 * answer that was asked for before the moment that an observer names is never given to it, and
 * absence from a page says nothing about a job.
 */
export class SharedReads {
  private readonly observers = new Set<Observer>();
  private readonly guess: PageGuess;
  /** When each page was asked for last. */
  private readonly pageAskedMs = new Map<number, number>();
  /** After a list request fails, this many jobs are read one by one before the list is tried again. */
  private singlesFirst = 0;
  private reads = 0;
  private singleReads = 0;
  private isRunning = false;
  private wakeUp = new AbortController();
  private abortIfUnwanted: (() => void) | undefined;

  constructor(
    private readonly requests: Pick<JobRequests, "get">,
    private readonly list: JobList,
    private readonly seen: SeenJobs,
    private readonly clock: Clock,
    /** Told when the list's first page was asked for that has just been read. */
    private readonly onFirstPage: (askedMs: number) => void = () => {},
  ) {
    this.guess = new PageGuess(list);
  }

  /** The first sighting of the job that is new enough. */
  observe(id: string, options: ObserveOptions): Promise<Sighting> {
    const isRead = options.priority === Priority.read;
    if (isRead) this.reads += 1;
    const known = this.seen.latest(id);
    if (known !== undefined && known.askedMs >= options.newerThanMs) {
      return Promise.resolve({ kind: "seen", ...known });
    }
    return new Promise((resolve, reject) => {
      const { signal } = options;
      if (signal?.aborted) return reject(signal.reason);
      const leave = () => {
        this.observers.delete(observer);
        this.wakeUp.abort();
        this.abortIfUnwanted?.();
        reject(signal?.reason);
      };
      const answered = () => {
        this.observers.delete(observer);
        signal?.removeEventListener("abort", leave);
      };
      const gatheredMs = this.clock.monotonicMs() + (isRead ? GATHER_READS_MS : GATHER_MS);
      const observer: Observer = {
        id,
        dueMs: Math.max(options.dueMs, gatheredMs),
        newerThanMs: options.newerThanMs,
        priority: options.priority,
        tried: this.pagesWithout(id, options.newerThanMs),
        pagesRead: 0,
        resolve: (sighting) => {
          answered();
          resolve(sighting);
        },
        reject: (error) => {
          answered();
          reject(error);
        },
      };
      signal?.addEventListener("abort", leave, { once: true });
      this.observers.add(observer);
      this.wakeUp.abort("one more observer");
      void this.run();
    });
  }

  /** The pages that were asked for since then, and did not show the job. */
  private pagesWithout(id: string, newerThanMs: number): Set<number> {
    const pages = [...this.pageAskedMs].flatMap(([page, askedMs]) =>
      askedMs >= newerThanMs && page !== this.guess.usualPage(id) ? [page] : [],
    );
    return new Set(pages);
  }

  private async run(): Promise<void> {
    if (this.isRunning) return;
    this.isRunning = true;
    try {
      while (this.observers.size > 0) {
        await this.untilSomebodyIsDue();
        await this.readOnce();
      }
    } finally {
      this.isRunning = false;
    }
  }

  private async untilSomebodyIsDue(): Promise<void> {
    this.wakeUp = new AbortController();
    const dueMs = Math.min(...[...this.observers].map((observer) => observer.dueMs));
    const waitMs = dueMs - this.clock.monotonicMs();
    if (!(waitMs > 0) || waitMs === Number.POSITIVE_INFINITY) return;
    await this.clock.sleep(waitMs, this.wakeUp.signal).catch(() => {});
  }

  private async readOnce(): Promise<void> {
    const now = this.clock.monotonicMs();
    const due = [...this.observers].filter((observer) => observer.dueMs <= now);
    const read = chooseRead({
      due,
      all: this.observers,
      guess: this.guess,
      singleReads: this.singleReads,
      areMoreExpected: this.reads >= READS_BEFORE_PAGES,
      isListBroken: this.singlesFirst > 0,
    });
    if (read === undefined) return;
    this.singlesFirst = Math.max(0, this.singlesFirst - 1);
    if (read.kind === "job") await this.readJob(read.waiting);
    else await this.readPage(read.number, due);
  }

  private async readJob({ id, priority }: Observer): Promise<void> {
    const asking = this.begin(() => this.observersOf(id).length > 0);
    if (priority !== Priority.poll) this.singleReads += 1;
    try {
      this.show(await this.requests.get(id, asking.options), asking);
    } catch (error) {
      for (const observer of this.observersOf(id)) {
        if (!isNews(observer, asking)) continue;
        if (mayMeanUnknownId(error)) observer.resolve({ kind: "missing", error });
        else observer.reject(error);
      }
    } finally {
      this.abortIfUnwanted = undefined;
    }
  }

  private async readPage(number: number, due: readonly Observer[]): Promise<void> {
    const asking = this.begin(() => this.observers.size > 0);
    try {
      const page = await this.list.read(number, asking.options);
      this.guess.note(number, page);
      for (const job of page.jobs) this.show(job, asking);
      this.pageAskedMs.set(number, asking.askedMs);
      if (number === 0) this.onFirstPage(asking.askedMs);
      for (const observer of this.observers) {
        if (!isNews(observer, asking)) continue;
        observer.pagesRead += 1;
        observer.tried.add(number);
        this.guess.noteMiss(observer.id, number);
      }
    } catch (error) {
      this.singlesFirst = due.length;
      for (const observer of due) observer.reject(error);
    } finally {
      this.abortIfUnwanted = undefined;
    }
  }

  private show(job: Job, { askedMs }: Asking): void {
    this.seen.see(job, askedMs);
    for (const observer of this.observersOf(job.id)) {
      if (isNews(observer, { askedMs })) observer.resolve({ kind: "seen", job, askedMs });
    }
  }

  /** Everyone waiting when the request is sent shares its answer; it is aborted once nobody waits. */
  private begin(isWanted: () => boolean): Asking {
    const abort = new AbortController();
    const asking: Asking = {
      askedMs: this.clock.monotonicMs(),
      options: {
        priority: this.priority,
        signal: abort.signal,
        onDeparture: () => {
          asking.askedMs = this.clock.monotonicMs();
        },
      },
    };
    this.abortIfUnwanted = () => {
      if (!isWanted()) abort.abort(new Error("nobody waits for the answer any more"));
    };
    return asking;
  }

  /** If a read waits behind a poll, the request in the queue gets the read's priority. */
  private readonly priority = (): Priority => {
    const now = this.clock.monotonicMs();
    const isDueRead = ({ dueMs, priority }: Observer) => dueMs <= now && priority !== Priority.poll;
    return [...this.observers].some(isDueRead) ? Priority.read : Priority.poll;
  };

  private observersOf(id: string): readonly Observer[] {
    return [...this.observers].filter((observer) => isSameId(observer.id, id));
  }
}

function isNews(observer: Observer, { askedMs }: Pick<Asking, "askedMs">): boolean {
  return askedMs >= observer.newerThanMs;
}
