import { FAMILY_NAMES } from "../../../provider/src/domain/family";
import {
  always,
  endless,
  fault,
  MINUTE,
  quick,
  refused,
  type Scenario,
  service,
  slow,
  stoppedAfter,
} from "./parts";

export const waitScenarios: Readonly<Record<string, Scenario>> = {
  "a wait that is slow, and what a poll may show": {
    families: FAMILY_NAMES,
    options: service({}, slow),
    async play(stage) {
      const { hear, secretInputs, simulator } = stage;
      for (const n of [1, 2, 3]) {
        simulator.seedTaskRun({
          taskId: stage.task.id,
          plan: { ...quick, inProgressMs: n * 7 * MINUTE },
        });
      }
      await stage.clock.advance(30 * MINUTE);
      fault(stage, "GET", refused(503, { message: stage.words }), { nth: 4, times: 8 });
      fault(stage, "GET", { kind: "garbage" }, { nth: 20 });
      await hear((plugin) => plugin.create(secretInputs()));
    },
  },
  "a wait that is too short, stopped, or refused": {
    options: service({}, endless),
    async play(stage) {
      const { hear, secretInputs } = stage;
      const made = await hear((plugin) =>
        plugin.create(secretInputs({}, { timeouts: { create: "3m" } })),
      );
      if (made === undefined) return;
      const { id, outputs } = made;
      await hear((plugin) => plugin.read(id, outputs));
      await hear(
        (plugin) => plugin.update(id, outputs, secretInputs()),
        stoppedAfter(5000, stage).of(stage.family),
      );
      await hear(
        (plugin) => plugin.update(id, outputs, secretInputs()),
        stoppedAfter(0, stage).of(stage.family),
      );
      fault(stage, "GET", refused(400, { message: stage.words }), always);
      await hear((plugin) => plugin.update(id, outputs, secretInputs()));
      stage.simulator.clearFaults();
      fault(stage, "GET", { kind: "drop" }, always);
      await hear((plugin) =>
        plugin.update(id, outputs, secretInputs({}, { timeouts: { update: "5m" } })),
      );
      await hear((plugin) => plugin.read(id, outputs));
    },
  },
  "a job that is deleted while it is waited for": {
    options: service({}, endless),
    async play(stage) {
      const { hear, secretInputs, created, simulator, clock } = stage;
      const { id, outputs } = await created(secretInputs({ waitFor: "submitted" }));
      await clock.advance(10 * MINUTE);
      clock.sleep(MINUTE).then(() => simulator.deleteJob(id));
      await hear((plugin) => plugin.update(id, outputs, secretInputs()));
      await hear((plugin) => plugin.update(id, outputs, secretInputs()));
    },
  },
  "a job that fails, for every policy": {
    families: FAMILY_NAMES,
    options: service({}, { ...quick, outcome: "failed" }),
    async play({ hear, secretInputs, simulator, words }) {
      for (const [n, failMessage] of [
        `OBS: ${words}`,
        "DISK_SPACE_SHORTAGE",
        "COMMON_ERROR",
        "",
      ].entries()) {
        simulator.setDefaultPlan({ failMessage });
        simulator.setSwitches({ requestRepeatedIn: n === 0 ? "both" : "nothing" });
        for (const onFailure of ["fail", "rerun"]) {
          const inState = { id: `another-${n}`, createdAt: null };
          const inputs = secretInputs({ onFailure, name: `canary ${onFailure} ${n}` }, { inState });
          const made = await hear((plugin) => plugin.create(inputs));
          if (made !== undefined)
            await hear((plugin) => plugin.diff(made.id, made.outputs, inputs));
        }
      }
    },
  },
  "a job whose failure says nothing": {
    options: service(
      { noValue: "absent", omittedFields: "fail_message" },
      { ...quick, outcome: "failed" },
    ),
    play: async ({ hear, secretInputs }) =>
      void (await hear((plugin) => plugin.create(secretInputs()))),
  },
  "a model that is not good enough": {
    families: ["task"],
    options: service({}, { ...quick, auroc: "0.1" }),
    async play({ hear, secretInputs }) {
      const inputs = secretInputs({ minAuroc: 0.5, verify: "off" });
      const made = await hear((plugin) => plugin.create(inputs));
      if (made !== undefined) await hear((plugin) => plugin.diff(made.id, made.outputs, inputs));
    },
  },
  "waits that fill all of the engine's slots": {
    options: service({}, slow),
    async play({ hear, secretInputs, newProcess, words }) {
      const plugin = newProcess();
      const names = Array.from({ length: 8 }, (_, n) => `canary ${n} ${words}`.slice(0, 90));
      for (const name of [...names, "canary waits"]) {
        await plugin.check({}, secretInputs({ name, verify: "off" }, { urn: `urn:${name}` }));
      }
      await Promise.all(
        names.map((name) =>
          hear(() => plugin.create(secretInputs({ name }, { urn: `urn:${name}` })), plugin),
        ),
      );
      const failing = secretInputs(
        { name: "canary waits" },
        { timeouts: { create: "1s" }, urn: "urn:other" },
      );
      await hear(() => plugin.create(failing), plugin);
      await plugin.check(
        {},
        secretInputs({ name: "canary also waits", verify: "off" }, { urn: "urn:also" }),
      );
      await hear(() => plugin.create(failing), plugin);
    },
  },
};
