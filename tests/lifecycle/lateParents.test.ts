import assert from "node:assert/strict";
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
        const posts = bench.requests().filter((request) => request.startsWith("POST"));
        assert.equal(posts.length, 1);
      },
      { plan },
    ));
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
        assert.match(bench.plugin.log.texts("warn")[0] ?? "", /in 2m, as the service asks/);
      },
      { plan },
    ));
});
