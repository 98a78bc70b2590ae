import assert from "node:assert/strict";
import { chooseRead, type Waiting } from "../../../../provider/src/nclue/jobs/chooseRead";
import { Priority } from "../../../../provider/src/nclue/rateLimiter";

interface World {
  /** Those who are due; `poll:a` polls, others read. */
  readonly due?: readonly string[];
  /** Those who wait but are not due. */
  readonly later?: readonly string[];
  /** Where each was seen last. */
  readonly usual?: Readonly<Record<string, number>>;
  /** The page to read next for each, where that is not the usual one; -1 for none. */
  readonly next?: Readonly<Record<string, number>>;
  readonly pagesRead?: number;
  readonly singleReads?: number;
  readonly areMoreExpected?: boolean;
  readonly isListBroken?: boolean;
}

function choose({ due = [], later = [], usual = {}, next = {}, ...world }: World): string {
  const waitingOf = (text: string): Waiting => ({
    id: text.replace("poll:", ""),
    priority: text.startsWith("poll:") ? Priority.poll : Priority.read,
    tried: new Set(),
    pagesRead: world.pagesRead ?? 0,
  });
  const [dueNow, dueLater] = [due.map(waitingOf), later.map(waitingOf)];
  const read = chooseRead({
    due: dueNow,
    all: [...dueNow, ...dueLater],
    guess: {
      usualPage: (id) => usual[id],
      nextPage: (id) => {
        const page = next[id] ?? usual[id] ?? 0;
        return page < 0 ? undefined : page;
      },
    },
    singleReads: world.singleReads ?? 0,
    areMoreExpected: world.areMoreExpected ?? false,
    isListBroken: world.isListBroken ?? false,
  });
  if (read === undefined) return "nothing";
  return read.kind === "page" ? `page ${read.number}` : `job ${read.waiting.id}`;
}

describe("chooseRead", () => {
  const table: readonly (readonly [what: string, world: World, choice: string])[] = [
    ["nobody is due", { later: ["a", "b"] }, "nothing"],
    ["one reads", { due: ["a"] }, "job a"],
    ["one polls", { due: ["poll:a"] }, "job a"],
    ["two may be on one page", { due: ["a", "b"] }, "page 0"],
    ["two polls may be on one page", { due: ["poll:a", "poll:b"] }, "page 0"],
    [
      "another who waits, but is not due, may be on the page",
      { due: ["a"], later: ["b"] },
      "page 0",
    ],
    ["two are on different pages", { due: ["a", "b"], usual: { a: 1, b: 2 } }, "job a"],
    ["no page is left for one of two", { due: ["a", "b"], next: { a: -1 } }, "job a"],
    ["no page is left for both", { due: ["a", "b"], next: { a: -1, b: -1 } }, "job a"],
    ["a read comes behind a poll", { due: ["poll:a", "b"], usual: { a: 1, b: 2 } }, "job b"],
    [
      "one page answers more than another",
      { due: ["a", "b", "c", "d", "e"], usual: { a: 1, b: 1, c: 2, d: 2, e: 2 } },
      "page 2",
    ],
    [
      "two pages answer as many: the page of who came first",
      { due: ["a", "b", "c", "d"], usual: { a: 2, b: 2, c: 1, d: 1 } },
      "page 2",
    ],
    ["one reads, and more are expected", { due: ["a"], areMoreExpected: true }, "page 0"],
    ["one polls, and more are expected", { due: ["poll:a"], areMoreExpected: true }, "job a"],
    ["the list could not be read", { due: ["a", "b"], isListBroken: true }, "job a"],
    ["two pages have been searched for two", { due: ["a", "b"], pagesRead: 2 }, "job a"],
    ["one page has been searched for two", { due: ["a", "b"], pagesRead: 1 }, "page 0"],
    [
      "many pages have been searched for many",
      { due: ["a", "b", "c", "d", "e"], pagesRead: 4 },
      "page 0",
    ],
    [
      "as many pages have been searched as there are who are due",
      { due: ["a", "b", "c", "d", "e"], pagesRead: 5 },
      "job a",
    ],
    [
      "single reads have cost more than pages so far",
      { due: ["a", "b"], pagesRead: 5, singleReads: 4 },
      "page 0",
    ],
    [
      "the page that has shown them last, however many were read",
      { due: ["a", "b"], usual: { a: 3, b: 3 }, pagesRead: 50 },
      "page 3",
    ],
  ];
  for (const [what, world, choice] of table) {
    it(`${what}: ${choice}`, () => assert.equal(choose(world), choice));
  }
});
