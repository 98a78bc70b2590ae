import assert from "node:assert/strict";
import type { Settled } from "../../provider/src/lifecycle/settleJob";
import { storeError } from "../support/memoryStore";
import { type LifecycleBench, stopWhileListing, withLifecycle } from "../support/withLifecycle";

const plan = { registeredMs: 0, pendingMs: 0, inProgressMs: 1000 };
const MINUTE = 60_000;

const FAMILIES = [
  ["feature", "seq/2026-11/part-1.tsv", "sourceFilePath"],
  ["task", "labels/churn.tsv", "trainFilePath"],
] as const;

type SourceFamily = (typeof FAMILIES)[number][0];

function put({ store }: LifecycleBench, key: string, body = "u1\t1\n"): Promise<void> {
  return store.putObject("acme-data", key, body);
}

async function read(bench: LifecycleBench, family: SourceFamily, { id, outputs }: Settled) {
  const found = await bench.newProcess().of(family).read(id, outputs);
  assert.ok(found !== "gone");
  return found;
}

function diff(
  bench: LifecycleBench,
  family: SourceFamily,
  { id, outputs }: Settled,
  onSourceChange: string,
  more: object = {},
) {
  const inputs = bench.inputsOf(family, { onSourceChange, ...more });
  return bench.newProcess().of(family).diff(id, outputs, inputs);
}

const troubles = {
  "a store that cannot be reached": storeError(),
  "a store that refuses": storeError({ $metadata: { httpStatusCode: 403 } }),
  "a bucket that is gone": storeError({ $metadata: { httpStatusCode: 404 } }),
};

describe("source data", () => {
  for (const [family, key, argument] of FAMILIES) {
    const program = (bench: LifecycleBench, args: object = {}) =>
      bench.inputsOf(family, { ...args });

    it(`of a ${family} that has not changed is no change, in update and refresh`, () =>
      withLifecycle(
        async (bench) => {
          await put(bench, key);
          const made = await bench.plugin.of(family).create(program(bench));
          assert.equal(typeof made.outputs.sourceDigest, "string");
          await bench.clock.advance(MINUTE);
          assert.equal((await read(bench, family, made)).outputs.drift, null);
          for (const policy of ["ignore", "rerun"]) {
            assert.deepEqual(await diff(bench, family, made, policy), {
              changes: false,
              replaces: [],
            });
          }
        },
        { plan },
      ));

    it(`of a ${family} that has changed is drift and no change under "ignore", a replacement under "rerun"`, () =>
      withLifecycle(
        async (bench) => {
          await put(bench, key);
          const made = await bench.plugin.of(family).create(program(bench));
          await bench.clock.advance(MINUTE);
          await put(bench, key, "u1\t1\nu2\t0\n");
          const refreshed = await read(bench, family, made);
          assert.equal(refreshed.outputs.drift, "source-changed");
          assert.equal((await diff(bench, family, refreshed, "ignore")).changes, false);
          const { replaces, reason } = await diff(bench, family, refreshed, "rerun");
          assert.deepEqual(replaces, ["sourceDigest"]);
          assert.match(
            reason ?? "",
            new RegExp(`1 of 1 objects changed since, the newest "${key}"`),
          );
          await put(bench, key);
          const back = await read(bench, family, refreshed);
          assert.equal(back.outputs.drift, null, "the same bytes again are the same data");
        },
        { plan },
      ));

    it(`of a ${family} that was adopted counts as changed where an object is younger than the job`, () =>
      withLifecycle(
        async (bench) => {
          await put(bench, key);
          const submitted = program(bench, { waitFor: "submitted", onSourceChange: "rerun" });
          const first = await bench.newProcess().of(family).create(submitted);
          await bench.clock.advance(MINUTE);
          await put(bench, key, "u9\t1\n");
          await bench.clock.advance(MINUTE);
          const adopted = await bench.plugin.of(family).create(program(bench));
          assert.equal(adopted.id, first.id);
          const { replaces, reason } = await diff(bench, family, adopted, "rerun");
          assert.deepEqual(replaces, ["sourceDigest"]);
          assert.match(reason ?? "", /is younger than/);
        },
        { plan },
      ));

    for (const timestampForm of ["unreadable", "absent"] as const) {
      it(`of a ${family} that was adopted is said to be unclear where its date is ${timestampForm}, and replaces nothing`, () =>
        withLifecycle(
          async (bench) => {
            await put(bench, key);
            const args = { onSourceChange: "rerun", waitFor: "submitted" };
            await bench.newProcess().of(family).create(program(bench, args));
            await bench.clock.advance(MINUTE);
            await put(bench, key, "u1\t1\nu2\t0\n");
            const adopted = await bench.plugin.of(family).create(program(bench, args));
            assert.match(
              bench.plugin.log.texts("warn").join(),
              /cannot be read, so it is not known/,
            );
            assert.deepEqual((await diff(bench, family, adopted, "rerun")).replaces, []);
          },
          { plan, switches: { timestampForm } },
        ));
    }

    for (const when of ["before", "after"] as const) {
      it(`of a ${family} whose answer was lost is that of the request that created it (lost ${when} it took effect)`, () =>
        withLifecycle(
          async (bench) => {
            await put(bench, key);
            const { clock, simulator, plugin } = bench;
            const lost = { match: { method: "POST" }, answer: { kind: "drop" } } as const;
            simulator.addFault({ ...lost, when });
            simulator.addFault({ ...lost, nth: 2, when: "after" });
            // What was created late is found after the data has changed.
            void clock.sleep(15_000).then(() => put(bench, key, "u1\t1\nu2\t0\n"));
            const made = await plugin.of(family).create(program(bench, { waitFor: "submitted" }));
            const isSecond = when === "before";
            const { replaces } = await diff(bench, family, made, "rerun");
            assert.deepEqual(replaces, isSecond ? [] : ["sourceDigest"]);
          },
          { plan, switches: { createdListedAfterMs: 40_000 } },
        ));
    }

    it(`of a ${family} that is imported is taken as it is at the moment, and replaces nothing`, () =>
      withLifecycle(
        async (bench) => {
          await put(bench, key);
          const { id } = await bench.newProcess().of(family).create(program(bench));
          await bench.clock.advance(MINUTE);
          await put(bench, key, "u9\t1\n");
          await bench.clock.advance(MINUTE);
          const importing = bench.inputsOf(family, {}, { importId: id });
          const imported = await bench.plugin.of(family).create(importing);
          assert.equal(imported.id, id);
          assert.equal((await diff(bench, family, imported, "rerun")).changes, false);
          await put(bench, key, "u10\t1\n");
          assert.deepEqual((await diff(bench, family, imported, "rerun")).replaces, [
            "sourceDigest",
          ]);
        },
        { plan },
      ));

    for (const [what, error] of Object.entries(troubles)) {
      it(`of a ${family} and ${what}: a warning and no change`, () =>
        withLifecycle(
          async (bench) => {
            await put(bench, key);
            const made = await bench.plugin.of(family).create(program(bench));
            bench.store.listError = error;
            const next = bench.newProcess();
            const inputs = program(bench, { onSourceChange: "rerun" });
            const { changes } = await next.of(family).diff(made.id, made.outputs, inputs);
            assert.equal(changes, false);
            assert.match(
              next.log.texts("warn").join(),
              /source data cannot be read.*nothing is replaced/,
            );
            const refreshed = await read(bench, family, made);
            assert.equal(refreshed.outputs.sourceDigest, made.outputs.sourceDigest);
          },
          { plan },
        ));
    }

    it(`of a ${family} that is gone: a warning and no change`, () =>
      withLifecycle(
        async (bench) => {
          await put(bench, key);
          const made = await bench.plugin.of(family).create(program(bench));
          await bench.store.deleteObject("acme-data", key);
          const next = bench.newProcess();
          const inputs = program(bench, { onSourceChange: "rerun" });
          const { changes } = await next.of(family).diff(made.id, made.outputs, inputs);
          assert.equal(changes, false);
          assert.match(next.log.texts("warn").join(), /source data is gone/);
        },
        { plan },
      ));

    it(`of a ${family} is not asked for under verify "off" and "ignore": the digest is null`, () =>
      withLifecycle(
        async (bench) => {
          await put(bench, key);
          const off = { verify: "off", onSourceChange: "ignore" };
          const made = await bench.plugin.of(family).create(program(bench, off));
          assert.equal(made.outputs.sourceDigest, null);
          await read(bench, family, made);
          assert.deepEqual(bench.store.lists, []);
        },
        { plan, switches: { sources: "ignored" } },
      ));

    it(`that is missing is found at preview and again before the POST (${family})`, () =>
      withLifecycle(
        async (bench) => {
          const plugin = bench.plugin.of(family);
          for (const isPreview of [true, false]) {
            const { failures } = await plugin.check({}, program(bench), isPreview);
            assert.deepEqual(
              failures.map(({ property }) => property),
              [argument],
            );
          }
          await assert.rejects(plugin.create(program(bench)), { code: "not-usable" });
          // What makes the bucket may fill it, too.
          for (const creatable of [argument, argument.replace(/FilePath/, "Bucket")]) {
            const maybe = bench.inputsOf(family, {}, { mayBeCreated: [creatable] });
            assert.deepEqual((await plugin.check({}, maybe, true)).failures, []);
          }
        },
        { plan },
      ));

    for (const personalData of ["refusedAtPost", "failsJob"] as const) {
      it(`with personal data is explained (${family}, ${personalData})`, () =>
        withLifecycle(
          async (bench) => {
            await put(bench, key, "hong@example.com\t1\n010-1234-5678\t1\n");
            const ended = await bench.plugin
              .of(family)
              .create(program(bench))
              .then(
                ({ problem }) => problem?.message ?? "no problem",
                (error: Error) => error.message,
              );
            const refused = new RegExp(`10109.*personal.*\\(${argument}: s3://acme-data/`, "i");
            assert.match(ended, personalData === "refusedAtPost" ? refused : /failed/);
          },
          { plan, switches: { personalData } },
        ));
    }

    it(`of a ${family} in a secret place is shown in no message`, () =>
      withLifecycle(
        async (bench) => {
          const secret = key.replace(/2026-11|churn/, "canary7f3a");
          await put(bench, secret);
          const args = { [argument]: family === "feature" ? "seq/canary7f3a/" : secret };
          const inputs = bench.inputsOf(
            family,
            { ...args, onSourceChange: "rerun" },
            { secrets: [argument] },
          );
          const made = await bench.plugin.of(family).create(inputs);
          await bench.clock.advance(MINUTE);
          await put(bench, secret, "u9\t1\n");
          const next = bench.newProcess();
          const { reason } = await next.of(family).diff(made.id, made.outputs, inputs);
          assert.ok(reason);
          assert.ok(!`${reason}${next.log.all()}`.includes("canary7f3a"));
        },
        { plan },
      ));
  }

  for (const [what, keys, data] of [
    ["a directory with sub-folders", ["seq/2026-11/a/b/part-9.tsv"], true],
    ["Hadoop's marker", ["seq/2026-11/_SUCCESS"], false],
    ["a hidden file", ["seq/2026-11/.part-1.crc"], false],
    ["the directory's own marker", ["seq/2026-11/"], false],
    ["a neighbour with a longer name", ["seq/2026-11b/part-1.tsv"], false],
  ] as const) {
    it(`${data ? "counts" : "does not count"} ${what}`, () =>
      withLifecycle(
        async (bench) => {
          await put(bench, "seq/2026-11/part-1.tsv");
          const made = await bench.plugin.of("feature").create(bench.inputsOf("feature"));
          for (const key of keys) await put(bench, key, "x");
          assert.equal((await diff(bench, "feature", made, "rerun")).changes, data);
        },
        { plan },
      ));
  }

  it("says how many objects have changed and how many are gone", () =>
    withLifecycle(
      async (bench) => {
        for (let n = 1; n <= 5; n++) await put(bench, `seq/2026-11/part-${n}.tsv`);
        const made = await bench.plugin.of("feature").create(bench.inputsOf("feature"));
        await bench.clock.advance(MINUTE);
        await put(bench, "seq/2026-11/part-2.tsv", "new");
        for (const n of [4, 5])
          await bench.store.deleteObject("acme-data", `seq/2026-11/part-${n}.tsv`);
        const { reason } = await diff(bench, "feature", made, "rerun");
        assert.match(
          reason ?? "",
          /1 of 3 objects changed since, the newest "seq\/2026-11\/part-2\.tsv"; 2 are gone/,
        );
      },
      { plan },
    ));

  it("is not looked at where an argument asks for a new job anyway", () =>
    withLifecycle(
      async (bench) => {
        await put(bench, "labels/churn.tsv");
        const made = await bench.plugin.of("task").create(bench.inputsOf("task"));
        bench.store.lists.length = 0;
        const { replaces } = await diff(bench, "task", made, "rerun", { triggers: [1] });
        assert.deepEqual([replaces, bench.store.lists], [["triggers"], []]);
      },
      { plan },
    ));

  it("that a refresh has found changed stays so through an update that accepts something else", () =>
    withLifecycle(
      async (bench) => {
        await put(bench, "labels/churn.tsv");
        const made = await bench.plugin.of("task").create(bench.inputsOf("task"));
        await put(bench, "labels/churn.tsv", "u1\t0\n");
        const { id, outputs } = await read(bench, "task", made);
        const news = bench.inputsOf("task", { minAuroc: 0.5 });
        const updated = await bench.newProcess().of("task").update(id, outputs, news);
        assert.equal(updated.outputs.drift, "source-changed");
      },
      { plan },
    ));

  for (const [what, before, after] of [
    ["that is remembered", "rerun", "rerun"],
    ["that is not watched", "ignore", "ignore"],
    ["that is remembered and no longer watched", "rerun", "ignore"],
  ] as const) {
    it(`${what} is not read by an update, which keeps what it knows`, () =>
      withLifecycle(
        async (bench) => {
          await put(bench, "labels/churn.tsv");
          const verify = before === "ignore" ? "off" : "all";
          const program = bench.inputsOf("task", { onSourceChange: before, verify });
          const { id, outputs } = await bench.plugin.of("task").create(program);
          bench.store.lists.length = 0;
          const news = bench.inputsOf("task", { onSourceChange: after });
          const updated = await bench.newProcess().of("task").update(id, outputs, news);
          assert.deepEqual(bench.store.lists, []);
          const { sourceDigest, __nclue } = outputs;
          assert.deepEqual(
            { sourceDigest: updated.outputs.sourceDigest, __nclue: updated.outputs.__nclue },
            { sourceDigest, __nclue },
          );
        },
        { plan },
      ));
  }

  it("that is watched from now on is taken as it is now, though it is younger than its job", () =>
    withLifecycle(
      async (bench) => {
        await put(bench, "labels/churn.tsv");
        const unwatched = bench.inputsOf("task", { verify: "off" });
        const { id, outputs } = await bench.plugin.of("task").create(unwatched);
        await bench.clock.advance(MINUTE);
        await put(bench, "labels/churn.tsv", "u1\t0\n");
        const watched = bench.inputsOf("task", { onSourceChange: "rerun" });
        const updated = await bench.newProcess().of("task").update(id, outputs, watched);
        assert.equal(typeof updated.outputs.sourceDigest, "string");
        const next = await diff(bench, "task", updated, "rerun");
        assert.deepEqual(next, { changes: false, replaces: [] });
      },
      { plan },
    ));

  it("is not clear of a job without a date: that is said where a change would cost money, and not else", () =>
    withLifecycle(
      async (bench) => {
        await put(bench, "labels/churn.tsv");
        const program = (onSourceChange: string) =>
          bench.inputsOf("task", { onSourceChange, waitFor: "submitted" });
        const { id, outputs } = await bench.newProcess().of("task").create(program("ignore"));
        const adopt = async (onSourceChange: string) => {
          const process = bench.newProcess();
          assert.equal((await process.of("task").create(program(onSourceChange))).id, id);
          return process.log.texts("warn").filter((text) => text.includes("source data"));
        };
        assert.deepEqual(await adopt("ignore"), []);
        assert.deepEqual(await adopt("rerun"), [
          `when task "${outputs.name}" (${id}) was created cannot be read, so it is not known whether ` +
            "its source data has changed since; the data is taken as it is now, and nothing is replaced",
        ]);
      },
      { plan, switches: { timestampForm: "absent" } },
    ));

  it("that was written when its job was created is not younger than the job", () =>
    withLifecycle(
      async (bench) => {
        const submitted = { waitFor: "submitted", onSourceChange: "rerun" };
        const program = bench.inputsOf("task", submitted);
        await put(bench, "labels/churn.tsv");
        const first = await bench.newProcess().of("task").create(program);
        const createdMs = Date.parse(String(first.outputs.createdAt));
        await bench.store.putObject("acme-data", "labels/churn.tsv", "u1\t1\n", createdMs);
        const adopted = await bench.plugin.of("task").create(program);
        assert.equal(adopted.id, first.id);
        assert.deepEqual((await diff(bench, "task", adopted, "rerun")).replaces, []);
      },
      { plan },
    ));

  it("is said to be of its job, with the job's name", () =>
    withLifecycle(
      async (bench) => {
        await put(bench, "labels/churn.tsv");
        const made = await bench.plugin.of("task").create(bench.inputsOf("task"));
        await put(bench, "labels/churn.tsv", "u1\t0\n");
        const { reason } = await diff(bench, "task", made, "rerun");
        const which = `the source data of task "${made.outputs.name}" (${made.id}) has changed: `;
        assert.ok(reason?.includes(which), reason);
      },
      { plan },
    ));

  it("of which older releases remember the digest alone is said to have changed, and no more", () =>
    withLifecycle(
      async (bench) => {
        await put(bench, "labels/churn.tsv");
        const { id, outputs } = await bench.plugin.of("task").create(bench.inputsOf("task"));
        const { source: _, ...kept } = outputs.__nclue as Record<string, unknown>;
        await put(bench, "labels/churn.tsv", "u1\t0\n");
        const old = { id, outputs: { ...outputs, __nclue: kept } };
        const { replaces, reason } = await diff(bench, "task", old, "rerun");
        assert.deepEqual(replaces, ["sourceDigest"]);
        assert.match(reason ?? "", /^the source data of task .* has changed; a new task/);
      },
      { plan },
    ));

  it("is gone where one of its two places is empty", () =>
    withLifecycle(
      async (bench) => {
        const { feature, plugin, newProcess, store } = bench;
        await put(bench, "labels/churn.tsv");
        await put(bench, "labels/test.tsv");
        const args = {
          testFeatureId: feature.id,
          testBucket: "acme-data",
          testFilePath: "labels/test.tsv",
          onSourceChange: "rerun",
        };
        const { id, outputs } = await plugin.of("task").create(bench.inputsOf("task", args));
        await store.deleteObject("acme-data", "labels/test.tsv");
        const next = newProcess();
        const { changes } = await next.of("task").diff(id, outputs, bench.inputsOf("task", args));
        assert.equal(changes, false);
        assert.deepEqual(next.log.texts("warn"), [
          "the source data is gone, so it is not known whether it has changed; nothing is replaced",
        ]);
      },
      { plan },
    ));

  it("is read again by an update five seconds later, and not before", () =>
    withLifecycle(
      async (bench) => {
        await put(bench, "labels/churn.tsv");
        const { id, outputs } = await bench.plugin.of("task").create(bench.inputsOf("task"));
        const update = bench.newProcess().of("task");
        const news = bench.inputsOf("task", { onSourceChange: "rerun" });
        const readsOf = async () => {
          bench.store.lists.length = 0;
          await update.diff(id, outputs, news);
          return bench.store.lists.length > 0;
        };
        assert.equal(await readsOf(), true);
        await bench.clock.advance(4_000);
        assert.equal(await readsOf(), false);
        await bench.clock.advance(2_000);
        assert.equal(await readsOf(), true);
      },
      { plan },
    ));

  it("is read by nothing where the engine has asked to stop", () =>
    withLifecycle(
      async (bench) => {
        await put(bench, "labels/churn.tsv");
        const { id, outputs } = await bench.plugin.of("task").create(bench.inputsOf("task"));
        const next = bench.newProcess();
        const reason = stopWhileListing(bench, next);
        const news = bench.inputsOf("task", { onSourceChange: "rerun" });
        await assert.rejects(next.of("task").diff(id, outputs, news), (error) => error === reason);
        assert.deepEqual(next.log.texts("warn"), []);
      },
      { plan },
    ));

  it("of a job whose place is no longer told of in the program is not said to be gone", () =>
    withLifecycle(
      async (bench) => {
        const imported = bench.inputsOf("task", { onSourceChange: "rerun" });
        await put(bench, "labels/churn.tsv");
        const { id, outputs } = await bench.plugin.of("task").create(imported);
        const next = bench.newProcess();
        const news = bench.inputsOf("task", {
          onSourceChange: "rerun",
          trainBucket: undefined,
          trainFilePath: undefined,
        });
        await next.of("task").diff(id, outputs, news);
        assert.deepEqual(next.log.texts("warn"), []);
      },
      { plan },
    ));

  for (const secret of ["sourceBucket", "sourceFilePath"]) {
    it(`of which only ${secret} is secret is described without a key`, () =>
      withLifecycle(
        async (bench) => {
          await put(bench, "seq/2026-11/part-1.tsv");
          const inputs = bench.inputsOf(
            "feature",
            { onSourceChange: "rerun" },
            { secrets: [secret] },
          );
          const { id, outputs } = await bench.plugin.of("feature").create(inputs);
          await put(bench, "seq/2026-11/part-1.tsv", "u2\t1\n");
          const next = bench.newProcess();
          const { reason = "" } = await next.of("feature").diff(id, outputs, inputs);
          assert.match(reason, /1 of 1 objects changed since/);
          assert.doesNotMatch(reason, /part-1/);
        },
        { plan },
      ));
  }
});
