import assert from "node:assert/strict";
import { families } from "../../../provider/src/domain/families";
import { NclueError } from "../../../provider/src/kernel/errors";
import type { Waited } from "../../../provider/src/lifecycle/waitForJob";
import {
  describeBusy,
  describePolls,
  describeTimeout,
  problemOf,
} from "../../../provider/src/lifecycle/waitProblem";
import { runNumber } from "../../support/sampleJobs";

const { taskRun, feature } = families;
const MINUTE = 60_000;
const remedies = { timedOut: "wait longer", cancelled: "run it again" };

function waited(end: Waited["end"], changes: Partial<Waited> = {}): Waited {
  return {
    end,
    last: runNumber(1, { status: "in_progress" }),
    seen: new Map([["in_progress", 409]]),
    boundMs: 120 * MINUTE,
    ...changes,
  };
}

const problem = (end: Waited["end"], changes: Partial<Waited> = {}) =>
  problemOf(taskRun, 'waiting for task run "churn" (1)', waited(end, changes), remedies);

describe("problemOf", () => {
  it("is none where the job is where it was wanted", () =>
    assert.equal(problem("reached"), undefined));

  it("says why a job failed, and what to do", () => {
    const last = runNumber(1, { status: "failed", failMessage: "OBS_UPLOAD_FAILED" });
    const error = problem("failed", { last });
    assert.equal(error?.code, "job-failed");
    assert.match(error?.message ?? "", /^task run "name-1" \(run-1\) failed: OBS_UPLOAD_FAILED: /);
  });

  it("says how long was waited, and what the polls have shown", () => {
    const seen = new Map([
      ["in_progress", 409],
      ["HTTP 503", 3],
    ]);
    assert.equal(
      problem("timed-out", { seen })?.message,
      'waiting for task run "churn" (1): still in_progress after 2h 0m (412 polls, 3 × HTTP 503)\n' +
        "wait longer",
    );
  });

  it("says where the job stood when the engine asked to stop", () => {
    assert.equal(
      problem("cancelled")?.message,
      'waiting for task run "churn" (1): stopped while it is in_progress (409 polls)\nrun it again',
    );
    const unseen = { last: runNumber(1, { status: null }), seen: new Map() };
    assert.match(problem("cancelled", unseen)?.message ?? "", /stopped while it is not seen yet\n/);
  });

  for (const end of ["refused", "missing"] as const) {
    it(`passes on what the service said: ${end}`, () => {
      const text = { doing: "GET /task-runs/1", cause: "HTTP 403", remedy: "check the keys" };
      const facts = { kind: "denied" as const };
      const error = problem(end, { error: new NclueError("refused", text, facts) });
      assert.deepEqual([error?.code, error?.facts], ["refused", facts]);
      assert.equal(error?.message, 'waiting for task run "churn" (1): HTTP 403\ncheck the keys');
    });
  }
});

describe("describeTimeout", () => {
  it("names a status that the service leaves out", () => {
    const unknown = { last: runNumber(1, { status: null }), boundMs: 2 * MINUTE };
    const seen = new Map([
      ["no status", 4],
      ["no answer", 3],
    ]);
    assert.equal(
      describeTimeout(waited("timed-out", { ...unknown, seen })),
      "still unknown after 2m (7 polls, 3 × no answer)",
    );
  });
});

describe("describePolls", () => {
  const table: readonly (readonly [Readonly<Record<string, number>>, string])[] = [
    [{}, "0 polls"],
    [{ pending: 1 }, "1 poll"],
    [{ pending: 3, in_progress: 409 }, "412 polls"],
    [{ pending: 1, "HTTP 503": 2, "HTTP 404": 1 }, "4 polls, 2 × HTTP 503, 1 × HTTP 404"],
    [
      { "an unreadable answer": 2, "no answer": 1 },
      "3 polls, 2 × an unreadable answer, 1 × no answer",
    ],
    // The service's own words for a status are no troubles.
    [{ answered: 1, "answer is being written": 1, "waits for HTTP 1": 1 }, "3 polls"],
  ];
  for (const [seen, expected] of table) {
    it(`says: ${expected}`, () =>
      assert.equal(describePolls(new Map(Object.entries(seen))), expected));
  }
});

describe("describeBusy", () => {
  it("says why the service does not delete a job", () => {
    assert.match(describeBusy(taskRun, "pending"), /^it is pending, and the service deletes no /);
    assert.match(
      describeBusy(feature, "in_progress"),
      /deletes no feature that is pending or in pr/,
    );
  });

  it("says only what is known of any other", () => {
    assert.equal(describeBusy(taskRun, "registered"), "it is registered");
    assert.equal(describeBusy(taskRun, null), "it is in an unknown state");
  });
});
