import assert from "node:assert/strict";
import { families } from "../../../provider/src/domain/families";
import type { Job } from "../../../provider/src/domain/job";
import { usualDuration } from "../../../provider/src/domain/usualDuration";
import { jobOf } from "../../support/sampleJobs";

const run = (minutes: number, changes: Partial<Job> = {}) =>
  jobOf(families.taskRun, {
    status: "completed",
    createdAt: "2026-11-01T09:00:00+09:00",
    completedAt: `2026-11-01T09:${String(minutes).padStart(2, "0")}:00+09:00`,
    fields: { taskId: "t" },
    ...changes,
  });

describe("usualDuration", () => {
  it("is the middle half of the completed jobs with the same value", () =>
    assert.deepEqual(
      usualDuration(families.taskRun, [run(10), run(50), run(12), run(14), run(1)], "t"),
      {
        fromMs: 600_000,
        toMs: 840_000,
      },
    ));

  it("is known of three jobs, and not of two", () => {
    assert.ok(usualDuration(families.taskRun, [run(10), run(12), run(14)], "t"));
    assert.equal(usualDuration(families.taskRun, [run(10), run(12)], "t"), undefined);
  });

  it("knows a value however the service spells it", () =>
    assert.ok(usualDuration(families.taskRun, [run(10), run(12), run(14)], "T")));

  it("counts no job of another value, none that failed, and none without sensible dates", () =>
    assert.equal(
      usualDuration(
        families.taskRun,
        [
          run(10),
          run(12),
          run(14, { fields: { taskId: "other" } }),
          run(15, { status: "failed" }),
          run(16, { completedAt: null }),
          run(17, { createdAt: "2026-11-01T10:00:00+09:00" }),
        ],
        "t",
      ),
      undefined,
    ));
});
