import assert from "node:assert/strict";
import { families } from "../../../provider/src/domain/families";
import { unmetGate } from "../../../provider/src/domain/qualityGate";
import { jobOf } from "../../support/sampleJobs";

const { task, taskRun } = families;

describe("unmetGate", () => {
  const unmet = (auroc: number | null, minAuroc: number | null, status = "completed") =>
    unmetGate(task, jobOf(task, { status, measures: { auroc } }), minAuroc);

  const table: readonly (readonly [number | null, number | null, string | undefined])[] = [
    [0.8412, 0.75, undefined],
    [0.75, 0.75, undefined],
    [0, 0, undefined],
    [0.1, null, undefined],
    [null, null, undefined],
    [0.7499, 0.75, "its AUROC is 0.7499, which is below minAuroc 0.75"],
    [0, 0.1, "its AUROC is 0, which is below minAuroc 0.1"],
    [null, 0.75, "the service gives no AUROC, and minAuroc is 0.75"],
    [null, 0, "the service gives no AUROC, and minAuroc is 0"],
  ];
  for (const [auroc, minAuroc, expected] of table) {
    it(`of an AUROC of ${auroc} and a bound of ${minAuroc} is ${expected ?? "met"}`, () =>
      assert.equal(unmet(auroc, minAuroc), expected));
  }

  it("waits for the end of the task, and says nothing of one that failed", () => {
    for (const status of ["registered", "in_progress", "failed", "hibernating"]) {
      assert.equal(unmet(null, 0.9, status), undefined);
    }
  });

  it("is for tasks alone", () =>
    assert.equal(unmetGate(taskRun, jobOf(taskRun, { status: "completed" }), 0.9), undefined));
});
