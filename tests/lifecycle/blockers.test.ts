import assert from "node:assert/strict";
import type { Progress } from "../../provider/src/kernel/ports";
import { type LifecycleBench, withLifecycle } from "../support/withLifecycle";

const MINUTE = 60_000;
const plan = { registeredMs: 0, pendingMs: 0, inProgressMs: 1000 };
const endless = { registeredMs: 0, pendingMs: 0, inProgressMs: "never" } as const;

function useFor({ simulator, task }: LifecycleBench, featureId: string, name: string) {
  return simulator.seedTaskRun({ name, taskId: task.id, featureId, plan: endless });
}

/** A feature that a job uses which never ends. */
async function usedFeature(bench: LifecycleBench, args: object = {}) {
  const program = bench.inputsOf(
    "feature",
    { verify: "off", ...args },
    { timeouts: { delete: "5m" } },
  );
  const made = await bench.newProcess().of("feature").create(program);
  const user = useFor(bench, made.id, "its user");
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

/** Deletes a feature whose user somebody deletes a minute later. */
async function assertDeletedAfterItsUser(bench: LifecycleBench): Promise<void> {
  const { id, outputs, user } = await usedFeature(bench);
  void bench.clock.sleep(MINUTE).then(() => bench.simulator.deleteJob(user.id));
  await bench.plugin.of("feature").delete(id, outputs);
  assert.equal(await bench.simulator.job(id), undefined);
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
        const asked = bench.requests("DELETE");
        assert.ok(asked.length < 45, `${asked.length} DELETEs`);
        const isPause = ({ text }: Progress) => text.includes("asked again");
        assert.deepEqual(bench.plugin.log.steps.find(isPause), {
          urn: `urn:of:${id}`,
          key: id,
          status: "feature not deleted yet",
          text: `it is used by task run "its user" (${user.id}), in_progress · asked again in 2s`,
        });
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

  it('fails under "fail" with the jobs at work on it, and no others', () =>
    withLifecycle(
      async (bench) => {
        const { id, outputs, user } = await usedFeature(bench, { onDeleteWhileRunning: "fail" });
        const task = bench.simulator.seedTask({ trainFeatureId: id, plan: endless });
        useFor(bench, bench.feature.id, "at work on another");
        bench.simulator.seedTaskRun({
          name: "completed",
          featureId: id,
          plan: { inProgressMs: 0 },
        });
        await assert.rejects(bench.plugin.of("feature").delete(id, outputs), {
          code: "job-busy",
          message:
            `deleting feature "${outputs.name}" (${id}): it is used by ` +
            `task "${task.name}" (${task.id}), in_progress; ` +
            `task run "its user" (${user.id}), in_progress\n` +
            "run it again when that has ended, set NCLUE_ON_DELETE_WHILE_RUNNING=wait, or " +
            "set NCLUE_ON_DELETE_WHILE_RUNNING=abandon to leave the feature behind",
        });
      },
      { plan, switches: { sources: "ignored" } },
    ));

  it("says of a blocker without a status that this is unknown", () =>
    withLifecycle(
      async (bench) => {
        const { id, outputs, user } = await usedFeature(bench, { onDeleteWhileRunning: "abandon" });
        bench.simulator.setSwitches({ omittedFields: "status" });
        await bench.plugin.of("feature").delete(id, outputs);
        assert.deepEqual(bench.plugin.log.texts("warn"), [
          `abandoned feature "${outputs.name}" (${id}): it is used by task run "its user" ` +
            `(${user.id}), unknown; delete it there when these have ended`,
        ]);
      },
      { plan, switches: { sources: "ignored" } },
    ));

  it("says that there may be more where the lists are too long to read in full", () =>
    withLifecycle(
      async (bench) => {
        const { id, outputs } = await usedFeature(bench, { onDeleteWhileRunning: "abandon" });
        hideBehind(bench, 60);
        const user = useFor(bench, id, "the newest");
        await bench.plugin.of("feature").delete(id, outputs);
        assert.deepEqual(bench.plugin.log.texts("warn"), [
          `abandoned feature "${outputs.name}" (${id}): it is used by task run "the newest" ` +
            `(${user.id}), in_progress; there may be more, since the lists are too long to read ` +
            "in full; delete it there when these have ended",
        ]);
      },
      { plan, switches: { sources: "ignored", pageSizeCap: 5 } },
    ));

  it("asks once more before it fails for a blocker that may lie beyond the pages read", () =>
    withLifecycle(
      async (bench) => {
        const { id, outputs, user } = await usedFeature(bench);
        bench.simulator.deleteJob(user.id);
        hideBehind(bench, 60);
        const answer = { kind: "status", status: 409, body: { code: "10111", msg: "NO" } } as const;
        bench.simulator.addFault({ match: { method: "DELETE" }, answer });
        await bench.plugin.of("feature").delete(id, outputs);
        assert.equal(await bench.simulator.job(id), undefined);
      },
      { plan, switches: { sources: "ignored", pageSizeCap: 5 } },
    ));

  it("takes a blocker for ended that the service no longer knows, though its list shows it", () =>
    withLifecycle(
      async (bench) => {
        await assertDeletedAfterItsUser(bench);
      },
      { plan, switches: { sources: "ignored", deletedListedForMs: 10 * MINUTE } },
    ));

  it("does not blame a blocker for answers that are lost", () =>
    withLifecycle(
      async (bench) => {
        const { id, outputs } = await usedFeature(bench, { onDeleteWhileRunning: "fail" });
        const answer = { kind: "drop" } as const;
        bench.simulator.addFault({ match: { method: "DELETE" }, times: "always", answer });
        await assert.rejects(bench.plugin.of("feature").delete(id, outputs), {
          code: "unreachable",
          message: new RegExp(`^deleting feature "${outputs.name}" \\(${id}\\): `),
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
          await assertDeletedAfterItsUser(bench);
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
