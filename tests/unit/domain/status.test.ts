import assert from "node:assert/strict";
import {
  hasReached,
  isBusy,
  isTerminal,
  normalizeStatus,
} from "../../../provider/src/domain/status";

type Row = readonly [
  status: string | null,
  facts: { terminal: boolean; busy: boolean; completed: boolean; started: boolean },
];

const table: readonly Row[] = [
  ["registered", { terminal: false, busy: false, completed: false, started: false }],
  ["pending", { terminal: false, busy: true, completed: false, started: false }],
  ["in_progress", { terminal: false, busy: true, completed: false, started: true }],
  ["completed", { terminal: true, busy: false, completed: true, started: true }],
  ["failed", { terminal: true, busy: false, completed: false, started: false }],
  ["hibernating", { terminal: false, busy: false, completed: false, started: false }],
  [null, { terminal: false, busy: false, completed: false, started: false }],
];

describe("a job's status", () => {
  for (const [status, facts] of table) {
    it(`${status} is ${JSON.stringify(facts)}`, () =>
      assert.deepEqual(
        {
          terminal: isTerminal(status),
          busy: isBusy(status),
          completed: hasReached(status, "completed"),
          started: hasReached(status, "started"),
        },
        facts,
      ));

    it(`${status} is always "submitted"`, () => assert.ok(hasReached(status, "submitted")));
  }

  it("complete, which the create pages print, is completed; other words stay as they are", () =>
    assert.deepEqual(["complete", "completed", "COMPLETE", "paused"].map(normalizeStatus), [
      "completed",
      "completed",
      "COMPLETE",
      "paused",
    ]));
});
