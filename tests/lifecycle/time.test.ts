import assert from "node:assert/strict";
import { withLifecycle } from "../support/withLifecycle";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe("a wait", () => {
  for (const jumpMs of [5 * HOUR, -5 * HOUR]) {
    it(`ends when it should although the clock jumps by ${jumpMs / HOUR} hours`, () =>
      withLifecycle(
        async ({ plugin, inputs, clock }) => {
          void clock.sleep(MINUTE).then(() => clock.jump(jumpMs));
          const { problem } = await plugin.create(inputs({}, { timeouts: { create: "10m" } }));
          assert.equal(problem?.code, "timed-out");
          assert.match(plugin.log.texts("warn").join(), /the local clock is 5h 0m (ahead|behind)/);
          assert.ok(clock.monotonicMs() >= 10 * MINUTE && clock.monotonicMs() < 11 * MINUTE);
        },
        { plan: { inProgressMs: "never" } },
      ));
  }

  it("goes on under a gateway whose clock is off, with one warning", () =>
    withLifecycle(
      async ({ plugin, inputs }) => {
        const { outputs, problem } = await plugin.create(inputs());
        assert.equal(problem, undefined);
        assert.equal(outputs.status, "completed");
        assert.equal(plugin.log.texts("warn").length, 1);
        assert.match(plugin.log.texts("warn")[0] ?? "", /the local clock is 20m behind/);
      },
      { switches: { gatewaySkewMs: 20 * MINUTE } },
    ));

  it("of an hour asks seldom: at most once in two seconds, at least twice a minute", () =>
    withLifecycle(
      async ({ plugin, inputs, simulator }) => {
        await plugin.create(inputs());
        const looks = simulator.log().filter(({ path }) => path.startsWith("/task-runs/"));
        const gaps = looks.slice(1).map(({ atMs }, n) => atMs - (looks[n]?.atMs ?? 0));
        assert.ok(Math.min(...gaps) >= 2000, String(Math.min(...gaps)));
        assert.ok(Math.max(...gaps) <= 31_000, String(Math.max(...gaps)));
        assert.ok(looks.length < 180, String(looks.length));
      },
      { plan: { inProgressMs: HOUR } },
    ));

  it("of forty runs costs one request a look, and keeps to one request a second", () =>
    withLifecycle(
      async ({ plugin, inputs, simulator }) => {
        const made = await Promise.all(
          Array.from({ length: 40 }, (_, n) =>
            plugin.create(
              inputs({ resultFilePath: `${n}/` }, { logicalName: `r${n}`, urn: `urn:${n}` }),
            ),
          ),
        );
        assert.ok(made.every(({ outputs }) => outputs.status === "completed"));
        const log = simulator.log();
        const gaps = log.slice(1).map(({ atMs }, n) => atMs - (log[n]?.atMs ?? 0));
        assert.ok(Math.min(...gaps) >= 1000, String(Math.min(...gaps)));
        assert.ok(log.length < 300, String(log.length));
      },
      { plan: { inProgressMs: 10 * MINUTE } },
    ));

  it("and many creates of several processes on one account all succeed, at one request a second", () =>
    withLifecycle(
      async ({ newProcess, inputs, runs }) => {
        const processes = [newProcess(), newProcess(), newProcess()];
        const creates = processes.flatMap((process, p) =>
          Array.from({ length: 15 }, (_, n) =>
            process.create(
              inputs(
                { resultFilePath: `${p}/${n}/`, waitFor: "submitted" },
                { logicalName: `p${p}-r${n}`, urn: `urn:${p}:${n}` },
              ),
            ),
          ),
        );
        for (const { problem } of await Promise.all(creates)) assert.equal(problem, undefined);
        assert.equal((await runs()).length, 45);
      },
      { rate: 1 },
    ));

  for (const retryAfter of ["none", "seconds", "date"] as const) {
    it(`lives with a rate limit that others use up too (Retry-After: ${retryAfter})`, () =>
      withLifecycle(
        async ({ plugin, newProcess, inputs }) => {
          const [a, b] = await Promise.all([
            plugin.create(inputs({}, { logicalName: "a", urn: "urn:a" })),
            newProcess().create(inputs({}, { logicalName: "b", urn: "urn:b" })),
          ]);
          for (const { outputs, problem } of [a, b]) {
            assert.equal(problem, undefined);
            assert.equal(outputs.status, "completed");
          }
        },
        { rate: 1, switches: { retryAfter } },
      ));
  }
});

describe("the progress of a wait", () => {
  it("is a line a poll: status, time in it, time in the queue, and when the next poll is due", () =>
    withLifecycle(async ({ plugin, inputs }) => {
      await plugin.create(inputs());
      const texts = plugin.log.steps.map(({ text }) => text);
      assert.match(texts[0] ?? "", /^(registered|pending) \d+s · next poll in \d+s$/);
      assert.match(texts.at(-1) ?? "", /^completed in 1m · 120 lines$/);
      assert.match(texts.at(-2) ?? "", /^in_progress \d+s · queued \d+s · next poll in \d+s$/);
    }));
});
