import assert from "node:assert/strict";
import type { Plan } from "../../simulator/src";
import { type LifecycleBench, withLifecycle } from "../support/withLifecycle";

const SECOND = 1000;
const MINUTE = 60_000;

/** Stages of a minute each, and how far a run is let go before it is deleted. */
const plan: Partial<Plan> = { registeredMs: MINUTE, pendingMs: MINUTE, inProgressMs: MINUTE };
const ages = {
  registered: 10 * SECOND,
  pending: MINUTE + 10 * SECOND,
  in_progress: 2 * MINUTE + 10 * SECOND,
  completed: 3 * MINUTE + 10 * SECOND,
};

const DELETES = { method: "DELETE" };
const LOOKS = { method: "GET", path: "/task-runs/*" };
const PAGE = "<html>Blocked</html>";

async function aged(bench: LifecycleBench, ageMs: number, args: object = {}) {
  const program = bench.inputs({ waitFor: "submitted", ...args }, { timeouts: { delete: "10m" } });
  const { id, outputs } = await bench.newProcess().create(program);
  await bench.clock.advance(ageMs);
  bench.simulator.clearLog();
  return { id, outputs };
}

describe("delete", () => {
  for (const status of ["registered", "completed"] as const) {
    it(`deletes a ${status} run at once, and leaves its result`, () =>
      withLifecycle(
        async (bench) => {
          const { id, outputs } = await aged(bench, ages[status]);
          await bench.plugin.delete(id, outputs);
          assert.deepEqual(bench.requests(), ["DELETE /task-runs/*"]);
          assert.deepEqual(await bench.runs(), []);
          assert.equal(bench.store.keys("acme-results").length, status === "completed" ? 1 : 0);
        },
        { plan },
      ));
  }

  it("deletes a failed run at once", () =>
    withLifecycle(
      async (bench) => {
        const { id, outputs } = await aged(bench, ages.completed);
        await bench.plugin.delete(id, outputs);
        assert.deepEqual(await bench.runs(), []);
      },
      { plan: { ...plan, outcome: "failed" } },
    ));

  for (const status of ["pending", "in_progress"] as const) {
    for (const outcome of ["completed", "failed"] as const) {
      it(`waits until a run that is ${status} has ${outcome} under "wait", then deletes it`, () =>
        withLifecycle(
          async (bench) => {
            const { id, outputs } = await aged(bench, ages[status]);
            await bench.plugin.delete(id, outputs);
            assert.deepEqual(await bench.runs(), []);
            assert.equal(bench.requests()[0], "DELETE /task-runs/*");
            assert.equal(bench.requests().at(-1), "DELETE /task-runs/*");
            assert.equal(
              bench.plugin.log.steps[0]?.text,
              `${status} 2s · can be deleted when it has ended · next poll in 2s`,
            );
          },
          { plan: { ...plan, outcome } },
        ));
    }

    it(`leaves a run that is ${status} under "abandon", and says so with its id`, () =>
      withLifecycle(
        async (bench) => {
          const { id, outputs } = await aged(bench, ages[status], {
            onDeleteWhileRunning: "abandon",
          });
          await bench.plugin.delete(id, outputs);
          assert.equal((await bench.runs()).length, 1);
          assert.deepEqual(bench.plugin.log.texts("warn"), [
            `abandoned task run "${outputs.name}" (${id}): it is ${status} and continues at the ` +
              "service, which charges for it; delete it there when it has ended",
          ]);
        },
        { plan },
      ));

    it(`fails for a run that is ${status} under "fail", and says what can be done`, () =>
      withLifecycle(
        async (bench) => {
          const { id, outputs } = await aged(bench, ages[status], { onDeleteWhileRunning: "fail" });
          await assert.rejects(bench.plugin.delete(id, outputs), {
            code: "job-busy",
            message:
              `deleting task run "${outputs.name}" (${id}): it is ${status}, and the service ` +
              "deletes no run that is pending or in progress\n" +
              "run it again when the run has ended, set NCLUE_ON_DELETE_WHILE_RUNNING=wait, or " +
              "set NCLUE_ON_DELETE_WHILE_RUNNING=abandon to leave the run behind",
          });
          assert.equal((await bench.runs()).length, 1);
        },
        { plan },
      ));
  }

  for (const policy of ["abandon", "fail"]) {
    it(`deletes what can be deleted under "${policy}" too`, () =>
      withLifecycle(
        async (bench) => {
          const { id, outputs } = await aged(bench, ages.completed, {
            onDeleteWhileRunning: policy,
          });
          await bench.plugin.delete(id, outputs);
          assert.deepEqual(await bench.runs(), []);
        },
        { plan },
      ));
  }

  it("goes by the environment rather than by what is stored", () =>
    withLifecycle(
      async (bench) => {
        const { id, outputs } = await aged(bench, ages.pending, { onDeleteWhileRunning: "fail" });
        const abandoning = bench.newProcess({ NCLUE_ON_DELETE_WHILE_RUNNING: "abandon" });
        await abandoning.delete(id, outputs);
        assert.match(abandoning.log.texts("warn")[0] ?? "", /abandoned/);
        const wrong = bench.newProcess({ NCLUE_ON_DELETE_WHILE_RUNNING: "kill" });
        await assert.rejects(wrong.delete(id, outputs), {
          code: "settings",
          message:
            "reading the settings of pulumi-nclue: NCLUE_ON_DELETE_WHILE_RUNNING must be one of " +
            'wait, abandon, fail, not "kill"',
        });
        const unset = bench.newProcess({ NCLUE_ON_DELETE_WHILE_RUNNING: "" });
        await assert.rejects(unset.delete(id, outputs), { code: "job-busy" });
      },
      { plan },
    ));

  it("stops waiting at its bound, and keeps the run in the state", () =>
    withLifecycle(
      async (bench) => {
        const { id, outputs } = await aged(bench, ages.pending);
        const started = bench.clock.monotonicMs();
        await assert.rejects(bench.plugin.delete(id, outputs), {
          code: "timed-out",
          message: /still in_progress after 10m \(\d+ polls\)\n.*raise customTimeouts\.delete/,
        });
        assert.ok(bench.clock.monotonicMs() - started < 11 * MINUTE);
      },
      { plan: { ...plan, inProgressMs: "never" } },
    ));

  it("stops waiting when the engine asks to, and keeps the run in the state", () =>
    withLifecycle(
      async (bench) => {
        const { id, outputs } = await aged(bench, ages.pending);
        void bench.clock.sleep(20_000).then(() => bench.plugin.cancel.abort(new Error("stop")));
        await assert.rejects(bench.plugin.delete(id, outputs), {
          code: "cancelled",
          message: /stopped while it is pending/,
        });
      },
      { plan },
    ));

  it("takes a run that is gone already for deleted", () =>
    withLifecycle(async (bench) => {
      const { id, outputs } = await aged(bench, 0);
      bench.simulator.deleteJob(id);
      await bench.plugin.delete(id, outputs);
    }));

  it("takes success for an unknown id for success", () =>
    withLifecycle(
      async (bench) => {
        const { id, outputs } = await aged(bench, 0);
        bench.simulator.deleteJob(id);
        await bench.plugin.delete(id, outputs);
      },
      { switches: { deleteUnknown: "success" } },
    ));

  it("takes a run that is deleted while it waits for deleted", () =>
    withLifecycle(
      async (bench) => {
        const { id, outputs } = await aged(bench, ages.in_progress);
        void bench.clock.sleep(15_000).then(() => bench.simulator.deleteJob(id));
        await bench.plugin.delete(id, outputs);
        assert.equal(bench.requests("DELETE").length, 1);
      },
      { plan },
    ));

  it("does not take a run for deleted that the list goes on showing while it waits", () =>
    withLifecycle(
      async (bench) => {
        const { id, outputs } = await aged(bench, ages.in_progress);
        bench.simulator.addFault({
          match: LOOKS,
          nth: 2,
          times: "always",
          answer: { kind: "status", status: 404, body: { code: "10110", msg: "NOT_FOUND" } },
        });
        await assert.rejects(bench.plugin.delete(id, outputs), {
          code: "unreadable",
          message: /for two minutes the service has listed it, but answered 404 when asked for it/,
        });
        assert.equal((await bench.runs()).length, 1);
      },
      { plan: { ...plan, inProgressMs: "never" } },
    ));

  it("says for how long nobody has answered while it waits", () =>
    withLifecycle(
      async (bench) => {
        const { id, outputs } = await aged(bench, ages.in_progress);
        bench.simulator.addFault({
          match: LOOKS,
          nth: 3,
          times: 5,
          answer: { kind: "status", status: 503 },
        });
        await bench.plugin.delete(id, outputs);
        assert.deepEqual(
          bench.plugin.log.steps.slice(0, 3).map(({ text }) => text),
          [
            "in_progress 2s · can be deleted when it has ended · next poll in 2s",
            "in_progress · no answer for 14s · next poll in 2s",
            "in_progress 18s · can be deleted when it has ended · next poll in 2s",
          ],
        );
      },
      { plan },
    ));

  it("says that the keys are refused where they are while it waits", () =>
    withLifecycle(
      async (bench) => {
        const { id, outputs } = await aged(bench, ages.in_progress);
        bench.simulator.addFault({
          match: LOOKS,
          nth: 2,
          times: "always",
          answer: { kind: "gateway", code: 200 },
        });
        await assert.rejects(bench.plugin.delete(id, outputs), {
          code: "refused",
          message: new RegExp(`^deleting task run "${outputs.name}" \\(${id}\\): HTTP 401`),
        });
      },
      { plan },
    ));

  for (const [what, answer, times = 1] of [
    ["the answer is dropped", { kind: "drop" }],
    ["a 500 comes back", { kind: "status", status: 500 }],
    ["garbage comes back", { kind: "garbage" }],
    ["the answer hangs", { kind: "hold" }],
    ["every answer is dropped", { kind: "drop" }, "always"],
    ["every answer is a page of a proxy", { kind: "status", status: 403, body: PAGE }, "always"],
  ] as const) {
    it(`is sure of a delete although ${what}`, () =>
      withLifecycle(async (bench) => {
        const { id, outputs } = await aged(bench, 0);
        bench.simulator.addFault({ match: DELETES, when: "after", times, answer });
        await bench.plugin.delete(id, outputs);
        assert.deepEqual(await bench.runs(), []);
      }));
  }

  it("is sure of a delete whose answer was lost although the service goes on showing the run", () =>
    withLifecycle(
      async (bench) => {
        const { id, outputs } = await aged(bench, 0);
        bench.simulator.addFault({ match: DELETES, when: "after", answer: { kind: "drop" } });
        await bench.plugin.delete(id, outputs);
        assert.equal(bench.requests("DELETE").length, 3);
      },
      { switches: { deletedReadableForMs: MINUTE, deletedListedForMs: MINUTE } },
    ));

  for (const deleteRefusedStatus of [409, 404])
    it(`tries again where the run has just become deletable after a refusal (HTTP ${deleteRefusedStatus})`, () =>
      withLifecycle(
        async (bench) => {
          const { id, outputs } = await aged(bench, ages.completed - 10 * SECOND - 500);
          await bench.plugin.delete(id, outputs);
          assert.deepEqual(await bench.runs(), []);
          assert.deepEqual(bench.requests(), [
            "DELETE /task-runs/*",
            "GET /task-runs/*",
            "DELETE /task-runs/*",
          ]);
        },
        { plan, switches: { deleteRefusedStatus } },
      ));

  it("says at once that the keys may not delete, however busy the run is", () =>
    withLifecycle(
      async (bench) => {
        const { id, outputs } = await aged(bench, ages.pending);
        bench.simulator.addFault({
          match: DELETES,
          times: "always",
          answer: { kind: "gateway", code: 210 },
        });
        await assert.rejects(bench.plugin.delete(id, outputs), {
          code: "refused",
          message: /^deleting task run .*: HTTP 401.*: these keys may not do this\n/,
        });
        assert.deepEqual(bench.requests(), ["DELETE /task-runs/*"]);
      },
      { plan },
    ));

  it("lets the run's state decide what an undocumented refusal means", () =>
    withLifecycle(
      async (bench) => {
        for (const [status, code] of [
          [400, 10199],
          [403, 1],
          [422, 10113],
          [404, 10120],
          [410, 10120],
          [500, 10120],
        ] as const) {
          bench.simulator.setSwitches({ deleteRefusedStatus: status, deleteRefusedCode: code });
          const { id, outputs } = await aged(bench, ages.pending, {
            onDeleteWhileRunning: "fail",
            triggers: [status],
          });
          await assert.rejects(bench.newProcess().delete(id, outputs), { code: "job-busy" });
          assert.notEqual(await bench.simulator.job(id), undefined);
        }
      },
      { plan },
    ));

  it("gives up after a few refusals of a run that is not busy, and tells the service's words", () =>
    withLifecycle(async (bench) => {
      const { id, outputs } = await aged(bench, 2 * MINUTE);
      bench.simulator.addFault({
        match: DELETES,
        times: "always",
        answer: { kind: "status", status: 409, body: { code: "10199", msg: "LOCKED" } },
      });
      await assert.rejects(bench.plugin.delete(id, outputs), {
        code: "refused",
        message: new RegExp(`deleting task run .*${id}.*code 10199 \\(LOCKED\\)`),
      });
      assert.equal(bench.requests("DELETE").length, 4);
    }));

  it("asks once where a page of a proxy refuses", () =>
    withLifecycle(async (bench) => {
      const { id, outputs } = await aged(bench, 0);
      bench.simulator.addFault({
        match: DELETES,
        times: "always",
        answer: { kind: "status", status: 403, body: PAGE },
      });
      await assert.rejects(bench.plugin.delete(id, outputs), {
        code: "unreadable",
        message: /deleting task run .*HTTP 403\) is an HTML page .*does a proxy answer/,
      });
      assert.equal(bench.requests("DELETE").length, 1);
    }));

  const disbelieved: readonly (readonly [string, { status: number; body: unknown }])[] = [
    ["a gateway's 404", { status: 404, body: { error: { errorCode: "300", message: "x" } } }],
    ["a 404 as HTML", { status: 404, body: "<html></html>" }],
    ["a 401", { status: 401, body: { error: { errorCode: "200", message: "x" } } }],
  ];
  for (const [what, lie] of disbelieved) {
    it(`does not take ${what} for deleted`, () =>
      withLifecycle(async (bench) => {
        const { id, outputs } = await aged(bench, 0);
        bench.simulator.addFault({ times: "always", answer: { kind: "status", ...lie } });
        await assert.rejects(bench.plugin.delete(id, outputs), { isNclueError: true });
        assert.equal((await bench.runs()).length, 1);
      }));
  }

  it("does not take another account's not found for deleted", () =>
    withLifecycle(async (bench) => {
      const { id, outputs } = await aged(bench, 0);
      bench.simulator.addAccount({ accessKey: "AK_OTHER", secretKey: "SK_OTHER" });
      const stranger = bench.newProcess({
        NCLOUD_ACCESS_KEY: "AK_OTHER",
        NCLOUD_SECRET_KEY: "SK_OTHER",
      });
      await assert.rejects(stranger.delete(id, outputs), { code: "job-elsewhere" });
      assert.equal((await bench.runs()).length, 1);
    }));

  it("sends nothing under readOnly", () =>
    withLifecycle(async (bench) => {
      const { id, outputs } = await aged(bench, 0);
      const readOnly = bench.newProcess({ NCLUE_READ_ONLY: "1" });
      await assert.rejects(readOnly.delete(id, outputs), { code: "read-only" });
      assert.deepEqual(bench.requests(), []);
    }));
});
