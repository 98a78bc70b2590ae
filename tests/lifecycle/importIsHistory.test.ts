import assert from "node:assert/strict";
import type { FamilyName } from "../../provider/src/domain/family";
import type { Settled } from "../../provider/src/lifecycle/settleJob";
import { contentOf, type LifecycleBench, withLifecycle } from "../support/withLifecycle";

const plan = { registeredMs: 0, pendingMs: 0, inProgressMs: 1000 };

describe("an import that was carried out, where the stack's state cannot be read", () => {
  it("is not carried out again by the replacement of its run", () =>
    withLifecycle(
      async (bench) => {
        const { simulator, inputs, newProcess } = bench;
        const run = simulator.seedTaskRun({ ...contentOf(bench), name: "made-elsewhere" });
        const before = await newProcess().create(inputs({}, { importId: run.id }));
        const change = inputs({ triggers: [1] }, { importId: run.id, stateWasRead: false });
        const update = newProcess();
        const { replaces } = await update.diff(before.id, before.outputs, change);
        assert.deepEqual(replaces, ["triggers"]);
        const next = await update.create(change);
        await update.delete(before.id, before.outputs);
        assert.notEqual(next.id, run.id);
        assert.deepEqual(
          (await bench.runs()).map(({ id }) => id),
          [next.id],
        );
        assert.equal((await newProcess().diff(next.id, next.outputs, change)).changes, false);
      },
      { plan },
    ));
});

/** What somebody has made in the console, and a program that imports it with the required arguments alone. */
const MADE = {
  taskRun: { resultBucket: "acme-results", resultFilePath: "console/2026-11/" },
  task: { testBucket: "acme-data", testFilePath: "labels/test.tsv" },
} as const satisfies Partial<Record<FamilyName, object>>;

type Made = keyof typeof MADE;

/** Values that the program leaves out, as the service has them. */
function takenOf(family: Made, { feature }: LifecycleBench): Readonly<Record<string, string>> {
  return family === "task" ? { testFeatureId: feature.id, ...MADE.task } : MADE.taskRun;
}

const LEFT_OUT = { resultBucket: undefined, resultFilePath: undefined };

async function importMade(bench: LifecycleBench, family: Made) {
  const { simulator, store, task, feature, inputsOf, newProcess } = bench;
  for (const key of ["labels/churn.tsv", "labels/test.tsv"]) {
    await store.putObject("acme-data", key, "u1\t1\n");
  }
  const trained = { trainBucket: "acme-data", trainFilePath: "labels/churn.tsv" };
  const seed =
    family === "task"
      ? simulator.seedTask({ trainFeatureId: feature.id, ...trained, ...takenOf("task", bench) })
      : simulator.seedTaskRun({ taskId: task.id, featureId: feature.id, ...MADE.taskRun });
  const args = family === "taskRun" ? LEFT_OUT : {};
  const inputs = inputsOf(family, args, { importId: seed.id });
  const imported = await newProcess().of(family).create(inputs);
  return { args, imported, importId: seed.id };
}

/** What the class knows of the state's entry. */
const inStateOf = ({ id, outputs }: Settled, taken?: object) => ({
  inState: {
    id,
    createdAt: outputs.createdAt,
    importedIds: Object(outputs.__nclue).importedIds,
    ...(taken && { taken }),
  },
});

function shownOf(settled: Settled, names: readonly string[]) {
  return Object.fromEntries(names.map((name) => [name, settled.outputs[name]]));
}

describe("what an import took because the program gives none", () => {
  for (const family of ["taskRun", "task"] as const) {
    for (const how of ["by the class", "by the difference, where the state cannot be read"]) {
      it(`is kept by the job that replaces it, for good, and said (${family}, known ${how})`, () =>
        withLifecycle(
          async (bench) => {
            const { inputsOf, newProcess } = bench;
            const { args, imported, importId } = await importMade(bench, family);
            const taken = takenOf(family, bench);
            const isRead = how === "by the class";
            const program = (trigger: number, before: Settled) =>
              inputsOf(
                family,
                { ...args, triggers: [trigger] },
                { importId, ...(isRead ? inStateOf(before, taken) : { stateWasRead: false }) },
              );
            let before = imported;
            let olds = inputsOf(family, args, { importId });
            for (const trigger of [1, 2]) {
              const news = program(trigger, before);
              const update = newProcess().of(family);
              const checked = await update.check(olds, news, false);
              assert.deepEqual(checked.failures, []);
              assert.ok(!Object.keys(taken).some((name) => checked.inputs[name] !== undefined));
              const { replaces } = await update.diff(before.id, before.outputs, news);
              assert.deepEqual(replaces, ["triggers"]);
              const next = await update.create(news);
              assert.notEqual(next.id, before.id);
              assert.deepEqual(shownOf(next, Object.keys(taken)), taken);
              if (isRead) {
                const said = update.log.texts("info").join("\n");
                assert.match(said, /keeps what the import took from the service: \w+ "/);
                for (const value of Object.values(taken)) assert.ok(said.includes(`"${value}"`));
              }
              const after = program(trigger, next);
              const { changes } = await newProcess().of(family).diff(next.id, next.outputs, after);
              assert.equal(changes, false);
              [before, olds] = [next, news];
            }
          },
          { plan, switches: { resultRequired: false } },
        ));
    }
  }

  it("gives way to what the program gives", () =>
    withLifecycle(
      async (bench) => {
        const { inputs, newProcess } = bench;
        const { imported, importId } = await importMade(bench, "taskRun");
        const args = { resultBucket: undefined, resultFilePath: "mine/" };
        const news = inputs(args, { importId, ...inStateOf(imported, MADE.taskRun) });
        const update = newProcess();
        const { replaces } = await update.diff(imported.id, imported.outputs, news);
        assert.deepEqual(replaces, ["resultFilePath"]);
        const { outputs } = await update.create(news);
        assert.deepEqual([outputs.resultBucket, outputs.resultFilePath], ["acme-results", "mine/"]);
      },
      { plan, switches: { resultRequired: false } },
    ));

  it("is looked at before the replacement, like what the program gives", () =>
    withLifecycle(async (bench) => {
      const { inputs, newProcess, store } = bench;
      const { imported, importId } = await importMade(bench, "taskRun");
      store.states.set("acme-results", { kind: "missing" });
      const plumbing = { importId, ...inStateOf(imported, MADE.taskRun) };
      const olds = inputs(LEFT_OUT, plumbing);
      const { failures } = await newProcess().check(olds, { ...olds, triggers: [1] }, true);
      assert.deepEqual(
        failures.map(({ property }) => property),
        ["resultBucket"],
      );
      const same = await newProcess().check(olds, olds, true);
      assert.deepEqual(same.failures, []);
    }));

  it("does not change the name of the replacement, which an interrupted attempt is found by", () =>
    withLifecycle(
      async (bench) => {
        const { inputs, newProcess } = bench;
        const { imported, importId } = await importMade(bench, "taskRun");
        const args = { ...LEFT_OUT, triggers: [1] };
        const known = inputs(args, { importId, ...inStateOf(imported, MADE.taskRun) });
        const { id } = await newProcess().create(known);
        const forgotten = inputs(args, { importId, ...inStateOf(imported) });
        const adopted = await newProcess().create(forgotten);
        assert.equal(adopted.id, id);
        assert.equal((await bench.runs()).length, 2);
      },
      { plan, switches: { resultRequired: false } },
    ));

  it("is a part of the data that a task was created from: leaving it out is no change of it", () =>
    withLifecycle(
      async (bench) => {
        const { inputsOf, newProcess, store } = bench;
        const { args, imported, importId } = await importMade(bench, "task");
        const inputs = inputsOf(
          "task",
          { ...args, onSourceChange: "rerun" },
          { importId, ...inStateOf(imported, takenOf("task", bench)) },
        );
        const task = newProcess().of("task");
        const read = await task.read(imported.id, imported.outputs);
        assert.ok(read !== "gone");
        assert.equal(read.outputs.drift, null);
        assert.equal((await task.diff(imported.id, imported.outputs, inputs)).changes, false);
        await store.putObject("acme-data", "labels/test.tsv", "u1\t0\n");
        const changed = await newProcess().of("task").diff(imported.id, imported.outputs, inputs);
        assert.deepEqual(changed.replaces, ["sourceDigest"]);
      },
      { plan },
    ));

  it("is forgotten where the import option names another job: what that has is taken", () =>
    withLifecycle(
      async (bench) => {
        const { args, importId } = await importMade(bench, "taskRun");
        const { id } = bench.simulator.seedTaskRun({
          ...contentOf(bench),
          name: "another",
          resultBucket: "acme-others",
          resultFilePath: "others/",
        });
        const inState = {
          id: importId,
          createdAt: null,
          importedIds: [importId],
          taken: MADE.taskRun,
        };
        const again = bench.inputsOf("taskRun", args, { importId: id, inState });
        const { outputs } = await bench.newProcess().create(again);
        assert.deepEqual(
          [outputs.runId, outputs.resultBucket, outputs.resultFilePath],
          [id, "acme-others", "others/"],
        );
      },
      { plan, switches: { resultRequired: false } },
    ));
});
