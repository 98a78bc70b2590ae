import {
  always,
  MINUTE,
  namesake,
  quick,
  refused,
  type Scenario,
  service,
  UNKNOWN_ID,
} from "./parts";

export const importScenarios: Readonly<Record<string, Scenario>> = {
  "imports that succeed, differ, belong to others, and find nothing": {
    options: service(),
    async play(stage) {
      const { hear, secretInputs, simulator, newProcess } = stage;
      const { id } = namesake(stage, { plan: quick });
      await stage.clock.advance(MINUTE);
      const made = await hear((plugin) => plugin.create(secretInputs({}, { importId: id })));
      const others: readonly object[] = [
        { name: "canary other" },
        { resultFilePath: "canary/other/" },
        { featureId: "canary-other" },
        { resultFilePath: "canary/no-slash" },
      ];
      for (const args of others) {
        const inputs = secretInputs({ ...args, verify: "off" }, { importId: id });
        await hear((plugin) => plugin.check({}, inputs, true));
        await hear((plugin) => plugin.create(inputs));
      }
      const inState = {
        id,
        createdAt: null,
        importedIds: [id],
        taken: { resultFilePath: "mine/" },
      };
      const leftOut = secretInputs({ resultFilePath: undefined }, { importId: id, inState });
      await hear((plugin) => plugin.check({}, leftOut, true));
      const secrets = Object.keys(stage.inputs()).filter((name) => name !== "__nclue");
      const plain = secretInputs({ name: "monthly" }, { importId: id, secrets });
      await hear((plugin) => plugin.check({}, plain, true));
      const missing = secretInputs({}, { importId: UNKNOWN_ID });
      const owned = secretInputs({}, { importId: id, otherJobIds: [id] });
      const malformed = ["..", `${id} `].map((importId) => secretInputs({}, { importId }));
      for (const inputs of [missing, owned, ...malformed]) {
        await hear((plugin) => plugin.check({}, inputs, true));
        await hear((plugin) => plugin.create(inputs));
      }
      if (made !== undefined) await hear((plugin) => plugin.diff(made.id, made.outputs, missing));
      await hear((plugin) => plugin.read(UNKNOWN_ID, {}));
      simulator.addFault({
        match: { path: "/task-runs/*" },
        ...always,
        answer: refused(400, { message: stage.words }),
      });
      const plugin = newProcess();
      await hear(() => plugin.check({}, secretInputs({}, { importId: id }), true), plugin);
      await hear(() => plugin.create(secretInputs({}, { importId: id })), plugin);
    },
  },
};
