import assert from "node:assert/strict";
import { failure } from "../support/failure";
import { type LifecycleBench, type Process, withLifecycle } from "../support/withLifecycle";

const MINUTE = 60_000;
const plan = { registeredMs: 0, pendingMs: 0, inProgressMs: 1000 };
const TASKS = { method: "GET", path: "/tasks/*" };

const said = ({ log }: Process) => log.lines.filter(({ level }) => level !== "debug");

/** Lets time pass until the run is this long before its end. */
async function almostEnded({ clock, simulator }: LifecycleBench, id: string, leftMs: number) {
  const { endsAtMs } = (await simulator.job(id)) ?? {};
  await clock.advance((endsAtMs ?? 0) - clock.nowMs() - leftMs);
  simulator.clearLog();
}

const urn = "urn:pulumi:dev::shop::pulumi-nodejs:dynamic/nclue:TaskRun::churn";

describe("an update", () => {
  it("says that it resumes a wait, asks at once (so that it sees the last second of a status), and starts nothing", () =>
    withLifecycle(async (bench) => {
      const { plugin, newProcess, inputs } = bench;
      const { id, outputs } = await plugin.create(inputs({ waitFor: "submitted" }));
      await almostEnded(bench, id, 1000);
      const later = newProcess();
      const resumed = await later.update(id, outputs, inputs({ waitFor: "started" }));
      assert.equal(resumed.problem, undefined);
      assert.equal(resumed.outputs.status, "in_progress");
      assert.deepEqual(bench.requests(), ["GET /task-runs/*"]);
      const text = `resumed the wait for task run "${outputs.name}" (${id}); no new run was started`;
      assert.deepEqual(said(later), [{ level: "info", text, urn }]);
    }));

  const quiet = [
    ["is only submitted, as is wanted", { waitFor: "submitted" }, {}],
    ["has failed", { onFailure: "fail" }, { ...plan, outcome: "failed" }],
    ["is completed", {}, plan],
  ] as const;
  for (const [what, args, life] of quiet) {
    it(`of a run that ${what} resumes nothing, says nothing, asks for nothing and changes nothing`, () =>
      withLifecycle(
        async (bench) => {
          const { plugin, newProcess, inputs, store } = bench;
          const { id, outputs } = await plugin.create(inputs(args));
          bench.simulator.clearLog();
          store.lists.length = 0;
          const later = newProcess();
          assert.deepEqual((await later.update(id, outputs, inputs(args))).outputs, outputs);
          assert.deepEqual(said(later), []);
          assert.deepEqual([bench.requests(), store.lists], [[], []]);
        },
        { plan: life },
      ));
  }

  const looks = [
    ["once where that is accepted", "accept", false, 1],
    ["for a while where it was cut short", "accept", true, 5],
    ["for a while where it must be there", "fail", false, 5],
  ] as const;
  for (const [what, onResultMissing, isSearchOpen, lists] of looks) {
    it(`of a run without its result looks for that ${what}`, () =>
      withLifecycle(
        async ({ plugin, newProcess, inputs, store }) => {
          const program = inputs({ onResultMissing });
          const { id, outputs } = await plugin.create(program);
          store.lists.length = 0;
          const __nclue = { ...Object(outputs.__nclue), isSearchOpen };
          await newProcess().update(id, { ...outputs, __nclue }, program);
          assert.equal(store.lists.length, lists);
        },
        { plan, switches: { results: "none" } },
      ));
  }
});

describe("an update of a task whose AUROC the service has not told", () => {
  const options = { plan: { ...plan, auroc: null }, switches: { sources: "ignored" } } as const;

  async function untold({ plugin, inputsOf }: LifecycleBench) {
    const program = inputsOf("task", { verify: "off", minAuroc: 0.75 });
    const { id, outputs } = await plugin.of("task").create(program);
    return { program, id, outputs, which: `task "${outputs.name}" (${id})` };
  }

  it("names the task where it cannot be read", () =>
    withLifecycle(async (bench) => {
      const { program, id, outputs, which } = await untold(bench);
      const answer = { kind: "status", status: 401, body: { code: "10199" } } as const;
      bench.simulator.addFault({ match: TASKS, times: "always", answer });
      const { code, text } = await failure(
        bench.newProcess().of("task").update(id, outputs, program),
      );
      assert.deepEqual([code, text.doing], ["refused", `reading ${which}`]);
    }, options));

  it("says the same again where the service does not show the task", () =>
    withLifecycle(async (bench) => {
      const { program, id, outputs, which } = await untold(bench);
      bench.simulator.deleteJob(id);
      const { problem } = await bench.newProcess().of("task").update(id, outputs, program);
      assert.equal(
        problem?.message,
        `${which} is completed, but not good enough: the service gives no AUROC, and minAuroc is 0.75\n` +
          "it is kept, and nothing is started on it: change its data or another argument to train again, " +
          "or take minAuroc out to accept it",
      );
    }, options));
});

describe("a create that waits for nothing", () => {
  it("shows no progress, since nothing has ended", () =>
    withLifecycle(async ({ plugin, inputs }) => {
      await plugin.create(inputs({ waitFor: "submitted" }));
      assert.deepEqual(plugin.log.steps, []);
    }));
});

describe("a create that adopts an unfinished run", () => {
  it("asks for it at once, so that it sees the last second of a status", () =>
    withLifecycle(async (bench) => {
      const { plugin, newProcess, inputs } = bench;
      const { id } = await newProcess().create(inputs({ waitFor: "submitted" }));
      await almostEnded(bench, id, 1500);
      const adopted = await plugin.create(inputs());
      const [first] = plugin.log.steps;
      assert.deepEqual([adopted.id, first?.status], [id, "in_progress"]);
    }));
});

describe("waits that fill all of the engine's slots", () => {
  it("are said once, with the way out", () =>
    withLifecycle(
      async ({ plugin, inputs }) => {
        await Promise.all(
          Array.from({ length: 8 }, (_, n) =>
            plugin.create(
              inputs({ resultFilePath: `${n}/` }, { logicalName: `r${n}`, urn: `urn:${n}` }),
            ),
          ),
        );
        const said = plugin.log.texts("info").filter((text) => text.includes("slots"));
        assert.equal(said.length, 1);
        assert.match(said[0] ?? "", /^8 jobs are waited for, .*Set PULUMI_PARALLEL/);
      },
      { plan: { inProgressMs: 5 * MINUTE } },
    ));
});

describe("a delete of an entry that an interrupted replacement has left", () => {
  const older = (outputs: Record<string, unknown>) => ({
    ...outputs,
    __nclue: { ...Object(outputs.__nclue), mark: "older" },
  });

  for (const how of ["adopted", "seen in the entry that is alive"] as const) {
    it(`keeps the run that this update has ${how}, and says so`, () =>
      withLifecycle(
        async ({ plugin, newProcess, inputs, runs }) => {
          const { id, outputs } = await newProcess().create(inputs());
          if (how === "adopted") await plugin.create(inputs());
          else await plugin.diff(id, outputs, inputs());
          plugin.log.lines.length = 0;
          await plugin.delete(id, older(outputs));
          assert.deepEqual(
            (await runs()).map((run) => run.id),
            [id],
          );
          const text = `kept task run "${outputs.name}" (${id}), which this update has taken over again`;
          assert.deepEqual(said(plugin), [{ level: "info", text, urn: `urn:of:${id}` }]);
        },
        { plan },
      ));
  }

  it("deletes a run that no other entry holds", () =>
    withLifecycle(
      async ({ plugin, inputs, newProcess, runs }) => {
        const { id, outputs } = await plugin.create(inputs());
        await newProcess().delete(id, older(outputs));
        assert.deepEqual(await runs(), []);
      },
      { plan },
    ));
});
