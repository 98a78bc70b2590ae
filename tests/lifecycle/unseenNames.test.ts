import assert from "node:assert/strict";
import type { SimulatorOptions } from "../../simulator/src";
import { contentOf, type LifecycleBench, withLifecycle } from "../support/withLifecycle";

type Switches = NonNullable<SimulatorOptions["switches"]>;

const plan = { registeredMs: 0, pendingMs: 0, inProgressMs: 1000 };
const MINUTE = 60_000;

/** A create whose process is killed before it can tell anybody. */
async function killed(bench: LifecycleBench, args: object = {}, plumbing: object = {}) {
  const inputs = bench.inputs({ waitFor: "submitted", ...args }, { ...plumbing });
  const { id } = await bench.newProcess().create(inputs);
  await bench.clock.advance(2000);
  return id;
}

const quiet: Readonly<Record<string, Switches>> = {
  "the list shows late": { createdListedAfterMs: 5 * MINUTE },
  "no answer names": { omittedFields: "run_name" },
  "no answer names, where names need not be unique": {
    omittedFields: "run_name",
    duplicateNames: "allow",
  },
};

describe("a run that an earlier attempt has left", () => {
  for (const [what, switches] of Object.entries(quiet)) {
    it(`and that ${what} is adopted and not paid for again, after a killed process`, () =>
      withLifecycle(
        async (bench) => {
          const id = await killed(bench);
          const next = await bench.plugin.create(bench.inputs());
          assert.equal(next.problem, undefined);
          assert.equal(next.id, id);
          assert.equal((await bench.runs()).length, 1);
        },
        { plan, switches },
      ));

    it(`and that ${what} is found, after a lost answer`, () =>
      withLifecycle(
        async (bench) => {
          const { simulator, plugin, inputs } = bench;
          const answer = { kind: "drop" } as const;
          simulator.addFault({ match: { method: "POST" }, when: "after", answer });
          const { problem, outputs } = await plugin.create(inputs());
          assert.equal(problem, undefined);
          assert.match(String(outputs.name), /^churn-[0-9a-f]{10}$/);
          assert.equal((await bench.runs()).length, 1);
        },
        { plan, switches },
      ));
  }

  it("and that no answer names is left alone where another resource of the stack holds it", () =>
    withLifecycle(
      async (bench) => {
        const id = await killed(bench);
        const own = bench.inputs({}, { otherJobIds: [id], logicalName: "other", urn: "urn:other" });
        const next = await bench.plugin.create(own);
        assert.equal(next.problem, undefined);
        assert.notEqual(next.id, id);
      },
      { plan, switches: { omittedFields: "run_name" } },
    ));

  it("and that no answer names is not shared by two resources of one update", () =>
    withLifecycle(
      async ({ plugin, inputs, runs }) => {
        const creates = ["a", "b", "c"].map((logicalName) =>
          plugin.create(inputs({}, { logicalName, urn: `urn:${logicalName}` })),
        );
        const ids = (await Promise.all(creates)).map(({ id }) => id);
        assert.equal(new Set(ids).size, 3);
        assert.equal((await runs()).length, 3);
      },
      { plan, switches: { omittedFields: "run_name" } },
    ));

  for (const args of [{ triggers: [1] }, { name: "weekly" }]) {
    it(`and that no answer names is not taken for a new one where it is older than a day (${JSON.stringify(args)})`, () =>
      withLifecycle(
        async (bench) => {
          const id = await killed(bench);
          await bench.clock.advance(25 * 60 * MINUTE);
          const next = await bench.plugin.create(bench.inputs(args));
          assert.notEqual(next.id, id);
        },
        { plan, switches: { omittedFields: "run_name" } },
      ));
  }

  it("and that no answer names is adopted, however old it is, where the service calls its name taken", () =>
    withLifecycle(
      async (bench) => {
        const id = await killed(bench);
        await bench.clock.advance(25 * 60 * MINUTE);
        const next = await bench.plugin.create(bench.inputs());
        assert.equal(next.id, id);
        assert.equal(bench.requests("POST").length, 2);
      },
      { plan, switches: { omittedFields: "run_name" } },
    ));

  it("and that no answer names is adopted by one of two resources of one update", () =>
    withLifecycle(
      async (bench) => {
        const id = await killed(bench);
        const creates = ["a", "b"].map((logicalName) =>
          bench.plugin.create(bench.inputs({}, { logicalName, urn: `urn:${logicalName}` })),
        );
        const ids = (await Promise.all(creates)).map((created) => created.id);
        assert.equal(ids.filter((one) => one === id).length, 1);
        assert.equal((await bench.runs()).length, 2);
      },
      { plan, switches: { omittedFields: "run_name" } },
    ));

  it("is not one that somebody else has started since the update began, and that no answer names", () =>
    withLifecycle(
      async ({ simulator, plugin, inputs, runs, ...bench }) => {
        simulator.changeAfterList({ family: "task-runs", add: [contentOf(bench)] });
        // The search for it shows this process the other run.
        const answer = { kind: "drop" } as const;
        simulator.addFault({ match: { method: "POST" }, when: "after", answer });
        await plugin.create(inputs({ resultFilePath: "a/" }, { logicalName: "a", urn: "urn:a" }));
        const { id } = await plugin.create(inputs());
        assert.equal((await runs())[2]?.id, id);
      },
      { plan, switches: { omittedFields: "run_name" } },
    ));

  it("and that no answer names is an error under a given name, with the ways out", () =>
    withLifecycle(
      async (bench) => {
        const id = await killed(bench, { name: "weekly" });
        const program = { name: "weekly" };
        await assert.rejects(bench.plugin.create(bench.inputs(program)), {
          code: "name-taken",
          message: new RegExp(`may belong to .*${id}.*does not tell.*\\n.*import: "${id}"`),
        });
        const adopting = bench.inputs({ ...program, onDuplicateName: "adopt" });
        const adopted = await bench.newProcess().create(adopting);
        assert.deepEqual([adopted.id, adopted.outputs.name], [id, "weekly"]);
        assert.equal((await bench.runs()).length, 1);
      },
      { plan, switches: { omittedFields: "run_name", duplicateNames: "allow" } },
    ));

  it("is an error and no second run where its name stays unseen until the create's bound", () =>
    withLifecycle(
      async (bench) => {
        const id = await killed(bench);
        const short = bench.inputs({}, { timeouts: { create: "5s" } });
        const startedMs = bench.clock.monotonicMs();
        await assert.rejects(bench.plugin.create(short), {
          code: "name-taken",
          message: /lists no task run of that name.*\n.*try again later/,
        });
        assert.ok(bench.clock.monotonicMs() - startedMs < 10_000);
        await bench.clock.advance(5 * MINUTE);
        assert.equal((await bench.newProcess().create(bench.inputs())).id, id);
      },
      { plan, switches: { createdListedAfterMs: 5 * MINUTE } },
    ));
});

describe("a service that keeps the names of deleted runs", () => {
  const switches = { deletedNames: "taken" } as const;

  it("costs each create one wait, however many names it keeps", () =>
    withLifecycle(
      async (bench) => {
        const waits: number[] = [];
        for (let n = 0; n < 5; n++) {
          const startedMs = bench.clock.monotonicMs();
          const { id, outputs } = await bench.newProcess().create(bench.inputs());
          waits.push(bench.clock.monotonicMs() - startedMs);
          await bench.newProcess().delete(id, outputs);
        }
        const [first = 0, second = 0, , , last = 0] = waits;
        assert.ok(first < MINUTE && second < 12 * MINUTE, waits.join());
        assert.ok(last - second < MINUTE, waits.join());
      },
      { plan, switches },
    ));

  it("costs none where the update has deleted the run itself", () =>
    withLifecycle(
      async (bench) => {
        const { id, outputs } = await bench.newProcess().create(bench.inputs());
        const startedMs = bench.clock.monotonicMs();
        await bench.plugin.delete(id, outputs);
        const inState = { id, createdAt: outputs.createdAt };
        const next = await bench.plugin.create(bench.inputs({}, { inState }));
        assert.equal(next.outputs.name, `${outputs.name}-2`);
        assert.ok(bench.clock.monotonicMs() - startedMs < MINUTE);
      },
      { plan, switches },
    ));
});

describe("a run that was deleted a moment ago", () => {
  const switches = { deletedListedForMs: 20_000, deletedReadableForMs: 5000 };

  for (const args of [{}, { name: "weekly" }, { name: "weekly", onDuplicateName: "adopt" }]) {
    it(`is not taken for one that exists (${JSON.stringify(args)})`, () =>
      withLifecycle(
        async (bench) => {
          const { id, outputs } = await bench.newProcess().create(bench.inputs(args));
          await bench.newProcess().delete(id, outputs);
          if (args.onDuplicateName === undefined && args.name !== undefined) {
            await bench.clock.advance(5000);
          }
          const next = await bench.plugin.create(bench.inputs(args));
          assert.equal(next.problem, undefined);
          assert.notEqual(next.id, id);
          assert.equal(await bench.simulator.job(id), undefined);
          assert.equal(bench.requests("POST").length, 2);
        },
        { plan, switches },
      ));
  }
});
