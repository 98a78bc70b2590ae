import assert from "node:assert/strict";
import { families } from "../../../provider/src/domain/families";
import { CompletionProgress } from "../../../provider/src/lifecycle/completionProgress";
import type { JobContext } from "../../../provider/src/lifecycle/jobContext";
import { FakeClock } from "../../support/fakeClock";
import { RecordingLog } from "../../support/recordingLog";
import { runNumber } from "../../support/sampleJobs";

const SECOND = 1000;

/** At four requests a second, two looks are at least 250 ms apart. */
const REQUESTS_PER_SECOND = 4;

describe("CompletionProgress", () => {
  /** The progress of a wait that begins a minute after the process. */
  async function bench(total: number) {
    const [clock, log] = [new FakeClock(), new RecordingLog()];
    await clock.advance(60 * SECOND);
    const jobs = { [families.taskRun.name]: { seen: () => [], known: async () => [] } };
    const settings = { requestsPerSecond: REQUESTS_PER_SECOND };
    const ctx = { clock, log, clients: () => ({ jobs, settings }) } as unknown as JobContext;
    const progress = new CompletionProgress(ctx, "all", "urn:all", total);
    const show = (n = 1) => progress.show(runNumber(n), 2 * SECOND);
    const texts = () => log.steps.map(({ text }) => text);
    return { clock, log, progress, show, texts };
  }

  it("counts from the beginning of the wait, however long the process has been up", async () => {
    const { clock, progress, show, texts } = await bench(2);
    await clock.advance(5 * SECOND);
    show();
    progress.countEnd(false);
    progress.countEnd(true);
    progress.showEnd();
    assert.deepEqual(texts(), [
      "0 of 2 runs have ended · 5s · next poll in 2s",
      "1 of 2 runs completed in 5s",
    ]);
  });

  it("is one line a look, however many runs that shows", async () => {
    const { clock, show, texts } = await bench(3);
    for (const waitMs of [0, 124, 1]) {
      await clock.advance(waitMs);
      for (const n of [1, 2, 3]) show(n);
    }
    // The second look is less than half a slot after the first, and so no look of its own.
    assert.equal(texts().length, 2);
  });

  it("is one line for all runs that were not seen", async () => {
    const { clock, progress, texts } = await bench(3);
    for (const waitMs of [3 * SECOND, 124, 1]) {
      await clock.advance(waitMs);
      for (let run = 0; run < 3; run++) progress.showUnseen(2 * SECOND);
    }
    const text = "0 of 3 runs have ended · no answer for 3s · next poll in 2s";
    assert.deepEqual(texts(), [text, text]);
  });

  it("says at once that a run has ended", async () => {
    const { progress, show, texts } = await bench(2);
    show();
    progress.countEnd(false);
    show();
    progress.showUnseen(2 * SECOND);
    assert.deepEqual(texts(), [
      "0 of 2 runs have ended · 0s · next poll in 2s",
      "1 of 2 runs have ended · 0s · next poll in 2s",
    ]);
  });

  it("is news, where every line stays on the screen, at each tenth of the runs and each failure", async () => {
    const { log, progress, show } = await bench(40);
    for (const failed of [0, 0, 0, 0, 0, 0, 0, 1, 0, 1]) {
      progress.countEnd(failed === 1);
      show();
    }
    const statuses = log.steps.map(({ status }) => status);
    assert.deepEqual(statuses, [
      ...["0", "0", "0", "1", "1", "1", "1"],
      ...["2, 1 not completed", "2, 1 not completed", "2, 2 not completed"],
    ]);
  });
});
