import assert from "node:assert/strict";
import { withLifecycle } from "../support/withLifecycle";

const MINUTE = 60_000;
const plan = { registeredMs: 0, pendingMs: 0, inProgressMs: 1000 };
const late = { createdListedAfterMs: 20_000, createdReadableAfterMs: 20_000 };

describe("a job that another process created a moment ago", () => {
  for (const [what, switches] of [
    ["", {}],
    [", whose date cannot be read", { timestampForm: "unreadable" }],
    [", whose date is left out", { timestampForm: "absent" }],
    [", though the gateway's clock is ahead", { gatewaySkewMs: 4 * MINUTE }],
    [", though the gateway's clock is behind", { gatewaySkewMs: -4 * MINUTE }],
    [", though unknown ids are refused with 400", { unknownIdStatus: 400 }],
    [", though unknown ids are answered with 500", { unknownIdStatus: 500 }],
  ] as const) {
    it(`is not visible yet for a refresh, and not gone${what}`, () =>
      withLifecycle(
        async (bench) => {
          const { id, outputs } = await bench.plugin.create(bench.inputs({ waitFor: "submitted" }));
          const next = bench.newProcess();
          const found = await next.read(id, outputs);
          assert.ok(found !== "gone");
          assert.equal(found.outputs.status, "completed");
          assert.ok(next.log.steps.some(({ text }) => text.includes("not visible yet")));
        },
        { plan, switches: { ...late, duplicateNames: "allow", ...switches } },
      ));
  }

  it("is waited for by an update", () =>
    withLifecycle(
      async (bench) => {
        const { id, outputs } = await bench.plugin.create(bench.inputs({ waitFor: "submitted" }));
        const { outputs: after, problem } = await bench
          .newProcess()
          .update(id, outputs, bench.inputs());
        assert.equal(problem, undefined);
        assert.equal(after.status, "completed");
      },
      { plan, switches: late },
    ));

  it("is deleted once the service shows it, where DELETE does not know it yet", () =>
    withLifecycle(
      async (bench) => {
        const { id, outputs } = await bench.plugin.create(bench.inputs({ waitFor: "submitted" }));
        bench.simulator.addFault({
          match: { method: "DELETE" },
          answer: { kind: "status", status: 404, body: { code: "10110" } },
        });
        await bench.newProcess().delete(id, outputs);
        assert.deepEqual(await bench.runs(), []);
      },
      { plan, switches: late },
    ));

  it("is gone after two minutes in which the service does not show it", () =>
    withLifecycle(
      async (bench) => {
        const { id, outputs } = await bench.plugin.create(bench.inputs({ waitFor: "submitted" }));
        bench.simulator.deleteJob(id);
        const startedMs = bench.clock.monotonicMs();
        assert.equal(await bench.newProcess().read(id, outputs), "gone");
        assert.ok(bench.clock.monotonicMs() - startedMs < 3 * MINUTE);
      },
      { plan },
    ));
});

describe("a parent that this process has just created", () => {
  const switches = { createdReadableAfterMs: 10_000, createdListedAfterMs: 10_000 };

  for (const verify of ["off", "all"]) {
    it(`is waited for where the service does not show it yet (verify: "${verify}")`, () =>
      withLifecycle(
        async (bench) => {
          const feature = bench.plugin.of("feature");
          const made = await feature.create(
            bench.inputsOf("feature", { waitFor: "submitted", verify: "off" }),
          );
          const program = bench.inputsOf("customAttributes", { featureId: made.id, verify });
          assert.deepEqual(
            (await bench.plugin.of("customAttributes").check({}, program)).failures,
            [],
          );
          const { outputs, problem } = await bench.plugin.of("customAttributes").create(program);
          assert.equal(problem, undefined);
          assert.equal(outputs.status, "completed");
          assert.ok(bench.plugin.log.all().includes("not visible yet"));
        },
        { plan: { ...plan, inProgressMs: 20_000 }, switches: { ...switches, sources: "ignored" } },
      ));
  }

  it("is an error after two minutes in which the service does not show it", () =>
    withLifecycle(
      async (bench) => {
        const made = await bench.plugin
          .of("feature")
          .create(bench.inputsOf("feature", { waitFor: "submitted", verify: "off" }));
        bench.simulator.deleteJob(made.id);
        const program = bench.inputsOf("customAttributes", { featureId: made.id });
        await assert.rejects(bench.plugin.of("customAttributes").create(program), {
          isNclueError: true,
        });
        assert.ok(bench.clock.monotonicMs() < 5 * MINUTE);
      },
      { plan, switches: { sources: "ignored" } },
    ));
});
