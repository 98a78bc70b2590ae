import { follow } from "../support/advice/walk";
import { walks } from "../support/advice/walks";

// Trouble is made, its message must give the advice, the advice is followed, and the trouble is over.
// That none of the code's remedies is missing: tests/docs/remedies.test.ts.

describe("what a message advises", () => {
  for (const [key, walk] of Object.entries(walks)) {
    const advice = key.slice(key.indexOf(": ") + 2);
    it(`works: ${advice}`, () => follow(advice, walk));
  }
});
