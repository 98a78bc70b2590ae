import assert from "node:assert/strict";
import { type LifecycleBench, withLifecycle } from "../support/withLifecycle";

const plan = { registeredMs: 0, pendingMs: 0, inProgressMs: 1000 };
const ROTATED = { NCLOUD_ACCESS_KEY: "rotated-key", NCLOUD_SECRET_KEY: "rotated-secret" };
const STRANGER = { NCLOUD_ACCESS_KEY: "stranger-key", NCLOUD_SECRET_KEY: "stranger-secret" };

function addKeys({ simulator }: LifecycleBench): void {
  const key = { accessKey: "rotated-key", secretKey: "rotated-secret" };
  simulator.addAccount({ name: simulator.accessKey, keys: [key] });
  simulator.addAccount({ accessKey: "stranger-key", secretKey: "stranger-secret" });
}

const DELETES = { method: "DELETE" };

describe("keys that change", () => {
  for (const sighting of ["read", "update"] as const) {
    it(`are followed by the state at a ${sighting} that sees the job, so that its later loss is known`, () =>
      withLifecycle(
        async (bench) => {
          addKeys(bench);
          const submitted = bench.inputs({ waitFor: "submitted" });
          const { id, outputs } = await bench.plugin.create(submitted);
          const rotated = bench.newProcess(ROTATED);
          const seen =
            sighting === "read"
              ? await rotated.read(id, outputs)
              : await rotated.update(id, outputs, bench.inputs());
          assert.ok(seen !== "gone");
          bench.simulator.deleteJob(id);
          assert.equal(await bench.newProcess(ROTATED).read(id, seen.outputs), "gone");
        },
        { plan },
      ));
  }

  it("of another account prove nothing: neither read nor delete takes the job for gone", () =>
    withLifecycle(
      async (bench) => {
        addKeys(bench);
        const { id, outputs } = await bench.plugin.create(bench.inputs());
        const stranger = bench.newProcess(STRANGER);
        await assert.rejects(stranger.read(id, outputs), { code: "job-elsewhere" });
        await assert.rejects(bench.newProcess(STRANGER).delete(id, outputs), {
          code: "job-elsewhere",
          message: /use the address and keys that it was last seen with/,
        });
        assert.equal((await bench.runs()).length, 1);
      },
      { plan },
    ));

  it("of another account that an update has met do not drop the job at the next refresh", () =>
    withLifecycle(
      async (bench) => {
        addKeys(bench);
        const { id, outputs } = await bench.plugin.create(bench.inputs({ waitFor: "submitted" }));
        const updated = await bench.newProcess(STRANGER).update(id, outputs, bench.inputs());
        assert.equal(updated.problem?.code, "job-elsewhere");
        await assert.rejects(bench.newProcess(STRANGER).read(id, updated.outputs), {
          code: "job-elsewhere",
        });
      },
      { plan },
    ));

  it("are followed by a wait that sees the job: when somebody deletes it then, it is known to be gone", () =>
    withLifecycle(
      async (bench) => {
        addKeys(bench);
        const submitted = bench.inputs({ waitFor: "submitted" });
        const { id, outputs } = await bench.plugin.create(submitted);
        void bench.clock.sleep(10_000).then(() => bench.simulator.deleteJob(id));
        const { problem } = await bench.newProcess(ROTATED).update(id, outputs, bench.inputs());
        assert.deepEqual(
          [problem?.code, problem?.text.cause],
          ["job-gone", "somebody deleted it at the service"],
        );
      },
      { plan: { ...plan, inProgressMs: "never" } },
    ));

  it("cost a delete one read, and no read where they are the same", () =>
    withLifecycle(
      async (bench) => {
        addKeys(bench);
        const one = await bench.plugin.create(bench.inputs());
        bench.simulator.clearLog();
        await bench.newProcess(ROTATED).delete(one.id, one.outputs);
        assert.deepEqual(bench.requests(), ["GET /task-runs/*", "DELETE /task-runs/*"]);
        const two = await bench.plugin.create(bench.inputs());
        bench.simulator.clearLog();
        await bench.newProcess().delete(two.id, two.outputs);
        assert.deepEqual(bench.requests(), ["DELETE /task-runs/*"]);
      },
      { plan },
    ));

  for (const [what, lastSeen, asked] of [
    ["at another address", { endpoint: "https://elsewhere" }, ["GET", "DELETE"]],
    ["by a release that kept no address", { endpoint: undefined }, ["DELETE"]],
    ["by a release that kept no key", { keyHash: undefined }, ["DELETE"]],
  ] as const) {
    it(`cost a delete a read only where something else is known: seen last ${what}`, () =>
      withLifecycle(
        async (bench) => {
          const { id, outputs } = await bench.plugin.create(bench.inputs());
          bench.simulator.clearLog();
          const __nclue = { ...(outputs.__nclue as object), ...lastSeen };
          await bench.newProcess().delete(id, { ...outputs, __nclue });
          assert.deepEqual(
            bench.requests(),
            asked.map((method) => `${method} /task-runs/*`),
          );
        },
        { plan },
      ));
  }

  it("let a delete end whose answer was lost", () =>
    withLifecycle(
      async (bench) => {
        addKeys(bench);
        const { id, outputs } = await bench.plugin.create(bench.inputs());
        bench.simulator.addFault({ match: DELETES, when: "after", answer: { kind: "drop" } });
        await bench.newProcess(ROTATED).delete(id, outputs);
        assert.deepEqual(await bench.runs(), []);
      },
      { plan },
    ));
});

describe("the answer to a delete", () => {
  for (const deleteAnswer of ["id", "emptyObject", "empty", "noContent", "text", "html"] as const) {
    it(`is success with any body (${deleteAnswer}), and nothing more is asked`, () =>
      withLifecycle(
        async (bench) => {
          const { id, outputs } = await bench.plugin.create(bench.inputs());
          bench.simulator.clearLog();
          await bench.newProcess().delete(id, outputs);
          assert.deepEqual(bench.requests(), ["DELETE /task-runs/*"]);
        },
        { plan, switches: { deleteAnswer } },
      ));
  }

  it("is success with any status from 200 to 299", () =>
    withLifecycle(
      async (bench) => {
        for (const status of [200, 201, 202, 204, 206, 299]) {
          const { id, outputs } = await bench.newProcess().create(bench.inputs());
          const answer = { kind: "status", status } as const;
          bench.simulator.addFault({ match: DELETES, when: "after", answer });
          await bench.newProcess().delete(id, outputs);
          bench.simulator.clearFaults();
          assert.deepEqual(await bench.runs(), []);
        }
      },
      { plan },
    ));
});
