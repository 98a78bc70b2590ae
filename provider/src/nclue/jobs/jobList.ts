import { isSameId, type Job } from "../../domain/job";
import { parseServiceTime } from "../../domain/serviceTime";
import { isNotFound, isRejected } from "../../kernel/errors";
import type { SendOptions } from "../transport";
import type { JobRequests } from "./jobRequests";
import type { ListShape } from "./listShape";
import type { RawPage } from "./wire";

/** Pages read in one pass over the list at most: 20,000 jobs. */
const MOST_PAGES = 200;
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

/** A part of the list, and whether the newest jobs are in it for certain. */
export interface Newest extends Listed {
  readonly isProven: boolean;
}

const NOTHING: RawPage = { jobs: [], length: 0, total: null };
const NOTHING_MORE: Page = { jobs: [], more: false };

/** The list of one family: single pages by number, all of it, or the part with the newest jobs. */
export class JobList {
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

  /** @param number counted from 0. */
  async read(number: number, options: SendOptions): Promise<Page> {
    if (number >= MOST_PAGES) return NOTHING_MORE;
    if (number === 0) return this.pageOf(0, await this.ask(0, options));
    if (!this.isLearned) await this.learn(await this.ask(0, options), options);
    if (!this.isLearned) return NOTHING_MORE;
    return this.pageOf(number, await this.ask(this.shape.indexOf(number), options));
  }

  /**
   * All jobs. A job that is deleted or created meanwhile shifts the others between two pages, so each
   * page begins with the last entry of the one before where `index` is a position, and `total` must
   * stay the same; what does not add up is read again.
   */
  async readAll(options: SendOptions, mostPages = MOST_PAGES): Promise<Listed> {
    const union = new Map<string, Job>();
    let before: Pass | undefined;
    for (let passes = 1; passes <= MOST_PASSES; passes++) {
      const pass = await this.pass(options, mostPages);
      for (const job of pass.jobs) union.set(job.id, job);
      if (!pass.isReadable) break;
      if (pass.isSteady && (pass.isCounted || isSameSet(pass, before))) {
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
    if (this.shape.isAll(first)) return { jobs: first.jobs, isWhole: isReadable, isProven: true };
    const order = orderOf(first.jobs);
    if (order === "newest-first") return { jobs: first.jobs, isWhole: false, isProven: true };
    const total = this.shape.totalOf(first);
    if (order === "none" || total === undefined) return this.wholeForNewest(options);
    if (!this.isLearned) await this.learn(first, options);
    if (this.shape.meaning !== "position") return this.wholeForNewest(options);
    const last = await this.ask(Math.max(0, total - this.shape.pageLength), options);
    return { jobs: [...first.jobs, ...last.jobs], isWhole: false, isProven: true };
  }

  /** Where no order can be told, only the whole list shows the newest jobs for certain. */
  private async wholeForNewest(options: SendOptions): Promise<Newest> {
    const listed = await this.readAll(options);
    return { ...listed, isProven: listed.isWhole };
  }

  /** One pass over the list, from its first page to its end. */
  private async pass(options: SendOptions, mostPages: number): Promise<Pass> {
    const askedBefore = this.asked;
    const first = await this.ask(0, options);
    const gathered = new Gathered(first, this.shape);
    if (this.shape.isAll(first)) return gathered.end(true);
    if (!this.isLearned && !(await this.learn(first, options))) return gathered.end(false);
    for (let number = 1; !gathered.isFull; number++) {
      // Too long to be read in full: what comes after it may be anything.
      if (this.asked - askedBefore >= mostPages)
        return { ...gathered.end(false), isReadable: false };
      const isPosition = this.shape.meaning === "position";
      const index = isPosition ? gathered.entries - 1 : number;
      const page = await this.ask(index, options);
      const isLast = isPosition ? page.length <= 1 : page.length < this.shape.pageLength;
      if (!gathered.add(page, isPosition)) return gathered.end(false);
      if (isLast) break;
    }
    return gathered.end(true);
  }

  /**
   * Finds out what `index` means from a list of more than one page: a position, where it leads to the
   * last entry of the first page; a page number, where page 1 shares nothing with page 0 as it is
   * before and after.
   *
   * @returns whether the first page is still what it was
   */
  private async learn(first: RawPage, options: SendOptions): Promise<boolean> {
    const total = this.shape.totalOf(first);
    const { pageLength } = this.shape;
    // With so few jobs there can't be a page of this number, so any answer proves a position.
    if (total !== undefined && total > first.length && total <= pageLength * pageLength) {
      if ((await this.ask(pageLength, options)).length > 0) {
        this.shape.learn("position");
        return true;
      }
    } else if (first.length > 1) {
      const overlapping = await this.ask(first.length - 1, options);
      if (isSame(overlapping.jobs[0], first.jobs.at(-1))) {
        this.shape.learn("position");
        return true;
      }
    }
    const second = await this.ask(1, options);
    const again = await this.ask(0, options);
    if (isSame(second.jobs[0], again.jobs[1])) {
      this.shape.learn("position");
    } else if (second.length > 0 && isDisjoint(second, first) && isDisjoint(second, again)) {
      this.shape.learn("page");
    }
    return isSame(first.jobs[0], again.jobs[0]) && first.length === again.length;
  }

  /** Whether an index past the end is answered or refused is undocumented. */
  private async ask(index: number, options: SendOptions): Promise<RawPage> {
    this.asked += 1;
    try {
      const page = await this.requests.list(index, options);
      this.shape.note(page);
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

interface Pass {
  readonly jobs: readonly Job[];
  /** Every entry could be read, and the end was reached. */
  readonly isReadable: boolean;
  /** Nothing has moved, as far as the pages show. */
  readonly isSteady: boolean;
  /** The number of jobs is the one that the service says. */
  readonly isCounted: boolean;
  readonly total: number | undefined;
}

/** The entries of the pages that one pass has read so far. */
class Gathered {
  /** The entries, each once, and how many they are. */
  entries: number;
  private readonly jobs = new Map<string, Job>();
  private isReadable: boolean;
  private total: number | undefined;
  private last: Job | undefined;
  private pages = 1;

  constructor(
    first: RawPage,
    private readonly shape: ListShape,
  ) {
    this.entries = first.length;
    this.isReadable = first.jobs.length === first.length;
    this.total = shape.totalOf(first);
    this.take(first.jobs);
  }

  /** Whether there are as many as the service says. */
  get isFull(): boolean {
    return this.total !== undefined && this.entries >= this.total;
  }

  /** @returns false where the list has moved since the page before. */
  add(page: RawPage, overlaps: boolean): boolean {
    this.pages += 1;
    this.isReadable &&= page.jobs.length === page.length;
    const total = this.shape.totalOf(page);
    const isSameTotal = total === undefined || this.total === undefined || total === this.total;
    this.total ??= total;
    if (page.length === 0) return !overlaps && isSameTotal;
    if (overlaps && !isSame(page.jobs[0], this.last)) return false;
    const fresh = overlaps ? page.jobs.slice(1) : page.jobs;
    const isNew = fresh.every(({ id }) => !this.jobs.has(id));
    this.entries += page.length - (overlaps ? 1 : 0);
    this.take(fresh);
    return isNew && isSameTotal;
  }

  end(isSteady: boolean): Pass {
    const { isReadable, total } = this;
    const isOnePage = this.pages === 1;
    const isCounted = total === undefined ? isOnePage : total === this.entries;
    const isMoved = total !== undefined && total !== this.entries;
    return {
      jobs: [...this.jobs.values()],
      isReadable,
      isSteady: isSteady && !isMoved,
      isCounted,
      total,
    };
  }

  private take(jobs: readonly Job[]): void {
    for (const job of jobs) this.jobs.set(job.id, job);
    this.last = jobs.at(-1) ?? this.last;
  }
}

/** In which order a page lists its jobs, as far as their dates say. */
function orderOf(jobs: readonly Job[]): "newest-first" | "oldest-first" | "none" {
  const stamps = jobs.map(({ createdAt }) => parseServiceTime(createdAt));
  const known = stamps.filter((stamp) => stamp !== undefined);
  if (known.length < stamps.length || known[0] === known.at(-1)) return "none";
  const falls = (stamp: number, n: number) => n === 0 || stamp <= (known[n - 1] ?? stamp);
  const rises = (stamp: number, n: number) => n === 0 || stamp >= (known[n - 1] ?? stamp);
  if (known.every(falls)) return "newest-first";
  return known.every(rises) ? "oldest-first" : "none";
}

function isSame(a: Job | undefined, b: Job | undefined): boolean {
  return a !== undefined && b !== undefined && isSameId(a.id, b.id);
}

function isDisjoint(a: RawPage, b: RawPage): boolean {
  const ids = new Set(b.jobs.map(({ id }) => id));
  return a.jobs.every(({ id }) => !ids.has(id));
}

function isSameSet(pass: Pass, before: Pass | undefined): boolean {
  if (before === undefined || before.jobs.length !== pass.jobs.length) return false;
  const ids = new Set(before.jobs.map(({ id }) => id));
  return pass.jobs.every(({ id }) => ids.has(id));
}
