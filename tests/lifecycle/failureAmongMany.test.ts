import assert from "node:assert/strict";
import { withLifecycle } from "../support/withLifecycle";

const urnOf = (name: string) =>
  `urn:pulumi:dev::shop::pulumi-nodejs:dynamic/nclue:TaskRun::${name}`;

describe("one of many jobs that fails", () => {
  it("says how many others had not been asked for, and how to start them all the same", () =>
    withLifecycle(async ({ plugin, inputs, simulator }) => {
      const programs = ["a", "b", "c", "d"].map((logicalName) =>
        inputs(
          { resultFilePath: `${logicalName}/` },
          { logicalName, urn: urnOf(logicalName), dryRun: false },
        ),
      );
      for (const program of programs) await plugin.check({}, program);
      const [first, second] = programs;
      assert.ok(first !== undefined && second !== undefined);
      assert.equal((await plugin.create(first)).problem, undefined);
      simulator.queuePlans({ outcome: "failed" });
      const { problem } = await plugin.create(second);
      assert.match(problem?.message ?? "", /COMMON_ERROR/);
      assert.match(
        problem?.message ?? "",
        /2 more jobs of this stack had not been asked for.*--continue-on-error \(continueOnError\)/,
      );
    }));

  it("counts new ones that only the program knows of so far", () =>
    withLifecycle(async ({ plugin, inputs, simulator }) => {
      simulator.queuePlans({ outcome: "failed" });
      const first = inputs({}, { urn: urnOf("a"), dryRun: false, newJobs: 12 });
      await plugin.check({}, first);
      const { problem } = await plugin.create(first);
      assert.match(
        problem?.message ?? "",
        /11 more jobs of this stack had not been asked for.*starts those that do not depend on it/,
      );
    }));

  it("says nothing of the kind where it is the last one", () =>
    withLifecycle(async ({ plugin, inputs, simulator }) => {
      const program = inputs({}, { dryRun: false });
      await plugin.check({}, program);
      simulator.queuePlans({ outcome: "failed" });
      const { problem } = await plugin.create(program);
      assert.doesNotMatch(problem?.message ?? "", /had not been asked for/);
    }));

  it("does not count what an update leaves as it is", () =>
    withLifecycle(async ({ plugin, newProcess, inputs, simulator }) => {
      const kept = inputs({}, { logicalName: "kept", urn: urnOf("kept"), dryRun: false });
      const { id, outputs } = await plugin.create(kept);
      const later = newProcess();
      await later.check(kept, kept);
      await later.diff(id, outputs, kept);
      const failing = inputs(
        { resultFilePath: "other/" },
        { logicalName: "failing", urn: urnOf("failing"), dryRun: false },
      );
      await later.check({}, failing);
      simulator.queuePlans({ outcome: "failed" });
      const { problem } = await later.create(failing);
      assert.match(problem?.message ?? "", /COMMON_ERROR/);
      assert.doesNotMatch(problem?.message ?? "", /had not been asked for/);
    }));

  const note = (jobs: string) =>
    `${jobs} of this stack had not been asked for, and the engine starts none after a failure: ` +
    "--continue-on-error (continueOnError) starts those that do not depend on it";
  for (const [newJobs, jobs] of [
    [2, "1 more job"],
    [3, "2 more jobs"],
  ] as const) {
    it(`adds how many those are to its own advice (${jobs})`, () =>
      withLifecycle(async ({ plugin, inputs, simulator }) => {
        simulator.queuePlans({ outcome: "failed" });
        const program = inputs({ onFailure: "fail" }, { dryRun: false, newJobs });
        await plugin.check({}, program);
        const { problem } = await plugin.create(program);
        assert.equal(
          problem?.text.remedy,
          "try again, then ask NAVER Cloud's support; another try may help " +
            "(https://guide.ncloud-docs.com/docs/nclue-troubleshoot-message); " +
            `onFailure is "fail": change an argument to ask for a new run; ${note(jobs)}`,
        );
      }));
  }

  it("counts those that the state holds beside the new ones that the program has declared", () =>
    withLifecycle(async ({ plugin, inputs, simulator }) => {
      const inState = { id: "held", createdAt: null };
      await plugin.check({}, inputs({}, { urn: urnOf("held"), inState, dryRun: false }));
      const failing = inputs({}, { urn: urnOf("new"), dryRun: false, newJobs: 2 });
      await plugin.check({}, failing);
      simulator.queuePlans({ outcome: "failed" });
      const { problem } = await plugin.create(failing);
      assert.match(problem?.message ?? "", /; 2 more jobs of this stack had not been asked for/);
    }));

  it("is no longer waiting itself where an update says again that it has failed", () =>
    withLifecycle(
      async ({ plugin, newProcess, inputs }) => {
        const program = inputs({ onFailure: "fail" }, { dryRun: false });
        const { id, outputs } = await plugin.create(program);
        const later = newProcess();
        await later.check(program, program);
        const { problem } = await later.update(id, outputs, program);
        assert.match(problem?.message ?? "", /COMMON_ERROR/);
        assert.doesNotMatch(problem?.message ?? "", /had not been asked for/);
      },
      { plan: { outcome: "failed" } },
    ));

  it("says nothing of the others where the engine has asked to stop", () =>
    withLifecycle(async ({ plugin, inputs, clock }) => {
      const program = inputs({}, { dryRun: false, newJobs: 3 });
      await plugin.check({}, program);
      void clock.sleep(20_000).then(() => plugin.cancel.abort(new Error("stop")));
      const { problem } = await plugin.create(program);
      assert.equal(problem?.code, "cancelled");
      assert.equal(
        problem?.text.remedy,
        'it keeps running at the service: run "pulumi up" again to resume the wait',
      );
    }));
});
