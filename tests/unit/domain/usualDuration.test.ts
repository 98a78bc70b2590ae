import assert from "node:assert/strict";
import { usualDuration } from "../../../provider/src/domain/usualDuration";

const run = (minutes: number, changes: object = {}) => ({
  taskId: "t",
  status: "completed",
  createdAt: "2026-11-01T09:00:00+09:00",
  completedAt: `2026-11-01T09:${String(minutes).padStart(2, "0")}:00+09:00`,
  ...changes,
});

describe("usualDuration", () => {
  it("is the middle half of the task's completed runs", () =>
    assert.deepEqual(usualDuration([run(10), run(50), run(12), run(14), run(1)], "t"), {
      fromMs: 600_000,
      toMs: 840_000,
    }));

  it("says nothing where fewer than three runs tell", () =>
    assert.equal(
      usualDuration(
        [
          run(10),
          run(12),
          run(14, { taskId: "other" }),
          run(15, { status: "failed" }),
          run(16, { completedAt: null }),
          run(17, { createdAt: "2026-11-01T10:00:00+09:00" }),
        ],
        "t",
      ),
      undefined,
    ));
});
