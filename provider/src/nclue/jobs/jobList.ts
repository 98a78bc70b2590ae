import type { Job } from "../../domain/job";
import type { SendOptions } from "../transport";
import { GatheredPages, type Pass } from "./gatheredPages";
import type { JobRequests } from "./jobRequests";
import type { Counted, IsEnough, Latest, Listed, Newest, Page, ReadSoFar } from "./listed";
import { listOrder } from "./listOrder";
import { ListPages } from "./listPages";
import type { ListShape } from "./listShape";
import type { RawPage } from "./wire";

/** Jobs read in one pass over the list at most. */
const MOST_ENTRIES = 20_000;
/** Requests of one pass at most, where pages are short. */
const MOST_REQUESTS = 209;
/** A list that moves while it is read is read again, so often. */
const MOST_PASSES = 4;
/** Each page of a list in random order is read so often at most. */
const MOST_ROUNDS = 10;

const NOTHING: RawPage = { jobs: [], length: 0, total: null };
const NOTHING_MORE: Page = { jobs: [], more: false };

/** The list of one family: single pages by number, all of it, or the part with the newest jobs. */
export class JobList {
  private readonly pages: ListPages;
  private gathering: GatheredPages | undefined;

  constructor(
    requests: Pick<JobRequests, "list">,
    private readonly shape: ListShape,
  ) {
    this.pages = new ListPages(requests, shape);
  }

  /** Whether it is known what `index` means; until then, a page after the first may cost more. */
  get isLearned(): boolean {
    return this.pages.isLearned;
  }

  /** The read of more than one page that is under way. */
  get readSoFar(): ReadSoFar | undefined {
    return this.gathering;
  }

  /** One request: the first page. */
  async count(options: SendOptions): Promise<Counted> {
    const first = await this.pages.ask(0, options);
    const total = this.shape.totalOf(first);
    if (total !== undefined) return { count: total, isExact: true };
    return { count: first.length, isExact: this.shape.isAll(first) };
  }

  /** @param number counted from 0. */
  async read(number: number, options: SendOptions): Promise<Page> {
    if (number >= MOST_REQUESTS) return NOTHING_MORE;
    if (number === 0) return this.pageOf(0, await this.pages.ask(0, options));
    if (!this.isLearned) {
      const { second } = await this.pages.learn(
        this.pages.first ?? (await this.pages.ask(0, options)),
        options,
      );
      if (!this.isLearned) return NOTHING_MORE;
      if (number === 1 && second !== undefined) return this.pageOf(1, second);
    }
    return this.pageOf(number, await this.pages.ask(this.shape.indexOf(number), options));
  }

  /**
   * All jobs. A job that is deleted or created meanwhile shifts the others between two pages, so each
   * page begins with the last entry of the one before where `index` is a position. Where it is a page
   * number, two passes must show the same. What does not add up is read again.
   */
  async readAll(options: SendOptions, mostRequests = MOST_REQUESTS): Promise<Listed> {
    const union = new Map<string, Job>();
    let before: Pass | undefined;
    for (let passes = 1; passes <= MOST_PASSES; passes++) {
      const pass = await this.pass(options, mostRequests);
      for (const job of pass.jobs) union.set(job.id, job);
      if (!pass.isReadable) break;
      if (pass.isSteady && (pass.isProven || isSameSet(pass, before))) {
        return { jobs: pass.jobs, isWhole: true };
      }
      before = pass;
    }
    const all =
      before?.total === undefined ? undefined : await this.readShuffled(before.total, options);
    return all === undefined
      ? { jobs: [...union.values()], isWhole: false }
      : { jobs: all, isWhole: true };
  }

  /**
   * A list that is in another order at each request shows everything after some time, if it has as many
   * jobs all the while.
   */
  private async readShuffled(
    total: number,
    options: SendOptions,
  ): Promise<readonly Job[] | undefined> {
    const seen = new Map<string, Job>();
    const pages = Math.ceil(total / this.shape.pageLength);
    if (!this.isLearned || total > MOST_ENTRIES) return undefined;
    for (let n = 0; n < pages * MOST_ROUNDS; n++) {
      const page = await this.pages.ask(this.shape.indexOf(n % pages), options);
      if (this.shape.totalOf(page) !== total || page.jobs.length < page.length) return undefined;
      for (const job of page.jobs) seen.set(job.id, job);
      if (seen.size === total) return [...seen.values()];
    }
    return undefined;
  }

  /** The page with the newest jobs; the whole list where its order is not clear. */
  async readNewest(options: SendOptions): Promise<Newest> {
    const first = await this.pages.ask(0, options);
    const shown = this.shownBy(first);
    const order = listOrder(first.jobs);
    if (this.shape.isAll(first) || order === "newest-first") return shown;
    const last = order === "oldest-first" ? await this.readLast(first, options) : undefined;
    if (last === undefined) return this.readWhole(options);
    return { jobs: [...first.jobs, ...last], isWhole: false, hasNewest: true };
  }

  /** What the first page has shown when it was read last. */
  get firstShown(): Newest | undefined {
    return this.pages.first === undefined ? undefined : this.shownBy(this.pages.first);
  }

  private shownBy(first: RawPage): Newest {
    const isReadable = first.jobs.length === first.length;
    const isWhole = isReadable && this.shape.isAll(first);
    const isNewest = isReadable && listOrder(first.jobs) === "newest-first";
    return { jobs: first.jobs, isWhole, hasNewest: isWhole || isNewest };
  }

  /**
   * The newest jobs without a gap, until they are enough, in no more pages than that takes where the
   * list's order is clear; else the whole list.
   */
  async readBack(isEnough: IsEnough, options: SendOptions): Promise<Newest> {
    const first = await this.pages.ask(0, options);
    const shown = this.shownBy(first);
    if (shown.isWhole || (shown.hasNewest && isEnough(shown.jobs))) return shown;
    const order = listOrder(first.jobs);
    if (order === "newest-first") {
      const pass = await this.readDown(first, isEnough, options);
      const isInOrder = pass.isReadable && pass.isSteady && listOrder(pass.jobs) === order;
      if (isInOrder && isEnough(pass.jobs)) {
        return { jobs: pass.jobs, isWhole: pass.jobs.length === pass.total, hasNewest: true };
      }
      if (isInOrder && pass.isProven) return { jobs: pass.jobs, isWhole: true, hasNewest: true };
    }
    const last = order === "oldest-first" ? await this.readLast(first, options) : undefined;
    if (last !== undefined && isEnough(last)) {
      return { jobs: last, isWhole: false, hasNewest: true };
    }
    return this.readWhole(options);
  }

  /**
   * From the first page on until the jobs are enough. Where nothing else shows that none is hidden
   * between two pages, they are read twice.
   */
  private async readDown(first: RawPage, isEnough: IsEnough, options: SendOptions): Promise<Pass> {
    const hasEnough = ({ newest }: GatheredPages) => isEnough(newest);
    const pass = await this.pass(options, MOST_REQUESTS, hasEnough, first);
    const isSure = pass.isProven || (pass.total !== undefined && isEnough(pass.jobs));
    if (isSure || !pass.isReadable || !pass.isSteady) return pass;
    const again = await this.pass(options, MOST_REQUESTS, hasEnough);
    if (isSameSet(again, pass)) return { ...again, isProven: true };
    return { ...again, isSteady: false };
  }

  private async readWhole(options: SendOptions): Promise<Newest> {
    const all = await this.readAll(options);
    return { ...all, hasNewest: all.isWhole };
  }

  /** As {@link readBack}, with how many jobs there are in all. */
  async readLatest(isEnough: IsEnough, options: SendOptions): Promise<Latest> {
    const newest = await this.readBack(isEnough, options);
    const first = this.pages.first ?? NOTHING;
    const isOrderClear = listOrder(first.jobs) !== "none" || newest.jobs.length <= first.length;
    const total = newest.isWhole ? newest.jobs.length : this.shape.totalOf(first);
    return { ...newest, total, isOrderClear };
  }

  /** The jobs of the last page, where it is known where that is, and goes on in the order of the first. */
  private async readLast(
    first: RawPage,
    options: SendOptions,
  ): Promise<readonly Job[] | undefined> {
    const total = this.shape.totalOf(first);
    if (total === undefined) return undefined;
    if (!this.isLearned) await this.pages.learn(first, options);
    if (this.shape.meaning !== "position") return undefined;
    const last = await this.pages.ask(Math.max(0, total - this.shape.pageLength), options);
    if (last.length === 0 || last.jobs.length < last.length) return undefined;
    // A list by name or id may begin like one by date.
    return isInOrder(first, last) ? last.jobs : undefined;
  }

  /** One pass over the list, from its first page to its end, or until it has enough. */
  private async pass(
    options: SendOptions,
    mostRequests: number,
    isEnough: (gathered: GatheredPages) => boolean = () => false,
    page?: RawPage,
  ): Promise<Pass> {
    const lastRequest = this.pages.asked + mostRequests;
    const first = page ?? (await this.pages.ask(0, options));
    const gathered = new GatheredPages(first, this.shape);
    this.gathering = gathered;
    try {
      return await this.gather(first, gathered, options, lastRequest, isEnough);
    } finally {
      this.gathering = undefined;
    }
  }

  private async gather(
    first: RawPage,
    gathered: GatheredPages,
    options: SendOptions,
    lastRequest: number,
    isEnough: (gathered: GatheredPages) => boolean,
  ): Promise<Pass> {
    if (first.length === 0 || this.shape.isAll(first)) return gathered.end(true);
    if (!this.isLearned && !(await this.pages.learn(first, options)).isSteady)
      return gathered.end(false);
    for (let number = 1; !gathered.isFull; number++) {
      // Too long to be read in full: what comes after it may be anything.
      const isTooLong = gathered.entries >= MOST_ENTRIES || this.pages.asked >= lastRequest;
      if (isTooLong) return { ...gathered.end(false), isReadable: false };
      const { entries, longestPage } = gathered;
      const isPosition = this.shape.meaning === "position";
      // A page of one entry has no room for an overlap.
      const overlap = isPosition && longestPage > 1 ? 1 : 0;
      const page = await this.pages.ask(isPosition ? entries - overlap : number, options);
      if (!gathered.add(page, overlap)) return gathered.end(false);
      if (isEnough(gathered)) return { ...gathered.end(true), isSteady: true };
      if (page.length === overlap || (!isPosition && page.length < longestPage)) break;
    }
    return gathered.end(true);
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

/** Whether the last page's dates go on where those of the first end; the two may overlap. */
function isInOrder(first: RawPage, last: RawPage): boolean {
  const ids = new Set(first.jobs.map(({ id }) => id));
  const others = last.jobs.filter(({ id }) => !ids.has(id));
  return listOrder([...first.jobs, ...others]) === "oldest-first";
}

function isSameSet(pass: Pass, before: Pass | undefined): boolean {
  if (before?.isSteady !== true || before.jobs.length !== pass.jobs.length) return false;
  const ids = new Set(before.jobs.map(({ id }) => id));
  return pass.jobs.every(({ id }) => ids.has(id));
}
