import assert from "node:assert/strict";
import { withLifecycle } from "../support/withLifecycle";

const MINUTE = 60_000;
const plan = { registeredMs: 0, pendingMs: 0, inProgressMs: 1000 };

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
