import assert from "node:assert/strict";
import type { FamilyName } from "../../provider/src/domain/family";
import type { Settled } from "../../provider/src/lifecycle/settleJob";
import { type LifecycleBench, type Process, withLifecycle } from "../support/withLifecycle";

// The service repeats the name of a parent in each job that is created from it.

const NAME = "canaryname";
const plan = { registeredMs: 60_000, pendingMs: 60_000, inProgressMs: 60_000 };
const submitted = { waitFor: "submitted", verify: "off" };
const secretName = { secrets: ["name"] };

/** Each family that has parents, with those of its program and what the service says of their names. */
const CHILDREN = [
  ["task", "feature", "trainFeatureId", "trainFeatureName"],
  ["taskRun", "task", "taskId", "taskName"],
  ["customAttributes", "feature", "featureId", "featureName"],
  ["shoppingIntent", "task", "taskId", "taskName"],
] as const satisfies readonly (readonly [FamilyName, FamilyName, string, string])[];

function namedInputs({ inputsOf }: LifecycleBench, family: FamilyName) {
  return inputsOf(family, { ...submitted, name: NAME }, secretName);
}

function assertHidden(what: string, { outputs, problem }: Settled, process: Process): void {
  assert.ok(!JSON.stringify(outputs).includes(NAME), `${what}: in the state`);
  assert.ok(!`${problem?.message}${process.log.all()}`.includes(NAME), `${what}: in a line`);
}

async function storeData({ store }: LifecycleBench): Promise<void> {
  await store.putObject("acme-data", "labels/churn.tsv", "u1\t1\n");
  await store.putObject("acme-data", "seq/2026-11/part-1.tsv", "u1\tshoes\n");
}

describe("the secret name of a parent", () => {
  for (const [family, parent, argument, measure] of CHILDREN) {
    /** A parent that is not completed yet, and a child of it. */
    async function declared(bench: LifecycleBench, plumbing = {}) {
      await storeData(bench);
      const { plugin, inputsOf } = bench;
      const made = await plugin.of(parent).create(namedInputs(bench, parent));
      const child = inputsOf(family, { [argument]: made.id, verify: "off" }, plumbing);
      return { made, child };
    }

    it(`is neither in the state nor in a line of a ${family} of the same update`, () =>
      withLifecycle(
        async (bench) => {
          const { child } = await declared(bench);
          const process = bench.plugin.of(family);
          const settled = await process.create(child);
          assert.match(process.log.all(), /waiting for .* "\[secret\]": /);
          assert.equal(settled.outputs[measure], "[secret]");
          assertHidden("create", settled, process);
        },
        { plan },
      ));

    it(`stays hidden where a process does not know it: refresh and update of a ${family} alone`, () =>
      withLifecycle(
        async (bench) => {
          const { child } = await declared(bench);
          const { id, outputs } = await bench.plugin.of(family).create(child);
          const refresh = bench.newProcess().of(family);
          const read = await refresh.read(id, outputs);
          assert.ok(read !== "gone");
          assert.deepEqual(read.outputs, outputs);
          const update = bench.newProcess().of(family);
          const before = { ...outputs, status: "in_progress", completedAt: null };
          const updated = await update.update(id, before, child);
          for (const [settled, process] of [
            [read, refresh],
            [updated, update],
          ] as const) {
            assert.equal(settled.outputs[measure], "[secret]");
            assertHidden("later", settled, process);
          }
        },
        { plan },
      ));

    it(`is hidden from the first moment of a ${family} whose parent this update leaves out`, () =>
      withLifecycle(
        async (bench) => {
          const { made, child } = await declared(bench);
          const targeted = {
            ...child,
            __nclue: { ...(child.__nclue as object), secretlyNamed: [made.id.toUpperCase()] },
          };
          const process = bench.newProcess().of(family);
          const settled = await process.create(targeted);
          assert.match(process.log.all(), /waiting for .* "\[secret\]": /);
          assert.equal(settled.outputs[measure], "[secret]");
          assertHidden("create", settled, process);
        },
        { plan },
      ));

    it(`is hidden in what a look-up says of it (${family})`, () =>
      withLifecycle(
        async (bench) => {
          const { made, child } = await declared(bench);
          await bench.clock.advance(300_000);
          const inputs = {
            ...child,
            verify: "all",
            __nclue: { ...(child.__nclue as object), secretlyNamed: [made.id] },
          };
          const process = bench.newProcess().of(family);
          const { failures } = await process.check({}, inputs, true);
          assert.match(failures[0]?.reason ?? "", /"\[secret\]" has failed/);
          assert.ok(!`${JSON.stringify(failures)}${process.log.all()}`.includes(NAME));
        },
        { plan: { ...plan, outcome: "failed" } },
      ));
  }

  it("of a run is hidden by the barrier behind it, too", () =>
    withLifecycle(
      async (bench) => {
        const { plugin } = bench;
        const { id } = await plugin.create(namedInputs(bench, "taskRun"));
        const barrier = plugin.ofBarriers();
        const __nclue = { logicalName: "all", timeouts: {} };
        const settled = await barrier.create({ runIds: [id], __nclue });
        assert.match(JSON.stringify(settled.outputs), /"\[secret\]"/);
        assertHidden("create", settled, barrier);
      },
      { plan },
    ));

  for (const what of ["that has become secret", "that the service did not tell before"]) {
    it(`${what} is hidden in the update that says why a run failed`, () =>
      withLifecycle(
        async (bench) => {
          const { id: taskId } = bench.simulator.seedTask({ name: NAME });
          const args = { taskId, waitFor: "submitted", verify: "off" };
          const { id, outputs } = await bench.newProcess().create(bench.inputs(args));
          const isKnown = what === "that has become secret";
          const before = isKnown
            ? { ...outputs, taskName: NAME, status: "failed" }
            : { ...outputs, taskName: null };
          const later = bench.newProcess();
          const program = { ...args, waitFor: "completed" };
          const news = bench.inputs(program, { secretlyNamed: [taskId] });
          const settled = await later.update(id, before, news);
          assert.match(settled.problem?.message ?? "", /of task "\[secret\]" \(/);
          assert.equal(settled.outputs.taskName, "[secret]");
          assertHidden("update", settled, later);
        },
        { plan: { ...plan, outcome: "failed" } },
      ));
  }

  it("is hidden by a refresh also where the service repeats it in its reason for a failure", () =>
    withLifecycle(
      async (bench) => {
        const { id: taskId } = bench.simulator.seedTask({ name: NAME });
        const { id, outputs } = await bench.newProcess().create(bench.inputs({ taskId }));
        const before = {
          ...outputs,
          taskName: "[secret]",
          status: "in_progress",
          failMessage: null,
        };
        const refresh = bench.newProcess();
        const read = await refresh.read(id, before);
        assert.ok(read !== "gone");
        assert.equal(read.outputs.failMessage, "the task [secret] is broken");
        assertHidden("read", read, refresh);
      },
      { plan: { ...plan, outcome: "failed", failMessage: `the task ${NAME} is broken` } },
    ));

  it("that is no secret is shown, and stored as it is", () =>
    withLifecycle(
      async (bench) => {
        await storeData(bench);
        const { plugin, inputsOf } = bench;
        const made = await plugin
          .of("feature")
          .create(inputsOf("feature", { ...submitted, name: "members-11" }));
        const task = plugin.of("task");
        const settled = await task.create(inputsOf("task", { trainFeatureId: made.id }));
        assert.match(task.log.all(), /waiting for feature "members-11": /);
        assert.equal(settled.outputs.trainFeatureName, "members-11");
      },
      { plan },
    ));
});
