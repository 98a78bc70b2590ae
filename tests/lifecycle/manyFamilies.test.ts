import assert from "node:assert/strict";
import { families } from "../../provider/src/domain/families";
import { FAMILY_NAMES, type FamilyName, idOutput } from "../../provider/src/domain/family";
import { jobVerbs } from "../../provider/src/lifecycle/verbs";
import { type LifecycleBench, withLifecycle } from "../support/withLifecycle";

const JOBS = 100;

describe("a refresh of many jobs of all families", () => {
  it(`reads ${JOBS} of each in at most 11 requests`, () =>
    withLifecycle(
      async (bench) => {
        const { simulator, plugin, clock, requests } = bench;
        const seeded = FAMILY_NAMES.flatMap((name) => seed(bench, name));
        simulator.clearLog();
        const reads = seeded.map(({ name, id }) =>
          jobVerbs(families[name]).read(plugin.ctx, id, { [idOutput(families[name])]: id }),
        );
        const found = await clock.runUntil(Promise.all(reads));
        assert.equal(found.filter((one) => one !== "gone").length, FAMILY_NAMES.length * JOBS);
        assert.ok(requests().length <= 11, requests().join("\n"));
      },
      { plan: { inProgressMs: "never" } },
    ));
});

/** As many jobs of a family as make a hundred with those that the bench has. */
function seed({ simulator, task, feature }: LifecycleBench, name: FamilyName) {
  const parents = { taskId: task.id, featureId: feature.id };
  const seedOne = {
    feature: () => simulator.seedFeature({}),
    task: () => simulator.seedTask({ trainFeatureId: feature.id }),
    taskRun: () => simulator.seedTaskRun(parents),
    customAttributes: () => simulator.seedCustomAttributes({ featureId: feature.id }),
    shoppingIntent: () => simulator.seedShoppingIntent({ taskId: task.id }),
  }[name];
  const isThere = name === "feature" || name === "task" ? 1 : 0;
  return Array.from({ length: JOBS - isThere }, () => ({ name, id: seedOne().id })).concat(
    name === "feature" ? [{ name, id: feature.id }] : [],
    name === "task" ? [{ name, id: task.id }] : [],
  );
}
