import { argumentsOf } from "../../../provider/src/domain/arguments";
import { families } from "../../../provider/src/domain/families";
import { FAMILY_NAMES } from "../../../provider/src/domain/family";
import {
  always,
  fault,
  processOf,
  refused,
  type Scenario,
  service,
  storeError,
  UNKNOWN_ID,
  UNREACHABLE,
} from "./parts";

/** What breaks a rule of some argument. */
const BAD_VALUES: readonly unknown[] = [
  5,
  7.5,
  true,
  null,
  "",
  " ",
  "canary\u0001*카나리아",
  "c..canary",
  "-canary",
  "canary".repeat(40),
  [],
  ["canary", 5],
  ["canary", "canary"],
  ["canary,카나리아"],
  ["canary\n"],
  [" "],
  Array.from({ length: 99 }, (_, n) => `canary keyword ${n}`),
  { canary: 1 },
];

export const argumentScenarios: Readonly<Record<string, Scenario>> = {
  "arguments that break a rule": {
    families: FAMILY_NAMES,
    async play({ hear, secretInputs, family }) {
      for (const argument of argumentsOf(families[family])) {
        for (const value of BAD_VALUES) {
          const inputs = secretInputs({ verify: "off", [argument]: value });
          await hear((plugin) => plugin.check({}, inputs));
        }
      }
    },
  },
  "triggers that cannot be compared, and time-outs that are none": {
    async play({ hear, secretInputs }) {
      const triggerProblem = "triggers is secret, and holds what cannot be compared";
      const timeouts = { create: "soon" };
      await hear((plugin) => plugin.check({}, secretInputs({}, { triggerProblem, timeouts })));
    },
  },
  "a policy that needs a place of the result": {
    async play({ hear, secretInputs }) {
      const nowhere = { resultBucket: null, resultFilePath: null };
      for (const without of [nowhere, { resultFilePath: null }]) {
        const inputs = secretInputs({ ...without, onResultMissing: "fail" });
        await hear((plugin) => plugin.check({}, inputs));
      }
    },
  },
  "half of what goes together": {
    families: ["task"],
    async play({ hear, secretInputs }) {
      await hear((plugin) => plugin.check({}, secretInputs({ testBucket: "canary-data" })));
    },
  },
  "places that the look-ups find wanting": {
    families: FAMILY_NAMES,
    async play(stage) {
      const { hear, secretInputs, store } = stage;
      const buckets = ["canary-data", "canary-results"];
      const states = [
        { kind: "missing" },
        { kind: "forbidden" },
        { kind: "forbidden", mayBeClock: true },
        { kind: "elsewhere" },
        { kind: "unreachable", cause: stage.words },
      ] as const;
      const errors = [
        undefined,
        UNREACHABLE,
        ...[301, 403, 404, 500].map((httpStatusCode) => ({ $metadata: { httpStatusCode } })),
      ];
      const mayBeCreated = [
        "resultBucket",
        "sourceFilePath",
        "sourceBucket",
        "trainFilePath",
        "trainBucket",
      ];
      const gone = { sourceFilePath: "canary/gone/", trainFilePath: "canary/gone" };
      for (const isPreview of [true, false]) {
        for (const state of states) {
          for (const bucket of buckets) store.states.set(bucket, state);
          const inputs = secretInputs(gone, { mayBeCreated });
          await hear((plugin) => plugin.check({}, inputs, isPreview));
        }
        store.states.clear();
        for (const facts of errors) {
          store.listError = facts && storeError(stage, facts);
          await hear((plugin) => plugin.check({}, secretInputs(gone), isPreview));
        }
        store.listError = undefined;
      }
      const noKeys = processOf(stage, { NCLOUD_ACCESS_KEY: "", NCLOUD_SECRET_KEY: "" });
      await hear((plugin) => plugin.check({}, secretInputs({ verify: "all" })), noKeys);
    },
  },
  "parents that the look-ups find wanting": {
    families: ["task", "taskRun", "customAttributes", "shoppingIntent"],
    options: service({ noValue: "absent" }),
    async play(stage) {
      const { hear, secretInputs, simulator } = stage;
      const failed = simulator.seedFeature({
        plan: { outcome: "failed", failMessage: "no data" },
      });
      const task = simulator.seedTask({ plan: { outcome: "failed" } });
      for (const id of [failed.id, UNKNOWN_ID]) {
        const ids = { featureId: id, trainFeatureId: id, taskId: id === UNKNOWN_ID ? id : task.id };
        await hear((plugin) => plugin.check({}, secretInputs({ verify: "all", ...ids })));
        await hear((plugin) => plugin.create(secretInputs({ verify: "all", ...ids })));
      }
      simulator.setSwitches({ omittedFields: "task_name,feature_name" });
      await hear((plugin) =>
        plugin.check({}, secretInputs({ verify: "all", taskId: task.id, featureId: failed.id })),
      );
      fault(stage, "GET", refused(400, { message: stage.words }), always);
      await hear((plugin) => plugin.check({}, secretInputs({ verify: "all" })));
    },
  },
};
