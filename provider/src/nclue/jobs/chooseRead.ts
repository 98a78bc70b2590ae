import { Priority } from "../rateLimiter";
import type { PageGuess } from "./pageGuess";

/** Somebody who waits for news of one job. */
export interface Waiting {
  readonly id: string;
  readonly priority: Priority;
  /** Pages known not to contain the job, counting only answers new enough for this one. */
  readonly tried: ReadonlySet<number>;
  /** How many pages were read since it came. */
  readonly pagesRead: number;
}

export type Read<W extends Waiting> =
  | { readonly kind: "job"; readonly waiting: W }
  | { readonly kind: "page"; readonly number: number };

export interface ReadQuestion<W extends Waiting> {
  /** Those who are due, in the order in which they came. */
  readonly due: readonly W[];
  readonly all: Iterable<W>;
  readonly guess: Pick<PageGuess, "nextPage" | "usualPage">;
  /** Reads of single jobs so far: what a search of pages may cost instead. */
  readonly singleReads: number;
  /** Whether so many have read that more are to be expected, as in a refresh. */
  readonly areMoreExpected: boolean;
  /** Whether the list could not be read lately. */
  readonly isListBroken: boolean;
}

/** The newest page, and one more of the search for what it does not show. */
const FEWEST_PAGES = 2;

/**
 * One job or a page? A page shows a hundred jobs and costs as much as one, so it is read as soon as it
 * can answer two, and pages are searched only as long as they have not cost more than single reads
 * would have. Reads come before polls.
 */
export function chooseRead<W extends Waiting>(question: ReadQuestion<W>): Read<W> | undefined {
  const { due, isListBroken } = question;
  const waiting = due.find(({ priority }) => priority !== Priority.poll) ?? due[0];
  if (waiting === undefined) return undefined;
  const number = isListBroken ? undefined : pageWorthReading(question);
  return number === undefined ? { kind: "job", waiting } : { kind: "page", number };
}

/** The page that answers the most, or `undefined` where reading one job is cheaper. */
function pageWorthReading<W extends Waiting>(question: ReadQuestion<W>): number | undefined {
  const { due, all, guess, singleReads, areMoreExpected } = question;
  /** The jobs for which a page is to be read next. */
  const wanted = new Map<number, Set<string>>();
  for (const { id, tried } of all) {
    const page = guess.nextPage(id, tried);
    if (page !== undefined) wanted.set(page, (wanted.get(page) ?? new Set()).add(id));
  }
  const answersOf = (page: number) => wanted.get(page)?.size ?? 0;
  const budget = Math.max(FEWEST_PAGES, due.length + singleReads);
  let best: number | undefined;
  for (const { id, tried, pagesRead, priority } of due) {
    const page = guess.nextPage(id, tried);
    if (page === undefined) continue;
    const isSearch = page !== guess.usualPage(id);
    if (isSearch && pagesRead >= budget) continue;
    const mayBeMore = priority === Priority.read && areMoreExpected;
    if (answersOf(page) < 2 && !mayBeMore) continue;
    if (best === undefined || answersOf(page) > answersOf(best)) best = page;
  }
  return best;
}
