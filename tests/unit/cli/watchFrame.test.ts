import assert from "node:assert/strict";
import { Terminal } from "@xterm/headless";
import fc from "fast-check";
import { drawFrame, type WatchedFacts } from "../../../provider/src/cli/watchFrame";
import { families } from "../../../provider/src/domain/families";
import type { Job } from "../../../provider/src/domain/job";
import { seeded } from "../../support/seeds";

const nullable = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const milliseconds = fc.integer({ min: 0, max: 10 ** 10 });

const anyJob: fc.Arbitrary<Job> = fc.record({
  id: fc.uuid(),
  name: nullable(fc.oneof(fc.string({ unit: "binary" }), fc.constant("한글".repeat(30)))),
  status: nullable(
    fc.oneof(fc.constantFrom("pending", "in_progress", "completed", "failed"), fc.string()),
  ),
  createdAt: fc.constant(null),
  completedAt: fc.constant(null),
  failMessage: fc.constant(null),
  fields: fc.constant({}),
  measures: fc.constant({}),
});

const anyWatched: fc.Arbitrary<WatchedFacts> = fc.record({
  family: fc.constantFrom(...Object.values(families)),
  job: anyJob,
  ageMs: nullable(milliseconds),
  tookMs: nullable(milliseconds),
  usualMs: nullable(fc.record({ from: milliseconds, to: milliseconds })),
  isGone: fc.boolean(),
  nextPollMs: nullable(fc.integer({ min: -1000, max: 60_000 })),
});

describe("a frame of watched jobs", () => {
  it("fits every screen, whatever the jobs are called", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyWatched, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 36, max: 200 }),
        fc.integer({ min: 6, max: 40 }),
        async (jobs, columns, rows) => {
          const frame = drawFrame(jobs, { columns, rows, paint: (_, text) => text });
          const lines = frame.split("\n");
          assert.ok(lines.length < rows, `${lines.length} lines on ${rows} rows`);
          // The terminal's own measure of what is too wide.
          const terminal = new Terminal({ cols: columns, rows: 99, allowProposedApi: true });
          await new Promise<void>((done) => terminal.write(lines.join("\r\n"), done));
          for (let row = 0; row < 99; row++) {
            assert.equal(terminal.buffer.active.getLine(row)?.isWrapped, false, frame);
          }
          terminal.dispose();
        },
      ),
      seeded({ numRuns: 60 }),
    );
  });
});
