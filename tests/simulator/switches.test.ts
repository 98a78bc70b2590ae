import assert from "node:assert/strict";
import { type Switches, switchTable } from "../../simulator/src";
import { createSwitchBoard } from "../../simulator/src/switches/switchBoard";
import { type Bench, withSimulator } from "./support/withSimulator";

/** Runs a test with switches set from the start. */
const withSwitches = (switches: Partial<Switches>, test: (bench: Bench) => Promise<void>) =>
  withSimulator(test, { switches });

describe("The simulator's switches", () => {
  it("begin at the defaults of the table and can be set back", () => {
    const board = createSwitchBoard({ listOrder: "oldest" });
    const byDefault = Object.fromEntries(
      Object.entries(switchTable).map(([name, entry]) => [name, entry.byDefault]),
    );
    assert.deepEqual(board.read(), { ...byDefault, listOrder: "oldest" });
    board.set({ listOrder: "random", nameLimit: 40 });
    assert.deepEqual([board.read().listOrder, board.read().nameLimit], ["random", 40]);
    board.reset();
    assert.deepEqual([board.read().listOrder, board.read().nameLimit], ["oldest", 100]);
  });

  it("list their positions, the default first, where these can be counted", () => {
    for (const [name, { byDefault, choices }] of Object.entries(switchTable)) {
      const isCounted = typeof byDefault === "boolean" || choices.length > 0;
      if (isCounted) assert.equal(choices[0], byDefault, name);
    }
    assert.deepEqual(switchTable.tasksAtOnce.choices, ["one", "many"]);
    assert.deepEqual(switchTable.resultRequired.choices, [true, false]);
  });

  it("refuse unknown names and values, and then change nothing", () => {
    const board = createSwitchBoard();
    for (const [changes, message] of [
      [{ colour: "red" }, /there is no such switch/],
      [{ toString: "red" }, /there is no such switch/],
      [{ listOrder: "sideways" }, /must be newest \| oldest/],
      [{ statusMayGoBackwards: "yes" }, /must be true \| false/],
      [{ unknownIdStatus: 40.4 }, /whole number/],
      [{ resultDelayMs: -1 }, /0 or more/],
      [{ nameLimit: 40, gatewaySkewMs: "slow" }, /must be a number/],
    ] as const) {
      assert.throws(() => board.set(changes as Partial<Switches>), message);
    }
    assert.equal(board.read().nameLimit, 100);
  });
});

describe("The simulator's switches for errors", () => {
  const bodies: Readonly<Record<Switches["errorShape"], unknown>> = {
    responseError: { responseError: { returnCode: "10110", returnMessage: "NOT_FOUND" } },
    "error-errorCode": { error: { errorCode: "10110", message: "NOT_FOUND", details: null } },
    "error-code": { error: { code: "10110", message: "NOT_FOUND" } },
    "error-text": { error: "NOT_FOUND" },
    flat: { errorCode: "10110", message: "NOT_FOUND" },
    "code-msg": { code: "10110", msg: "NOT_FOUND", data: null },
    "status-code": { status: { code: "10110", message: "NOT_FOUND" } },
    spring: {
      timestamp: "2026-04-01T00:00:00.000Z",
      status: 404,
      error: "Error",
      code: "10110",
      message: "NOT_FOUND",
      path: "/api/v1/task-runs/unknown",
    },
    xml: "<Error><Code>10110</Code><Message>NOT_FOUND</Message><RequestId/></Error>",
    plain: "10110 NOT_FOUND",
  };

  for (const [errorShape, body] of Object.entries(bodies)) {
    it(`write NCLUE's errors in the shape ${errorShape}`, () =>
      withSwitches({ errorShape: errorShape as Switches["errorShape"] }, async ({ client }) => {
        const reply = await client.get("/task-runs/unknown");
        assert.equal(reply.status, 404);
        assert.deepEqual(typeof body === "string" ? reply.text : reply.json, body);
      }));
  }

  it("write codes as numbers", () =>
    withSwitches({ errorCodeType: "number", errorShape: "flat" }, async ({ client }) => {
      const { json } = await client.get("/task-runs/unknown");
      assert.deepEqual(json, { errorCode: 10110, message: "NOT_FOUND" });
    }));

  it("write the gateway's errors with a number, or as XML", () =>
    withSwitches({ gatewayErrorShape: "number" }, async ({ simulator, client }) => {
      const error = { errorCode: 300, message: "Not Found Exception", details: null };
      assert.deepEqual((await client.get("/nowhere")).json, { error });
      simulator.setSwitches({ gatewayErrorShape: "xml" });
      assert.match((await client.get("/nowhere")).text, /^<Error><Code>300</);
    }));

  it("choose status and code of every error that no document names", () =>
    withSwitches(
      {
        unknownIdStatus: 400,
        unknownIdCode: 10200,
        deleteRefusedStatus: 422,
        deleteRefusedCode: 10201,
        parentNotReadyStatus: 400,
        parentNotReadyCode: 10202,
        unknownParentStatus: 422,
        unknownParentCode: 10203,
        parameterStatus: 400,
        parameterCode: 10204,
      },
      async ({ simulator, client, runRequest, postRun }) => {
        const unfinished = simulator.seedTask({ plan: { inProgressMs: "never" } });
        const id = await postRun();
        await simulator.advance(1_000);
        for (const [reply, status, code] of [
          [await client.get("/task-runs/unknown"), 400, 10200],
          [await client.delete("/task-runs/unknown"), 400, 10200],
          [await client.delete(`/task-runs/${id}`), 422, 10201],
          [
            await client.post("/task-runs", { ...runRequest, name: "b", task_id: unfinished.id }),
            400,
            10202,
          ],
          [await client.post("/task-runs", { ...runRequest, name: "b", task_id: "?" }), 422, 10203],
          [await client.post("/task-runs", { ...runRequest, name: "" }), 400, 10204],
        ] as const) {
          assert.equal(reply.status, status);
          assert.ok(reply.text.includes(String(code)), reply.text);
        }
      },
    ));

  it("let DELETE of an unknown id succeed", () =>
    withSwitches({ deleteUnknown: "success" }, async ({ client }) => {
      const reply = await client.delete("/task-runs/unknown");
      assert.deepEqual([reply.status, reply.json], [200, { run_id: "unknown" }]);
    }));
});

describe("The simulator's switches for names and arguments", () => {
  it("allow one name twice", () =>
    withSwitches({ duplicateNames: "allow" }, async ({ simulator, postRun }) => {
      await postRun();
      await postRun();
      assert.equal((await simulator.jobs("task-runs")).length, 2);
    }));

  it("make names unique per family or per account, with or without regard to case", () =>
    withSwitches({}, async ({ simulator, client, runRequest }) => {
      const statusOf = async (name: string) => {
        const reply = await client.post("/task-runs", { ...runRequest, name });
        if (reply.status === 200) simulator.deleteJob(String(reply.json.run_id));
        return reply.status;
      };
      simulator.seedTaskRun({ name: "Taken" });
      assert.deepEqual([await statusOf("taken"), await statusOf("members")], [200, 200]);
      simulator.setSwitches({ nameCase: "insensitive", nameScope: "account" });
      assert.deepEqual([await statusOf("taken"), await statusOf("members")], [409, 409]);
    }));

  it("free the names of deleted and failed runs, or keep them", () =>
    withSwitches({}, async ({ simulator, client, runRequest, postRun }) => {
      const again = async () => (await client.post("/task-runs", runRequest)).status;
      simulator.deleteJob(await postRun());
      simulator.setSwitches({ deletedNames: "taken" });
      const second = await postRun();
      simulator.failJob(second);
      assert.equal(await again(), 409);
      simulator.setSwitches({ failedNames: "free" });
      const third = await postRun();
      assert.equal((await client.delete(`/task-runs/${third}`)).status, 200);
      assert.equal(await again(), 409);
    }));

  it("shorten names and change which characters paths may have", () =>
    withSwitches({ nameLimit: 40 }, async ({ simulator, client, runRequest }) => {
      const long = await client.post("/task-runs", { ...runRequest, name: "x".repeat(41) });
      assert.match(long.text, /10101/);
      const refusedPaths = async (pathRules: Switches["pathRules"]) => {
        simulator.setSwitches({ pathRules });
        const refused: string[] = [];
        for (const result_file_path of ["a b", "a=b", "a&b", "결과"]) {
          const reply = await client.post("/task-runs", { ...runRequest, result_file_path });
          if (reply.status === 200) simulator.deleteJob(String(reply.json.run_id));
          else refused.push(result_file_path);
        }
        return refused;
      };
      assert.deepEqual(await refusedPaths("2026"), ["a b", "a&b"]);
      assert.deepEqual(await refusedPaths("late2025"), ["a&b"]);
      assert.deepEqual(await refusedPaths("early2025"), ["a=b", "a&b"]);
      simulator.setSwitches({ wideCharactersInPaths: "refuse" });
      assert.deepEqual(await refusedPaths("late2025"), ["a&b", "결과"]);
    }));

  it("make the result optional and tie a run to its task's own feature", () =>
    withSwitches({ resultRequired: false }, async ({ simulator, client, runRequest }) => {
      const { name, task_id } = runRequest;
      const other = simulator.seedFeature();
      const request = { name, task_id, feature_id: other.id };
      simulator.setSwitches({ featureMustBeTasksOwn: true });
      assert.equal((await client.post("/task-runs", request)).status, 422);
      simulator.setSwitches({ featureMustBeTasksOwn: false });
      const reply = await client.post("/task-runs", request);
      assert.deepEqual([reply.status, reply.json.result_bucket], [200, null]);
    }));
});

describe("The simulator's switches for lists", () => {
  const namesOf = async ({ client }: Bench, query = "") => {
    const { json } = await client.get(`/task-runs${query}`);
    return (json.runs as { run_name: string }[]).map((run) => run.run_name).join("");
  };
  const seedThree = ({ simulator, task }: Bench) => {
    for (const [name, id] of [
      ["a", "2"],
      ["b", "3"],
      ["c", "1"],
    ] as const) {
      simulator.seedTaskRun({ id, name, taskId: task.id });
    }
  };

  it("order by age or id, or differently at each call", () =>
    withSwitches({}, async (bench) => {
      seedThree(bench);
      assert.equal(await namesOf(bench), "cba");
      bench.simulator.setSwitches({ listOrder: "oldest" });
      assert.equal(await namesOf(bench), "abc");
      bench.simulator.setSwitches({ listOrder: "byId" });
      assert.equal(await namesOf(bench), "cab");
      bench.simulator.setSwitches({ listOrder: "random" });
      assert.equal([...(await namesOf(bench))].sort().join(""), "abc");
    }));

  it("read index as a page and total as what was returned", () =>
    withSwitches({ indexMeaning: "page", totalMeaning: "returned" }, async (bench) => {
      seedThree(bench);
      assert.equal(await namesOf(bench, "?index=1&limit=2"), "a");
      const { json } = await bench.client.get("/task-runs?index=0&limit=2");
      assert.deepEqual([json.index, json.limit, json.total], [0, 2, 2]);
    }));

  it("clamp a limit or fall back to 20, and refuse an index past the end", () =>
    withSwitches({ limitOutOfRange: "clamp" }, async (bench) => {
      seedThree(bench);
      const limitOf = async (limit: string) =>
        (await bench.client.get(`/task-runs?limit=${limit}`)).json.limit;
      assert.deepEqual([await limitOf("0"), await limitOf("101"), await limitOf("x")], [1, 100, 1]);
      bench.simulator.setSwitches({ limitOutOfRange: "default" });
      assert.deepEqual([await limitOf("0"), await limitOf("101")], [20, 20]);
      assert.equal(await namesOf(bench, "?index=3"), "");
      bench.simulator.setSwitches({ indexPastEnd: "refuse" });
      assert.equal((await bench.client.get("/task-runs?index=3")).status, 422);
    }));
});

describe("The simulator's switches for answers", () => {
  it("spell time with an offset, bare, with a fraction or in UTC", () =>
    withSwitches({}, async ({ simulator, client, task }) => {
      const seen: unknown[] = [];
      for (const timestampForm of ["offset", "bare", "fraction", "utc"] as const) {
        simulator.setSwitches({ timestampForm });
        seen.push((await client.get(`/tasks/${task.id}`)).json.completed_at);
      }
      assert.deepEqual(seen, [
        "2026-04-01T09:00:00+09:00",
        "2026-04-01T09:00:00",
        "2026-04-01T09:00:00.000+09:00",
        "2026-04-01T00:00:00Z",
      ]);
    }));

  it("leave out what has no value, or write it as an empty text", () =>
    withSwitches({ noValue: "absent" }, async ({ simulator, client, postRun }) => {
      const id = await postRun();
      const keys = Object.keys((await client.get(`/task-runs/${id}`)).json);
      for (const key of ["completed_at", "line_count", "fail_message"]) {
        assert.ok(!keys.includes(key), key);
      }
      simulator.setSwitches({ noValue: "empty" });
      const run = (await client.get(`/task-runs/${id}`)).json;
      assert.deepEqual([run.completed_at, run.line_count, run.fail_message], ["", "", ""]);
      await simulator.advance(9_000);
      assert.equal((await client.get(`/task-runs/${id}`)).json.fail_message, null);
    }));

  it("say complete for completed", () =>
    withSwitches({ statusWord: "complete" }, async ({ client, task }) => {
      assert.equal((await client.get(`/tasks/${task.id}`)).json.status, "complete");
    }));

  it("let a status go backwards for a while", () =>
    withSwitches({ statusMayGoBackwards: true }, async ({ simulator, client, postRun }) => {
      const id = await postRun();
      const seen: unknown[] = [];
      for (const stepMs of [3_000, 2_000, 2_000, 2_000]) {
        await simulator.advance(stepMs);
        seen.push((await client.get(`/task-runs/${id}`)).json.status);
      }
      assert.deepEqual(seen, ["in_progress", "pending", "in_progress", "completed"]);
    }));

  it("blank the names of a deleted task and feature", () =>
    withSwitches(
      { deletedParentNames: "noValue" },
      async ({ simulator, client, postRun, task }) => {
        const id = await postRun();
        simulator.deleteJob(task.id);
        const run = (await client.get(`/task-runs/${id}`)).json;
        assert.deepEqual([run.task_id, run.task_name], [task.id, null]);
        assert.equal(run.feature_name, "members");
      },
    ));
});

describe("The simulator's switches for when changes show", () => {
  it("hide a new run from lists and GET for a while", () =>
    withSwitches(
      { createdListedAfterMs: 500, createdReadableAfterMs: 300 },
      async ({ simulator, client, postRun }) => {
        const id = await postRun();
        const seen = async () => [
          (await client.get(`/task-runs/${id}`)).status,
          (await client.get("/task-runs")).json.total,
        ];
        assert.deepEqual(await seen(), [404, 0]);
        await simulator.advance(300);
        assert.deepEqual(await seen(), [200, 0]);
        await simulator.advance(200);
        assert.deepEqual(await seen(), [200, 1]);
      },
    ));

  it("show a deleted run for a while, standing still, but not to a second DELETE", () =>
    withSwitches(
      { deletedListedForMs: 20_000, deletedReadableForMs: 10_000 },
      async ({ simulator, client, postRun }) => {
        const id = await postRun();
        assert.equal((await client.delete(`/task-runs/${id}`)).status, 200);
        assert.equal((await client.delete(`/task-runs/${id}`)).status, 404);
        await simulator.advance(9_999);
        assert.equal((await client.get(`/task-runs/${id}`)).json.status, "registered");
        await simulator.advance(1);
        assert.equal((await client.get(`/task-runs/${id}`)).status, 404);
        assert.equal((await client.get("/task-runs")).json.total, 1);
        await simulator.advance(10_000);
        assert.equal((await client.get("/task-runs")).json.total, 0);
      },
    ));

  it("let a task be deleted under a run that is only registered", () =>
    withSwitches({ registeredDependentBlocks: false }, async ({ client, postRun, task }) => {
      await postRun();
      assert.equal((await client.delete(`/tasks/${task.id}`)).status, 200);
    }));
});
