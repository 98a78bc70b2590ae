import { parseServiceTime } from "../domain/serviceTime";
import { isNclueError, type NclueError } from "../kernel/errors";
import type { Clock } from "../kernel/ports";
import type { NclueClient } from "./client";
import { Priority } from "./rateLimiter";
import type { RunPages } from "./runPages";
import type { RunRecord } from "./wire";

/** What the service said of a run. */
export type Sighting =
  | { readonly kind: "seen"; readonly run: RunRecord }
  /** The service answered a look for this very run with a 404; which `RunListing` may confirm. */
  | { readonly kind: "missing"; readonly error: NclueError };

export interface ObserveOptions {
  /** On the monotonic clock: look no later than this. A look for another run may answer earlier. */
  readonly dueMs: number;
  /** How old an answer of this process may be to be taken instead of a new look. Default: 0. */
  readonly maxAgeMs?: number;
  /**
   * On the monotonic clock: an answer that was asked for at this moment or later can know the run,
   * so one that is under way is joined. Default: none is.
   */
  readonly notBeforeMs?: number;
  readonly priority: Priority;
  readonly signal?: AbortSignal;
}

interface Observer {
  readonly runId: string;
  readonly dueMs: number;
  readonly notBeforeMs: number;
  readonly priority: Priority;
  /** Pages that do not show it, as far as answers that it may take tell. */
  readonly tried: Set<number>;
  /** How many of them were read since it came. */
  pagesRead: number;
  readonly resolve: (sighting: Sighting) => void;
  readonly reject: (error: unknown) => void;
}

/** Waits that start together are gathered for this long, to go as one request. */
const GATHER_MS = 25;
/** Reads come from the engine as fast as it can send them while it and the plugin start up. */
const GATHER_READS_MS = 100;
/** The newest page, and one more of the search for what it does not show. */
const FEWEST_PAGES = 2;
/** So many reads (a refresh, say) show that more will come, and that a page is the better buy. */
const READS_BEFORE_PAGES = 3;

/**
 * One look for all: every wait and every read of the process is answered from one shared view of
 * the service.
 *
 * A page of the list tells about a hundred runs and costs as much as a look at one, so it is read
 * as soon as two observers can be on it, and its answer goes to all of them, due or not. Pages are
 * searched only as long as they have not cost more than single looks would have. An answer that
 * was asked for before an observer came is never given to it, unless it says that an older one can
 * know its run; and absence from a page says nothing about a run.
 */
export class RunWatch {
  private readonly observers = new Set<Observer>();
  private readonly latest = new Map<string, { run: RunRecord; askedMs: number }>();
  private readonly pageOf = new Map<string, number>();
  /** When each page was asked for last. */
  private readonly pageAskedMs = new Map<number, number>();
  private lastPage = Number.POSITIVE_INFINITY;
  /** Whether the list begins with the oldest runs, as far as its first page tells. */
  private isOldestFirst = false;
  /** Where the search for a run goes on that no page has shown, counted from the newest page. */
  private readonly searchedTo = new Map<string, number>();
  /** So many looks at single runs come before the list is tried again, which has failed. */
  private singlesFirst = 0;
  private reads = 0;
  private singleReads = 0;
  private isRunning = false;
  private wakeUp = new AbortController();
  private abandonIfUnwanted: (() => void) | undefined;

  constructor(
    private readonly client: NclueClient,
    private readonly pages: RunPages,
    private readonly clock: Clock,
  ) {}

  /** The next (or, with `maxAgeMs`, the last) that the service says of the run. */
  observe(runId: string, options: ObserveOptions): Promise<Sighting> {
    const known = this.latest.get(runId);
    const now = this.clock.monotonicMs();
    const isRead = options.priority === Priority.read;
    if (isRead) this.reads += 1;
    if (known && now - known.askedMs < (options.maxAgeMs ?? 0)) {
      return Promise.resolve({ kind: "seen", run: known.run });
    }
    return new Promise((resolve, reject) => {
      const { signal } = options;
      if (signal?.aborted) return reject(signal.reason);
      const leave = () => {
        this.observers.delete(observer);
        this.wakeUp.abort();
        this.abandonIfUnwanted?.();
        reject(signal?.reason);
      };
      const settle = () => {
        this.observers.delete(observer);
        signal?.removeEventListener("abort", leave);
      };
      const { notBeforeMs = Number.POSITIVE_INFINITY } = options;
      const freshMs =
        options.maxAgeMs === undefined ? Number.POSITIVE_INFINITY : now - options.maxAgeMs + 1;
      const observer: Observer = {
        runId,
        dueMs: Math.max(options.dueMs, now + (isRead ? GATHER_READS_MS : GATHER_MS)),
        notBeforeMs: Math.min(notBeforeMs, freshMs),
        priority: options.priority,
        tried: this.pagesWithout(runId, freshMs),
        pagesRead: 0,
        resolve: (sighting) => {
          settle();
          resolve(sighting);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      };
      signal?.addEventListener("abort", leave, { once: true });
      this.observers.add(observer);
      this.wakeUp.abort();
      void this.run();
    });
  }

  /** The pages that were asked for since then, and did not show the run. */
  private pagesWithout(runId: string, oldestMs: number): Set<number> {
    const pages = [...this.pageAskedMs].flatMap(([page, askedMs]) =>
      askedMs >= oldestMs && page !== this.pageOf.get(runId) ? [page] : [],
    );
    return new Set(pages);
  }

  /** What was seen of a run that has been deleted since must answer no later look. */
  forget(runId: string): void {
    this.latest.delete(runId);
  }

  private async run(): Promise<void> {
    if (this.isRunning) return;
    this.isRunning = true;
    try {
      while (this.observers.size > 0) {
        await this.untilSomebodyIsDue();
        await this.lookOnce();
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

  private async lookOnce(): Promise<void> {
    const now = this.clock.monotonicMs();
    const due = [...this.observers].filter((observer) => observer.dueMs <= now);
    const first = due[0];
    if (first === undefined) return;
    const page = this.singlesFirst > 0 ? undefined : this.pageWorthReading(due);
    this.singlesFirst = Math.max(0, this.singlesFirst - 1);
    const isOnlyPolled = due.every((observer) => observer.priority === Priority.poll);
    const priority = isOnlyPolled ? Priority.poll : Priority.read;
    if (page === undefined) await this.lookAtOne(first, priority);
    else await this.lookAtPage(page, due, priority);
  }

  /** The page that answers the most observers, or `undefined` where a look at one run is cheaper. */
  private pageWorthReading(due: readonly Observer[]): number | undefined {
    const wanted = new Map<number, number>();
    for (const observer of this.observers) {
      const page = this.nextPageFor(observer);
      if (page !== undefined) wanted.set(page, (wanted.get(page) ?? 0) + 1);
    }
    const budget = Math.max(FEWEST_PAGES, due.length + this.singleReads);
    let best: number | undefined;
    for (const observer of due) {
      const page = this.nextPageFor(observer);
      if (page === undefined) continue;
      const isSearch = page !== this.pageOf.get(observer.runId);
      if (isSearch && observer.pagesRead >= budget) continue;
      const answers = wanted.get(page) ?? 0;
      const mayBeMore = observer.priority === Priority.read && this.reads >= READS_BEFORE_PAGES;
      if (answers < 2 && !mayBeMore) continue;
      if (best === undefined || answers > (wanted.get(best) ?? 0)) best = page;
    }
    return best;
  }

  private nextPageFor({ runId, tried }: Observer): number | undefined {
    const usual = this.pageOf.get(runId);
    if (usual !== undefined && !tried.has(usual)) return usual;
    // A run that was just made is on the newest page; one that nobody has seen may be anywhere.
    if (!tried.has(this.byNewness(0))) return this.byNewness(0);
    const from = this.searchedTo.get(runId) ?? 1;
    const untried = (n: number) => !tried.has(this.byNewness(n));
    for (let n = from; n <= this.lastPage; n++) if (untried(n)) return this.byNewness(n);
    for (let n = 1; n < from && n <= this.lastPage; n++) if (untried(n)) return this.byNewness(n);
    return undefined;
  }

  /** The page that is the nth from the newest, and the other way round. */
  private byNewness(n: number): number {
    const isTurned = this.isOldestFirst && this.pages.isLearned && Number.isFinite(this.lastPage);
    return isTurned ? Math.max(0, this.lastPage - n) : n;
  }

  private async lookAtOne({ runId }: Observer, priority: Priority): Promise<void> {
    const asking = this.observersOf(runId);
    const askedMs = this.clock.monotonicMs();
    if (priority !== Priority.poll) this.singleReads += 1;
    try {
      const run = await this.ask(asking, (signal) =>
        this.client.getTaskRun(runId, { priority, signal }),
      );
      this.tell(run, askedMs, asking);
    } catch (error) {
      if (isNclueError(error, "refused") && error.facts.kind === "not-found") {
        for (const observer of asking) observer.resolve({ kind: "missing", error });
      } else {
        for (const observer of asking) observer.reject(error);
      }
    }
  }

  private async lookAtPage(
    number: number,
    due: readonly Observer[],
    priority: Priority,
  ): Promise<void> {
    const asking = [...this.observers];
    const askedMs = this.clock.monotonicMs();
    try {
      const page = await this.ask(asking, (signal) =>
        this.pages.read(number, { priority, signal }),
      );
      if (page.count !== undefined) this.lastPage = page.count - 1;
      else if (!page.more) this.lastPage = number;
      else if (number >= this.lastPage) this.lastPage = Number.POSITIVE_INFINITY;
      if (number === 0) this.isOldestFirst = beginsWithOldest(page.runs);
      for (const run of page.runs) {
        this.pageOf.set(run.runId, number);
        this.searchedTo.delete(run.runId);
        this.tell(run, askedMs, asking);
      }
      this.pageAskedMs.set(number, askedMs);
      for (const observer of asking) observer.pagesRead += 1;
      for (const observer of this.observers) {
        if (!this.mayTake(observer, askedMs, asking)) continue;
        observer.tried.add(number);
        if (this.byNewness(number) === 0 || this.pageOf.has(observer.runId)) continue;
        this.searchedTo.set(observer.runId, this.byNewness(number) + 1);
      }
    } catch (error) {
      this.singlesFirst = due.length;
      for (const observer of due) observer.reject(error);
    }
  }

  private tell(run: RunRecord, askedMs: number, asking: readonly Observer[]): void {
    this.latest.set(run.runId, { run, askedMs });
    for (const observer of this.observersOf(run.runId)) {
      if (this.mayTake(observer, askedMs, asking)) observer.resolve({ kind: "seen", run });
    }
  }

  private mayTake(observer: Observer, askedMs: number, asking: readonly Observer[]): boolean {
    return observer.notBeforeMs <= askedMs || asking.includes(observer);
  }

  private observersOf(runId: string): readonly Observer[] {
    return [...this.observers].filter((observer) => observer.runId === runId);
  }

  /** Runs a request, and gives it up once nobody waits for its answer any more. */
  private async ask<T>(
    asking: readonly Observer[],
    request: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const abort = new AbortController();
    this.abandonIfUnwanted = () => {
      if (asking.some((observer) => this.observers.has(observer))) return;
      abort.abort(new Error("nobody waits for the answer any more"));
    };
    try {
      return await request(abort.signal);
    } finally {
      this.abandonIfUnwanted = undefined;
    }
  }
}

function beginsWithOldest(runs: readonly RunRecord[]): boolean {
  const stamps = [runs[0], runs.at(-1)].map((run) => parseServiceTime(run?.createdAt));
  const [first, last] = stamps;
  return first !== undefined && last !== undefined && first < last;
}
