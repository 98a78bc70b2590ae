import assert from "node:assert/strict";
import type { FaultAnswer } from "../../simulator/src";
import { contentOf, withLifecycle } from "../support/withLifecycle";

const losses: readonly (readonly [string, FaultAnswer])[] = [
  ["the connection drops", { kind: "drop" }],
  ["a 500 comes back", { kind: "status", status: 500, body: {} }],
  ["a 502 comes back as HTML", { kind: "status", status: 502, body: "<html></html>" }],
  ["garbage comes back", { kind: "garbage" }],
  ["nothing comes back", { kind: "empty" }],
  ["half an answer comes back", { kind: "truncated" }],
  ["the answer hangs", { kind: "hold" }],
];

const MINUTE = 60_000;
const lost = { match: { method: "POST" }, when: "after", answer: { kind: "drop" } } as const;
const lists = { match: { method: "GET", path: "/task-runs" }, times: "always" } as const;

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
        assert.equal(requests("POST").length, 1);
        assert.match(
          plugin.log.texts("warn")[0] ?? "",
          /the answer was lost \(.*\); searching for the task run$/,
        );
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
        assert.equal(requests("POST").length, 2);
        const askedForParents = requests().some((request) => /(task|feature)s\//.test(request));
        assert.equal(askedForParents, answer.kind === "status");
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
          assert.equal(requests("POST").length, 1);
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
    withLifecycle(async ({ plugin, inputs, simulator, runs, requests }) => {
      simulator.addFault({ match: { method: "POST" }, times: "always", answer: { kind: "drop" } });
      await assert.rejects(plugin.create(inputs()), {
        code: "unreachable",
        message:
          /: no certain answer in 5 tries\nrun "pulumi up" again: it searches for the run before it asks for another$/,
      });
      assert.deepEqual(await runs(), []);
      assert.equal(requests("POST").length, 5);
    }));

  it("ends with the first look at the list that shows the run", () =>
    withLifecycle(async ({ plugin, inputs, simulator, requests }) => {
      simulator.addFault(lost);
      await plugin.create(inputs({ waitFor: "submitted" }));
      assert.deepEqual(requests(), ["GET /task-runs", "POST /task-runs", "GET /task-runs"]);
    }));

  it("finds the run that shows only when the list is read in full at last, and does not pay again", () =>
    withLifecycle(
      async ({ plugin, inputs, simulator, clock, requests, runs }) => {
        for (let n = 0; n < 101; n++) simulator.seedTaskRun({ name: `other-${n}` });
        await clock.advance(MINUTE);
        simulator.addFault(lost);
        const { id } = await plugin.create(inputs({ waitFor: "submitted" }));
        assert.equal(id, (await runs()).at(-1)?.id);
        assert.equal(requests("POST").length, 1);
      },
      { switches: { createdListedAfterMs: 40_500, duplicateNames: "allow" } },
    ));

  it("takes the run of a given name that is refused as taken for the one that was lost", () =>
    withLifecycle(
      async ({ plugin, inputs, simulator, runs }) => {
        simulator.addFault(lost);
        const { id, problem } = await plugin.create(inputs({ name: "weekly" }));
        assert.equal(problem, undefined);
        assert.deepEqual(
          (await runs()).map((run) => run.id),
          [id],
        );
        assert.match(
          plugin.log.texts("info")[0] ?? "",
          /^found task run "weekly" .* after its answer was lost$/,
        );
      },
      { switches: { createdListedAfterMs: 5 * MINUTE } },
    ));

  it("asks for no other name while the list does not show the run that has this one", () =>
    withLifecycle(
      async ({ plugin, inputs, simulator, requests }) => {
        simulator.addFault(lost);
        await assert.rejects(plugin.create(inputs({ name: "weekly" })), {
          code: "name-taken",
          message:
            'creating task run "weekly": its answer was lost, and the service says that the name is ' +
            "taken, but does not list the job yet\n" +
            'run "pulumi up" again later: it searches for the job before it asks for another',
        });
        assert.equal(requests("POST").length, 2);
      },
      { switches: { createdListedAfterMs: 60 * MINUTE } },
    ));

  it("asks for nothing more while the list cannot be read in full", () =>
    withLifecycle(async ({ plugin, inputs, simulator, requests }) => {
      simulator.seedTaskRun({ name: "other" });
      simulator.addFault({ ...lost, when: "before" });
      simulator.addFault({ ...lists, nth: 2, answer: { kind: "edit", fields: { run_id: null } } });
      await assert.rejects(plugin.create(inputs({ name: "weekly" })), {
        code: "unreadable",
        message:
          'creating task run "weekly": its answer was lost, and the list of task runs changes while it ' +
          "is read, holds entries without an id, or holds more than are ever read, so it may be " +
          "incomplete: the job may be on it\n" +
          'run "pulumi up" again later: it searches for the job before it asks for another; else try ' +
          "again later, or delete jobs that are not needed",
      });
      assert.equal(requests("POST").length, 1);
    }));

  it("says what it was creating when the list is refused meanwhile", () =>
    withLifecycle(async ({ plugin, inputs, simulator }) => {
      simulator.addFault(lost);
      const answer = { kind: "status", status: 400, body: { error: "no" } } as const;
      simulator.addFault({ ...lists, nth: 2, answer });
      await assert.rejects(plugin.create(inputs({ name: "weekly" })), {
        code: "refused",
        message: /^creating task run "weekly": HTTP 400, "no"/,
      });
    }));

  const strangers: readonly (readonly [string, object, string])[] = [
    ["of another name", { name: "monthly" }, ""],
    ["of which the service tells neither name nor date", {}, "run_name,created_at"],
  ];
  for (const [what, seed, omittedFields] of strangers) {
    it(`leaves a run of the same content alone that somebody else starts meanwhile, one ${what}`, () =>
      withLifecycle(
        async ({ plugin, inputs, simulator, requests, ...bench }) => {
          const add = [{ ...contentOf(bench), ...seed }];
          simulator.changeAfterList({ family: "task-runs", add });
          simulator.addFault({ ...lost, when: "before" });
          const { id } = await plugin.create(inputs({ name: "weekly", waitFor: "submitted" }));
          const [stranger, own] = await bench.runs();
          assert.notEqual(stranger?.id, id);
          assert.equal(own?.id, id);
          assert.equal(requests("POST").length, 2);
        },
        { switches: { omittedFields } },
      ));
  }

  it("leaves alone a run without a name that another resource of the stack holds", () =>
    withLifecycle(
      async ({ plugin, inputs, simulator, ...bench }) => {
        const other = simulator.seedTaskRun(contentOf(bench));
        simulator.addFault({ ...lost, when: "before" });
        const { id } = await plugin.create(
          inputs({ waitFor: "submitted" }, { otherJobIds: [other.id] }),
        );
        assert.notEqual(id, other.id);
      },
      { switches: { omittedFields: "run_name" } },
    ));

  for (const [what, createdListedAfterMs] of [
    ["is listed", 0],
    ["is not listed yet", 5000],
  ] as const) {
    for (const resultFilePath of ["churn/2026-11/", "before/"]) {
      it(`makes another run beside the one that the state holds, which ${what} (its path is ${resultFilePath})`, () =>
        withLifecycle(
          async ({ plugin, inputs, simulator, runs, ...bench }) => {
            const held = simulator.seedTaskRun({
              ...contentOf(bench),
              name: "weekly",
              resultFilePath,
            });
            simulator.addFault({ ...lost, when: "before" });
            const inState = { id: held.id, createdAt: null };
            const program = inputs({ name: "weekly", waitFor: "submitted" }, { inState });
            const { id } = await plugin.create(program);
            assert.deepEqual(
              (await runs()).map((run) => run.id),
              [held.id, id],
            );
          },
          { switches: { duplicateNames: "allow", createdListedAfterMs } },
        ));
    }
  }

  it("names the run that the state holds where it is that one that has the name", () =>
    withLifecycle(async ({ plugin, inputs, simulator, ...bench }) => {
      const held = simulator.seedTaskRun({ ...contentOf(bench), name: "weekly" });
      simulator.addFault({ ...lost, when: "before" });
      const inState = { id: held.id, createdAt: null };
      await assert.rejects(plugin.create(inputs({ name: "weekly" }, { inState })), {
        code: "name-taken",
        message: new RegExp(`^creating task run "weekly": the name belongs to .*${held.id}`),
      });
    }));

  it("finds the run where the state could not be read", () =>
    withLifecycle(async ({ plugin, inputs, simulator, runs }) => {
      simulator.addFault(lost);
      const { id } = await plugin.create(inputs({}, { stateWasRead: false }));
      assert.deepEqual(
        (await runs()).map((run) => run.id),
        [id],
      );
    }));

  it("finds the run where the dates of the runs before it could not be read", () =>
    withLifecycle(
      async ({ plugin, inputs, simulator, clock, runs }) => {
        simulator.seedTaskRun({ name: "other" });
        await clock.advance(MINUTE);
        const fields = { created_at: "yesterday" };
        simulator.addFault({ ...lists, times: 1, answer: { kind: "edit", fields } });
        simulator.addFault(lost);
        const { id } = await plugin.create(inputs());
        assert.equal((await runs())[1]?.id, id);
        assert.equal((await runs()).length, 2);
      },
      { switches: { duplicateNames: "allow" } },
    ));

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
