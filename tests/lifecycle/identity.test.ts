import assert from "node:assert/strict";
import { FAMILY_NAMES, type FamilyName } from "../../provider/src/domain/family";
import type { SimulatorOptions } from "../../simulator/src";
import { contentOf, type LifecycleBench, withLifecycle } from "../support/withLifecycle";

type Switches = NonNullable<SimulatorOptions["switches"]>;

const plan = { registeredMs: 0, pendingMs: 0, inProgressMs: 1000 };

const COLLECTION = {
  feature: "features",
  task: "tasks",
  taskRun: "task-runs",
  customAttributes: "profile/custom-attributes",
  shoppingIntent: "profile/shopping-intents",
} as const;

async function withSources(bench: LifecycleBench): Promise<void> {
  for (const key of ["seq/2026-11/part-1.tsv", "labels/churn.tsv"]) {
    await bench.store.putObject("acme-data", key, "u1\t1\n");
  }
}

/** Jobs of a family beside those that a bench begins with. */
async function created({ simulator, task, feature }: LifecycleBench, family: FamilyName) {
  const all = await simulator.jobs(COLLECTION[family]);
  return all.filter(({ id }) => id !== task.id && id !== feature.id);
}

/** The service's ways to tell a job otherwise than it was asked for. */
const echoes: Readonly<Record<string, Switches>> = {
  "paths without a leading slash": { leadingSlash: "stripped" },
  "paths without doubled slashes": { doubledSlashes: "collapsed" },
  "paths without a trailing slash": { trailingSlashInAnswers: "dropped" },
  "ids in capitals": { echoedIds: "upperCase" },
  "ids of parents in capitals": { echoedIds: "upperCaseParents" },
  "keywords in another order": { keywordEcho: "sorted" },
  "keywords with blanks": { keywordEcho: "commasAndSpaces" },
  "the key of the result as its path": { resultFilePathInGet: "finalKey" },
  "no paths at all": {
    omittedFields: "source_file_path,train_file_path,result_file_path,result_bucket",
  },
  "no id of the feature it is trained on": { omittedFields: "train_feature_id" },
  "times that cannot be read": { timestampForm: "unreadable" },
};

const oddArgs: Readonly<Record<FamilyName, Record<string, unknown>>> = {
  feature: { sourceFilePath: "/seq//2026-11/", verify: "off" },
  task: { trainFilePath: "/labels//churn.tsv", verify: "off" },
  taskRun: { resultFilePath: "/churn//x/" },
  customAttributes: { resultFilePath: "/churn//x/", keywords: ["running", "marathon"] },
  shoppingIntent: {},
};

describe("what the service tells of a job is not its identity", () => {
  for (const family of FAMILY_NAMES) {
    for (const [what, switches] of Object.entries(echoes)) {
      for (const duplicateNames of ["reject", "allow"] as const) {
        const options = {
          plan,
          switches: { ...switches, duplicateNames, sources: "ignored" },
        } as const;
        const rule = `names ${duplicateNames === "allow" ? "not " : ""}unique`;

        it(`${family} killed after its POST is adopted (${what}, ${rule})`, () =>
          withLifecycle(async (bench) => {
            await withSources(bench);
            const args = oddArgs[family];
            const inputs = bench.inputsOf(family, { ...args, waitFor: "submitted" });
            const { id } = await bench.newProcess().of(family).create(inputs);
            await bench.clock.advance(60_000);
            const next = await bench.plugin.of(family).create(bench.inputsOf(family, args));
            assert.equal(next.problem, undefined);
            assert.equal(next.id.toLowerCase(), id.toLowerCase());
            assert.equal((await created(bench, family)).length, 1);
          }, options));

        it(`${family} whose answer was lost is found (${what}, ${rule})`, () =>
          withLifecycle(async (bench) => {
            await withSources(bench);
            bench.simulator.addFault({
              match: { method: "POST" },
              when: "after",
              answer: { kind: "drop" },
            });
            const inputs = bench.inputsOf(family, oddArgs[family]);
            const { problem } = await bench.plugin.of(family).create(inputs);
            assert.equal(problem, undefined);
            assert.equal((await created(bench, family)).length, 1);
          }, options));

        it(`${family} is imported (${what}, ${rule})`, () =>
          withLifecycle(async (bench) => {
            await withSources(bench);
            const args = oddArgs[family];
            const first = await bench.newProcess().of(family).create(bench.inputsOf(family, args));
            const program = bench.inputsOf(family, args, {
              importId: first.id,
              inState: undefined,
            });
            const plugin = bench.plugin.of(family);
            assert.deepEqual((await plugin.check({}, program)).failures, []);
            const { id, problem } = await plugin.create(program);
            assert.equal(problem, undefined);
            assert.equal(id, first.id);
            assert.equal((await created(bench, family)).length, 1);
          }, options));
      }
    }
  }

  it("a namesake of other content is an error that names the difference and the ways out", () =>
    withLifecycle(
      async (bench) => {
        const first = await bench.newProcess().create(bench.inputs({ waitFor: "submitted" }));
        const { simulator } = bench;
        const name = String(first.outputs.name);
        simulator.deleteJob(first.id);
        simulator.seedTaskRun({
          name,
          taskId: bench.task.id,
          featureId: bench.feature.id,
          resultBucket: "acme-results",
          resultFilePath: "elsewhere/",
        });
        simulator.clearLog();
        await assert.rejects(bench.plugin.create(bench.inputs()), {
          code: "name-taken",
          message:
            /resultFilePath is "elsewhere\/" there and "churn\/2026-11\/" in the program[\s\S]*pulumi-nclue delete/,
        });
        assert.deepEqual(bench.requests("POST"), []);
      },
      { plan },
    ));

  for (const path of ["/a/", "a//b/", "a/./b/", "../a/"]) {
    it(`check warns of the path ${path}`, () =>
      withLifecycle(async ({ plugin, inputs }) => {
        const { failures } = await plugin.check({}, inputs({ resultFilePath: path }));
        assert.deepEqual(failures, []);
        assert.match(plugin.log.texts("warn").join(), /resultFilePath holds/);
      }));
  }
});

describe("one job has one owner in a stack", () => {
  it('a job that another resource holds is not adopted under "adopt"', () =>
    withLifecycle(
      async (bench) => {
        const a = await bench.plugin.create(bench.inputs({ name: "weekly" }));
        const b = bench.inputs(
          { name: "weekly", onDuplicateName: "adopt" },
          { urn: "urn:b", logicalName: "b", otherJobIds: [a.id] },
        );
        await assert.rejects(bench.newProcess().create(b), {
          code: "name-taken",
          message: /another resource of this stack holds it/,
        });
      },
      { plan },
    ));

  for (const spelled of [(id: string) => id, (id: string) => id.toUpperCase()]) {
    it(`nor imported (${spelled("id")})`, () =>
      withLifecycle(
        async (bench) => {
          const a = await bench.plugin.create(bench.inputs());
          const b = bench.inputs(
            {},
            { urn: "urn:b", importId: spelled(a.id), otherJobIds: [a.id] },
          );
          const checked = await bench.newProcess().check({}, b);
          assert.match(
            checked.failures[0]?.reason ?? "",
            /another resource of this stack holds it/,
          );
          await assert.rejects(
            bench.newProcess().create(b),
            /another resource of this stack holds/,
          );
        },
        { plan },
      ));
  }
});

describe("an import happens once", () => {
  it("a replacement leaves the imported id behind, a second one too", () =>
    withLifecycle(
      async (bench) => {
        const { id: x } = bench.simulator.seedTaskRun(contentOf(bench));
        const program = (triggers: readonly string[], inState?: object) =>
          bench.inputs({ triggers }, { importId: x, inState });
        const imported = await bench.newProcess().create(program([]));
        assert.equal(imported.id, x);
        let before = imported;
        for (const trigger of ["1", "2"]) {
          const { outputs } = before;
          const plumbing = outputs.__nclue as { importedIds: readonly string[] };
          const inState = {
            id: before.id,
            createdAt: outputs.createdAt,
            importedIds: plumbing.importedIds,
          };
          const inputs = program([trigger], inState);
          const plugin = bench.newProcess();
          assert.deepEqual((await plugin.check(outputs, inputs)).failures, []);
          assert.deepEqual((await plugin.diff(before.id, outputs, inputs)).replaces, ["triggers"]);
          const next = await plugin.create(inputs);
          assert.equal(next.problem, undefined);
          assert.notEqual(next.id, before.id);
          await plugin.delete(before.id, outputs);
          before = next;
        }
        // A forced replacement is checked like a first create.
        const plumbing = before.outputs.__nclue as { importedIds: readonly string[] };
        const forced = program(["2"], {
          id: before.id,
          createdAt: before.outputs.createdAt,
          importedIds: plumbing.importedIds,
        });
        assert.deepEqual((await bench.newProcess().check({}, forced)).failures, []);
        const { id } = await bench.newProcess().create(forced);
        assert.notEqual(id, before.id);
      },
      { plan },
    ));

  it("where nothing is recorded, an id that does not exist is an error with a way out", () =>
    withLifecycle(async (bench) => {
      const inputs = bench.inputs({}, { importId: "7d9c1f7e-0000-4000-8000-000000000000" });
      const { failures } = await bench.plugin.check({}, inputs);
      assert.match(failures[0]?.reason ?? "", /7d9c1f7e-[\s\S]*take the import option out/);
      await assert.rejects(
        bench.plugin.create(inputs),
        /7d9c1f7e-[\s\S]*take the import option out/,
      );
    }));
});
