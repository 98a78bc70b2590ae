import {
  always,
  endless,
  fault,
  MINUTE,
  namesake,
  quick,
  refused,
  type Scenario,
  service,
  slow,
  stoppedAfter,
  storeError,
  UNREACHABLE,
} from "./parts";
import type { Stage } from "./stage";

/** Runs whose ids are secret, which the barrier waits for. */
function barrierRuns(stage: Stage, plans: readonly object[]): readonly string[] {
  return plans.map(
    (plan, n) =>
      namesake(stage, {
        id: `00000000-0000-4000-8000-ca4a0000000${n}`,
        resultBucket: "acme-results",
        name: `segment-${n}`,
        resultFilePath: `segments/${n}/`,
        plan,
      }).id,
  );
}

const barrierInputs = (runIds: unknown, plumbing: object = {}) => ({
  runIds,
  __nclue: { logicalName: "all", timeouts: {}, secrets: ["runIds"], ...plumbing },
});

/** Two runs that complete, and others that fail, never end and are deleted. */
const fates = [
  slow,
  { ...slow, inProgressMs: 2 * MINUTE },
  { ...slow, outcome: "failed", failMessage: "no data" },
  endless,
  endless,
];

const barrier = (stage: Stage) => stage.newProcess().ofBarriers();

export const barrierScenarios: Readonly<Record<string, Scenario>> = {
  "a barrier before what are no ids": {
    async play(stage) {
      for (const bad of ["canary", ["canary", 5, ""]]) {
        await stage.hear((plugin) => plugin.check({}, barrierInputs(bad)), barrier(stage));
      }
    },
  },
  "a barrier before runs that end in every way": {
    options: service(),
    async play(stage) {
      const { hear, simulator, clock } = stage;
      const ids = barrierRuns(stage, fates);
      void clock.sleep(MINUTE).then(() => simulator.deleteJob(ids[4] ?? ""));
      fault(stage, "GET", refused(503, { message: ids.join() }), { nth: 4, times: 8 });
      const inputs = barrierInputs(ids, { timeouts: { create: "20m" } });
      const made = await hear((plugin) => plugin.create(inputs), barrier(stage));
      if (made === undefined) return;
      const { id, outputs } = made;
      await hear((plugin) => plugin.diff(id, outputs, inputs), barrier(stage));
      const stopped = stoppedAfter(5000, stage).ofBarriers();
      await hear((plugin) => plugin.update(id, outputs, inputs), stopped);
    },
  },
  "a barrier before runs that the service does not show": {
    options: service(),
    async play(stage) {
      const { hear, store } = stage;
      const ids = barrierRuns(stage, [quick, quick]);
      store.listError = storeError(stage, UNREACHABLE);
      const open = await hear((plugin) => plugin.create(barrierInputs(ids)), barrier(stage));
      fault(stage, "GET", refused(400, { message: ids.join() }), always);
      await hear((plugin) => plugin.create(barrierInputs(ids)), barrier(stage));
      if (open === undefined) return;
      await hear((plugin) => plugin.read(open.id, open.outputs), barrier(stage));
    },
  },
  "a barrier that is stopped while it searches for a result": {
    options: service({ results: "none" }),
    async play(stage) {
      const inputs = barrierInputs(barrierRuns(stage, [quick]));
      const stopped = stoppedAfter(4000, stage).ofBarriers();
      const made = await stage.hear((plugin) => plugin.create(inputs), stopped);
      if (made === undefined) return;
      await stage.hear((plugin) => plugin.read(made.id, made.outputs), barrier(stage));
    },
  },
};
