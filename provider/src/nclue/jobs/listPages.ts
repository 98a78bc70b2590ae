import { isNotFound, isRejected } from "../../kernel/errors";
import type { SendOptions } from "../transport";
import { isSameJob } from "./gatheredPages";
import type { JobRequests } from "./jobRequests";
import type { ListShape } from "./listShape";
import type { RawPage } from "./wire";

/** What finding out about `index` has shown on the way. */
export interface Learned {
  /** Whether the list is still what it was, as far as that shows. */
  readonly isSteady: boolean;
  /** The second page. */
  readonly second?: RawPage;
}

const NOTHING: RawPage = { jobs: [], length: 0, total: null };

/** Single pages of a family's list, and what their `index` means. */
export class ListPages {
  /** The first page as it was read last. */
  private latestFirst: RawPage | undefined;
  private requestCount = 0;

  constructor(
    private readonly requests: Pick<JobRequests, "list">,
    private readonly shape: ListShape,
  ) {}

  get first(): RawPage | undefined {
    return this.latestFirst;
  }

  /** Requests so far, those for learning included. */
  get asked(): number {
    return this.requestCount;
  }

  /** Whether it is known what `index` means; until then, a page after the first may cost more. */
  get isLearned(): boolean {
    return this.shape.meaning !== undefined;
  }

  /** Whether an index past the end is answered or refused is undocumented. */
  async ask(index: number, options: SendOptions): Promise<RawPage> {
    this.requestCount += 1;
    try {
      const page = await this.requests.list(index, options);
      this.shape.note(page);
      if (index === 0) this.latestFirst = page;
      return page;
    } catch (error) {
      if (index > 0 && (isRejected(error) || isNotFound(error))) return NOTHING;
      throw error;
    }
  }

  /**
   * Finds out what `index` means from a list of more than one page: a position, where it leads into the
   * page before; a page number, where it leads past it.
   */
  async learn(first: RawPage, options: SendOptions): Promise<Learned> {
    // After a page of one entry, position 1 and page 1 are the same.
    if (first.length === 1) return this.learnAfter(1, await this.ask(1, options), options);
    const { length } = first;
    const total = this.shape.totalOf(first);
    // With so few jobs there can't be a page of this number, so any answer proves a position.
    const areFew = total !== undefined && total > length && total <= length * length;
    const page = await this.ask(areFew ? length : length - 1, options);
    if (areFew ? page.length > 0 : isSameJob(page.jobs[0], first.jobs.at(-1))) {
      this.shape.learn("position");
      const isSecond = areFew && length === this.shape.pageLength;
      return isSecond ? { isSteady: true, second: page } : { isSteady: true };
    }
    return this.learnAfter(0, first, options);
  }

  /** Compares what the next index shows with a page as it is before and after. */
  private async learnAfter(index: number, page: RawPage, options: SendOptions): Promise<Learned> {
    if (page.length < 2) return { isSteady: true };
    const next = await this.ask(index + 1, options);
    const again = await this.ask(index, options);
    if (isSameJob(next.jobs[0], again.jobs[1])) {
      this.shape.learn("position");
    } else if (next.length === 0 ? again.length > 1 : areDisjoint(next, page, again)) {
      this.shape.learn("page");
    }
    const isSteady = isSameJob(page.jobs[0], again.jobs[0]) && page.length === again.length;
    return { isSteady };
  }
}

function areDisjoint(page: RawPage, ...others: readonly RawPage[]): boolean {
  const ids = new Set(others.flatMap(({ jobs }) => jobs.map(({ id }) => id)));
  return page.jobs.every(({ id }) => !ids.has(id));
}
