import assert from "node:assert/strict";
import type { FaultAnswer } from "../../simulator/src";
import { withLifecycle } from "../support/withLifecycle";

const losses: readonly (readonly [string, FaultAnswer])[] = [
  ["the connection drops", { kind: "drop" }],
  ["a 500 comes back", { kind: "status", status: 500, body: {} }],
  ["a 502 comes back as HTML", { kind: "status", status: 502, body: "<html></html>" }],
  ["garbage comes back", { kind: "garbage" }],
  ["nothing comes back", { kind: "empty" }],
  ["half an answer comes back", { kind: "truncated" }],
  ["the answer hangs", { kind: "hold" }],
];

describe("create, when the answer to its POST is lost", () => {
  for (const [what, answer] of losses) {
    it(`finds the run that was made: ${what}`, () =>
      withLifecycle(async ({ plugin, inputs, simulator, runs, requests }) => {
        simulator.addFault({ match: { method: "POST" }, when: "after", answer });
        const { id, problem } = await plugin.create(inputs());
        assert.equal(problem, undefined);
        assert.deepEqual(
          (await runs()).map((run) => run.id),
          [id],
        );
        assert.equal(requests().filter((request) => request.startsWith("POST")).length, 1);
        assert.match(plugin.log.texts("warn")[0] ?? "", /the answer was lost/);
        assert.match(
          plugin.log.texts("info")[0] ?? "",
          /found task run .* after its answer was lost/,
        );
      }));

    if (answer.kind === "truncated") continue;
    it(`asks once more where nothing was made: ${what}`, () =>
      withLifecycle(async ({ plugin, inputs, simulator, runs, requests }) => {
        simulator.addFault({ match: { method: "POST" }, when: "before", answer });
        const { id, problem } = await plugin.create(inputs());
        assert.equal(problem, undefined);
        assert.deepEqual(
          (await runs()).map((run) => run.id),
          [id],
        );
        assert.equal(requests().filter((request) => request.startsWith("POST")).length, 2);
      }));
  }

  for (const args of [{}, { name: "mine" }]) {
    it(`does not pay again for one that the service tells otherwise, and says how (${JSON.stringify(args)})`, () =>
      withLifecycle(
        async ({ plugin, inputs, simulator, runs, requests }) => {
          const answer = { kind: "drop" } as const;
          simulator.addFault({ match: { method: "POST" }, when: "after", answer });
          const fields = { result_file_path: "tidied/" };
          const match = { method: "GET", path: "/task-runs" };
          simulator.addFault({ match, times: "always", answer: { kind: "edit", fields } });
          await assert.rejects(plugin.create(inputs(args)), (error: Error) => {
            assert.match(error.message, /its answer was lost, and task run ".*has appeared since/);
            assert.match(
              error.message,
              /resultFilePath is "tidied\/" there and "churn\/2026-11\/"/,
            );
            assert.match(error.message, /\n.*pulumi-nclue delete.*import: "/);
            return true;
          });
          assert.equal((await runs()).length, 1);
          assert.equal(requests().filter((request) => request.startsWith("POST")).length, 1);
        },
        { switches: { duplicateNames: "allow" } },
      ));
  }

  it("finds it under a given name too, also where names need not be unique", () =>
    withLifecycle(
      async ({ plugin, inputs, simulator, runs }) => {
        simulator.addFault({ match: { method: "POST" }, when: "after", answer: { kind: "drop" } });
        const { id } = await plugin.create(inputs({ name: "mine" }));
        assert.deepEqual(
          (await runs()).map((run) => run.id),
          [id],
        );
      },
      { switches: { duplicateNames: "allow" } },
    ));

  it("finds it beyond the first page", () =>
    withLifecycle(
      async ({ plugin, inputs, simulator, clock, runs }) => {
        for (let n = 0; n < 150; n++) simulator.seedTaskRun({ name: `other-${n}` });
        await clock.advance(60_000);
        simulator.addFault({ match: { method: "POST" }, when: "after", answer: { kind: "drop" } });
        const { id } = await plugin.create(inputs());
        assert.equal((await runs()).at(-1)?.id, id);
        assert.equal((await runs()).length, 151);
      },
      { switches: { listOrder: "oldest", indexMeaning: "page" } },
    ));

  it("gives up after some rounds, says that the next up looks first, and leaves nothing doubled", () =>
    withLifecycle(async ({ plugin, inputs, simulator, runs }) => {
      simulator.addFault({ match: { method: "POST" }, times: "always", answer: { kind: "drop" } });
      await assert.rejects(plugin.create(inputs()), {
        code: "unreachable",
        message: /searches for the run before it asks for another/,
      });
      assert.deepEqual(await runs(), []);
    }));

  it("does not count a second try as a second new run", () =>
    withLifecycle(
      async ({ plugin, inputs, simulator }) => {
        simulator.addFault({ match: { method: "POST" }, answer: { kind: "drop" } });
        assert.equal((await plugin.create(inputs())).problem, undefined);
      },
      { environment: { NCLUE_MAX_NEW_JOBS: "1" } },
    ));

  it("is answered first when the engine asks to stop meanwhile, and keeps the id", () =>
    withLifecycle(async ({ plugin, inputs, simulator, clock, runs }) => {
      simulator.addFault({ match: { method: "POST" }, when: "after", answer: { kind: "hold" } });
      const creating = plugin.create(inputs());
      void clock.sleep(5000).then(() => plugin.cancel.abort(new Error("stop")));
      void clock.sleep(7000).then(() => simulator.heldRequests()[0]?.release());
      const { id, problem } = await creating;
      assert.equal(problem?.code, "cancelled");
      assert.equal(id, (await runs())[0]?.id);
      assert.ok(clock.monotonicMs() <= 10_000);
    }));
});
