import {
  always,
  endless,
  refused,
  type Scenario,
  service,
  slow,
  stoppedAfter,
  UNKNOWN_ID,
} from "./parts";

export const parentScenarios: Readonly<Record<string, Scenario>> = {
  "parents that are not there, unfinished, failing or unread": {
    families: ["task", "taskRun", "customAttributes", "shoppingIntent"],
    options: service({ omittedFields: "" }),
    async play(stage) {
      const { hear, secretInputs, simulator } = stage;
      const plans = [
        slow,
        { ...slow, outcome: "failed", failMessage: "no data" },
        endless,
      ] as const;
      for (const [n, plan] of plans.entries()) {
        const feature = simulator.seedFeature({ plan });
        const task = simulator.seedTask({ plan });
        const ids = { featureId: feature.id, trainFeatureId: feature.id, taskId: task.id };
        const inputs = secretInputs(
          { ...ids, name: `canary ${n}`, verify: "off" },
          { timeouts: { create: "20m" } },
        );
        await hear((plugin) => plugin.create(inputs));
        await hear(
          (plugin) =>
            plugin.create(secretInputs({ ...ids, name: `canary stop ${n}`, verify: "off" })),
          stoppedAfter(9000, stage).of(stage.family),
        );
      }
      const gone = {
        featureId: UNKNOWN_ID,
        trainFeatureId: UNKNOWN_ID,
        taskId: UNKNOWN_ID,
        verify: "off",
      };
      await hear((plugin) => plugin.create(secretInputs(gone)));
      simulator.addFault({
        match: { path: "/features/*" },
        ...always,
        answer: refused(400, { message: stage.words }),
      });
      simulator.addFault({
        match: { path: "/tasks/*" },
        ...always,
        answer: refused(400, { message: stage.words }),
      });
      await hear((plugin) => plugin.create(secretInputs(gone)));
    },
  },
  "a parent that has ended only just now": {
    families: ["taskRun", "shoppingIntent"],
    options: service({ parentReadyAfterMs: 60_000 }),
    async play({ hear, secretInputs, simulator, feature }) {
      const task = simulator.seedTask({ plan: slow, trainFeatureId: feature.id });
      await hear((plugin) => plugin.create(secretInputs({ taskId: task.id, verify: "off" })));
    },
  },
};
