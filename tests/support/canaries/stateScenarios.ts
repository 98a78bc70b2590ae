import { FAMILY_NAMES } from "../../../provider/src/domain/family";
import { MINUTE, type Scenario, service, storeError, UNREACHABLE } from "./parts";

const STATE_FACTS: readonly object[] = [
  { status: "failed", failMessage: "OBS: the file is empty" },
  { status: "failed", failMessage: null },
  { auroc: null },
  { auroc: 0.1 },
  { drift: "result-replaced" },
  { drift: "result-missing" },
  { drift: "source-changed" },
  { resultKey: null, resultUri: null },
  { sourceDigest: "another" },
];

const POLICIES: readonly object[] = ["accept", "fail", "rerun"].map((onResultMissing) => ({
  onResultMissing,
  onFailure: onResultMissing === "rerun" ? "rerun" : "fail",
  onSourceChange: "rerun",
  minAuroc: 0.5,
}));

export const stateScenarios: Readonly<Record<string, Scenario>> = {
  "what a state may say, under every policy": {
    families: FAMILY_NAMES,
    options: service(),
    async play({ hear, secretInputs, created, store, family }) {
      const { id, outputs } = await created(secretInputs({ onSourceChange: "rerun" }));
      const key = family === "feature" ? "//canary/카나리아=1/part-2.tsv" : "canary/카나리아=1.tsv";
      await store.putObject("canary-data", key, "u9\t0\n");
      for (const policies of POLICIES) {
        for (const facts of STATE_FACTS) {
          const inputs = secretInputs(policies);
          const before = { ...outputs, ...facts };
          await hear((plugin) => plugin.diff(id, before, inputs));
          await hear((plugin) => plugin.update(id, before, inputs));
          await hear((plugin) => plugin.read(id, before));
        }
      }
    },
  },
  "a failed job whose replacement cannot be created": {
    families: ["feature", "task", "taskRun", "customAttributes"],
    options: service(),
    async play(stage) {
      const { hear, secretInputs, created, store, newProcess, family } = stage;
      const inputs = secretInputs({ name: "canary name" });
      const { id, outputs } = await created(inputs);
      const failed = { ...outputs, status: "failed", failMessage: "no data" };
      for (const key of store.keys("canary-data")) await store.deleteObject("canary-data", key);
      for (const bucket of ["canary-data", "canary-results"]) {
        store.states.set(bucket, { kind: "unreachable", cause: stage.words });
      }
      for (const isPreview of [true, false]) {
        const process = newProcess().of(family);
        await hear((plugin) => plugin.check(inputs, inputs, isPreview), process);
        await hear((plugin) => plugin.diff(id, failed, inputs), process);
      }
    },
  },
  "a result bucket that cannot be compared with the state": {
    families: ["taskRun", "customAttributes"],
    options: service(),
    async play(stage) {
      const { hear, secretInputs, created, store } = stage;
      const { id, outputs } = await created(secretInputs());
      for (const facts of [
        UNREACHABLE,
        { code: "CERT_HAS_EXPIRED" },
        { $metadata: { httpStatusCode: 403 } },
        { $metadata: { httpStatusCode: 500 } },
      ]) {
        store.listError = storeError(stage, facts);
        await hear((plugin) => plugin.read(id, outputs));
        await hear((plugin) =>
          plugin.update(id, { ...outputs, drift: "result-missing" }, secretInputs()),
        );
        await hear((plugin) =>
          plugin.create(secretInputs({ onResultMissing: "accept", name: "canary name" })),
        );
      }
    },
  },
  "source data that changes, goes and cannot be read": {
    families: ["feature"],
    options: service(),
    async play(stage) {
      const { hear, secretInputs, created, store, clock } = stage;
      const inputs = secretInputs({ onSourceChange: "rerun" });
      const { id, outputs } = await created(inputs);
      const keeping = outputs.__nclue as { source: object };
      const withSource = (source: unknown) => ({ ...outputs, __nclue: { ...keeping, source } });
      await clock.advance(MINUTE);
      await store.putObject("canary-data", "//canary/카나리아=1/part-2.tsv", "u2\n");
      for (const source of [
        keeping.source,
        undefined,
        { ...keeping.source, isOutdated: true },
        { count: 9, newestMs: 0, isOutdated: false },
      ]) {
        await hear((plugin) => plugin.diff(id, withSource(source), inputs));
        await hear((plugin) => plugin.read(id, withSource(source)));
      }
      store.listError = storeError(stage, UNREACHABLE);
      const unread = await hear((plugin) =>
        plugin.create(
          secretInputs({ onSourceChange: "rerun", name: "canary unread", verify: "off" }),
        ),
      );
      store.listError = undefined;
      if (unread !== undefined)
        await hear((plugin) => plugin.diff(unread.id, unread.outputs, inputs));
      for (const key of store.keys("canary-data")) await store.deleteObject("canary-data", key);
      await hear((plugin) => plugin.diff(id, outputs, inputs));
    },
  },
};
