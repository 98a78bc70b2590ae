import assert from "node:assert/strict";
import { families } from "../../../provider/src/domain/families";
import { type Attempt, isOurs, sourceOfLost } from "../../../provider/src/lifecycle/attempt";
import { type JobContext, newUpdate } from "../../../provider/src/lifecycle/jobContext";
import { SlotHint } from "../../../provider/src/lifecycle/slotHint";
import { declarationOf, jobOf } from "../../support/sampleJobs";

const { taskRun } = families;
const ctx = { update: newUpdate(new SlotHint(1)) } as unknown as JobContext;
const SENT = "09:10:00";
const at = (time: string) => `2026-11-01T${time}+09:00`;
const msOf = (time: string) => Date.parse(at(time));
const sourceNumber = (n: number) => ({ sourceDigest: `digest-${n}`, source: undefined });

/** An attempt whose requests were sent at these times and lost. */
function attempt(newestBefore: string, ...sentMs: readonly number[]): Attempt {
  return {
    declaration: declarationOf(taskRun),
    name: "weekly",
    doing: "creating",
    before: new Set(),
    newestBeforeMs: msOf(newestBefore),
    lost: sentMs.map((ms, n) => ({ sentMs: ms, source: sourceNumber(n + 1) })),
    parentsReadySinceMs: undefined,
  };
}

describe("a run that may be the one whose answer was lost", () => {
  const rows: readonly (readonly [string, string, string, boolean])[] = [
    ["a minute before the request", "09:09:30", "09:09:00", true],
    ["earlier, in the second of the newest run before", "09:08:00", "09:08:00", false],
    ["earlier, but after the newest run before", "09:08:00", "09:08:01", true],
    ["within the minute, although an older run has a later date", "09:10:30", "09:09:01", true],
    ["earlier, where an older run has a later date", "09:10:30", "09:08:59", false],
  ];
  for (const [what, newestBefore, created, isIt] of rows) {
    it(`is ${isIt ? "" : "not "}one that was created ${what}`, () => {
      const job = jobOf(taskRun, { name: "weekly", createdAt: at(created) });
      assert.equal(isOurs(ctx, attempt(newestBefore, msOf(SENT)), job), isIt);
    });
  }
});

describe("the data of a run whose answer was lost", () => {
  const rows: readonly (readonly [string, string, number])[] = [
    ["of the last request before it", "09:10:45", 1],
    ["of the request in whose second it was created", "09:11:00", 2],
    ["of the first request where it seems to be older than all", "09:00:00", 1],
  ];
  for (const [what, created, n] of rows) {
    it(`is that ${what}`, () => {
      const lost = attempt("09:00:00", msOf(SENT), msOf("09:11:00") + 700);
      const job = jobOf(taskRun, { createdAt: at(created) });
      assert.deepEqual(sourceOfLost(lost, job), sourceNumber(n));
    });
  }
});
