import assert from "node:assert/strict";
import { families } from "../../../provider/src/domain/families";
import { findJobById, findJobByName } from "../../../provider/src/lifecycle/findJob";
import { endless, MINUTE, quick, type Walk, type Walker, walk } from "./walk";

type Values = Record<string, unknown>;

/** Keys of another account. */
const STRANGER = { NCLOUD_ACCESS_KEY: "stranger-key", NCLOUD_SECRET_KEY: "stranger-secret" };
const UNKNOWN_ID = "00000000-0000-4000-8000-000000000000";
const NOT_FOUND = { kind: "status", status: 404, body: {} } as const;
const TAKEN = { kind: "status", status: 409, body: { error: { errorCode: "10102" } } } as const;

/** A run that has the name and, unless something else is given, the content of the program's. */
function namesake({ simulator, task, feature }: Walker, more: object = {}) {
  return simulator.seedTaskRun({
    name: "weekly",
    taskId: task.id,
    featureId: feature.id,
    resultBucket: "acme-results",
    resultFilePath: "churn/2026-11/",
    plan: quick,
    ...more,
  });
}

/** A process that the engine stops after a while. */
function stoppedAfter(ms: number, { clock, newProcess }: Walker) {
  const plugin = newProcess();
  void clock.sleep(ms).then(() => plugin.cancel.abort(new Error("stop")));
  return plugin;
}

/** A run that is at work, and the state after a create that did not wait. */
async function busy(walker: Walker, args: Values = {}, plumbing: Values = {}) {
  const inputs = walker.inputs({ waitFor: "submitted", ...args }, plumbing);
  const made = await walker.fine((plugin) => plugin.create(inputs));
  await walker.clock.advance(MINUTE);
  return made;
}

const ABANDON = { NCLUE_ON_DELETE_WHILE_RUNNING: "abandon" };
const WAIT = { NCLUE_ON_DELETE_WHILE_RUNNING: "wait" };

const barrierInputs = (runIds: readonly string[], timeouts: object = {}) => ({
  runIds,
  __nclue: { logicalName: "all", timeouts },
});

const named = { name: "weekly" };
const adopting = { ...named, onDuplicateName: "adopt" };

export const lifecycleWalks: Readonly<Record<string, Walk>> = {
  'lifecycle: nothing was sent to the service: correct it, then run "pulumi up" again': walk(
    async ({ advised, fine, inputs, store }) => {
      store.states.set("acme-results", { kind: "missing" });
      await advised((plugin) => plugin.create(inputs()));
      store.states.clear();
      await fine((plugin) => plugin.create(inputs()));
    },
  ),
  'lifecycle: "pulumi up --refresh" creates failed runs again (by their own onFailure)': walk(
    async ({ advised, fine, inputs, simulator, newProcess }) => {
      simulator.queuePlans({ outcome: "failed", failMessage: "COMMON_ERROR" });
      const submitted = inputs({ waitFor: "submitted" });
      const { id, outputs } = await fine((plugin) => plugin.create(submitted));
      const barrier = newProcess().ofBarriers();
      const waited = await advised((plugin) => plugin.create(barrierInputs([id])), barrier);
      const refreshed = await newProcess().read(id, outputs);
      assert.ok(refreshed !== "gone");
      const { replaces } = await newProcess().diff(id, refreshed.outputs, submitted);
      assert.deepEqual(replaces, ["status"]);
      const inState = { id, createdAt: outputs.createdAt };
      const again = await fine((plugin) => plugin.create(inputs({}, { inState })));
      const next = newProcess().ofBarriers();
      await fine(
        (plugin) => plugin.update("all", waited?.outputs ?? {}, barrierInputs([again.id])),
        next,
      );
    },
  ),
  'lifecycle: "pulumi up --refresh" creates this stack\'s own runs again that are gone': walk(
    async ({ advised, fine, inputs, simulator, newProcess }) => {
      const { id, outputs } = await fine((plugin) => plugin.create(inputs()));
      simulator.deleteJob(id);
      const barrier = newProcess().ofBarriers();
      const waited = await advised((plugin) => plugin.create(barrierInputs([id])), barrier);
      assert.equal(await newProcess().read(id, outputs), "gone");
      const again = await fine((plugin) => plugin.create(inputs()));
      const next = newProcess().ofBarriers();
      await fine(
        (plugin) => plugin.update("all", waited?.outputs ?? {}, barrierInputs([again.id])),
        next,
      );
    },
  ),
  'lifecycle: unfinished runs continue at the service: "pulumi up" resumes the wait for them': walk(
    async (walker) => {
      const { id } = await busy(walker);
      const barrier = walker.newProcess().ofBarriers();
      const inputs = barrierInputs([id], { create: "1m" });
      const waited = await walker.advised((plugin) => plugin.create(inputs), barrier);
      assert.equal(
        (await walker.plugin.ofBarriers().diff("all", waited?.outputs ?? {}, inputs)).changes,
        true,
      );
      await walker.simulator.completeJob(id);
      const next = walker.newProcess().ofBarriers();
      await walker.fine((plugin) => plugin.update("all", waited?.outputs ?? {}, inputs), next);
    },
    { plan: endless },
  ),
  'lifecycle: use the address and keys that it was last seen with; if it is gone for certain, forget it with "pulumi state delete <urn>"':
    walk(async ({ advised, fine, inputs, simulator, newProcess }) => {
      const { id, outputs } = await fine((plugin) => plugin.create(inputs()));
      simulator.addAccount({ accessKey: "stranger-key", secretKey: "stranger-secret" });
      await advised((plugin) => plugin.read(id, outputs), newProcess(STRANGER));
      assert.notEqual(await newProcess().read(id, outputs), "gone");
      simulator.deleteJob(id);
      await advised((plugin) => plugin.read(id, outputs), newProcess(STRANGER));
      // Without its entry in the state the next update creates it anew.
      assert.notEqual((await fine((plugin) => plugin.create(inputs()))).id, id);
    }),
  "lifecycle: try again later": walk(async ({ advised, fine, inputs, simulator, newProcess }) => {
    const { id, outputs } = await fine((plugin) => plugin.create(inputs()));
    simulator.addFault({ match: { path: "/task-runs/*" }, times: "always", answer: NOT_FOUND });
    await advised((plugin) => plugin.read(id, outputs));
    simulator.clearFaults();
    assert.notEqual(await newProcess().read(id, outputs), "gone");
  }),
  'lifecycle: run it again to resume the wait, raise customTimeouts.delete and run "pulumi up" (so that the state knows it), or …':
    walk(
      async (walker) => {
        const { advised, fine, inputs, newProcess, simulator, clock } = walker;
        const { id, outputs } = await busy(walker, {}, { timeouts: { delete: "1m" } });
        await advised((plugin) => plugin.delete(id, outputs));
        // Raised, and stored by an update.
        const raised = inputs({ waitFor: "submitted" }, { timeouts: { delete: "30m" } });
        const updated = await fine((plugin) => plugin.update(id, outputs, raised));
        void clock.sleep(10 * MINUTE).then(() => simulator.completeJob(id));
        await newProcess().delete(id, updated.outputs);
        // Run again, when it has ended.
        const other = await busy(walker, { name: "other" }, { timeouts: { delete: "1m" } });
        await advised((plugin) => plugin.delete(other.id, other.outputs));
        void clock.sleep(MINUTE / 2).then(() => simulator.completeJob(other.id));
        await newProcess().delete(other.id, other.outputs);
        assert.deepEqual(await walker.runs(), []);
      },
      { plan: endless },
    ),
  "lifecycle: set NCLUE_ON_DELETE_WHILE_RUNNING=abandon to leave the … behind": walk(
    async (walker) => {
      const { id, outputs } = await busy(walker, {}, { timeouts: { delete: "1m" } });
      await walker.advised((plugin) => plugin.delete(id, outputs));
      await walker.newProcess(ABANDON).delete(id, outputs);
      assert.equal((await walker.runs()).length, 1);
    },
    { plan: endless },
  ),
  'lifecycle: it is still there: run "pulumi destroy" or "pulumi up" again': walk(
    async (walker) => {
      const { id, outputs } = await busy(walker);
      await walker.advised((plugin) => plugin.delete(id, outputs), stoppedAfter(5000, walker));
      await walker.simulator.completeJob(id);
      await walker.newProcess().delete(id, outputs);
      assert.deepEqual(await walker.runs(), []);
    },
    { plan: endless },
  ),
  "lifecycle: run it again when … has ended, set NCLUE_ON_DELETE_WHILE_RUNNING=wait, or …": walk(
    async (walker) => {
      const failing = { onDeleteWhileRunning: "fail" };
      const [one, two, three] = [
        await busy(walker, { ...failing, name: "one" }),
        await busy(walker, { ...failing, name: "two" }),
        await busy(walker, { ...failing, name: "three" }),
      ];
      for (const { id, outputs } of [one, two, three]) {
        await walker.advised((plugin) => plugin.delete(id, outputs));
      }
      await walker.simulator.completeJob(one.id);
      await walker.newProcess().delete(one.id, one.outputs);
      void walker.clock.sleep(MINUTE).then(() => walker.simulator.completeJob(two.id));
      await walker.newProcess(WAIT).delete(two.id, two.outputs);
      await walker.newProcess(ABANDON).delete(three.id, three.outputs);
      assert.deepEqual(
        (await walker.runs()).map(({ id }) => id),
        [three.id],
      );
    },
    { plan: endless },
  ),
  "lifecycle: delete those of earlier attempts, or give the … a name": walk(
    async ({ advised, fine, inputs, simulator }) => {
      simulator.addFault({ match: { method: "POST" }, times: "always", answer: TAKEN });
      await advised((plugin) => plugin.create(inputs()));
      simulator.clearFaults();
      await fine((plugin) => plugin.create(inputs(named)));
      // Once those of earlier attempts are gone, the names are free.
      await fine((plugin) => plugin.create(inputs()));
    },
  ),
  "lifecycle: give each a name of its own": walk(async ({ advised, fine, inputs, plugin }) => {
    await fine(() => plugin.create(inputs(named, { urn: "urn:one" })));
    await advised(() => plugin.create(inputs(named, { urn: "urn:two" })), plugin);
    await fine(() => plugin.create(inputs({ name: "monthly" }, { urn: "urn:two" })), plugin);
  }),
  "lifecycle: use another name, or delete the …": walk(async (walker) => {
    const { advised, fine, inputs, simulator } = walker;
    const { id } = namesake(walker, { resultFilePath: "elsewhere/" });
    await advised((plugin) => plugin.create(inputs(adopting)));
    await fine((plugin) => plugin.create(inputs({ ...adopting, name: "monthly" })));
    simulator.deleteJob(id);
    await fine((plugin) => plugin.create(inputs(adopting)));
  }),
  'lifecycle: use another name, take the … over with the resource option import: "…" or with onDuplicateName: "adopt" (same arguments, not failed), or delete the …':
    walk(async (walker) => {
      const { advised, fine, inputs, simulator } = walker;
      const { id } = namesake(walker);
      await advised((plugin) => plugin.create(inputs(named)));
      await fine((plugin) => plugin.create(inputs({ name: "monthly" })));
      const imported = await fine((plugin) => plugin.create(inputs(named, { importId: id })));
      const adopted = await fine((plugin) => plugin.create(inputs(adopting)));
      assert.deepEqual([imported.id, adopted.id], [id, id]);
      simulator.deleteJob(id);
      await fine((plugin) => plugin.create(inputs(named)));
    }),
  'lifecycle: delete it ("npx pulumi-nclue delete …"), give this one a name of its own, or make the arguments equal to it and take it over with the resource option import: "…"':
    walk(async (walker) => {
      const { advised, fine, inputs, simulator } = walker;
      const first = await fine((plugin) => plugin.create(inputs()));
      simulator.deleteJob(first.id);
      const other = { resultFilePath: "elsewhere/" };
      const { id } = namesake(walker, { ...other, name: String(first.outputs.name) });
      await advised((plugin) => plugin.create(inputs()));
      const imported = await fine((plugin) => plugin.create(inputs(other, { importId: id })));
      assert.equal(imported.id, id);
      await fine((plugin) => plugin.create(inputs(named)));
      simulator.deleteJob(id);
      await fine((plugin) => plugin.create(inputs()));
    }),
  "lifecycle: a job of another family, or one that was deleted, may carry the name: use another name, or try again later":
    walk(
      async ({ advised, fine, inputs, simulator, feature }) => {
        const { id } = simulator.seedTask({ name: "weekly", trainFeatureId: feature.id });
        await advised((plugin) => plugin.create(inputs(named)));
        await fine((plugin) => plugin.create(inputs({ name: "monthly" })));
        simulator.deleteJob(id);
        await fine((plugin) => plugin.create(inputs(named)));
      },
      { switches: { nameScope: "account" } },
    ),
  "lifecycle: check it, and that address and keys are those of the account that has the …": walk(
    async (walker) => {
      const { advised, newProcess, simulator, clock } = walker;
      const { id } = namesake(walker);
      const look = (wanted: string) => (plugin: typeof walker.plugin) =>
        clock.runUntil(findJobById(plugin.ctx.clients(), families.taskRun, wanted));
      await advised(look(UNKNOWN_ID));
      simulator.addAccount({ accessKey: "stranger-key", secretKey: "stranger-secret" });
      await advised(look(id), newProcess(STRANGER));
      assert.equal((await look(id)(newProcess())).id, id);
    },
  ),
  "lifecycle: name the one that is meant by its id": walk(async (walker) => {
    const { clock, advised, newProcess } = walker;
    const [first] = [namesake(walker), namesake(walker)];
    await advised((plugin) =>
      clock.runUntil(findJobByName(plugin.ctx.clients(), families.taskRun, "weekly")),
    );
    const found = findJobById(newProcess().ctx.clients(), families.taskRun, first.id);
    assert.equal((await clock.runUntil(found)).id, first.id);
  }),
  "lifecycle: make the arguments equal to the …, or take the import option out": walk(
    async (walker) => {
      const { advised, fine, inputs } = walker;
      const { id } = namesake(walker);
      const other = { resultFilePath: "elsewhere/" };
      await advised((plugin) => plugin.create(inputs(other, { importId: id })));
      assert.equal((await fine((plugin) => plugin.create(inputs({}, { importId: id })))).id, id);
      assert.notEqual((await fine((plugin) => plugin.create(inputs(other)))).id, id);
    },
  ),
  "lifecycle: take the import option out here; …": walk(async (walker) => {
    const { advised, fine, inputs } = walker;
    const { id } = namesake(walker);
    await advised((plugin) => plugin.create(inputs({}, { importId: id, otherJobIds: [id] })));
    const without = await fine((plugin) => plugin.create(inputs({}, { otherJobIds: [id] })));
    assert.notEqual(without.id, id);
  }),
  "lifecycle: use another name; …": walk(async (walker) => {
    const { advised, fine, inputs } = walker;
    const { id } = namesake(walker);
    for (const args of [named, adopting]) {
      await advised((plugin) => plugin.create(inputs(args, { otherJobIds: [id] })));
    }
    await fine((plugin) => plugin.create(inputs({ name: "monthly" }, { otherJobIds: [id] })));
    assert.ok(await walker.simulator.job(id));
  }),
  'lifecycle: where that resource is this one under its former name, say so with the resource option aliases; to move the …, take that resource out of the program and out of the state ("pulumi state delete <its urn>" keeps the …), then …':
    walk(async (walker) => {
      const { advised, fine, inputs, simulator } = walker;
      const { id } = namesake(walker);
      const [importing, held] = [{ importId: id }, { otherJobIds: [id] }];
      await advised((plugin) => plugin.create(inputs(named, held)));
      await advised((plugin) => plugin.create(inputs(named, { ...importing, ...held })));
      // With an alias it is the resource's own entry: the engine asks for no create.
      const own = await fine((plugin) => plugin.create(inputs(named, importing)));
      const diff = await walker.newProcess().diff(own.id, own.outputs, inputs(named, importing));
      assert.equal(diff.changes, false);
      // Out of the program and the state, nobody holds it.
      assert.equal((await fine((plugin) => plugin.create(inputs(adopting)))).id, id);
      assert.equal((await fine((plugin) => plugin.create(inputs(named, importing)))).id, id);
      assert.ok(await simulator.job(id));
    }),
  'lifecycle: take the … over with the resource option import: "…", delete it, or give this one a name of its own':
    walk(async (walker) => {
      const { advised, fine, inputs, simulator } = walker;
      const { id } = await fine((plugin) => plugin.create(inputs()));
      const unread = { stateWasRead: false };
      await advised((plugin) => plugin.create(inputs({}, unread)));
      const imported = inputs({}, { ...unread, importId: id });
      assert.equal((await fine((plugin) => plugin.create(imported))).id, id);
      await fine((plugin) => plugin.create(inputs(named, unread)));
      simulator.deleteJob(id);
      await fine((plugin) => plugin.create(inputs({}, unread)));
    }),
  "lifecycle: write the id as the service shows it": walk(async (walker) => {
    const { advised, fine, inputs } = walker;
    const { id } = namesake(walker);
    for (const importId of [".", "..", `${id} `, ` ${id}`]) {
      await advised((plugin) => plugin.check({}, inputs({}, { importId })));
      await advised((plugin) => plugin.create(inputs({}, { importId })));
    }
    assert.equal((await fine((plugin) => plugin.create(inputs({}, { importId: id })))).id, id);
  }),
  "lifecycle: check the id, and that address and keys are those of its account; if the … was deleted, take the import option out of the program, and a new one is created":
    walk(async (walker) => {
      const { advised, fine, inputs, simulator, newProcess } = walker;
      const { id } = namesake(walker);
      simulator.addAccount({ accessKey: "stranger-key", secretKey: "stranger-secret" });
      await advised((plugin) => plugin.create(inputs({}, { importId: UNKNOWN_ID })));
      await advised((plugin) => plugin.create(inputs({}, { importId: id })), newProcess(STRANGER));
      assert.equal((await fine((plugin) => plugin.create(inputs({}, { importId: id })))).id, id);
      simulator.deleteJob(id);
      await advised((plugin) => plugin.create(inputs({}, { importId: id })));
      assert.notEqual((await fine((plugin) => plugin.create(inputs()))).id, id);
    }),
  "lifecycle: check the id, and that address and keys are those of its account": walk(
    async (walker) => {
      const { id } = namesake(walker);
      await walker.advised((plugin) => plugin.read(UNKNOWN_ID, {}));
      assert.notEqual(await walker.newProcess().read(id, {}), "gone");
    },
  ),
  "lifecycle: check the preview, then raise nclue:maxNewJobs (NCLUE_MAX_NEW_JOBS)": walk(
    async ({ advised, fine, inputs, newProcess }) => {
      await advised((plugin) => plugin.create(inputs()), newProcess({ NCLUE_MAX_NEW_JOBS: "0" }));
      await fine((plugin) => plugin.create(inputs()), newProcess({ NCLUE_MAX_NEW_JOBS: "1" }));
    },
  ),
  'lifecycle: check the id ("npx pulumi-nclue …"), then run "pulumi up" again': walk(
    async ({ advised, fine, inputs }) => {
      await advised((plugin) => plugin.create(inputs({ featureId: UNKNOWN_ID })));
      await fine((plugin) => plugin.create(inputs()));
    },
  ),
  'lifecycle: nothing was started: run "pulumi up" again, or raise customTimeouts.create': walk(
    async (walker) => {
      const { advised, fine, inputs, simulator, clock } = walker;
      const { id } = simulator.seedFeature({ plan: { ...quick, inProgressMs: 10 * MINUTE } });
      const child = { featureId: id };
      const short = { timeouts: { create: "1m" } };
      await advised((plugin) => plugin.create(inputs(child, short)));
      assert.deepEqual(await walker.runs(), []);
      await fine((plugin) => plugin.create(inputs(child, { timeouts: { create: "30m" } })));
      const next = simulator.seedFeature({ plan: { ...quick, inProgressMs: 10 * MINUTE } });
      await advised((plugin) => plugin.create(inputs({ featureId: next.id }, short)));
      await clock.advance(10 * MINUTE);
      await fine((plugin) => plugin.create(inputs({ featureId: next.id }, short)));
    },
  ),
  'lifecycle: nothing was started: run "pulumi up" again': walk(async (walker) => {
    const { advised, fine, inputs, simulator } = walker;
    const { id } = simulator.seedFeature({ plan: { ...quick, inProgressMs: 10 * MINUTE } });
    const stopped = stoppedAfter(9000, walker);
    await advised((plugin) => plugin.create(inputs({ featureId: id })), stopped);
    assert.deepEqual(await walker.runs(), []);
    await fine((plugin) => plugin.create(inputs({ featureId: id })));
  }),
  'lifecycle: run "pulumi up" again: it searches for the … before it asks for another': walk(
    async (walker) => {
      const { advised, fine, inputs, simulator } = walker;
      simulator.addFault({ match: { method: "POST" }, times: "always", answer: { kind: "drop" } });
      await advised((plugin) => plugin.create(inputs()));
      simulator.clearFaults();
      await fine((plugin) => plugin.create(inputs()));
      assert.equal((await walker.runs()).length, 1);
    },
  ),
  'lifecycle: run "pulumi up" again later: it searches for the job before it asks for another':
    walk(
      async (walker) => {
        const { advised, fine, inputs, simulator, clock } = walker;
        const when = "after" as const;
        simulator.addFault({ match: { method: "POST" }, when, answer: { kind: "drop" } });
        await advised((plugin) => plugin.create(inputs()));
        await clock.advance(60 * MINUTE);
        await fine((plugin) => plugin.create(inputs()));
        assert.equal((await walker.runs()).length, 1);
      },
      { switches: { createdListedAfterMs: 60 * MINUTE } },
    ),
  'lifecycle: run "pulumi up" again later: it searches for the job before it asks for another; else …':
    walk(async (walker) => {
      const { advised, fine, inputs, simulator } = walker;
      const when = "after" as const;
      simulator.addFault({ match: { method: "POST" }, when, answer: { kind: "drop" } });
      hideList(walker, 2);
      await advised((plugin) => plugin.create(inputs()));
      simulator.clearFaults();
      await fine((plugin) => plugin.create(inputs()));
      assert.equal((await walker.runs()).length, 1);
    }),
  "nclue: try again later, or delete jobs that are not needed": walk(async (walker) => {
    const { advised, fine, inputs, simulator } = walker;
    hideList(walker, 1);
    await advised((plugin) => plugin.create(inputs()));
    simulator.clearFaults();
    await fine((plugin) => plugin.create(inputs()));
  }),
};

/** From the `nth` list on, one that has an entry without an id, so that it proves nothing. */
function hideList({ simulator }: Walker, nth: number): void {
  const { path, list } = families.taskRun;
  const answer = { kind: "status", status: 200, body: { [list]: [{}], total: 1 } } as const;
  simulator.addFault({ match: { method: "GET", path }, nth, times: "always", answer });
}

export { busy, stoppedAfter };
