import { FAMILY_NAMES } from "../../../provider/src/domain/family";
import { NCLUE_CODES } from "../../../provider/src/nclue/serviceCodes";
import type { FaultAnswer } from "../../../simulator/src";
import {
  always,
  fault,
  hideList,
  MINUTE,
  named,
  namesake,
  processOf,
  refused,
  type Scenario,
  service,
} from "./parts";

export const createScenarios: Readonly<Record<string, Scenario>> = {
  "a name that somebody has": {
    families: FAMILY_NAMES,
    options: service(),
    async play(stage) {
      const { hear, secretInputs } = stage;
      await hear((plugin) => plugin.create(secretInputs(named)));
      const adopting = { ...named, onDuplicateName: "adopt" };
      const other = {
        ...adopting,
        resultFilePath: "canary/other/",
        sourceFilePath: "canary/other",
        trainFilePath: "canary/other",
        keywords: ["canary"],
        taskId: "another-canary",
        verify: "off",
      };
      for (const args of [named, adopting, other])
        await hear((plugin) => plugin.create(secretInputs(args)));
      for (const plumbing of [{ stateWasRead: false }, { urn: "urn:other" }]) {
        await hear((plugin) => plugin.create(secretInputs(adopting, plumbing)));
      }
      const plugin = stage.newProcess().of(stage.family);
      for (const urn of ["urn:one", "urn:other"]) {
        await hear(() => plugin.create(secretInputs(adopting, { urn })), plugin);
      }
    },
  },
  "a generated name that a job of other content has": {
    families: FAMILY_NAMES,
    options: service(),
    async play({ hear, secretInputs }) {
      const unnamed = { name: null, triggers: [] };
      await hear((plugin) => plugin.create(secretInputs({ ...unnamed, waitFor: "submitted" })));
      const other = {
        ...unnamed,
        resultFilePath: "canary/other/",
        sourceFilePath: "canary/other",
        trainFilePath: "canary/other",
        keywords: ["canary"],
        verify: "off",
      };
      await hear((plugin) => plugin.create(secretInputs(other)));
      await hear((plugin) => plugin.create(secretInputs(unnamed, { stateWasRead: false })));
    },
  },
  "what is plain beside what is secret": {
    options: service(),
    async play(stage) {
      const { hear, simulator, words } = stage;
      const ids = { taskId: simulator.seedTask({}).id, featureId: simulator.seedFeature({}).id };
      const inputs = stage.inputs({ ...ids, triggers: [words] }, { secrets: ["triggers"] });
      fault(stage, "POST", refused(422, { error: { errorCode: "10103", message: words } }));
      await hear((plugin) => plugin.create(inputs));
      const made = await hear((plugin) => plugin.create(inputs));
      if (made === undefined) return;
      simulator.deleteJob(made.id);
      const place = { resultBucket: "acme-results", resultFilePath: "churn/2026-11/" };
      const taskId = simulator.seedTask({}).id;
      namesake(stage, { name: String(made.outputs.name), ...place, taskId });
      await hear((plugin) => plugin.create(inputs));
    },
  },
  "plain source data beside what is secret": {
    families: ["feature"],
    options: service(),
    async play({ hear, inputsOf, store, clock, words }) {
      const place = { sourceBucket: "acme-data", sourceFilePath: "seq/2026-11/" };
      const args = { ...place, triggers: [words], onSourceChange: "rerun" };
      const inputs = inputsOf("feature", args, { secrets: ["triggers"] });
      await store.putObject("acme-data", "seq/2026-11/part-1.tsv", "u1\n");
      const made = await hear((plugin) => plugin.create(inputs));
      if (made === undefined) return;
      await clock.advance(MINUTE);
      await store.putObject("acme-data", "seq/2026-11/part-2.tsv", "u2\n");
      await hear((plugin) => plugin.diff(made.id, made.outputs, inputs));
    },
  },
  "adopted jobs whose date cannot be read": {
    families: ["feature", "task"],
    options: service({ timestampForm: "unreadable" }),
    async play({ hear, secretInputs }) {
      const args = { name: null, onSourceChange: "rerun", waitFor: "submitted", verify: "off" };
      await hear((plugin) => plugin.create(secretInputs(args)));
      await hear((plugin) => plugin.create(secretInputs(args)));
    },
  },
  "names that the service refuses although no job has them": {
    families: ["taskRun"],
    options: service(),
    async play(stage) {
      const { hear, secretInputs } = stage;
      for (const errorCode of ["10102", "99999"]) {
        fault(stage, "POST", refused(409, { error: { errorCode, message: stage.words } }), always);
        for (const args of [named, { name: null }])
          await hear((plugin) => plugin.create(secretInputs(args)));
        stage.simulator.clearFaults();
      }
      hideList(stage, 2);
      fault(
        stage,
        "POST",
        refused(409, { error: { errorCode: "10102", message: stage.words } }),
        always,
      );
      await hear((plugin) => plugin.create(secretInputs(named)));
    },
  },
  "every refusal of a POST": {
    families: ["feature", "taskRun"],
    options: service(),
    async play(stage) {
      const { hear, secretInputs } = stage;
      const bodies: readonly unknown[] = [
        ...Object.keys(NCLUE_CODES).map((errorCode) => ({
          error: { errorCode, message: stage.words },
        })),
        { message: stage.words },
        { other: stage.words },
        stage.words,
        JSON.stringify(stage.words),
        `<Error><Code>99999</Code><Message>${stage.words}</Message></Error>`,
        `<html>${stage.words}</html>`,
        "",
      ];
      for (const body of bodies) {
        for (const status of [400, 403, 404, 422]) {
          fault(stage, "POST", refused(status, body));
          await hear((plugin) =>
            plugin.create(
              secretInputs({
                waitFor: "submitted",
                name: `canary ${bodies.indexOf(body)} ${status}`,
              }),
            ),
          );
        }
      }
    },
  },
  "answers that are lost for good": {
    families: ["taskRun"],
    options: service(),
    async play(stage) {
      const { hear, secretInputs, simulator } = stage;
      for (const answer of [
        { kind: "drop" },
        { kind: "garbage" },
        refused(500, { message: stage.words }),
        { ...refused(503, { message: stage.words }), headers: { "retry-after": "90" } },
      ] as const) {
        fault(stage, "POST", answer, always);
        await hear((plugin) => plugin.create(secretInputs(named)));
        simulator.clearFaults();
      }
      fault(stage, "POST", refused(200, { other: stage.words }), always);
      await hear((plugin) => plugin.create(secretInputs(named)));
      simulator.clearFaults();
      fault(stage, "POST", { kind: "drop" });
      fault(
        stage,
        "POST",
        refused(409, { error: { errorCode: "10102", message: stage.words } }),
        always,
      );
      await hear((plugin) => plugin.create(secretInputs(named)));
      simulator.clearFaults();
      hideList(stage, 2);
      fault(stage, "POST", { kind: "drop" }, always);
      await hear((plugin) => plugin.create(secretInputs(named)));
      simulator.clearFaults();
      fault(stage, "POST", { kind: "drop" }, { when: "after" });
      await hear((plugin) => plugin.create(secretInputs(named)));
    },
  },
  "a lost job that the service tells otherwise": {
    families: ["taskRun"],
    options: service(),
    async play(stage) {
      const { hear, secretInputs } = stage;
      for (const args of [named, { name: null }]) {
        fault(stage, "POST", { kind: "drop" }, { when: "after" });
        const fields = { result_file_path: "canary/other/" };
        fault(stage, "GET", { kind: "edit", fields }, always);
        await hear((plugin) => plugin.create(secretInputs({ ...args, verify: "off" })));
        stage.simulator.clearFaults();
      }
    },
  },
  "a name that no answer tells, and one that another resource has": {
    families: FAMILY_NAMES,
    options: service({ omittedFields: "run_name", duplicateNames: "allow" }),
    async play({ hear, secretInputs }) {
      const made = await hear((plugin) => plugin.create(secretInputs(named)));
      await hear((plugin) => plugin.create(secretInputs(named)));
      if (made === undefined) return;
      for (const onDuplicateName of ["fail", "adopt"]) {
        const inputs = secretInputs({ ...named, onDuplicateName }, { otherJobIds: [made.id] });
        await hear((plugin) => plugin.create(inputs));
      }
    },
  },
  "a list that cannot be read before a POST": {
    families: FAMILY_NAMES,
    options: service(),
    async play(stage) {
      const { hear, secretInputs, simulator } = stage;
      const answers: readonly FaultAnswer[] = [
        refused(400, { message: stage.words }),
        refused(200, { other: stage.words }),
        { kind: "garbage" },
        { kind: "empty" },
      ];
      for (const answer of answers) {
        fault(stage, "GET", answer, always);
        await hear((plugin) => plugin.create(secretInputs({ ...named, verify: "off" })));
        simulator.clearFaults();
      }
      hideList(stage);
      await hear((plugin) => plugin.create(secretInputs({ ...named, verify: "off" })));
    },
  },
  "a list whose order cannot be told": {
    options: service({ listOrder: "random", pageSizeCap: 20 }),
    async play({ hear, secretInputs, simulator, clock }) {
      for (let n = 0; n < 150; n++) {
        simulator.seedTaskRun({ name: `other-${n}`, createdAtMs: clock.nowMs() - n * MINUTE });
      }
      await hear((plugin) => plugin.create(secretInputs(named)));
    },
  },
  "one job too many, and a machine that only reads": {
    families: FAMILY_NAMES,
    options: service(),
    async play(stage) {
      const { hear, secretInputs } = stage;
      const few = processOf(stage, { NCLUE_MAX_NEW_JOBS: "1" });
      for (const name of ["canary one", "canary two"]) {
        await hear(
          (plugin) =>
            plugin.create(secretInputs({ name, waitFor: "submitted" }, { urn: `urn:${name}` })),
          few,
        );
      }
      const none = processOf(stage, { NCLUE_MAX_NEW_JOBS: "0" });
      await hear((plugin) => plugin.create(secretInputs(named)), none);
      const reading = processOf(stage, { NCLUE_READ_ONLY: "true" });
      await hear((plugin) => plugin.create(secretInputs(named)), reading);
    },
  },
  "keys, pace, quota and clocks that the gateway refuses": {
    options: service(),
    async play(stage) {
      const { hear, secretInputs, simulator } = stage;
      for (const code of [100, 200, 210, 300, 400, 500, 510, 900] as const) {
        fault(stage, "POST", { kind: "gateway", code });
        await hear((plugin) =>
          plugin.create(secretInputs({ name: `canary ${code}`, waitFor: "submitted" })),
        );
      }
      fault(stage, "POST", { kind: "gateway", code: 410 }, { times: 200 });
      await hear((plugin) => plugin.create(secretInputs({ name: "canary pace" })));
      simulator.clearFaults();
      for (const skewMs of [9 * MINUTE, -9 * MINUTE]) {
        simulator.setSwitches({ gatewaySkewMs: skewMs });
        await hear((plugin) => plugin.create(secretInputs({ name: `canary ${skewMs}` })));
      }
      simulator.resetSwitches();
      const site = processOf(stage, { NCLOUD_API_GW: "https://fin-ncloud.apigw.fin-ntruss.com" });
      fault(stage, "GET", { kind: "gateway", code: 200 }, always);
      await hear((plugin) => plugin.create(secretInputs(named)), site);
      const proxied = processOf(stage, {
        HTTP_PROXY: "http://proxy.example:3128",
        NO_PROXY: "none.example",
      });
      simulator.clearFaults();
      fault(stage, "GET", refused(400, "no"), always);
      await hear((plugin) => plugin.create(secretInputs(named)), proxied);
    },
  },
};
