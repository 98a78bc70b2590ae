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
});
