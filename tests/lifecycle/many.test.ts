import assert from "node:assert/strict";
import { withLifecycle } from "../support/withLifecycle";

const [SECOND, MINUTE, HOUR] = [1000, 60_000, 3_600_000];
const COUNT = 250;

describe("hundreds of waits at once", () => {
  it("hardly cost more requests than the runs, start first, and are all told of their end soon", function () {
    this.timeout(60_000);
    return withLifecycle(
      async ({ plugin, inputs, simulator, clock }) => {
        const lateMs: number[] = [];
        await Promise.all(
          Array.from({ length: COUNT }, async (_, n) => {
            const plumbing = { logicalName: `r${n}`, urn: `urn:${n}` };
            const { id } = await plugin.create(inputs({ resultFilePath: `${n}/` }, plumbing));
            const endsAtMs = (await simulator.job(id))?.endsAtMs ?? Number.NaN;
            lateMs.push(clock.nowMs() - endsAtMs);
          }),
        );
        const log = simulator.log();
        const [posts, looks] = ["POST", "GET"].map((wanted) =>
          log.flatMap(({ method }, place) => (method === wanted ? [place] : [])),
        );
        assert.equal(posts?.length, COUNT);
        // A poll that has waited for forty places goes before a POST: nobody is starved.
        assert.ok((posts.at(-1) ?? 0) < COUNT * 1.1, String(posts.at(-1)));
        const plainPolls = COUNT * (HOUR / (5 * SECOND));
        assert.ok((looks?.length ?? 0) < plainPolls * 0.05, String(looks?.length));
        assert.ok(Math.max(...lateMs) < MINUTE, String(Math.max(...lateMs)));
        const gaps = log.slice(1).map(({ atMs }, n) => atMs - (log[n]?.atMs ?? 0));
        assert.ok(Math.min(...gaps) >= SECOND, String(Math.min(...gaps)));
        assert.ok(log.every(({ status }) => status === 200));
      },
      { rate: 1, plan: { inProgressMs: HOUR } },
    );
  });
});
