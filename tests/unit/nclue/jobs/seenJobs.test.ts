import assert from "node:assert/strict";
import { SeenJobs } from "../../../../provider/src/nclue/jobs/seenJobs";
import { FakeClock } from "../../../support/fakeClock";
import { runNumber } from "../../../support/sampleJobs";

const SECOND = 1000;

function bench() {
  const clock = new FakeClock();
  return { clock, seen: new SeenJobs(clock) };
}

describe("SeenJobs", () => {
  it("knows a job as it was seen last, whatever the case of its id", () => {
    const { seen } = bench();
    seen.see(runNumber(1, { status: "pending" }), 5);
    seen.see(runNumber(1, { id: "RUN-1", status: "completed" }), 7);
    assert.deepEqual(
      [seen.latest("Run-1")?.job.status, seen.latest("run-1")?.askedMs],
      ["completed", 7],
    );
    assert.equal(seen.all().length, 1);
  });

  it("lets no answer that was asked for earlier replace a later one", () => {
    const { seen } = bench();
    seen.see(runNumber(1, { status: "completed" }), 7);
    seen.see(runNumber(1, { status: "pending" }), 5);
    assert.equal(seen.latest("run-1")?.job.status, "completed");
  });

  it("forgets for good what this process has deleted, though answers may still show it", () => {
    const { seen } = bench();
    seen.see(runNumber(1), 5);
    seen.noteDeleted("RUN-1");
    seen.see(runNumber(1), 9);
    assert.equal(seen.latest("run-1"), undefined);
    assert.deepEqual(seen.all(), []);
    assert.ok(seen.wasDeleted("run-1"));
    assert.ok(!seen.wasDeleted("run-2"));
  });

  it("knows what this process has created", () => {
    const { seen } = bench();
    seen.noteCreated(runNumber(1, { status: "registered" }));
    assert.equal(seen.latest("run-1")?.job.status, "registered");
  });

  it("gives the service two minutes to show a job that this process has created", async () => {
    const { clock, seen } = bench();
    seen.noteCreated(runNumber(1));
    assert.ok(seen.mayStillAppear("RUN-1"));
    await clock.advance(120 * SECOND - 1);
    assert.ok(seen.mayStillAppear("run-1"));
    await clock.advance(1);
    assert.ok(!seen.mayStillAppear("run-1"));
  });

  it("gives no time to a job that others have created, nor to one that was deleted since", () => {
    const { seen } = bench();
    seen.see(runNumber(1), 0);
    assert.ok(!seen.mayStillAppear("run-1"));
    seen.noteCreated(runNumber(2));
    seen.noteDeleted("run-2");
    assert.ok(!seen.mayStillAppear("run-2"));
  });

  it("takes the later of two answers that were asked for at one moment", () => {
    const { seen } = bench();
    seen.see(runNumber(1, { status: "pending" }), 5);
    seen.see(runNumber(1, { status: "in_progress" }), 5);
    assert.equal(seen.latest("run-1")?.job.status, "in_progress");
  });

  it("counts the two minutes from when the job was created, however late that is", async () => {
    const { clock, seen } = bench();
    await clock.advance(600 * SECOND);
    seen.noteNew("run-1");
    assert.ok(seen.mayStillAppear("run-1"));
    await clock.advance(119 * SECOND);
    seen.notePerhapsNew("run-1");
    seen.notePerhapsNew("run-2");
    await clock.advance(SECOND);
    assert.ok(!seen.mayStillAppear("run-1"), "what was known of its creation counts");
    assert.ok(seen.mayStillAppear("RUN-2"));
    assert.ok(!seen.mayStillAppear("run-3"));
  });

  it("keeps what one answer told where a later one leaves it out", () => {
    const { seen } = bench();
    const told = { taskId: "t-1", resultBucket: "acme-results" };
    seen.see(runNumber(1, { fields: told }), 5);
    seen.see(runNumber(1, { fields: { taskId: "t-2", resultBucket: null } }), 6);
    const { fields } = seen.latest("run-1")?.job ?? runNumber(2);
    assert.equal(fields.taskId, "t-2");
    assert.equal(fields.resultBucket, "acme-results");
    assert.equal(fields.featureId, null);
  });
});
