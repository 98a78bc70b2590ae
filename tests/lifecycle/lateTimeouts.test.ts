import assert from "node:assert/strict";
import { UNKNOWN_REQUEST } from "../../provider/src/kernel/ports";
import { type LifecycleBench, type Process, withLifecycle } from "../support/withLifecycle";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const AFTER_3S = /after 3s/;
const plan = { registeredMs: 0, pendingMs: 0, inProgressMs: 30 * MINUTE };

/** A process whose engine tells this bound with its requests. */
function toldBy({ newProcess }: LifecycleBench, timeoutMs: number | undefined): Process {
  const process = newProcess();
  Object.assign(process.ctx, { requestOf: () => ({ ...UNKNOWN_REQUEST, timeoutMs }) });
  return process;
}

describe("customTimeouts.create that a transform has set", () => {
  it("bounds the resume, too, which the engine does not tell of it", () =>
    withLifecycle(
      async (bench) => {
        const { inputs } = bench;
        const made = await toldBy(bench, 3000).create(inputs());
        assert.match(made.problem?.message ?? "", AFTER_3S);
        assert.match(made.problem?.message ?? "", /or raise customTimeouts\.update$/);
        const again = toldBy(bench, undefined);
        let { outputs } = made;
        for (let n = 0; n < 2; n++) {
          const resumed = await again.update(made.id, outputs, inputs());
          assert.match(resumed.problem?.message ?? "", AFTER_3S);
          outputs = resumed.outputs;
        }
      },
      { plan },
    ));

  for (const [what, told, timeouts] of [
    ["by the engine", HOUR, {}],
    ["in the program", undefined, { update: "1h" }],
  ] as const) {
    it(`gives way to customTimeouts.update, as the message advises (${what})`, () =>
      withLifecycle(
        async (bench) => {
          const { inputs } = bench;
          const made = await toldBy(bench, 3000).create(inputs());
          const raised = inputs({}, { timeouts });
          const ended = await toldBy(bench, told).update(made.id, made.outputs, raised);
          assert.equal(ended.problem, undefined);
          assert.equal(ended.outputs.status, "completed");
        },
        { plan },
      ));
  }

  it("beats the program's, and is forgotten with the job", () =>
    withLifecycle(
      async (bench) => {
        const { inputs } = bench;
        const program = inputs({}, { timeouts: { create: "4h" } });
        const made = await toldBy(bench, 3000).create(program);
        const again = toldBy(bench, undefined);
        const resumed = await again.update(made.id, made.outputs, program);
        assert.match(resumed.problem?.message ?? "", AFTER_3S);
        const other = inputs({ triggers: [1] }, { timeouts: { create: "4h" } });
        const next = await toldBy(bench, 4 * HOUR).create(other);
        assert.equal(next.problem, undefined);
        assert.ok(!("lateCreateTimeout" in Object(next.outputs.__nclue)));
      },
      { plan },
    ));
});

describe("customTimeouts of the program", () => {
  it("are not remembered: what the program says at the resume counts", () =>
    withLifecycle(
      async (bench) => {
        const { inputs } = bench;
        const short = inputs({}, { timeouts: { create: "1m" } });
        const made = await toldBy(bench, MINUTE).create(short);
        assert.match(made.problem?.message ?? "", /or raise customTimeouts\.create$/);
        const long = inputs({}, { timeouts: { create: "1h" } });
        const ended = await toldBy(bench, undefined).update(made.id, made.outputs, long);
        assert.equal(ended.problem, undefined);
      },
      { plan },
    ));

  it("name the one that counts at the next update where there is one of its own", () =>
    withLifecycle(
      async (bench) => {
        const { inputs } = bench;
        const both = inputs({}, { timeouts: { create: "1m", update: "2m" } });
        const made = await toldBy(bench, MINUTE).create(both);
        assert.match(made.problem?.message ?? "", /or raise customTimeouts\.update$/);
        const again = await toldBy(bench, 2 * MINUTE).update(made.id, made.outputs, both);
        assert.match(again.problem?.message ?? "", /or raise customTimeouts\.update$/);
      },
      { plan },
    ));
});
