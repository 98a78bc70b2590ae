import assert from "node:assert/strict";
import { withLifecycle } from "../support/withLifecycle";

const plan = { registeredMs: 0, pendingMs: 0, inProgressMs: 1000 };

describe("a wait in which the service never says a status", () => {
  it("is resumed by the next update, as its message advises", () =>
    withLifecycle(
      async (bench) => {
        const { simulator, inputs, newProcess } = bench;
        const answer = { kind: "drop" } as const;
        simulator.addFault({ match: { method: "POST" }, when: "after", answer });
        const { id, outputs, problem } = await newProcess().create(inputs());
        assert.equal(problem?.code, "timed-out");
        assert.match(problem?.message ?? "", /run "pulumi up" again to resume the wait/);
        simulator.setSwitches({ omittedFields: "" });
        const { changes, replaces } = await newProcess().diff(id, outputs, inputs());
        assert.deepEqual({ changes, replaces }, { changes: true, replaces: [] });
        const next = await newProcess().update(id, outputs, inputs());
        assert.equal(next.outputs.status, "completed");
        assert.equal((await bench.runs()).length, 1);
      },
      { plan, switches: { omittedFields: "status" } },
    ));
});
