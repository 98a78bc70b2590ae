import assert from "node:assert/strict";
import { type LifecycleBench, withLifecycle } from "../support/withLifecycle";

const MINUTE = 60_000;
const plan = { registeredMs: 0, pendingMs: 0, inProgressMs: 1000 };
const endless = { registeredMs: 0, pendingMs: 0, inProgressMs: "never" } as const;

/** A feature that a job uses which never ends. */
async function usedFeature(bench: LifecycleBench, args: object = {}) {
  const program = bench.inputsOf(
    "feature",
    { verify: "off", ...args },
    { timeouts: { delete: "5m" } },
  );
  const made = await bench.newProcess().of("feature").create(program);
  const user = bench.simulator.seedTaskRun({
    name: "its user",
    taskId: bench.task.id,
    featureId: made.id,
    plan: endless,
  });
  await bench.clock.advance(MINUTE);
  bench.simulator.clearLog();
  return { ...made, user };
}

/** Newer runs that the list shows before all others. */
function hideBehind(bench: LifecycleBench, count: number): void {
  for (let n = 0; n < count; n++) {
    bench.simulator.seedTaskRun({ taskId: bench.task.id, featureId: bench.feature.id });
  }
}

describe("a delete with a blocker", () => {
  it("ends at its bound where a list shows the blocker as unfinished for ever", () =>
    withLifecycle(
      async (bench) => {
        const { id, outputs, user } = await usedFeature(bench);
        bench.simulator.addFault({
          match: { method: "GET", path: `/task-runs/${user.id}` },
          times: "always",
          answer: { kind: "status", status: 200, body: { run_id: user.id, status: "completed" } },
        });
        const startedMs = bench.clock.monotonicMs();
        await assert.rejects(bench.plugin.of("feature").delete(id, outputs), {
          code: "refused",
          message: /code 10111/,
        });
        const tookMs = bench.clock.monotonicMs() - startedMs;
        assert.ok(tookMs >= 5 * MINUTE && tookMs < 6 * MINUTE, `${tookMs} ms`);
        const asked = bench.requests().filter((request) => request.startsWith("DELETE"));
        assert.ok(asked.length < 45, `${asked.length} DELETEs`);
        assert.ok(bench.plugin.log.steps.some(({ text }) => text.includes("its user")));
      },
      { plan, switches: { sources: "ignored" } },
    ));

  it("names what it has waited for where the time-out comes first", () =>
    withLifecycle(
      async (bench) => {
        const { id, outputs } = await usedFeature(bench);
        await assert.rejects(bench.plugin.of("feature").delete(id, outputs), {
          code: "timed-out",
          message:
            /deleting feature .*, waiting for task run "its user" \(.*\), which uses it: still in_progress/,
        });
      },
      { plan, switches: { sources: "ignored" } },
    ));

  for (const onDeleteWhileRunning of ["wait", "fail"]) {
    it(`says that the blocker may lie beyond the pages read under "${onDeleteWhileRunning}"`, () =>
      withLifecycle(
        async (bench) => {
          const { id, outputs } = await usedFeature(bench, { onDeleteWhileRunning });
          hideBehind(bench, 60);
          await assert.rejects(bench.plugin.of("feature").delete(id, outputs), {
            code: "job-busy",
            message: /code 10111(.|\n)*may lie beyond the pages read(.|\n)*=abandon/,
          });
        },
        { plan, switches: { sources: "ignored", pageSizeCap: 5 } },
      ));
  }

  it('leaves the job under "abandon" where the blocker may lie beyond the pages read', () =>
    withLifecycle(
      async (bench) => {
        const { id, outputs } = await usedFeature(bench, { onDeleteWhileRunning: "abandon" });
        hideBehind(bench, 60);
        await bench.plugin.of("feature").delete(id, outputs);
        assert.notEqual(await bench.simulator.job(id), undefined);
        assert.match(bench.plugin.log.texts("warn")[0] ?? "", /may lie beyond the pages read/);
      },
      { plan, switches: { sources: "ignored", pageSizeCap: 5 } },
    ));
});

describe("a delete that is refused with a status that nobody expects", () => {
  for (const deleteRefusedStatus of [400, 403, 404, 409, 410, 422]) {
    it(`waits for the end of a run that is at work (HTTP ${deleteRefusedStatus})`, () =>
      withLifecycle(
        async (bench) => {
          const program = bench.inputs({ waitFor: "submitted" });
          const { id, outputs } = await bench.plugin.create(program);
          await bench.clock.advance(MINUTE);
          await bench.newProcess().delete(id, outputs);
          assert.deepEqual(await bench.runs(), []);
        },
        {
          plan: { ...plan, inProgressMs: 10 * MINUTE },
          switches: { deleteRefusedStatus, deleteRefusedCode: 10177 },
        },
      ));

    it(`waits for the end of a job that uses it (HTTP ${deleteRefusedStatus})`, () =>
      withLifecycle(
        async (bench) => {
          const { id, outputs, user } = await usedFeature(bench);
          void bench.clock.sleep(MINUTE).then(() => bench.simulator.deleteJob(user.id));
          await bench.plugin.of("feature").delete(id, outputs);
          assert.equal(await bench.simulator.job(id), undefined);
        },
        {
          plan,
          switches: { deleteRefusedStatus, deleteRefusedCode: 10177, sources: "ignored" },
        },
      ));
  }

  it("gives the advice about keys where nothing else explains a 403", () =>
    withLifecycle(
      async (bench) => {
        const { id, outputs } = await bench.plugin.create(bench.inputs());
        bench.simulator.addFault({
          match: { method: "DELETE" },
          times: "always",
          answer: { kind: "status", status: 403, body: { code: "10177", msg: "NO" } },
        });
        await assert.rejects(bench.newProcess().delete(id, outputs), {
          code: "refused",
          message: /check the keys/,
        });
      },
      { plan },
    ));
});
