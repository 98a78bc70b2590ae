import { NclueError } from "../../../provider/src/kernel/errors";
import {
  endless,
  FORBIDDEN,
  MINUTE,
  namesake,
  quick,
  type Scenario,
  type Switches,
  service,
  stoppedAfter,
  storeError,
  UNREACHABLE,
} from "./parts";

export const resultScenarios: Readonly<Record<string, Scenario>> = {
  "results of every kind": {
    families: ["taskRun", "customAttributes"],
    options: service(),
    async play(stage) {
      const { hear, secretInputs, simulator, store } = stage;
      const kinds: readonly Switches[] = [
        { results: "none" },
        { results: "several" },
        { timestampForm: "unreadable" },
        { timestampForm: "absent" },
      ];
      for (const [n, switches] of [...kinds, UNREACHABLE, FORBIDDEN].entries()) {
        simulator.resetSwitches();
        store.listError = undefined;
        if (n < kinds.length) simulator.setSwitches(switches as Switches);
        else store.listError = storeError(stage, switches);
        for (const onResultMissing of ["accept", "fail", "rerun"]) {
          const inputs = secretInputs({
            onResultMissing,
            verify: "off",
            name: `weekly ${n} ${onResultMissing}`,
          });
          const made = await hear((plugin) => plugin.create(inputs));
          if (made === undefined) continue;
          await hear((plugin) => plugin.update(made.id, made.outputs, inputs));
          await hear((plugin) => plugin.diff(made.id, made.outputs, inputs));
          await hear((plugin) => plugin.read(made.id, made.outputs));
        }
      }
    },
  },
  "a job of the service that a program only reads": {
    options: service({ results: "several" }),
    async play(stage) {
      const place = { resultBucket: "acme-results", resultFilePath: "churn/" };
      const createdAtMs = stage.clock.nowMs();
      const { id } = namesake(stage, { ...place, createdAtMs, plan: quick });
      await stage.clock.advance(MINUTE);
      await stage.hear((plugin) => plugin.read(id, {}));
      stage.simulator.deleteJob(id);
      await stage.hear((plugin) => plugin.read(id, {}));
    },
  },
  "too many objects below a path": {
    options: service(),
    async play(stage) {
      const { hear, secretInputs, store } = stage;
      store.listError = new NclueError(
        "unreadable",
        { doing: "", cause: `more than 10000 keys begin like ${stage.words}` },
        { isLasting: true },
      );
      await hear((plugin) => plugin.create(secretInputs()));
    },
  },
  "a result that another job could have written": {
    options: service({ results: "none" }),
    async play(stage) {
      const { hear, secretInputs, store, clock } = stage;
      namesake(stage, { plan: endless });
      const put = () =>
        store.putObject(
          "canary-results",
          "/canary//카나리아=1/nclue_ab12cd34_2026110109.tsv",
          "u1\n",
        );
      clock.sleep(1500).then(put);
      const made = await hear((plugin) => plugin.create(secretInputs()));
      if (made !== undefined) await hear((plugin) => plugin.read(made.id, made.outputs));
    },
  },
  "a result while the lists of other jobs are unread or not whole": {
    options: service(),
    async play(stage) {
      const { hear, secretInputs, simulator, newProcess, family } = stage;
      const inputs = secretInputs({ waitFor: "submitted" });
      const made = await hear((plugin) => plugin.create(inputs));
      if (made === undefined) return;
      await stage.clock.advance(MINUTE);
      const answers = [
        { status: 503, body: stage.words },
        { status: 200, body: { index: 0, limit: 100, total: 1, profiles: [{}] } },
      ];
      for (const answer of answers) {
        simulator.clearFaults();
        simulator.addFault({
          match: { method: "GET", path: "/profile/custom-attributes" },
          times: "always",
          answer: { kind: "status", ...answer },
        });
        const process = newProcess().of(family);
        await hear((plugin) => plugin.update(made.id, made.outputs, secretInputs()), process);
      }
    },
  },
  "a result that the service names and that is not there": {
    options: service({ results: "none" }),
    async play(stage) {
      const { hear, secretInputs, simulator } = stage;
      simulator.addFault({
        match: { method: "GET", path: "/task-runs/*" },
        when: "after",
        times: "always",
        answer: {
          kind: "edit",
          fields: { result_file_path: "/canary//카나리아=1/nclue_ab12cd34_2026110109.tsv" },
        },
      });
      await hear((plugin) => plugin.create(secretInputs()));
    },
  },
  "a search for a result that is stopped": {
    options: service({ results: "none" }),
    async play(stage) {
      const { secretInputs, hear } = stage;
      const stopped = await hear(
        (plugin) => plugin.create(secretInputs()),
        stoppedAfter(4000, stage).of(stage.family),
      );
      if (stopped === undefined) return;
      await hear((plugin) => plugin.diff(stopped.id, stopped.outputs, secretInputs()));
      await hear((plugin) => plugin.update(stopped.id, stopped.outputs, secretInputs()));
    },
  },
};
