import assert from "node:assert/strict";
import { families } from "../../provider/src/domain/families";
import { findJobById } from "../../provider/src/lifecycle/findJob";
import { withLifecycle } from "../support/withLifecycle";

const MINUTE = 60_000;
const plan = { registeredMs: 0, pendingMs: 0, inProgressMs: 1000 };

const NOBODY = "00000000-0000-4000-8000-000000000009";

/** Neither the status nor the code of an answer for an id that is not there is documented. */
const REFUSALS = [400, 403, 409, 410, 422, 500, 503];

describe("a service that does not answer 404 for an id that it does not know", () => {
  for (const unknownIdStatus of REFUSALS) {
    const switches = { unknownIdStatus, unknownIdCode: 10177 };

    it(`a run that is gone is gone for a refresh (HTTP ${unknownIdStatus})`, () =>
      withLifecycle(
        async (bench) => {
          const { id, outputs } = await bench.plugin.create(bench.inputs());
          bench.simulator.deleteJob(id);
          assert.equal(await bench.newProcess().read(id, outputs), "gone");
        },
        { plan, switches },
      ));

    it(`a destroy whose answer was lost ends (HTTP ${unknownIdStatus})`, () =>
      withLifecycle(
        async (bench) => {
          const { id, outputs } = await bench.plugin.create(bench.inputs());
          bench.simulator.deleteJob(id);
          await bench.newProcess().delete(id, outputs);
        },
        { plan, switches },
      ));

    it(`a run that GET shows late is waited for (HTTP ${unknownIdStatus})`, () =>
      withLifecycle(
        async (bench) => {
          const { outputs, problem } = await bench.plugin.create(bench.inputs());
          assert.equal(problem, undefined);
          assert.equal(outputs.status, "completed");
        },
        { plan, switches: { ...switches, createdReadableAfterMs: 5000 } },
      ));

    it(`a run that is deleted while it is waited for ends the wait (HTTP ${unknownIdStatus})`, () =>
      withLifecycle(
        async (bench) => {
          void bench.clock.sleep(10 * MINUTE).then(async () => {
            for (const { id } of await bench.runs()) bench.simulator.deleteJob(id);
          });
          const { problem } = await bench.plugin.create(bench.inputs());
          assert.equal(problem?.code, "job-gone");
          assert.ok(bench.clock.monotonicMs() < 30 * MINUTE);
        },
        { plan: { ...plan, inProgressMs: "never" }, switches },
      ));

    it(`an import of it is refused before anything is deleted (HTTP ${unknownIdStatus})`, () =>
      withLifecycle(
        async ({ newProcess, inputs }) => {
          for (const dryRun of [true, false]) {
            const { failures } = await newProcess().check(
              {},
              inputs({}, { importId: NOBODY, dryRun }),
            );
            assert.match(failures[0]?.reason ?? "", /take the import option out/, `${dryRun}`);
          }
        },
        { plan, switches },
      ));

    it(`a parent that is not there is a finding (HTTP ${unknownIdStatus})`, () =>
      withLifecycle(
        async ({ newProcess, inputs }) => {
          const { failures } = await newProcess().check(
            {},
            inputs({ taskId: NOBODY, verify: "all" }, { dryRun: true }),
          );
          assert.deepEqual(failures, [
            { property: "taskId", reason: "no task has this id: check it in the console" },
          ]);
        },
        { plan, switches },
      ));

    it(`a look-up of a run that is not there says so (HTTP ${unknownIdStatus})`, () =>
      withLifecycle(
        async ({ plugin, clock }) => {
          const lookUp = findJobById(plugin.ctx.clients(), families.taskRun, NOBODY);
          await assert.rejects(clock.runUntil(lookUp), { code: "job-gone" });
        },
        { switches },
      ));

    it(`a refusal of a run that is listed is an error, and no loss (HTTP ${unknownIdStatus})`, () =>
      withLifecycle(
        async (bench) => {
          const { id, outputs } = await bench.plugin.create(bench.inputs());
          bench.simulator.addFault({
            match: { path: "/task-runs/*" },
            times: "always",
            answer: { kind: "status", status: unknownIdStatus, body: { code: "10177", msg: "no" } },
          });
          await assert.rejects(bench.newProcess().read(id, outputs), { isNclueError: true });
          await assert.rejects(bench.newProcess().delete(id, outputs), { isNclueError: true });
          const lookUp = findJobById(bench.newProcess().ctx.clients(), families.taskRun, id);
          const code = unknownIdStatus === 410 ? "job-gone" : "refused";
          await assert.rejects(bench.clock.runUntil(lookUp), { code });
          assert.notEqual(await bench.simulator.job(id), undefined);
        },
        { plan },
      ));
  }

  it("a gateway's refusal of the keys proves nothing", () =>
    withLifecycle(
      async (bench) => {
        const { id, outputs } = await bench.plugin.create(bench.inputs());
        bench.simulator.deleteJob(id);
        bench.simulator.addFault({
          match: { path: "/task-runs/*" },
          times: "always",
          answer: { kind: "gateway", code: 210 },
        });
        await assert.rejects(bench.newProcess().read(id, outputs), { code: "refused" });
        await assert.rejects(bench.newProcess().delete(id, outputs), { code: "refused" });
      },
      { plan },
    ));
});
