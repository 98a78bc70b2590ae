import { type Job, newestFirst } from "../../domain/job";
import type { Clock } from "../../kernel/ports";
import { Remembered } from "../../kernel/remembered";
import { Priority } from "../rateLimiter";
import type { JobList } from "./jobList";
import type { Counted, IsEnough, Latest, Listed, Newest, ReadSoFar } from "./listed";
import type { SeenJobs } from "./seenJobs";

/** Pages that are read where not all of a long list is worth it: a thousand jobs. */
const MOST_PAGES_OF_SOME = 10;

/** What a search over the list has shown. */
export type Found =
  | { readonly kind: "found"; readonly job: Job }
  | { readonly kind: "absent" }
  /** Not found, but the list could not be read in full. */
  | { readonly kind: "unproven" };

/**
 * Reads of the list that many share: the part with the newest jobs, and all of it. What they show is
 * noted in `seen`; jobs that this process has deleted are left out, even where the list still shows
 * them.
 */
export class ListSearch {
  private readonly newest: Remembered<Newest>;
  private readonly whole: Remembered<Listed>;

  constructor(
    private readonly list: JobList,
    private readonly seen: SeenJobs,
    private readonly clock: Clock,
    /** Told of all jobs that a read has shown, and when it was asked for. */
    private readonly onWhole: (whole: Listed, askedMs: number) => void = () => {},
  ) {
    this.newest = new Remembered(clock);
    this.whole = new Remembered(clock);
  }

  /** The page that holds the newest jobs, as it was at `newerThanMs` or later. */
  async readNewest(newerThanMs: number, signal?: AbortSignal): Promise<Newest> {
    const newest = await this.newest.get(newerThanMs, () =>
      this.note((options) => this.list.readNewest(options), signal),
    );
    if (!newest.hasNewest) this.newest.forget();
    return newest;
  }

  /** All jobs, as they were at `newerThanMs` or later. */
  readAll(newerThanMs: number, signal?: AbortSignal): Promise<Listed> {
    return this.whole.get(newerThanMs, () =>
      this.note((options) => this.list.readAll(options), signal),
    );
  }

  /** The first pages of the list, for a question that is not worth all of a long one. */
  readSome(signal?: AbortSignal): Promise<Listed> {
    return this.note((options) => this.list.readAll(options, MOST_PAGES_OF_SOME), signal);
  }

  /** The newest jobs without a gap, until they are enough. */
  readLatest(isEnough: IsEnough, signal?: AbortSignal): Promise<Latest> {
    return this.note((options) => this.list.readLatest(isEnough, options), signal);
  }

  count(signal: AbortSignal, attempts: number): Promise<Counted> {
    return this.list.count({ priority: Priority.read, signal, attempts });
  }

  get readSoFar(): ReadSoFar | undefined {
    return this.list.readSoFar;
  }

  /** The newest job that is sought: on the page of the newest jobs first, then in all of the list. */
  async search(isSought: (job: Job) => boolean, signal?: AbortSignal): Promise<Found> {
    const newerThanMs = this.clock.monotonicMs();
    const newest = await this.readNewest(newerThanMs, signal);
    const early = newestOf(newest.jobs.filter(isSought));
    if (early !== undefined) return { kind: "found", job: early };
    const all = newest.isWhole ? newest : await this.readAll(newerThanMs, signal);
    const job = newestOf(all.jobs.filter(isSought));
    if (job !== undefined) return { kind: "found", job };
    return { kind: all.isWhole ? "absent" : "unproven" };
  }

  private async note<L extends Listed>(
    read: (options: { priority: Priority; signal: AbortSignal | undefined }) => Promise<L>,
    signal: AbortSignal | undefined,
  ): Promise<L> {
    const askedMs = this.clock.monotonicMs();
    const listed = await read({ priority: Priority.read, signal });
    for (const job of listed.jobs) this.seen.see(job, askedMs);
    if (listed.isWhole) this.onWhole(listed, askedMs);
    return { ...listed, jobs: listed.jobs.filter(({ id }) => !this.seen.wasDeleted(id)) };
  }
}

function newestOf(jobs: readonly Job[]): Job | undefined {
  return [...jobs].sort(newestFirst)[0];
}
