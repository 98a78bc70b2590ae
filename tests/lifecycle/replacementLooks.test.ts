import assert from "node:assert/strict";
import type { FamilyName } from "../../provider/src/domain/family";
import type { Settled } from "../../provider/src/lifecycle/settleJob";
import { type LifecycleBench, UNKNOWN, withLifecycle } from "../support/withLifecycle";

const plan = { registeredMs: 0, pendingMs: 0, inProgressMs: 1000 };

/** What each family finds its data or its bucket by, and how both are lost. */
const FAMILIES = [
  ["feature", "seq/2026-11/part-1.tsv", "sourceFilePath"],
  ["task", "labels/churn.tsv", "trainFilePath"],
  ["taskRun", undefined, "resultBucket"],
  ["customAttributes", undefined, "resultBucket"],
] as const;

type LookedAt = (typeof FAMILIES)[number][0];

const keyOf = (family: LookedAt) => FAMILIES.find(([name]) => name === family)?.[1];

async function putData({ store }: LifecycleBench, family: LookedAt): Promise<void> {
  const key = keyOf(family);
  if (key !== undefined) await store.putObject("acme-data", key, "u1\t1\n");
}

async function loseData({ store }: LifecycleBench, family: LookedAt): Promise<void> {
  const key = keyOf(family);
  if (key === undefined) store.states.set("acme-results", { kind: "missing" });
  else await store.deleteObject("acme-data", key);
}

async function createThenLose(bench: LifecycleBench, family: LookedAt, args: object = {}) {
  await putData(bench, family);
  const inputs = bench.inputsOf(family, { name: "members-11", ...args });
  const made = await bench.plugin.of(family).create(inputs);
  await loseData(bench, family);
  return { inputs, made };
}

const failed = ({ id, outputs }: Settled, failMessage = "COMMON_ERROR") => ({
  id,
  outputs: { ...outputs, status: "failed", failMessage },
});

const properties = (failures: readonly { property: string }[]) =>
  failures.map(({ property }) => property);

describe("what a replacement is created from is looked at before the old job is deleted", () => {
  for (const [family, , argument] of FAMILIES) {
    it(`whichever argument asks for it (${family})`, () =>
      withLifecycle(
        async (bench) => {
          const { inputs, made } = await createThenLose(bench, family);
          for (const change of [{ triggers: ["x"] }, { name: "members-12" }]) {
            const news = { ...inputs, ...change };
            for (const isPreview of [true, false]) {
              const { failures } = await bench
                .newProcess()
                .of(family)
                .check(inputs, news, isPreview);
              assert.deepEqual(properties(failures), [argument]);
            }
          }
          assert.equal((await bench.simulator.jobs(pathOf(family))).at(-1)?.id, made.id);
        },
        { plan },
      ));

    it(`where its job has failed: the preview warns, and the update deletes nothing (${family})`, () =>
      withLifecycle(
        async (bench) => {
          const { inputs, made } = await createThenLose(bench, family);
          const { id, outputs } = failed(made);
          const preview = bench.newProcess().of(family);
          assert.deepEqual((await preview.check(inputs, inputs, true)).failures, []);
          const { replaces } = await preview.diff(id, outputs, inputs);
          assert.deepEqual(replaces, ["status"]);
          const warned = new RegExp(`the new job cannot be created like this: ${argument}: `);
          assert.match(preview.log.texts("warn").join("\n"), warned);
          const update = bench.newProcess().of(family);
          assert.deepEqual((await update.check(inputs, inputs, false)).failures, []);
          await assert.rejects(update.diff(id, outputs, inputs), { code: "not-usable" });
          const refresh = bench.newProcess().of(family);
          assert.deepEqual((await refresh.diff(id, outputs, inputs)).replaces, ["status"]);
        },
        { plan },
      ));

    it(`and an update without a replacement looks at nothing (${family})`, () =>
      withLifecycle(
        async (bench) => {
          const { inputs } = await createThenLose(bench, family);
          const before = [...bench.store.looks, ...bench.store.lists];
          const news = { ...inputs, onFailure: "fail", triggers: [] };
          const { failures } = await bench.newProcess().of(family).check(inputs, news, true);
          assert.deepEqual(failures, []);
          assert.deepEqual([...bench.store.looks, ...bench.store.lists], before);
        },
        { plan },
      ));
  }

  it("by one look for all that have the same place", () =>
    withLifecycle(async ({ plugin, inputsOf, store }) => {
      await store.putObject("acme-data", "seq/2026-11/part-1.tsv", "u1\t1\n");
      const olds = inputsOf("feature");
      for (let n = 0; n < 5; n++) {
        await plugin.of("feature").check(olds, { ...olds, triggers: [n] }, true);
      }
      assert.deepEqual(store.lists, ["acme-data/seq/2026-11/"]);
    }));

  it("and by the rules that the service has for its arguments", () =>
    withLifecycle(async ({ plugin, inputs }) => {
      const olds = inputs({ resultFilePath: "a&b" });
      const { failures } = await plugin.check(olds, { ...olds, triggers: [1] }, true);
      assert.deepEqual(properties(failures), ["resultFilePath"]);
    }));

  it("and by the cap on new jobs, where the old one would be deleted first", () =>
    withLifecycle(async ({ plugin, newProcess, inputs }) => {
      const weekly = (triggers: readonly string[]) => inputs({ name: "weekly", triggers });
      const { id, outputs } = await plugin.create(weekly([]));
      const capped = newProcess({ NCLUE_MAX_NEW_JOBS: "0" });
      const { inputs: news } = await capped.check(weekly([]), weekly(["x"]));
      await assert.rejects(capped.diff(id, outputs, news), {
        code: "too-many-new-jobs",
        message: /^creating task run "weekly": this update may start at most 0 new jobs/,
      });
    }));

  it("but a preview shows what is over the cap, and an update that replaces nothing does not mind it", () =>
    withLifecycle(async ({ plugin, newProcess, inputs }) => {
      const olds = inputs({ name: "weekly", waitFor: "submitted" });
      const { id, outputs } = await plugin.create(olds);
      const diffOf = async (args: object, isPreview: boolean) => {
        const capped = newProcess({ NCLUE_MAX_NEW_JOBS: "0" });
        const { inputs: news } = await capped.check(olds, { ...olds, ...args }, isPreview);
        const { changes, replaces } = await capped.diff(id, outputs, news);
        return [changes, replaces];
      };
      assert.deepEqual(await diffOf({ triggers: ["x"] }, true), [true, ["triggers"]]);
      assert.deepEqual(await diffOf({ waitFor: "completed" }, false), [true, []]);
    }));

  it("also where the option replacementTrigger asks for it", () =>
    withLifecycle(async ({ plugin, inputs, store }) => {
      store.states.set("acme-results", { kind: "missing" });
      const olds = inputs({}, { replacementTrigger: "a" });
      const news = inputs({}, { replacementTrigger: "b" });
      assert.deepEqual(properties((await plugin.check(olds, news, true)).failures), [
        "resultBucket",
      ]);
    }));

  it("but keywords in another order, and a job that another import brings, replace nothing that is paid for", () =>
    withLifecycle(async ({ plugin, inputsOf, store }) => {
      store.states.set("acme-results", { kind: "missing" });
      const olds = inputsOf("customAttributes", { keywords: ["a", "b"] });
      const news = { ...olds, keywords: ["b", "a"] };
      const { failures } = await plugin.of("customAttributes").check(olds, news, true);
      assert.deepEqual([failures, store.looks], [[], []]);
    }));
});

describe("a replacement that cannot be created", () => {
  const cause = "resultBucket: the bucket does not exist (404): create it, or name another";
  const notUsable = {
    code: "not-usable",
    message:
      `creating task run churn: ${cause}\n` +
      'nothing was sent to the service: correct it, then run "pulumi up" again',
  };

  it("is said with all that is wrong with it", () =>
    withLifecycle(async ({ plugin, inputs, store }) => {
      store.states.set("acme-results", { kind: "missing" });
      const lost = inputs({ verify: "all", taskId: "nobody" });
      await assert.rejects(plugin.create(lost), {
        code: "not-usable",
        message: notUsable.message.replace(
          cause,
          `${cause}; taskId: no task has this id: check it in the console`,
        ),
      });
    }));

  it("is found before its old job is deleted, under a given name", () =>
    withLifecycle(async (bench) => {
      const { inputs, made } = await createThenLose(bench, "taskRun");
      const { id, outputs } = failed(made);
      const update = bench.newProcess();
      await update.check(inputs, inputs, false);
      await assert.rejects(update.diff(id, outputs, inputs), notUsable);
    }));

  it("is looked at right before its POST alone, where the old job goes last", () =>
    withLifecycle(async (bench) => {
      const { inputs, made } = await createThenLose(bench, "taskRun", { name: undefined });
      const { id, outputs } = failed(made);
      const update = bench.newProcess();
      await update.check(inputs, inputs, false);
      assert.deepEqual((await update.diff(id, outputs, inputs)).replaces, ["status"]);
      await assert.rejects(update.create(inputs), notUsable);
    }));

  it("warns of nothing where the preview replaces nothing", () =>
    withLifecycle(async (bench) => {
      const { inputs, made } = await createThenLose(bench, "taskRun");
      const looks = [...bench.store.looks];
      const preview = bench.newProcess();
      const news = { ...inputs, waitFor: "started" };
      await preview.check(inputs, news, true);
      assert.deepEqual((await preview.diff(made.id, made.outputs, news)).replaces, []);
      assert.deepEqual([preview.log.texts("warn"), bench.store.looks], [[], looks]);
    }));

  it("warns once, in check, where an argument asks for it", () =>
    withLifecycle(async (bench) => {
      const { inputs, made } = await createThenLose(bench, "taskRun");
      const preview = bench.newProcess();
      const news = { ...inputs, triggers: ["x"] };
      assert.equal((await preview.check(inputs, news, true)).failures.length, 1);
      await preview.diff(made.id, made.outputs, news);
      assert.deepEqual(preview.log.texts("warn"), []);
    }));
});

describe("a place of which a part is not known yet", () => {
  const unknowns = [
    ["feature", { sourceFilePath: UNKNOWN }],
    ["feature", { sourceBucket: UNKNOWN }],
    ["feature", { sourceBucket: UNKNOWN, sourceFilePath: UNKNOWN }],
    ["task", { trainFilePath: UNKNOWN }],
    ["task", { trainBucket: UNKNOWN }],
    ["task", { testFeatureId: UNKNOWN, testBucket: "acme-data", testFilePath: UNKNOWN }],
    ["task", { testFeatureId: UNKNOWN, testBucket: UNKNOWN, testFilePath: "labels/t.tsv" }],
    ["taskRun", { resultBucket: UNKNOWN }],
    ["customAttributes", { resultBucket: UNKNOWN }],
    ["shoppingIntent", { taskId: UNKNOWN }],
  ] as const satisfies readonly (readonly [FamilyName, object])[];

  for (const [family, args] of unknowns) {
    for (const verify of ["bucket", "all"]) {
      it(`is not looked up (${family}, ${Object.keys(args)}, verify ${verify})`, () =>
        withLifecycle(async (bench) => {
          const { plugin, inputsOf, store } = bench;
          await store.putObject("acme-data", "labels/churn.tsv", "u1\t1\n");
          const inputs = inputsOf(family, { ...args, verify });
          assert.deepEqual((await plugin.of(family).check({}, inputs, true)).failures, []);
          assert.ok(
            ![...store.looks, ...store.lists, ...bench.requests()].join().includes(UNKNOWN),
          );
          assert.deepEqual(plugin.log.texts("warn"), []);
        }));
    }
  }

  for (const [family, args] of unknowns.slice(0, 7)) {
    for (const isPreview of [true, false]) {
      it(`says nothing of a change (${family}, ${Object.keys(args)}, ${isPreview ? "preview" : "update"})`, () =>
        withLifecycle(
          async (bench) => {
            await bench.store.putObject("acme-data", "seq/2026-11/part-1.tsv", "u1\t1\n");
            await bench.store.putObject("acme-data", "labels/churn.tsv", "u1\t1\n");
            const { id, outputs } = await bench.plugin.of(family).create(bench.inputsOf(family));
            const next = bench.newProcess().of(family);
            next.ctx.update.isPreview = isPreview;
            const news = bench.inputsOf(family, { ...args, onSourceChange: "rerun" });
            const { changes, replaces } = await next.diff(id, outputs, news);
            assert.equal(changes, true);
            const isAsked = ([, value]: [string, unknown]) => isPreview || value !== UNKNOWN;
            const asked = Object.entries(args).filter(isAsked);
            assert.deepEqual([...replaces], Object.keys(Object.fromEntries(asked)));
            assert.deepEqual(next.log.texts("warn"), []);
          },
          { plan },
        ));
    }
  }

  it("is not looked up where verify itself is not known yet", () =>
    withLifecycle(async ({ plugin, inputs, store }) => {
      store.states.set("acme-results", { kind: "missing" });
      const { failures } = await plugin.check({}, inputs({ verify: UNKNOWN }), true);
      assert.deepEqual([failures, store.looks], [[], []]);
    }));
});

function pathOf(family: LookedAt) {
  const paths = {
    feature: "features",
    task: "tasks",
    taskRun: "task-runs",
    customAttributes: "profile/custom-attributes",
  } as const;
  return paths[family];
}
