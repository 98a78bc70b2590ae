import type { FaultAnswer } from "../../../simulator/src";
import {
  always,
  endless,
  fault,
  hideList,
  MINUTE,
  processOf,
  refused,
  type Scenario,
  service,
  slow,
  stoppedAfter,
} from "./parts";

export const deleteScenarios: Readonly<Record<string, Scenario>> = {
  "deletes of a job that is at work, under every policy": {
    options: service({}, endless),
    async play(stage) {
      const { hear, secretInputs, clock } = stage;
      for (const onDeleteWhileRunning of ["fail", "abandon", "wait"]) {
        const inputs = secretInputs(
          { waitFor: "submitted", onDeleteWhileRunning, name: `canary ${onDeleteWhileRunning}` },
          { timeouts: { delete: "3m" } },
        );
        const made = await hear((plugin) => plugin.create(inputs));
        if (made === undefined) continue;
        await clock.advance(MINUTE);
        await hear((plugin) => plugin.delete(made.id, made.outputs));
        await hear(
          (plugin) => plugin.delete(made.id, made.outputs),
          stoppedAfter(5000, stage).of(stage.family),
        );
        const odd = processOf(stage, { NCLUE_ON_DELETE_WHILE_RUNNING: "sometimes" });
        await hear((plugin) => plugin.delete(made.id, made.outputs), odd);
      }
    },
  },
  "deletes of a job that others use, under every policy": {
    families: ["feature", "task"],
    options: service(),
    async play(stage) {
      const { hear, secretInputs, simulator } = stage;
      for (const onDeleteWhileRunning of ["fail", "abandon", "wait"]) {
        const inputs = secretInputs(
          { onDeleteWhileRunning, name: `canary ${onDeleteWhileRunning}`, verify: "off" },
          { timeouts: { delete: "10m" } },
        );
        const made = await hear((plugin) => plugin.create(inputs));
        if (made === undefined) continue;
        simulator.seedTaskRun({
          name: "one user",
          taskId: stage.family === "task" ? made.id : stage.task.id,
          featureId: stage.family === "feature" ? made.id : stage.feature.id,
          plan: slow,
        });
        simulator.seedTaskRun({
          name: "another user",
          taskId: stage.family === "task" ? made.id : stage.task.id,
          featureId: stage.family === "feature" ? made.id : stage.feature.id,
          plan: slow,
        });
        await hear((plugin) => plugin.delete(made.id, made.outputs));
      }
    },
  },
  "deletes of a job whose users have ended and are listed as unfinished": {
    families: ["feature", "task"],
    options: service(),
    async play(stage) {
      const { hear, secretInputs, simulator } = stage;
      const made = await hear((plugin) =>
        plugin.create(secretInputs({ verify: "off" }, { timeouts: { delete: "5m" } })),
      );
      if (made === undefined) return;
      const user = simulator.seedTaskRun({
        taskId: stage.family === "task" ? made.id : stage.task.id,
        featureId: stage.family === "feature" ? made.id : stage.feature.id,
        plan: endless,
      });
      simulator.addFault({
        match: { path: "/task-runs/*" },
        ...always,
        answer: refused(200, { run_id: user.id, status: "completed" }),
      });
      await hear((plugin) => plugin.delete(made.id, made.outputs));
    },
  },
  "deletes of a job whose users lie beyond the pages that are read": {
    families: ["feature", "task"],
    options: service({ pageSizeCap: 5 }),
    async play(stage) {
      const { hear, secretInputs, simulator, task, feature } = stage;
      const made = await hear((plugin) => plugin.create(secretInputs({ verify: "off" })));
      if (made === undefined) return;
      simulator.seedTaskRun({
        taskId: stage.family === "task" ? made.id : task.id,
        featureId: stage.family === "feature" ? made.id : feature.id,
        plan: endless,
      });
      await stage.clock.advance(MINUTE);
      for (let n = 0; n < 60; n++) {
        simulator.seedTaskRun({ taskId: task.id, featureId: feature.id });
      }
      await hear((plugin) => plugin.delete(made.id, made.outputs));
    },
  },
  "deletes that the service answers oddly": {
    options: service(),
    async play(stage) {
      const { hear, secretInputs, created, simulator } = stage;
      const { id, outputs } = await created(secretInputs());
      fault(stage, "GET", refused(200, { other: stage.words }), always);
      await hear((plugin) => plugin.read(id, outputs));
      simulator.clearFaults();
      const answers: readonly FaultAnswer[] = [
        refused(400, { message: stage.words }),
        refused(403, {}),
        refused(404, {}),
        { kind: "drop" },
      ];
      for (const answer of answers) {
        fault(stage, "DELETE", answer, always);
        await hear((plugin) => plugin.delete(id, outputs));
        simulator.clearFaults();
      }
      fault(stage, "DELETE", refused(404), always);
      fault(stage, "GET", refused(400, { message: stage.words }), always);
      await hear((plugin) => plugin.delete(id, outputs));
    },
  },
  "a job that the list shows, and no read": {
    options: service(),
    async play(stage) {
      const { hear, secretInputs, created, simulator } = stage;
      const { id, outputs } = await created(secretInputs());
      simulator.addFault({ match: { path: "/task-runs/*" }, ...always, answer: refused(404) });
      await hear((plugin) => plugin.read(id, outputs));
      await hear((plugin) => plugin.delete(id, outputs));
      hideList(stage);
      await hear((plugin) => plugin.read(id, outputs));
      simulator.clearFaults();
      simulator.addFault({
        match: { path: "/task-runs/*" },
        ...always,
        answer: { kind: "gateway", code: 300 },
      });
      await hear((plugin) => plugin.read(id, outputs));
    },
  },
  "a job that was last seen elsewhere": {
    options: service(),
    async play(stage) {
      const { hear, secretInputs, created, simulator } = stage;
      const { id, outputs } = await created(secretInputs());
      simulator.deleteJob(id);
      for (const keeping of [
        { endpoint: "https://elsewhere.example/api" },
        { keyHash: "another" },
      ]) {
        const before = { ...outputs, __nclue: { ...Object(outputs.__nclue), ...keeping } };
        await hear((plugin) => plugin.read(id, before));
        await hear((plugin) => plugin.delete(id, before));
      }
      await hear((plugin) =>
        plugin.read(id, { ...outputs, __nclue: { ...Object(outputs.__nclue), isExternal: true } }),
      );
    },
  },
  "a delete of what an update has taken over again": {
    options: service(),
    async play({ hear, secretInputs, created, newProcess }) {
      const { id, outputs } = await created(secretInputs());
      const plugin = newProcess();
      await hear(() => plugin.diff(id, outputs, secretInputs()), plugin);
      const older = { ...outputs, __nclue: { ...Object(outputs.__nclue), mark: "older" } };
      await hear(() => plugin.delete(id, older), plugin);
    },
  },
};
