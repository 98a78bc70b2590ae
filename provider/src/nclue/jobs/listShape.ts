import type { RawPage } from "./wire";

/** Entries that the service puts on one page at most. */
export const PAGE_LENGTH = 100;

/**
 * What `index` and `total` mean, and how long a page is. The documentation has called `index` both a
 * page number and a position, and `total` both all jobs and those of one answer, so all of it is
 * learned from answers that prove it: once a process, for all families.
 */
export class ListShape {
  private indexIs: "position" | "page" | undefined;
  private totalIsAll = false;
  private longest = 0;

  /** What `index` is, once an answer has proved it. */
  get meaning(): "position" | "page" | undefined {
    return this.indexIs;
  }

  /** Entries of a full page: what arrives, not what was asked for. */
  get pageLength(): number {
    return this.longest === 0 ? PAGE_LENGTH : this.longest;
  }

  learn(meaning: "position" | "page"): void {
    this.indexIs = meaning;
  }

  /** Takes from any answer what it proves. */
  note(page: RawPage): void {
    this.longest = Math.max(this.longest, page.length);
    if (page.total !== null && page.total > page.length) this.totalIsAll = true;
  }

  /** How many jobs there are, where an answer says so. */
  totalOf({ total }: RawPage): number | undefined {
    return this.totalIsAll && total !== null ? total : undefined;
  }

  /** Whether a first page is the whole list. */
  isAll(first: RawPage): boolean {
    const { length, total } = first;
    if (this.totalOf(first) === length) return true;
    if (length === 0) return total === null || total === 0;
    return length < PAGE_LENGTH && total === length;
  }

  indexOf(number: number): number {
    return this.indexIs === "page" ? number : number * this.pageLength;
  }
}
