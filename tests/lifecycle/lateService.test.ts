import assert from "node:assert/strict";
import { FAMILY_NAMES } from "../../provider/src/domain/family";
import { withLifecycle } from "../support/withLifecycle";

const plan = { registeredMs: 0, pendingMs: 0, inProgressMs: 1000 };

const COLLECTION = {
  feature: "features",
  task: "tasks",
  taskRun: "task-runs",
  customAttributes: "profile/custom-attributes",
  shoppingIntent: "profile/shopping-intents",
} as const;

describe("a service that shows late what it did", () => {
  for (const family of FAMILY_NAMES) {
    for (const lateMs of [5000, 60_000, 110_000]) {
      it(`a new ${family} that GET shows ${lateMs / 1000} s later is waited for, and said to be not visible yet`, () =>
        withLifecycle(
          async (bench) => {
            const plugin = bench.plugin.of(family);
            const inputs = bench.inputsOf(family, { verify: "off" });
            const { outputs, problem } = await plugin.create(inputs);
            assert.equal(problem, undefined);
            assert.equal(outputs.status, "completed");
            assert.ok(plugin.log.steps.some(({ text }) => text.includes("not visible yet")));
            const made = bench.simulator.log().filter(({ method }) => method === "POST");
            assert.equal(made.length, 1);
          },
          {
            plan,
            switches: {
              createdReadableAfterMs: lateMs,
              createdListedAfterMs: lateMs,
              sources: "ignored",
            },
          },
        ));
    }

    it(`a deleted ${family} that reads and lists go on showing is deleted all the same`, () =>
      withLifecycle(
        async (bench) => {
          const plugin = bench.plugin.of(family);
          const { id, outputs } = await plugin.create(bench.inputsOf(family, { verify: "off" }));
          await bench.newProcess().of(family).delete(id, outputs);
          assert.equal(await bench.simulator.job(id), undefined);
          assert.ok((await bench.simulator.jobs(COLLECTION[family])).every((job) => job.id !== id));
        },
        {
          plan,
          switches: {
            deletedReadableForMs: 60_000,
            deletedListedForMs: 60_000,
            sources: "ignored",
          },
        },
      ));
  }

  it("one that is deleted elsewhere is gone once the list shows it no more", () =>
    withLifecycle(
      async (bench) => {
        const { id, outputs } = await bench.plugin.create(bench.inputs());
        bench.simulator.deleteJob(id);
        assert.equal(await bench.newProcess().read(id, outputs), "gone");
      },
      { plan, switches: { deletedListedForMs: 60_000 } },
    ));

  it("a replacement under a given name does not adopt the one that was just deleted", () =>
    withLifecycle(
      async (bench) => {
        const program = bench.inputs({ name: "weekly", onDuplicateName: "adopt" });
        const { id, outputs } = await bench.plugin.create(program);
        await bench.plugin.delete(id, outputs);
        const next = await bench.plugin.create(program);
        assert.notEqual(next.id, id);
        assert.equal(next.problem, undefined);
      },
      { plan, switches: { deletedReadableForMs: 30_000, deletedListedForMs: 30_000 } },
    ));

  it("a job that never appears is an error after the two minutes, which keeps the id", () =>
    withLifecycle(
      async (bench) => {
        const { id, problem } = await bench.plugin.create(bench.inputs());
        assert.ok(problem);
        assert.notEqual(id, "");
        assert.ok(bench.clock.monotonicMs() < 10 * 60_000);
      },
      { plan, switches: { createdReadableAfterMs: 3_600_000, createdListedAfterMs: 3_600_000 } },
    ));
});

describe("a POST that failed", () => {
  it("is not repeated before Retry-After is over", () =>
    withLifecycle(
      async (bench) => {
        const times: number[] = [];
        const headers = { "retry-after": "30" };
        const answer = { kind: "status", status: 503, headers, body: {} } as const;
        bench.simulator.addFault({ match: { method: "POST" }, times: "always", answer });
        await bench.plugin.create(bench.inputs()).catch(() => undefined);
        for (const { method, atMs } of bench.simulator.log()) {
          if (method === "POST") times.push(atMs);
        }
        assert.ok(times.length >= 2 && times.length <= 6, `${times.length} POSTs`);
        for (const [n, time] of times.entries()) {
          assert.ok(n === 0 || time - (times[n - 1] ?? 0) >= 30_000);
        }
      },
      { plan },
    ));

  for (const listedAfterMs of [3000, 9000, 20_000]) {
    it(`with 504 is not sent again where the list shows the job ${listedAfterMs / 1000} s later`, () =>
      withLifecycle(
        async (bench) => {
          const answer = { kind: "gateway", code: 510 } as const;
          bench.simulator.addFault({ match: { method: "POST" }, when: "after", answer });
          const { problem } = await bench.plugin.create(bench.inputs());
          assert.equal(problem, undefined);
          assert.equal((await bench.runs()).length, 1);
        },
        {
          plan,
          switches: { createdListedAfterMs: listedAfterMs, duplicateNames: "allow" },
        },
      ));
  }

  it("whose job is searched for ends at once with Ctrl-C", () =>
    withLifecycle(
      async (bench) => {
        const { plugin, simulator, clock } = bench;
        simulator.addFault({ match: { method: "POST" }, answer: { kind: "drop" } });
        void clock.sleep(3000).then(() => plugin.cancel.abort(new Error("stop")));
        await plugin.create(bench.inputs()).catch(() => undefined);
        assert.ok(clock.monotonicMs() < 5000);
      },
      { plan },
    ));

  for (const [errorCodeType, errorShape] of [
    ["word", "responseError"],
    ["none", "flat"],
    ["none", "plain"],
    ["string", "xml"],
    ["number", "status-code"],
  ] as const) {
    it(`with 409 leads to the job that has the name (codes: ${errorCodeType}, shape: ${errorShape})`, () =>
      withLifecycle(
        async (bench) => {
          const first = await bench.newProcess().create(bench.inputs({ name: "weekly" }));
          for (let n = 0; n < 5; n++) bench.simulator.seedTaskRun({ name: `other-${n}` });
          await bench.clock.advance(60_000);
          const adopting = bench.inputs({ name: "weekly", onDuplicateName: "adopt" });
          const { id } = await bench.plugin.create(adopting);
          assert.equal(id, first.id);
        },
        { plan, switches: { errorCodeType, errorShape, pageSizeCap: 2 } },
      ));
  }
});
