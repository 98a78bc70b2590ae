import assert from "node:assert/strict";
import { withLifecycle } from "../support/withLifecycle";

describe("the most runs that one update may start", () => {
  it("stops before the POST that would be one too many, and names the runs", () =>
    withLifecycle(
      async ({ plugin, inputs, runs, requests }) => {
        const create = (n: number) =>
          plugin.create(
            inputs({ resultFilePath: `${n}/` }, { logicalName: `r${n}`, urn: `urn:${n}` }),
          );
        const names = [await create(1), await create(2)].map(({ outputs }) => outputs.name);
        await assert.rejects(create(3), (error: Error) => {
          assert.match(error.message, /creating task run "r3-[0-9a-f]{10}"/);
          assert.match(error.message, /this update may start at most 2 new jobs/);
          for (const name of names) assert.ok(error.message.includes(`"${name}"`), error.message);
          assert.match(error.message, /nclue:maxNewJobs \(NCLUE_MAX_NEW_JOBS\)/);
          return true;
        });
        assert.equal((await runs()).length, 2);
        assert.equal(requests("POST").length, 2);
      },
      { environment: { NCLUE_MAX_NEW_JOBS: "2" } },
    ));

  it("holds for creates that start together", () =>
    withLifecycle(
      async ({ plugin, inputs, runs }) => {
        const creates = Array.from({ length: 6 }, (_, n) =>
          plugin.create(
            inputs({ resultFilePath: `${n}/` }, { logicalName: `r${n}`, urn: `urn:${n}` }),
          ),
        );
        const ended = await Promise.allSettled(creates);
        assert.equal(ended.filter(({ status }) => status === "fulfilled").length, 2);
        assert.equal((await runs()).length, 2);
      },
      { environment: { NCLUE_MAX_NEW_JOBS: "2" } },
    ));

  it("does not count a run that is adopted", () =>
    withLifecycle(async ({ newProcess, inputs, runs }) => {
      const { id } = await newProcess().create(inputs());
      const next = newProcess({ NCLUE_MAX_NEW_JOBS: "0" });
      assert.equal((await next.create(inputs())).id, id);
      assert.equal((await runs()).length, 1);
    }));

  it("counts a request whose answer was lost, whatever the service says to the next one", () =>
    withLifecycle(
      async ({ plugin, inputs, simulator, runs }) => {
        simulator.addFault({ match: { method: "POST" }, when: "after", answer: { kind: "drop" } });
        await assert.rejects(plugin.create(inputs()), { code: "name-taken" });
        const other = inputs({ resultFilePath: "other/" }, { logicalName: "b", urn: "urn:b" });
        await assert.rejects(plugin.create(other), { code: "too-many-new-jobs" });
        assert.equal((await runs()).length, 1);
      },
      { environment: { NCLUE_MAX_NEW_JOBS: "1" }, switches: { createdListedAfterMs: 3_600_000 } },
    ));

  for (const [next, changes] of [
    ["the same run", [{}, {}]],
    ["another run", [{ resultFilePath: "other/" }, { logicalName: "b", urn: "urn:b" }]],
  ] as const) {
    it(`counts a refused request as none: ${next} can be started`, () =>
      withLifecycle(
        async ({ plugin, inputs, simulator }) => {
          simulator.addFault({
            match: { method: "POST" },
            answer: { kind: "status", status: 400, body: { code: "10101" } },
          });
          await assert.rejects(plugin.create(inputs()), { code: "refused" });
          assert.equal((await plugin.create(inputs(...changes))).problem, undefined);
        },
        { environment: { NCLUE_MAX_NEW_JOBS: "1" } },
      ));
  }

  it("says so where none may be started at all", () =>
    withLifecycle(
      async ({ plugin, inputs }) => {
        await assert.rejects(plugin.create(inputs()), (error: Error) => {
          const text = "this update may start at most 0 new jobs (started: none)";
          assert.ok(error.message.includes(text), error.message);
          return true;
        });
      },
      { environment: { NCLUE_MAX_NEW_JOBS: "0" } },
    ));
});
