import { isSameId, type Job } from "../../domain/job";
import type { ListShape } from "./listShape";
import type { RawPage } from "./wire";

/** What one pass over the list has shown. */
export interface Pass {
  readonly jobs: readonly Job[];
  /** Every entry could be read, and the end was reached. */
  readonly isReadable: boolean;
  /** Nothing has moved, as far as the pages show. */
  readonly isSteady: boolean;
  /** It is one page, or each page was seen to continue the one before. */
  readonly isProven: boolean;
  readonly total: number | undefined;
}

/** The entries of the pages that one pass over the list has read so far. */
export class GatheredPages {
  /** How many entries there are, each counted once. */
  entries: number;
  longestPage: number;
  private readonly jobs = new Map<string, Job>();
  private isReadable: boolean;
  private isProven = true;
  /** How many jobs there are, where the service says so. */
  total: number | undefined;
  private last: Job | undefined;

  constructor(
    first: RawPage,
    private readonly shape: ListShape,
  ) {
    this.entries = first.length;
    this.longestPage = first.length;
    this.isReadable = first.jobs.length === first.length;
    this.total = shape.totalOf(first);
    this.take(first.jobs);
  }

  /** Whether there are as many as the service says. */
  get isFull(): boolean {
    return this.total !== undefined && this.entries >= this.total;
  }

  /** The jobs so far, in the order of the list. */
  get newest(): readonly Job[] {
    return [...this.jobs.values()];
  }

  /**
   * @param overlap how many entries the page shares with the one before
   * @returns false where the list has moved since the page before
   */
  add(page: RawPage, overlap: 0 | 1): boolean {
    this.longestPage = Math.max(this.longestPage, page.length);
    this.isProven &&= overlap === 1;
    this.isReadable &&= page.jobs.length === page.length;
    const total = this.shape.totalOf(page);
    const isSameTotal = total === undefined || this.total === undefined || total === this.total;
    this.total ??= total;
    if (page.length === 0) return overlap === 0 && isSameTotal;
    if (overlap === 1 && !isSameJob(page.jobs[0], this.last)) return false;
    const fresh = page.jobs.slice(overlap);
    const isNew = fresh.every(({ id }) => !this.jobs.has(id));
    this.entries += page.length - overlap;
    this.take(fresh);
    return isNew && isSameTotal;
  }

  end(isSteady: boolean): Pass {
    const { isReadable, isProven, total } = this;
    const isComplete = total === undefined || total === this.entries;
    const jobs = [...this.jobs.values()];
    return { jobs, isReadable, isSteady: isSteady && isComplete, isProven, total };
  }

  private take(jobs: readonly Job[]): void {
    for (const job of jobs) this.jobs.set(job.id, job);
    this.last = jobs.at(-1) ?? this.last;
  }
}

export function isSameJob(a: Job | undefined, b: Job | undefined): boolean {
  return a !== undefined && b !== undefined && isSameId(a.id, b.id);
}
