import assert from "node:assert/strict";
import { MOST_ATTEMPTS } from "../../provider/src/nclue/retryPolicy";
import { withLifecycle } from "../support/withLifecycle";

const plan = { registeredMs: 0, pendingMs: 0, inProgressMs: 20_000 };

describe("a parent that the service does not take yet", () => {
  for (const [what, switches] of [
    ["whose end cannot be read", { timestampForm: "unreadable" }],
    ["whose end is not told", { timestampForm: "absent" }],
    ["while the gateway's clock is ahead", { gatewaySkewMs: 240_000 }],
    ["while the gateway's clock is behind", { gatewaySkewMs: -240_000 }],
    ["refused with 403", { parentNotReadyStatus: 403 }],
    ["refused with 400", { parentNotReadyStatus: 400 }],
    ["refused with 404", { parentNotReadyStatus: 404 }],
    ["where the service fails with 425", { parentNotReadyStatus: 425 }],
    ["where the service fails with 500", { parentNotReadyStatus: 500 }],
    ["where the service fails with 503", { parentNotReadyStatus: 503 }],
  ] as const) {
    for (const parentReadyAfterMs of [0, 30_000]) {
      it(`is waited for ${what} (taken ${parentReadyAfterMs / 1000} s after its end)`, () =>
        withLifecycle(
          async (bench) => {
            const feature = await bench.plugin
              .of("feature")
              .create(bench.inputsOf("feature", { waitFor: "submitted", verify: "off" }));
            const { outputs, problem } = await bench.plugin
              .of("customAttributes")
              .create(bench.inputsOf("customAttributes", { featureId: feature.id }));
            assert.equal(problem, undefined);
            assert.equal(outputs.status, "completed");
          },
          { plan, switches: { parentReadyAfterMs, sources: "ignored", ...switches } },
        ));
    }
  }

  it("leaves a refusal with 403 that the parents do not explain what it is", () =>
    withLifecycle(
      async (bench) => {
        await bench.clock.advance(10 * 60_000);
        bench.simulator.addFault({
          match: { method: "POST" },
          times: "always",
          answer: { kind: "status", status: 403, body: { code: "10177", msg: "NO" } },
        });
        await assert.rejects(bench.plugin.create(bench.inputs()), {
          code: "refused",
          message: /check the keys/,
        });
        const posts = bench.requests("POST");
        assert.equal(posts.length, 1);
      },
      { plan },
    ));
});

describe("a parent of which this process knows nothing yet", () => {
  const refused = { sources: "ignored", parentNotReadyCode: 10102 } as const;
  const failing = { parentNotReadyStatus: 500 } as const;
  for (const [what, switches] of [
    ["the service calls it a name that is taken", refused],
    ["the service fails for longer than five tries take", failing],
  ] as const) {
    it(`is waited for where ${what}`, () =>
      withLifecycle(
        async ({ simulator, plugin, inputs, requests }) => {
          const slow = { inProgressMs: 10 * 60_000 };
          const feature = simulator.seedFeature({ name: "slow", plan: slow });
          const program = inputs({ featureId: feature.id, verify: "off" });
          const { outputs, problem } = await plugin.create(program);
          assert.equal(problem, undefined);
          assert.equal(outputs.status, "completed");
          assert.match(String(outputs.name), /^churn-[0-9a-f]{10}$/);
          assert.equal(requests("POST").length, 2);
        },
        { plan, switches },
      ));
  }

  it("and that has failed is an error after one failure of the service", () =>
    withLifecycle(
      async ({ simulator, plugin, inputs, requests }) => {
        const feature = simulator.seedFeature({ name: "bad", plan: { outcome: "failed" } });
        await assert.rejects(plugin.create(inputs({ featureId: feature.id, verify: "off" })), {
          code: "not-usable",
          message: /^creating task run "churn-[0-9a-f]{10}": it needs feature "bad"/,
        });
        assert.equal(requests("POST").length, 1);
      },
      { plan, switches: failing },
    ));

  it("is no reason to give up, nor to wait, where the service fails at everything for a while", () =>
    withLifecycle(
      async ({ simulator, plugin, inputs, requests }) => {
        const answer = { kind: "status", status: 503, body: { error: "busy" } } as const;
        simulator.addFault({ match: { method: "POST" }, answer });
        for (const path of ["/tasks/*", "/features/*"]) {
          simulator.addFault({ match: { path }, times: MOST_ATTEMPTS, answer });
        }
        const { problem } = await plugin.create(inputs({ verify: "off" }));
        assert.equal(problem, undefined);
        assert.equal(requests("POST").length, 2);
      },
      { plan },
    ));

  it("is not waited for where it is completed, though the service has failed once", () =>
    withLifecycle(
      async ({ simulator, plugin, inputs }) => {
        const answer = { kind: "status", status: 500, body: { error: "oops" } } as const;
        simulator.addFault({ match: { method: "POST" }, answer });
        await plugin.create(inputs());
        const waits = plugin.log.steps.filter(({ text }) => text.startsWith("waiting for"));
        assert.deepEqual(waits, []);
      },
      { plan },
    ));
});

describe("one of two parents that fails", () => {
  const never = { registeredMs: 0, pendingMs: 0, inProgressMs: "never" } as const;
  for (const inProgressMs of [0, 5 * 60_000]) {
    it(`ends the wait for both (it fails after ${inProgressMs / 60_000} min)`, () =>
      withLifecycle(async ({ simulator, plugin, inputs, clock, requests }) => {
        const failing = { ...never, inProgressMs, outcome: "failed" } as const;
        const feature = simulator.seedFeature({ name: "failing", plan: failing });
        const task = simulator.seedTask({ name: "endless", plan: never });
        const startedMs = clock.monotonicMs();
        await assert.rejects(
          plugin.create(inputs({ taskId: task.id, featureId: feature.id, verify: "off" })),
          {
            code: "not-usable",
            message: new RegExp(
              `it needs feature "failing" \\(${feature.id}\\) failed: COMMON_ERROR: .*\\ntry again`,
            ),
          },
        );
        assert.ok(clock.monotonicMs() - startedMs < inProgressMs + 60_000);
        simulator.clearLog();
        await clock.advance(10 * 60_000);
        assert.deepEqual(requests(), []);
      }));
  }

  it("is one line at a time on the row, and each parent is waited for", () =>
    withLifecycle(async ({ simulator, plugin, inputs }) => {
      const task = simulator.seedTask({ name: "first", plan: { inProgressMs: 60_000 } });
      const feature = simulator.seedFeature({ name: "second", plan: { inProgressMs: 600_000 } });
      const { problem } = await plugin.create(inputs({ taskId: task.id, featureId: feature.id }));
      assert.equal(problem, undefined);
      const rows = plugin.log.steps
        .map(({ text }) => text)
        .filter((text) => text.startsWith("waiting for"));
      assert.ok(rows.length > 10);
      const names = rows.map((row) => row.split('"')[1]);
      const changes = names.filter((name, at) => name !== names[at - 1]);
      assert.deepEqual(changes, ["first", "second"]);
    }));
});

describe("Retry-After of a POST that failed", () => {
  it("is kept to for minutes, and said", () =>
    withLifecycle(
      async (bench) => {
        const headers = { "retry-after": "120" };
        const answer = { kind: "status", status: 503, headers, body: {} } as const;
        bench.simulator.addFault({ match: { method: "POST" }, answer });
        const { problem } = await bench.plugin.create(bench.inputs());
        assert.equal(problem, undefined);
        const posts = bench.simulator.log().filter(({ method }) => method === "POST");
        const [first, second] = posts.map(({ atMs }) => atMs);
        assert.ok((second ?? 0) - (first ?? 0) >= 120_000);
        assert.equal(bench.clock.slept.filter((ms) => ms === 120_000).length, 1);
        assert.match(bench.plugin.log.texts("warn")[0] ?? "", /in 2m, as the service asks/);
      },
      { plan },
    ));
});
