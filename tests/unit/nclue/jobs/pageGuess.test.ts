import assert from "node:assert/strict";
import type { Page } from "../../../../provider/src/nclue/jobs/listed";
import { PageGuess } from "../../../../provider/src/nclue/jobs/pageGuess";
import { datedRun } from "../../../support/fakeList";

const nothing = new Set<number>();

function page(
  numbers: readonly number[],
  { more = true, count, order = "newest" }: Partial<Page & { order: "newest" | "oldest" }> = {},
): Page {
  const jobs = numbers.map((n) => datedRun(n, order));
  return { jobs, more, ...(count === undefined ? {} : { count }) };
}

function bench({ isLearned = true } = {}) {
  return new PageGuess({ isLearned });
}

/** The pages in the order in which they are searched for a job that none of them shows. */
function searched(guess: PageGuess, most = 8): readonly number[] {
  const tried = new Set<number>();
  for (let next = guess.nextPage("run-x", tried); next !== undefined && tried.size < most; ) {
    tried.add(next);
    next = guess.nextPage("run-x", tried);
  }
  return [...tried];
}

describe("PageGuess", () => {
  it("begins with the first page where nothing is known", () => {
    const guess = bench();
    assert.equal(guess.usualPage("run-1"), undefined);
    assert.equal(guess.nextPage("run-1", nothing), 0);
  });

  it("knows the page that has shown a job last", () => {
    const guess = bench();
    guess.note(2, page([1]));
    assert.deepEqual([guess.usualPage("run-1"), guess.nextPage("run-1", nothing)], [2, 2]);
    guess.note(3, page([1]));
    assert.equal(guess.nextPage("run-1", nothing), 3);
    assert.equal(guess.nextPage("run-1", new Set([3])), 0);
  });

  it("searches from the newest page on, up to the last one", () => {
    const guess = bench();
    guess.note(0, page([9, 8], { count: 4 }));
    assert.deepEqual(searched(guess), [0, 1, 2, 3]);
  });

  it("searches from the last page on where the list begins with the oldest jobs", () => {
    const guess = bench();
    guess.note(0, page([1, 2], { count: 4, order: "oldest" }));
    assert.deepEqual(searched(guess), [3, 2, 1, 0]);
  });

  it("searches from the first page on until it is known where the last one is", () => {
    const unlearned = bench({ isLearned: false });
    unlearned.note(0, page([1, 2], { count: 4, order: "oldest" }));
    assert.deepEqual(searched(unlearned), [0, 1, 2, 3]);
    const endless = bench();
    endless.note(0, page([1, 2], { order: "oldest" }));
    assert.deepEqual(searched(endless, 3), [0, 1, 2]);
  });

  it("continues a search where it has ended, after the newest page", () => {
    const guess = bench();
    guess.note(0, page([9, 8], { count: 5 }));
    for (const number of [0, 1, 2]) guess.noteMiss("run-x", number);
    assert.deepEqual(searched(guess), [0, 3, 4, 1, 2]);
  });

  it("ends at a page that has nothing after it, until there is one more", () => {
    const guess = bench();
    guess.note(0, page([9]));
    guess.note(1, page([8], { more: false }));
    assert.deepEqual(searched(guess), [0, 1]);
    guess.note(1, page([8]));
    assert.deepEqual(searched(guess, 4), [0, 1, 2, 3]);
  });

  it("needs no search for a job that a page shows again", () => {
    const guess = bench();
    for (const number of [0, 1, 2]) guess.noteMiss("run-1", number);
    guess.note(4, page([1]));
    assert.equal(guess.nextPage("run-1", nothing), 4);
  });
});
