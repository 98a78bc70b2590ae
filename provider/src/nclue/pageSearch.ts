import { parseServiceTime } from "../domain/serviceTime";
import type { Page, RunPages } from "./runPages";
import type { RunRecord } from "./wire";

/**
 * On which page of the list a run is to be looked for: where it was seen last; else on the page of
 * the newest runs; else wherever the search for it has not been yet. The order of the list is
 * undocumented, and a run may be on another page by now: all of it is a guess that saves requests.
 */
export class PageSearch {
  private readonly pageOf = new Map<string, number>();
  private lastPage = Number.POSITIVE_INFINITY;
  /** Whether the list begins with the oldest runs, as far as its first page tells. */
  private isOldestFirst = false;
  /** Where the search for a run goes on that no page has shown, counted from the newest page. */
  private readonly searchedTo = new Map<string, number>();

  constructor(private readonly pages: Pick<RunPages, "isLearned">) {}

  /** The page that has shown the run last. */
  usualPage(runId: string): number | undefined {
    return this.pageOf.get(runId);
  }

  /** The page to read next for a run, or `undefined` where all have been `tried`. */
  nextPage(runId: string, tried: ReadonlySet<number>): number | undefined {
    const usual = this.pageOf.get(runId);
    if (usual !== undefined && !tried.has(usual)) return usual;
    if (!tried.has(this.byNewness(0))) return this.byNewness(0);
    const from = this.searchedTo.get(runId) ?? 1;
    const isUntried = (n: number) => !tried.has(this.byNewness(n));
    for (let n = from; n <= this.lastPage; n++) if (isUntried(n)) return this.byNewness(n);
    for (let n = 1; n < from && n <= this.lastPage; n++) if (isUntried(n)) return this.byNewness(n);
    return undefined;
  }

  /** What a page has shown. */
  note(number: number, page: Page): void {
    if (page.count !== undefined) this.lastPage = page.count - 1;
    else if (!page.more) this.lastPage = number;
    else if (number >= this.lastPage) this.lastPage = Number.POSITIVE_INFINITY;
    if (number === 0) this.isOldestFirst = beginsWithOldest(page.runs);
    for (const { runId } of page.runs) {
      this.pageOf.set(runId, number);
      this.searchedTo.delete(runId);
    }
  }

  /** The page was read for this run, and did not show it. The newest page is always tried again. */
  noteMiss(runId: string, number: number): void {
    const n = this.byNewness(number);
    if (n > 0 && !this.pageOf.has(runId)) this.searchedTo.set(runId, n + 1);
  }

  /** The page that is the nth from the newest, and the other way round. */
  private byNewness(n: number): number {
    const isTurned = this.isOldestFirst && this.pages.isLearned && Number.isFinite(this.lastPage);
    return isTurned ? Math.max(0, this.lastPage - n) : n;
  }
}

function beginsWithOldest(runs: readonly RunRecord[]): boolean {
  const stamps = [runs[0], runs.at(-1)].map((run) => parseServiceTime(run?.createdAt));
  const [first, last] = stamps;
  return first !== undefined && last !== undefined && first < last;
}
