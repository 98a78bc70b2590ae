import type { Job } from "../../domain/job";
import { parseServiceTime } from "../../domain/serviceTime";
import type { JobList } from "./jobList";
import type { Page } from "./listed";

/**
 * On which page of the list a job is probably found: where it was seen last; else on the page of the
 * newest jobs; else on one where it was not searched yet. The order of the list is undocumented, and a
 * job may have moved to another page: all of it is a guess that saves requests.
 */
export class PageGuess {
  private readonly pageOf = new Map<string, number>();
  private lastPage = Number.POSITIVE_INFINITY;
  /** Whether the list begins with the oldest jobs, as far as its first page shows. */
  private isOldestFirst = false;
  /** Where the search for a job continues that no page has shown, counted from the newest page. */
  private readonly searchedTo = new Map<string, number>();

  constructor(private readonly list: Pick<JobList, "isLearned">) {}

  /** The page that has shown the job last. */
  usualPage(id: string): number | undefined {
    return this.pageOf.get(id);
  }

  /** The page to read next for a job, or `undefined` where all have been `tried`. */
  nextPage(id: string, tried: ReadonlySet<number>): number | undefined {
    const usual = this.pageOf.get(id);
    if (usual !== undefined && !tried.has(usual)) return usual;
    if (!tried.has(this.byNewness(0))) return this.byNewness(0);
    const from = this.searchedTo.get(id) ?? 1;
    const isUntried = (n: number) => !tried.has(this.byNewness(n));
    for (let n = from; n <= this.lastPage; n++) if (isUntried(n)) return this.byNewness(n);
    for (let n = 1; n < from && n <= this.lastPage; n++) if (isUntried(n)) return this.byNewness(n);
    return undefined;
  }

  /** Takes in what a page has shown. */
  note(number: number, page: Page): void {
    if (page.count !== undefined) this.lastPage = page.count - 1;
    else if (!page.more) this.lastPage = number;
    else if (number >= this.lastPage) this.lastPage = Number.POSITIVE_INFINITY;
    if (number === 0) this.isOldestFirst = beginsWithOldest(page.jobs);
    for (const { id } of page.jobs) {
      this.pageOf.set(id, number);
      this.searchedTo.delete(id);
    }
  }

  /** The page was read for this job, and did not show it. The newest page is always tried again. */
  noteMiss(id: string, number: number): void {
    const n = this.byNewness(number);
    if (n > 0 && !this.pageOf.has(id)) this.searchedTo.set(id, n + 1);
  }

  /** The page that is the nth from the newest, and the other way round. */
  private byNewness(n: number): number {
    const isTurned = this.isOldestFirst && this.list.isLearned && Number.isFinite(this.lastPage);
    return isTurned ? Math.max(0, this.lastPage - n) : n;
  }
}

function beginsWithOldest(jobs: readonly Job[]): boolean {
  const [first, last] = [jobs[0], jobs.at(-1)].map((job) => parseServiceTime(job?.createdAt));
  return first !== undefined && last !== undefined && first < last;
}
