import type { Job } from "../../domain/job";
import { isNotFound, isRejected } from "../../kernel/errors";
import type { SendOptions } from "../transport";
import { GatheredPages, isSameJob, type Pass } from "./gatheredPages";
import type { JobRequests } from "./jobRequests";
import { listOrder } from "./listOrder";
import type { ListShape } from "./listShape";
import type { RawPage } from "./wire";

/** Requests of one pass over the list at most: some 20,000 jobs, where pages overlap by one. */
const MOST_PAGES = 204;
/** A list that moves while it is read is read again, so often. */
const MOST_PASSES = 4;

export interface Page {
  readonly jobs: readonly Job[];
  /** Whether the service has, or may have, jobs after this page. */
  readonly more: boolean;
  /** How many pages there are, where the service says so. */
  readonly count?: number;
}

/** Jobs of the list, and whether these are all of them for certain. */
export interface Listed {
  readonly jobs: readonly Job[];
  readonly isWhole: boolean;
}

/** The newest jobs of the list, and more where that was read on the way. */
export interface Newest extends Listed {
  /** Whether the newest jobs are among them for certain. */
  readonly hasNewest: boolean;
}

/** At least so many of the newest jobs. */
export interface Latest extends Listed {
  /** How many jobs there are in all, where that is known. */
  readonly total: number | undefined;
  /** Whether the list's order is clear; if it is not, all of it was read. */
  readonly isOrderClear: boolean;
}

/** How many jobs there are, as far as one request says. */
export interface Counted {
  readonly count: number;
  /** Otherwise there may be more. */
  readonly isExact: boolean;
}

/** How far a read of the list has come. */
export interface ReadSoFar {
  readonly entries: number;
  readonly total: number | undefined;
}

/** What finding out about `index` has shown on the way. */
interface Learned {
  /** Whether the list is still what it was, as far as that shows. */
  readonly isSteady: boolean;
  /** The second page. */
  readonly second?: RawPage;
}

const NOTHING: RawPage = { jobs: [], length: 0, total: null };
const NOTHING_MORE: Page = { jobs: [], more: false };

/** The list of one family: single pages by number, all of it, or the part with the newest jobs. */
export class JobList {
  /** The first page as it was read last. */
  private first: RawPage | undefined;
  private gathering: GatheredPages | undefined;
  /** Requests so far: what a pass may cost counts in these, since learning costs some too. */
  private asked = 0;

  constructor(
    private readonly requests: Pick<JobRequests, "list">,
    private readonly shape: ListShape,
  ) {}

  /** Whether it is known what `index` means; until then, a page after the first may cost more. */
  get isLearned(): boolean {
    return this.shape.meaning !== undefined;
  }

  /** The read of more than one page that is under way. */
  get readSoFar(): ReadSoFar | undefined {
    return this.gathering;
  }

  /** One request: the first page. */
  async count(options: SendOptions): Promise<Counted> {
    const first = await this.ask(0, options);
    const total = this.shape.totalOf(first);
    if (total !== undefined) return { count: total, isExact: true };
    return { count: first.length, isExact: this.shape.isAll(first) };
  }

  /** @param number counted from 0. */
  async read(number: number, options: SendOptions): Promise<Page> {
    if (number >= MOST_PAGES) return NOTHING_MORE;
    if (number === 0) return this.pageOf(0, await this.ask(0, options));
    if (!this.isLearned) {
      const { second } = await this.learn(this.first ?? (await this.ask(0, options)), options);
      if (!this.isLearned) return NOTHING_MORE;
      if (number === 1 && second !== undefined) return this.pageOf(1, second);
    }
    return this.pageOf(number, await this.ask(this.shape.indexOf(number), options));
  }

  /**
   * All jobs. A job that is deleted or created meanwhile shifts the others between two pages, so each
   * page begins with the last entry of the one before where `index` is a position. Where it is a page
   * number, two passes must show the same. What does not add up is read again.
   */
  async readAll(options: SendOptions, mostPages = MOST_PAGES): Promise<Listed> {
    const union = new Map<string, Job>();
    let before: Pass | undefined;
    for (let passes = 1; passes <= MOST_PASSES; passes++) {
      const pass = await this.pass(options, mostPages);
      for (const job of pass.jobs) union.set(job.id, job);
      if (!pass.isReadable) break;
      if (pass.isSteady && (pass.isProven || isSameSet(pass, before))) {
        return { jobs: pass.jobs, isWhole: true };
      }
      // A list in random order shows everything after some time, if nothing changes.
      if (pass.total !== undefined && before?.total === pass.total && union.size === pass.total) {
        return { jobs: [...union.values()], isWhole: true };
      }
      before = pass;
    }
    return { jobs: [...union.values()], isWhole: false };
  }

  /** The page with the newest jobs; the whole list where its order is not clear. */
  async readNewest(options: SendOptions): Promise<Newest> {
    const first = await this.ask(0, options);
    const isReadable = first.jobs.length === first.length;
    if (this.shape.isAll(first)) {
      return { jobs: first.jobs, isWhole: isReadable, hasNewest: isReadable };
    }
    const order = listOrder(first.jobs);
    if (order === "newest-first") {
      return { jobs: first.jobs, isWhole: false, hasNewest: isReadable };
    }
    return (
      (order === "oldest-first" ? await this.readLast(first, options) : undefined) ??
      this.readAll(options).then((all) => ({ ...all, hasNewest: all.isWhole }))
    );
  }

  /** The newest `count` jobs at least: no more pages than that takes where the list's order is clear. */
  async readLatest(count: number, options: SendOptions): Promise<Latest> {
    const newest = await this.readNewest(options);
    const first = this.first ?? NOTHING;
    const total = this.shape.totalOf(first);
    const order = listOrder(first.jobs);
    const isOrderClear = order !== "none" || newest.jobs.length <= first.length;
    if (newest.isWhole) return { ...newest, total: newest.jobs.length, isOrderClear };
    if (newest.hasNewest && count <= this.shape.pageLength) {
      return { ...newest, total, isOrderClear };
    }
    if (order === "newest-first" && (total === undefined || total > count)) {
      const { jobs, isReadable, isSteady } = await this.pass(options, MOST_PAGES, count);
      const isLatest = isReadable && isSteady && jobs.length >= count;
      if (isLatest && listOrder(jobs) === order)
        return { jobs, isWhole: false, total, isOrderClear };
    }
    const all = await this.readAll(options);
    return { ...all, total: all.isWhole ? all.jobs.length : total, isOrderClear };
  }

  /** The last page with the first one, where it is known where the last page is. */
  private async readLast(first: RawPage, options: SendOptions): Promise<Newest | undefined> {
    const total = this.shape.totalOf(first);
    if (total === undefined) return undefined;
    if (!this.isLearned) await this.learn(first, options);
    if (this.shape.meaning !== "position") return undefined;
    const last = await this.ask(Math.max(0, total - this.shape.pageLength), options);
    if (last.length === 0 || last.jobs.length < last.length) return undefined;
    return { jobs: [...first.jobs, ...last.jobs], isWhole: false, hasNewest: true };
  }

  /** One pass over the list, from its first page to its end, or until it has `count` entries. */
  private async pass(options: SendOptions, mostPages: number, count?: number): Promise<Pass> {
    const lastRequest = this.asked + mostPages;
    const first = await this.ask(0, options);
    const gathered = new GatheredPages(first, this.shape);
    this.gathering = gathered;
    try {
      return await this.gather(first, gathered, options, lastRequest, count);
    } finally {
      this.gathering = undefined;
    }
  }

  private async gather(
    first: RawPage,
    gathered: GatheredPages,
    options: SendOptions,
    lastRequest: number,
    count = Number.POSITIVE_INFINITY,
  ): Promise<Pass> {
    if (first.length === 0 || this.shape.isAll(first)) return gathered.end(true);
    if (!this.isLearned && !(await this.learn(first, options)).isSteady) return gathered.end(false);
    for (let number = 1; !gathered.isFull; number++) {
      // Too long to be read in full: what comes after it may be anything.
      if (this.asked >= lastRequest) return { ...gathered.end(false), isReadable: false };
      const { entries, longestPage } = gathered;
      const isPosition = this.shape.meaning === "position";
      // A page of one entry has no room for an overlap.
      const overlap = isPosition && longestPage > 1 ? 1 : 0;
      const page = await this.ask(isPosition ? entries - overlap : number, options);
      if (!gathered.add(page, overlap)) return gathered.end(false);
      if (gathered.entries >= count) return { ...gathered.end(true), isSteady: true };
      if (page.length === overlap || (!isPosition && page.length < longestPage)) break;
    }
    return gathered.end(true);
  }

  /**
   * Finds out what `index` means from a list of more than one page: a position, where it leads into the
   * page before; a page number, where it leads past it.
   */
  private async learn(first: RawPage, options: SendOptions): Promise<Learned> {
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

  /** Whether an index past the end is answered or refused is undocumented. */
  private async ask(index: number, options: SendOptions): Promise<RawPage> {
    this.asked += 1;
    try {
      const page = await this.requests.list(index, options);
      this.shape.note(page);
      if (index === 0) this.first = page;
      return page;
    } catch (error) {
      if (index > 0 && (isRejected(error) || isNotFound(error))) return NOTHING;
      throw error;
    }
  }

  private pageOf(number: number, page: RawPage): Page {
    const total = this.shape.totalOf(page);
    const { pageLength } = this.shape;
    if (total === undefined) {
      const isFull = page.length > 0 && page.length >= pageLength;
      return { jobs: page.jobs, more: isFull && !(number === 0 && this.shape.isAll(page)) };
    }
    return {
      jobs: page.jobs,
      more: page.length > 0 && number * pageLength + page.length < total,
      count: Math.max(1, Math.ceil(total / pageLength)),
    };
  }
}

function areDisjoint(page: RawPage, ...others: readonly RawPage[]): boolean {
  const ids = new Set(others.flatMap(({ jobs }) => jobs.map(({ id }) => id)));
  return page.jobs.every(({ id }) => !ids.has(id));
}

function isSameSet(pass: Pass, before: Pass | undefined): boolean {
  if (before?.isSteady !== true || before.jobs.length !== pass.jobs.length) return false;
  const ids = new Set(before.jobs.map(({ id }) => id));
  return pass.jobs.every(({ id }) => ids.has(id));
}
