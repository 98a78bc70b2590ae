import assert from "node:assert/strict";
import type { NclueError } from "../../provider/src/kernel/errors";
import { contentOf, type LifecycleBench, withLifecycle } from "../support/withLifecycle";

/** The name that a create with these inputs would generate, learned from a first attempt. */
async function interruptedAttempt({ newProcess, inputs, simulator }: LifecycleBench) {
  const first = newProcess();
  const { id, outputs } = await first.create(inputs({ waitFor: "submitted" }));
  simulator.clearLog();
  return { id, name: String(outputs.name), createdAt: String(outputs.createdAt) };
}

/** From now on, answers to requests with this path do not tell the names of runs. */
function hideNames({ simulator }: LifecycleBench, path: string): void {
  const answer = { kind: "edit", fields: { run_name: null } } as const;
  simulator.addFault({ match: { method: "GET", path }, times: "always", answer });
}

describe("create under a generated name", () => {
  it("adopts what an interrupted attempt has left, says so with id and date, and posts nothing", () =>
    withLifecycle(async (bench) => {
      const attempt = await interruptedAttempt(bench);
      const { id, outputs, problem } = await bench.plugin.create(bench.inputs());
      assert.equal(id, attempt.id);
      assert.equal(problem, undefined);
      assert.equal(outputs.status, "completed");
      assert.equal(bench.requests("POST").length, 0);
      assert.equal(
        bench.plugin.log.texts("info")[0],
        `adopted task run "${attempt.name}" (${attempt.id}, registered, created ${attempt.createdAt}); no new run was started`,
      );
    }));

  it("adopts it although it has completed since, and finds its result", () =>
    withLifecycle(async (bench) => {
      const attempt = await interruptedAttempt(bench);
      await bench.clock.advance(10 * 60_000);
      const { id, outputs } = await bench.plugin.create(bench.inputs());
      assert.equal(id, attempt.id);
      assert.equal(outputs.status, "completed");
      assert.notEqual(outputs.resultKey, null);
    }));

  it("makes a new run beside the one that the state holds: a forced replacement", () =>
    withLifecycle(async (bench) => {
      const before = await interruptedAttempt(bench);
      const inState = { id: before.id, createdAt: before.createdAt };
      const { id, outputs } = await bench.plugin.create(bench.inputs({}, { inState }));
      assert.notEqual(id, before.id);
      assert.equal(outputs.name, `${before.name}-2`);
    }));

  it("adopts the run that an interrupted forced replacement has left", () =>
    withLifecycle(async (bench) => {
      const before = await interruptedAttempt(bench);
      const inState = { id: before.id, createdAt: before.createdAt };
      const replacing = bench.inputs({ waitFor: "submitted" }, { inState });
      const lost = await bench.newProcess().create(replacing);
      const { id, outputs } = await bench.plugin.create(replacing);
      assert.equal(id, lost.id);
      assert.equal(outputs.name, `${before.name}-2`);
      assert.equal((await bench.runs()).length, 2);
    }));

  it("knows the adopted run by its own name where only the list tells that", () =>
    withLifecycle(async (bench) => {
      const before = await interruptedAttempt(bench);
      const inState = { id: before.id, createdAt: before.createdAt };
      const replacing = bench.inputs({ waitFor: "submitted" }, { inState });
      await bench.newProcess().create(replacing);
      hideNames(bench, "/task-runs/*");
      const { outputs } = await bench.plugin.create(replacing);
      assert.equal(outputs.name, `${before.name}-2`);
    }));

  it("takes the list's word for a run under way", () =>
    withLifecycle(async (bench) => {
      await interruptedAttempt(bench);
      await bench.plugin.create(bench.inputs({ waitFor: "submitted" }));
      assert.deepEqual(bench.requests(), ["GET /task-runs"]);
    }));

  it("asks ten requests' time later for a run at its end, which may have been deleted just now", () =>
    withLifecycle(async (bench) => {
      await interruptedAttempt(bench);
      await bench.clock.advance(10 * 60_000);
      const quick = bench.newProcess({ NCLUE_REQUESTS_PER_SECOND: "10" });
      await quick.create(bench.inputs({ waitFor: "submitted", onResultMissing: "accept" }));
      const [listed, asked] = bench.simulator.log();
      assert.deepEqual(bench.requests().slice(0, 2), ["GET /task-runs", "GET /task-runs/*"]);
      assert.equal(Number(asked?.atMs) - Number(listed?.atMs), 1000);
    }));

  it("does not give up an adopted run that the service does not show for a moment", () =>
    withLifecycle(async (bench) => {
      const attempt = await interruptedAttempt(bench);
      const { simulator } = bench;
      const unknown = { kind: "status", status: 404, body: { code: "10110" } } as const;
      const nothing = { kind: "status", status: 200, body: { total: 0, runs: [] } } as const;
      simulator.addFault({ match: { path: "/task-runs/*" }, nth: 2, answer: unknown });
      simulator.addFault({
        match: { path: "/task-runs" },
        nth: 2,
        times: "always",
        answer: nothing,
      });
      const { id, problem } = await bench.plugin.create(bench.inputs());
      assert.equal(problem, undefined);
      assert.equal(id, attempt.id);
    }));

  it("leaves a run of the same content alone that turns out to have another name", () =>
    withLifecycle(async (bench) => {
      const stranger = bench.simulator.seedTaskRun({ ...contentOf(bench), name: "monthly" });
      await bench.clock.advance(10 * 60_000);
      hideNames(bench, "/task-runs");
      const other = { resultFilePath: "other/", waitFor: "submitted" };
      await bench.plugin.create(bench.inputs(other, { logicalName: "other", urn: "urn:other" }));
      const { id } = await bench.plugin.create(bench.inputs({ waitFor: "submitted" }));
      assert.notEqual(id, stranger.id);
    }));

  it("gives up with the fiftieth name that is taken in a row", () =>
    withLifecycle(async (bench) => {
      const { name } = await interruptedAttempt(bench);
      bench.simulator.deleteJob((await bench.runs())[0]?.id ?? "");
      const answer = { kind: "status", status: 409, body: { code: "10102" } } as const;
      bench.simulator.addFault({ match: { method: "POST" }, times: "always", answer });
      await assert.rejects(bench.plugin.create(bench.inputs()), {
        code: "name-taken",
        message:
          `creating task run "${name}": 50 names in a row are taken\n` +
          "delete those of earlier attempts, or give the run a name",
      });
      assert.equal(bench.requests("POST").length, 50);
    }));

  it("leaves a failed run alone and goes on to -2, then -3", () =>
    withLifecycle(async (bench) => {
      const names: string[] = [];
      for (let n = 0; n < 3; n++) {
        const { id, outputs } = await bench
          .newProcess()
          .create(bench.inputs({ waitFor: "submitted" }));
        names.push(String(outputs.name));
        bench.simulator.failJob(id);
      }
      assert.deepEqual(names, [names[0], `${names[0]}-2`, `${names[0]}-3`]);
    }));

  it("leaves another resource's run alone", () =>
    withLifecycle(async (bench) => {
      const other = await interruptedAttempt(bench);
      const { id, outputs } = await bench.plugin.create(
        bench.inputs({ waitFor: "submitted" }, { otherJobIds: [other.id] }),
      );
      assert.notEqual(id, other.id);
      assert.equal(outputs.name, `${other.name}-2`);
    }));

  it("does not adopt where the state could not be read, names the run and the ways out", () =>
    withLifecycle(async (bench) => {
      const attempt = await interruptedAttempt(bench);
      await assert.rejects(bench.plugin.create(bench.inputs({}, { stateWasRead: false })), {
        code: "name-taken",
        message: new RegExp(`state could not be read.*${attempt.id}.*\\n.*import: "${attempt.id}"`),
      });
      assert.equal(bench.requests("POST").length, 0);
    }));

  for (const indexMeaning of ["offset", "page"] as const) {
    it(`finds an attempt on the page with the newest runs, wherever that is (index is a ${indexMeaning})`, () =>
      withLifecycle(
        async (bench) => {
          for (let n = 0; n < 120; n++) bench.simulator.seedTaskRun({ name: `other-${n}` });
          await bench.clock.advance(1000);
          const attempt = await interruptedAttempt(bench);
          const { id, problem } = await bench.plugin.create(bench.inputs());
          assert.equal(problem, undefined);
          assert.equal(id, attempt.id);
          assert.equal((await bench.runs()).length, 121);
          assert.equal(bench.requests("POST").length, 0);
        },
        { switches: { listOrder: "oldest", indexMeaning } },
      ));
  }

  it("takes the next name where the service calls one taken that it does not list", () =>
    withLifecycle(
      async (bench) => {
        const attempt = await interruptedAttempt(bench);
        bench.simulator.deleteJob(attempt.id);
        const { outputs, problem } = await bench.plugin.create(bench.inputs());
        assert.equal(problem, undefined);
        assert.equal(outputs.name, `${attempt.name}-2`);
      },
      { switches: { deletedNames: "taken" } },
    ));

  it("makes another run for other content", () =>
    withLifecycle(async (bench) => {
      const attempt = await interruptedAttempt(bench);
      for (const change of [{ triggers: [1] }, { resultFilePath: "other/" }]) {
        const { id } = await bench.plugin.create(bench.inputs({ ...change, waitFor: "submitted" }));
        assert.notEqual(id, attempt.id);
      }
    }));

  it("waits for an adopted run as for its own: a failed end is told", () =>
    withLifecycle(
      async (bench) => {
        const attempt = await interruptedAttempt(bench);
        const { id, problem } = await bench.plugin.create(bench.inputs());
        assert.equal(id, attempt.id);
        assert.equal(problem?.code, "job-failed");
      },
      { plan: { outcome: "failed" } },
    ));
});

describe("create under a given name", () => {
  const taken = async (bench: LifecycleBench, changes: object = {}) =>
    bench.simulator.seedTaskRun({ ...contentOf(bench), name: "mine", ...changes });

  it("is an error where a run has it: with id, status, date and the ways out", () =>
    withLifecycle(async (bench) => {
      const other = await taken(bench);
      await assert.rejects(bench.plugin.create(bench.inputs({ name: "mine" })), {
        code: "name-taken",
        message: new RegExp(
          `"mine" \\(${other.id}, registered, created 2026-11-01T09:00:0.*\\)\\n` +
            `use another name.*import: "${other.id}".*onDuplicateName: "adopt".*delete`,
        ),
      });
      assert.equal(bench.requests("POST").length, 0);
    }));

  it("is an error where a failed run has it, which stays untouched", () =>
    withLifecycle(async (bench) => {
      const other = await taken(bench);
      bench.simulator.failJob(other.id);
      for (const onDuplicateName of ["fail", "adopt"]) {
        await assert.rejects(
          bench.newProcess().create(bench.inputs({ name: "mine", onDuplicateName })),
          {
            code: "name-taken",
            message:
              onDuplicateName === "fail" ? /, failed, / : /, which is not adopted: it has failed\n/,
          },
        );
      }
      assert.equal((await bench.simulator.job(other.id))?.status, "failed");
    }));

  it("names the run that has it where only the list tells its name", () =>
    withLifecycle(async (bench) => {
      const other = await taken(bench);
      hideNames(bench, "/task-runs/*");
      await assert.rejects(bench.plugin.create(bench.inputs({ name: "mine" })), {
        message: new RegExp(`: the name belongs to task run "mine" \\(${other.id}, `),
      });
    }));

  it("says what it was creating, and that it was reading the list, when that is refused", () =>
    withLifecycle(async ({ plugin, inputs, simulator }) => {
      const answer = { kind: "status", status: 400, body: { error: "no" } } as const;
      simulator.addFault({ match: { path: "/task-runs" }, times: "always", answer });
      const whileReading = 'reading which task runs exist: HTTP 400, "no"';
      for (const [name, message] of [
        ["mine", `^creating task run "mine", ${whileReading}`],
        [undefined, `^creating task run "churn-[0-9a-f]{10}", ${whileReading}`],
      ] as const) {
        await assert.rejects(plugin.create(inputs({ name })), { message: new RegExp(message) });
      }
    }));

  it("is an error also where only the service's 409 tells of the other run", () =>
    withLifecycle(
      async (bench) => {
        for (let n = 0; n < 120; n++) bench.simulator.seedTaskRun({ name: `other-${n}` });
        await bench.clock.advance(1000);
        const other = await taken(bench);
        await assert.rejects(bench.plugin.create(bench.inputs({ name: "mine" })), {
          code: "name-taken",
          message: new RegExp(other.id),
        });
        assert.equal(bench.requests("POST").length, 1);
      },
      { switches: { listOrder: "oldest", createdListedAfterMs: 5000 } },
    ));

  it('takes the run over under "adopt", where the content is the same', () =>
    withLifecycle(async (bench) => {
      const other = await taken(bench);
      const { id, outputs, problem } = await bench.plugin.create(
        bench.inputs({ name: "mine", onDuplicateName: "adopt" }),
      );
      assert.equal(id, other.id);
      assert.equal(problem, undefined);
      assert.equal(outputs.status, "completed");
      assert.equal(bench.requests("POST").length, 0);
    }));

  const refusals: readonly (readonly [string, object, object, string])[] = [
    ["another path", { resultFilePath: "other/" }, {}, "it has another resultFilePath"],
    [
      "another place",
      { resultBucket: "other", resultFilePath: "other/" },
      {},
      "it has another resultBucket, resultFilePath",
    ],
    [
      "a state that could not be read",
      {},
      { stateWasRead: false },
      "the stack's state could not be read",
    ],
  ];
  for (const [what, changes, plumbing, why] of refusals) {
    it(`does not take it over in case of ${what}, and says why`, () =>
      withLifecycle(async (bench) => {
        await taken(bench, changes);
        const program = bench.inputs({ name: "mine", onDuplicateName: "adopt" }, { ...plumbing });
        await assert.rejects(bench.plugin.create(program), ({ code, message }: NclueError) => {
          assert.equal(code, "name-taken");
          assert.ok(message.includes(`, which is not adopted: ${why}\n`), message);
          assert.match(message, /\nuse another name, or delete the run$/);
          return true;
        });
      }));
  }

  it("does not take over the run that it is to replace, and says why", () =>
    withLifecycle(async (bench) => {
      const { id } = await taken(bench);
      const inState = { id, createdAt: null };
      const program = bench.inputs({ name: "mine", onDuplicateName: "adopt" }, { inState });
      await assert.rejects(bench.plugin.create(program), {
        code: "name-taken",
        message: /, which is not adopted: this resource is being replaced and holds it\n/,
      });
    }));

  it("does not take over another resource's run", () =>
    withLifecycle(async (bench) => {
      const other = await taken(bench);
      const program = bench.inputs(
        { name: "mine", onDuplicateName: "adopt" },
        { otherJobIds: [other.id] },
      );
      await assert.rejects(bench.plugin.create(program), {
        code: "name-taken",
        message: /not adopted: another resource of this stack holds it/,
      });
    }));

  it("is an error where two resources of a program share it", () =>
    withLifecycle(async (bench) => {
      const program = { name: "mine", waitFor: "submitted" };
      await bench.plugin.create(bench.inputs(program, { urn: "urn:a" }));
      await assert.rejects(bench.plugin.create(bench.inputs(program, { urn: "urn:b" })), {
        code: "name-taken",
        message:
          'creating task run "mine": another resource of this program has the same name\n' +
          "give each a name of its own",
      });
    }));

  it("says what holds the name after the old run was left behind in a replacement", () =>
    withLifecycle(async (bench) => {
      const { plugin, inputs, clock } = bench;
      const program = inputs({ name: "mine", waitFor: "started", onDeleteWhileRunning: "abandon" });
      const { id, outputs } = await plugin.create(program);
      await clock.advance(10_000);
      const later = bench.newProcess();
      await later.delete(id, outputs);
      const inState = { id, createdAt: String(outputs.createdAt) };
      await assert.rejects(later.create(inputs({ name: "mine", triggers: [1] }, { inState })), {
        code: "name-taken",
        message: new RegExp(id),
      });
    }));
});

describe("create with the import option", () => {
  const existing = (bench: LifecycleBench) =>
    bench.simulator.seedTaskRun({ ...contentOf(bench), name: "made-elsewhere" });

  it("takes the run over, waits for it, and posts nothing", () =>
    withLifecycle(async (bench) => {
      const run = existing(bench);
      const { id, outputs, problem } = await bench.plugin.create(
        bench.inputs({}, { importId: run.id }),
      );
      assert.equal(id, run.id);
      assert.equal(problem, undefined);
      assert.equal(outputs.name, "made-elsewhere");
      assert.equal(outputs.status, "completed");
      const { importedIds, taken } = outputs.__nclue as Record<string, unknown>;
      assert.deepEqual([importedIds, taken], [[run.id], []]);
      assert.equal(bench.requests("POST").length, 0);
    }));

  it("takes what the program does not give from the service, and sees no change in that later", () =>
    withLifecycle(async (bench) => {
      const run = existing(bench);
      const program = bench.inputs(
        { resultBucket: undefined, resultFilePath: undefined },
        { importId: run.id },
      );
      const { outputs, id } = await bench.plugin.create(program);
      assert.equal(outputs.resultBucket, "acme-results");
      assert.equal(outputs.resultFilePath, "churn/2026-11/");
      const nothing = { changes: false, replaces: [] };
      assert.deepEqual(await bench.plugin.diff(id, outputs, program), nothing);
      const removed = bench.inputs({ resultBucket: undefined, resultFilePath: undefined });
      assert.deepEqual(await bench.plugin.diff(id, outputs, removed), nothing);
      const other = bench.inputs({}, { importId: "another" });
      assert.deepEqual((await bench.plugin.diff(id, outputs, other)).replaces, ["import"]);
    }));

  it("is an error that lists each difference, already in check", () =>
    withLifecycle(async (bench) => {
      const run = existing(bench);
      const program = bench.inputs(
        { name: "mine", resultBucket: "acme-other", resultFilePath: "other/" },
        { importId: run.id },
      );
      await assert.rejects(bench.plugin.create(program), {
        code: "import-differs",
        message: /: name differs .*; resultBucket differs .*; resultFilePath differs /,
      });
      const { failures } = await bench.newProcess().check({}, program);
      assert.deepEqual(
        failures.map(({ property }) => property),
        ["name", "resultBucket", "resultFilePath"],
      );
      assert.match(
        failures[0]?.reason ?? "",
        /"made-elsewhere" at the service and "mine" in the pro/,
      );
    }));

  it("is an error where no run has the id, already in check", () =>
    withLifecycle(async (bench) => {
      const program = bench.inputs({}, { importId: "no-such-run" });
      await assert.rejects(bench.plugin.create(program), { code: "job-gone" });
      const { failures } = await bench.plugin.check({}, program, true);
      assert.match(
        failures[0]?.reason ?? "",
        /^import: importing task run no-such-run: there is no task run no-such-run: .*\n.*take the import option out/,
      );
    }));

  it("asks for no bucket and gives no advice in check, since it spends nothing", () =>
    withLifecycle(async (bench) => {
      const run = existing(bench);
      bench.store.states.set("acme-results", { kind: "missing" });
      const program = bench.inputs({ resultBucket: undefined }, { importId: run.id });
      const given = bench.inputs({}, { importId: run.id });
      for (const inputs of [program, given]) {
        assert.deepEqual((await bench.plugin.check({}, inputs)).failures, []);
      }
      assert.deepEqual(bench.plugin.log.texts("warn"), []);
    }));

  it("does not take over a run that another resource of the same update has created", () =>
    withLifecycle(async (bench) => {
      const program = bench.inputs({ waitFor: "submitted" }, { urn: "urn:a" });
      const { id } = await bench.plugin.create(program);
      const importing = bench.inputs({}, { urn: "urn:b", importId: id });
      await assert.rejects(bench.plugin.create(importing), {
        code: "name-taken",
        message: /another resource of this stack holds it/,
      });
    }));

  it("is not looked up again in check once it has been carried out", () =>
    withLifecycle(async (bench) => {
      const run = existing(bench);
      const program = bench.inputs({}, { importId: run.id });
      assert.deepEqual((await bench.plugin.check(program, program)).failures, []);
      assert.deepEqual(bench.requests(), []);
    }));

  it("makes a new run where the state holds the very run: a forced replacement", () =>
    withLifecycle(async (bench) => {
      const run = existing(bench);
      const program = bench.inputs(
        { waitFor: "submitted" },
        { importId: run.id, inState: { id: run.id, createdAt: null } },
      );
      assert.notEqual((await bench.plugin.create(program)).id, run.id);
    }));
});
