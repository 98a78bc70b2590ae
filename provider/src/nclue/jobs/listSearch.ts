import type { Job } from "../../domain/job";
import type { Clock } from "../../kernel/ports";
import { Remembered } from "../../kernel/remembered";
import { Priority } from "../rateLimiter";
import type { JobList, Listed, Newest } from "./jobList";
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
  ) {
    this.newest = new Remembered(clock);
    this.whole = new Remembered(clock);
  }

  /** The page that holds the newest jobs, as it was at `newerThanMs` or later. */
  readNewest(newerThanMs: number, signal?: AbortSignal): Promise<Newest> {
    return this.newest.get(newerThanMs, () =>
      this.note((options) => this.list.readNewest(options), signal),
    );
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

  /** The newest job that is sought: on the page of the newest jobs first, then in all of the list. */
  async search(isSought: (job: Job) => boolean, signal?: AbortSignal): Promise<Found> {
    const newerThanMs = this.clock.monotonicMs();
    const newest = await this.readNewest(newerThanMs, signal);
    const early = newest.jobs.find(isSought);
    if (early !== undefined) return { kind: "found", job: early };
    const all = newest.isWhole ? newest : await this.readAll(newerThanMs, signal);
    const job = all.jobs.find(isSought);
    if (job !== undefined) return { kind: "found", job };
    return { kind: all.isWhole ? "absent" : "unproven" };
  }

  private async note<Read extends Listed>(
    read: (options: { priority: Priority; signal: AbortSignal | undefined }) => Promise<Read>,
    signal: AbortSignal | undefined,
  ): Promise<Read> {
    const askedMs = this.clock.monotonicMs();
    const listed = await read({ priority: Priority.read, signal });
    for (const job of listed.jobs) this.seen.see(job, askedMs);
    return { ...listed, jobs: listed.jobs.filter(({ id }) => !this.seen.wasDeleted(id)) };
  }
}
