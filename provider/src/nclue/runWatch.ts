import { isNclueError, type NclueError } from "../kernel/errors";
import type { Clock } from "../kernel/ports";
import type { NclueClient } from "./client";
import { PageSearch } from "./pageSearch";
import { Priority } from "./rateLimiter";
import type { RunPages } from "./runPages";
import type { SendOptions } from "./transport";
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

/** A request that is under way. */
interface Look {
  readonly options: SendOptions;
  /** Whom its answer is for, whatever they say of older ones. */
  asking: readonly Observer[];
  /** What it answers was so after this moment. */
  askedMs: number;
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
  private readonly search: PageSearch;
  /** When each page was asked for last. */
  private readonly pageAskedMs = new Map<number, number>();
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
  ) {
    this.search = new PageSearch(pages);
  }

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
      askedMs >= oldestMs && page !== this.search.usualPage(runId) ? [page] : [],
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
    const first = due.find(({ priority }) => priority !== Priority.poll) ?? due[0];
    if (first === undefined) return;
    const page = this.singlesFirst > 0 ? undefined : this.pageWorthReading(due);
    this.singlesFirst = Math.max(0, this.singlesFirst - 1);
    if (page === undefined) await this.lookAtOne(first);
    else await this.lookAtPage(page, due);
  }

  /** One look goes at a time: one that a poll has asked for hurries for a read that waits behind it. */
  private readonly priority = (): Priority => {
    const now = this.clock.monotonicMs();
    const isDueRead = ({ dueMs, priority }: Observer) => dueMs <= now && priority !== Priority.poll;
    return [...this.observers].some(isDueRead) ? Priority.read : Priority.poll;
  };

  /** The page that answers the most observers, or `undefined` where a look at one run is cheaper. */
  private pageWorthReading(due: readonly Observer[]): number | undefined {
    const wanted = new Map<number, number>();
    for (const observer of this.observers) {
      const page = this.search.nextPage(observer.runId, observer.tried);
      if (page !== undefined) wanted.set(page, (wanted.get(page) ?? 0) + 1);
    }
    const budget = Math.max(FEWEST_PAGES, due.length + this.singleReads);
    let best: number | undefined;
    for (const observer of due) {
      const page = this.search.nextPage(observer.runId, observer.tried);
      if (page === undefined) continue;
      const isSearch = page !== this.search.usualPage(observer.runId);
      if (isSearch && observer.pagesRead >= budget) continue;
      const answers = wanted.get(page) ?? 0;
      const mayBeMore = observer.priority === Priority.read && this.reads >= READS_BEFORE_PAGES;
      if (answers < 2 && !mayBeMore) continue;
      if (best === undefined || answers > (wanted.get(best) ?? 0)) best = page;
    }
    return best;
  }

  private async lookAtOne({ runId, priority }: Observer): Promise<void> {
    const look = this.beginLook(() => this.observersOf(runId));
    if (priority !== Priority.poll) this.singleReads += 1;
    try {
      this.tell(await this.client.getTaskRun(runId, look.options), look);
    } catch (error) {
      if (isNclueError(error, "refused") && error.facts.kind === "not-found") {
        for (const observer of look.asking) observer.resolve({ kind: "missing", error });
      } else {
        for (const observer of look.asking) observer.reject(error);
      }
    } finally {
      this.abandonIfUnwanted = undefined;
    }
  }

  private async lookAtPage(number: number, due: readonly Observer[]): Promise<void> {
    const look = this.beginLook(() => [...this.observers]);
    try {
      const page = await this.pages.read(number, look.options);
      this.search.note(number, page);
      for (const run of page.runs) this.tell(run, look);
      this.pageAskedMs.set(number, look.askedMs);
      for (const observer of look.asking) observer.pagesRead += 1;
      for (const observer of this.observers) {
        if (!mayTake(observer, look)) continue;
        observer.tried.add(number);
        this.search.noteMiss(observer.runId, number);
      }
    } catch (error) {
      this.singlesFirst = due.length;
      for (const observer of due) observer.reject(error);
    } finally {
      this.abandonIfUnwanted = undefined;
    }
  }

  private tell(run: RunRecord, look: Look): void {
    this.latest.set(run.runId, { run, askedMs: look.askedMs });
    for (const observer of this.observersOf(run.runId)) {
      if (mayTake(observer, look)) observer.resolve({ kind: "seen", run });
    }
  }

  /** Whoever is there when the request leaves the queue is asking; it is given up when nobody is left. */
  private beginLook(whoAsks: () => readonly Observer[]): Look {
    const abort = new AbortController();
    const look: Look = {
      asking: whoAsks(),
      askedMs: this.clock.monotonicMs(),
      options: {
        priority: this.priority,
        signal: abort.signal,
        onDeparture: () => {
          look.asking = whoAsks();
          look.askedMs = this.clock.monotonicMs();
        },
      },
    };
    this.abandonIfUnwanted = () => {
      if (look.asking.some((observer) => this.observers.has(observer))) return;
      abort.abort(new Error("nobody waits for the answer any more"));
    };
    return look;
  }

  private observersOf(runId: string): readonly Observer[] {
    return [...this.observers].filter((observer) => observer.runId === runId);
  }
}

function mayTake(observer: Observer, { asking, askedMs }: Look): boolean {
  return observer.notBeforeMs <= askedMs || asking.includes(observer);
}
