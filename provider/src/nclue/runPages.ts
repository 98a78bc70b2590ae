import { isNclueError } from "../kernel/errors";
import { type NclueClient, PAGE_LENGTH } from "./client";
import type { SendOptions } from "./transport";
import type { RunPage, RunRecord } from "./wire";

/** Pages read at the most in one walk: 20,000 runs. */
const MOST_PAGES = 200;

export interface Page {
  readonly runs: readonly RunRecord[];
  /** Whether the service has, or may have, runs after this page. */
  readonly more: boolean;
  /** How many pages there are, where the service tells. */
  readonly count?: number;
  /** Whether each entry could be read; what an unreadable one was is unknown. */
  readonly isWhole: boolean;
}

const NOTHING_MORE: Page = { runs: [], more: false, isWhole: true };
/** There may be more, so that absence from a walk that ends here proves nothing. */
const TOO_FAR: Page = { runs: [], more: false, isWhole: false };

/**
 * Pages of the account's runs, by number. The documentation has called `index` both a page number
 * and a position, and `total` both all runs and those of one answer: which of them holds is
 * learned from the answers, once a process.
 */
export class RunPages {
  /** How far `index` moves from one page to the next, once it is known. */
  private stride: number | undefined;
  private totalCountsAll = false;
  private firstPageIds: ReadonlySet<string> | undefined;

  constructor(private readonly client: NclueClient) {}

  /** Whether it is known what `index` means; until then, a page after the first costs more. */
  get isLearned(): boolean {
    return this.stride !== undefined;
  }

  /** @param number counted from 0. */
  async read(number: number, options: SendOptions): Promise<Page> {
    if (number >= MOST_PAGES) return TOO_FAR;
    if (number === 0 || this.stride !== undefined) {
      return this.pageOf(number, await this.list(number * (this.stride ?? PAGE_LENGTH), options));
    }
    return this.readLearning(number, options);
  }

  /** All runs, page by page, each run once; returns whether every entry could be read. */
  async *walk(options: SendOptions): AsyncGenerator<readonly RunRecord[], boolean> {
    let isWhole = true;
    const seen = new Set<string>();
    for (let number = 0; ; number++) {
      const page = await this.read(number, options);
      const fresh = page.runs.filter((run) => !seen.has(run.runId));
      for (const run of fresh) seen.add(run.runId);
      isWhole &&= page.isWhole;
      yield fresh;
      if (!page.more) return isWhole;
    }
  }

  /** Reads a later page while the meaning of `index` is open: a position first, then a number. */
  private async readLearning(number: number, options: SendOptions): Promise<Page> {
    if (this.firstPageIds === undefined) await this.list(0, options);
    const isNew = (page: RunPage) => {
      const fresh = page.runs.filter((run) => !this.firstPageIds?.has(run.runId)).length;
      return fresh > page.runs.length / 2;
    };
    const byPosition = await this.list(PAGE_LENGTH, options);
    if (isNew(byPosition)) {
      this.stride = PAGE_LENGTH;
      return number === 1 ? this.pageOf(1, byPosition) : this.read(number, options);
    }
    const byNumber = await this.list(1, options);
    // Nothing new either way: the first page was just full, and the meaning stays open.
    if (!isNew(byNumber)) return NOTHING_MORE;
    this.stride = 1;
    return number === 1 ? this.pageOf(1, byNumber) : this.read(number, options);
  }

  private async list(index: number, options: SendOptions): Promise<RunPage> {
    const page = await this.ask(index, options);
    if (page.total !== null && page.total > page.length) this.totalCountsAll = true;
    if (index === 0) this.firstPageIds = new Set(page.runs.map((run) => run.runId));
    return page;
  }

  /** Whether an index past the end is answered or refused is undocumented. */
  private async ask(index: number, options: SendOptions): Promise<RunPage> {
    try {
      return await this.client.listTaskRuns(index, options);
    } catch (error) {
      const isPastEnd =
        index > 0 &&
        isNclueError(error, "refused") &&
        error.facts.fromGateway !== true &&
        (error.facts.kind === "rejected" || error.facts.kind === "not-found");
      if (isPastEnd) return { runs: [], length: 0, total: null };
      throw error;
    }
  }

  private pageOf(number: number, page: RunPage): Page {
    const before = number * PAGE_LENGTH;
    const more =
      this.totalCountsAll && page.total !== null
        ? page.length > 0 && before + page.length < page.total
        : page.length >= PAGE_LENGTH;
    const count =
      this.totalCountsAll && page.total !== null
        ? { count: Math.max(1, Math.ceil(page.total / PAGE_LENGTH)) }
        : {};
    return { runs: page.runs, more, ...count, isWhole: page.runs.length === page.length };
  }
}
