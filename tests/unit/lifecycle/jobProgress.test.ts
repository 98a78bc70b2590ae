import assert from "node:assert/strict";
import { families } from "../../../provider/src/domain/families";
import type { Job } from "../../../provider/src/domain/job";
import type { JobContext } from "../../../provider/src/lifecycle/jobContext";
import { JobProgress } from "../../../provider/src/lifecycle/jobProgress";
import { FakeClock } from "../../support/fakeClock";
import { RecordingLog } from "../../support/recordingLog";
import { jobOf, runNumber } from "../../support/sampleJobs";

const { taskRun, task } = families;
const SECOND = 1000;
const MINUTE = 60 * SECOND;

describe("JobProgress", () => {
  /** With the jobs that the first read of the list shows. */
  function bench(listed: readonly Job[] = [], family = taskRun) {
    const [clock, log] = [new FakeClock(), new RecordingLog()];
    const reads = { ofList: 0 };
    let seen: readonly Job[] = [];
    const jobs = {
      seen: () => seen,
      known: async () => {
        reads.ofList += 1;
        seen = listed;
        return seen;
      },
    };
    const clients = () => ({ jobs: { [family.name]: jobs } });
    const ctx = { clock, log, clients } as unknown as JobContext;
    const progress = new JobProgress(ctx, family, "urn:a");
    const lastText = () => log.steps.at(-1)?.text;
    const show = (status: string | null, nextPollMs?: number, note?: string) => {
      progress.show(runNumber(7, { status, fields: { taskId: "t" } }), nextPollMs, note);
      return lastText();
    };
    return { clock, log, ctx, reads, progress, show, lastText };
  }

  it("counts the status from the beginning of the wait, then from each change", async () => {
    const { clock, log, show } = bench();
    await clock.advance(2 * SECOND);
    assert.equal(show("registered", 2 * SECOND), "registered 2s · next poll in 2s");
    await clock.advance(39 * SECOND);
    assert.equal(show("pending", 3 * SECOND), "pending 0s · next poll in 3s");
    await clock.advance(4 * SECOND);
    assert.equal(show("pending", 3 * SECOND), "pending 4s · next poll in 3s");
    await clock.advance(6 * SECOND);
    const text = "in_progress 0s · queued 51s · next poll in 3s";
    assert.equal(show("in_progress", 3 * SECOND), text);
    await clock.advance(3 * MINUTE);
    assert.match(show("in_progress", 9 * SECOND) ?? "", /^in_progress 3m · queued 51s · /);
    assert.deepEqual(log.steps.at(-1)?.urn, "urn:a");
    assert.deepEqual(log.steps.at(-1)?.key, "run-7");
    assert.deepEqual(log.steps.at(-1)?.status, "in_progress");
  });

  it("knows no time in the queue of a job that was in progress at the first poll", async () => {
    const { clock, show } = bench();
    await clock.advance(5 * SECOND);
    assert.equal(show("in_progress", SECOND), "in_progress 5s · next poll in 1s");
  });

  it("counts the time of a job that skips pending as time in the queue", async () => {
    const { clock, show } = bench();
    show("registered", SECOND);
    await clock.advance(7 * SECOND);
    assert.equal(show("in_progress", SECOND), "in_progress 0s · queued 7s · next poll in 1s");
  });

  it("counts from the beginning of the wait, however long the process has been up", async () => {
    const { clock, ctx, lastText } = bench();
    await clock.advance(MINUTE);
    const progress = new JobProgress(ctx, taskRun, "urn:a");
    progress.show(runNumber(7, { status: "pending" }), SECOND);
    await clock.advance(5 * SECOND);
    progress.show(runNumber(7, { status: "in_progress" }), SECOND);
    assert.equal(lastText(), "in_progress 0s · queued 5s · next poll in 1s");
    progress.showEnd(runNumber(7, { status: "completed" }));
    assert.equal(lastText(), "completed in 5s");
  });

  it("is the bare status where nobody polls again, and names one that the service leaves out", () => {
    const { show } = bench();
    assert.equal(show("pending"), "pending");
    assert.equal(show(null), "unknown");
  });

  it("carries a note", () => {
    const { show } = bench();
    assert.equal(
      show("pending", SECOND, "can be deleted when it has ended"),
      "pending 0s · can be deleted when it has ended · next poll in 1s",
    );
  });

  it("reads the list once, at the second poll, and says how long such jobs usually take", async () => {
    const took = (minutes: number, taskId = "t") =>
      runNumber(minutes, {
        fields: { taskId },
        status: "completed",
        createdAt: "2026-11-01T09:00:00+09:00",
        completedAt: `2026-11-01T09:${minutes}:00+09:00`,
      });
    const { clock, reads, show } = bench([took(20), took(20), took(20), took(50, "other")]);
    show("pending", SECOND);
    await clock.settle();
    assert.equal(reads.ofList, 0);
    show("pending", SECOND);
    await clock.settle();
    assert.equal(show("pending", SECOND), "pending 0s · usually 20m · next poll in 1s");
    assert.equal(reads.ofList, 1);
  });

  it("says for how long there has been no answer, since the last one", async () => {
    const { clock, log, progress, show } = bench();
    const silence = () => {
      progress.showUnseen("run-7", "no-answer", 4 * SECOND);
      return log.steps.at(-1);
    };
    await clock.advance(3 * SECOND);
    assert.equal(silence()?.text, "unknown · no answer for 3s · next poll in 4s");
    show("pending", SECOND);
    await clock.advance(90 * SECOND);
    assert.equal(silence()?.text, "pending · no answer for 1m 30s · next poll in 4s");
    assert.deepEqual(
      [silence()?.status, silence()?.key, silence()?.urn],
      ["pending", "run-7", "urn:a"],
    );
  });

  it("says that a new job is not visible yet", () => {
    const { progress, show, lastText } = bench();
    progress.showUnseen("run-7", "not-visible", 2 * SECOND);
    assert.equal(lastText(), "registered · not visible yet · next poll in 2s");
    show("pending", SECOND);
    progress.showUnseen("run-7", "not-visible", 2 * SECOND);
    assert.equal(lastText(), "pending · not visible yet · next poll in 2s");
  });

  describe("at the end", () => {
    const ended = (changes: Partial<Job>) =>
      runNumber(7, {
        status: "completed",
        createdAt: "2026-11-01T09:00:00+09:00",
        completedAt: "2026-11-01T09:12:03+09:00",
        ...changes,
      });

    it("says what came of it, and how long it took by the service's clock", () => {
      const { log, progress } = bench();
      progress.showEnd(ended({ measures: { lineCount: 120_345 } }));
      const { text, status, isLast, key, urn } = log.steps.at(-1) ?? {};
      assert.deepEqual(
        [text, status, isLast, key, urn],
        ["completed in 12m 3s · 120,345 lines", "completed", true, "run-7", "urn:a"],
      );
    });

    it("says how long was waited where the service gives no sensible dates", async () => {
      const { clock, progress, lastText } = bench();
      await clock.advance(5 * SECOND);
      for (const completedAt of [null, "odd", "2026-11-01T08:00:00+09:00"]) {
        progress.showEnd(ended({ completedAt }));
        assert.equal(lastText(), "completed in 5s");
      }
    });

    it("believes the service that a job took no time, however long it was waited for", async () => {
      const { clock, progress, lastText } = bench();
      await clock.advance(5 * SECOND);
      progress.showEnd(ended({ completedAt: "2026-11-01T09:00:00+09:00" }));
      assert.equal(lastText(), "completed in 0s");
    });

    it("says one line, and not one lines", () => {
      const { progress, lastText } = bench();
      progress.showEnd(ended({ measures: { lineCount: 1 } }));
      assert.equal(lastText(), "completed in 12m 3s · 1 line");
    });

    it("shows no figures of a job that failed", () => {
      const { progress, lastText } = bench();
      progress.showEnd(ended({ status: "failed", measures: { lineCount: 7 } }));
      assert.equal(lastText(), "failed in 12m 3s");
    });

    it("shows a fraction as it is", () => {
      const { progress, lastText } = bench([], task);
      const measures = { auroc: 0.8412, lineCount: 1200, diskUsage: 5 };
      progress.showEnd(jobOf(task, { ...ended({}), fields: {}, measures }));
      assert.equal(lastText(), "completed in 12m 3s · AUROC 0.8412 · 1,200 lines");
    });
  });
});
