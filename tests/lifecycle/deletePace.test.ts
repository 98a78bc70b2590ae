import assert from "node:assert/strict";
import { withLifecycle } from "../support/withLifecycle";

const plan = { registeredMs: 0, pendingMs: 0, inProgressMs: 1000 };

describe("a delete that is refused for its pace", () => {
  it("ends when such refusals are borne no longer, and is not asked for again and again", () =>
    withLifecycle(
      async ({ newProcess, inputs, simulator, clock }) => {
        const { id, outputs } = await newProcess().create(inputs());
        const answer = { kind: "status", status: 429, body: {} } as const;
        simulator.addFault({ match: { method: "DELETE" }, times: "always", answer });
        const startMs = clock.monotonicMs();
        await assert.rejects(newProcess().delete(id, outputs), { code: "refused" });
        assert.ok(clock.monotonicMs() - startMs < 40 * 60_000);
      },
      { plan },
    ));
});
