import assert from "node:assert/strict";
import { withSimulator } from "./support/withSimulator";

describe("A task run at the simulator", () => {
  it("is answered on POST with what was asked and without a status", () =>
    withSimulator(async ({ client, runRequest, task, feature }) => {
      const reply = await client.post("/task-runs", runRequest);
      assert.equal(reply.status, 200);
      const { run_id, ...rest } = reply.json;
      assert.match(String(run_id), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-/);
      assert.deepEqual(rest, {
        run_name: "run-1",
        task_id: task.id,
        task_name: "spring-offer",
        feature_id: feature.id,
        feature_name: "members",
        created_at: "2026-04-01T09:00:00+09:00",
        result_bucket: "acme-nclue",
        result_file_path: "runs/w14/",
      });
    }));

  it("goes through the documented statuses as the clock moves", () =>
    withSimulator(async ({ simulator, client, postRun }) => {
      const id = await postRun();
      const seen: unknown[] = [];
      for (const stepMs of [0, 999, 1, 1_999, 1, 5_999, 1]) {
        await simulator.advance(stepMs);
        seen.push((await client.get(`/task-runs/${id}`)).json.status);
      }
      assert.deepEqual(seen, [
        "registered",
        "registered",
        "pending",
        "pending",
        "in_progress",
        "in_progress",
        "completed",
      ]);
    }));

  it("shows completed_at and line_count once it is completed, and no fail_message", () =>
    withSimulator(async ({ simulator, client, postRun }) => {
      const id = await postRun();
      const before = (await client.get(`/task-runs/${id}`)).json;
      assert.deepEqual(
        [before.completed_at, before.line_count, before.fail_message],
        [null, null, null],
      );
      await simulator.advance(9_000);
      const after = (await client.get(`/task-runs/${id}`)).json;
      assert.deepEqual(
        [after.completed_at, after.line_count, after.fail_message],
        ["2026-04-01T09:00:09+09:00", 120, null],
      );
    }));

  it("fails as planned, with the planned message", () =>
    withSimulator(async ({ simulator, client, postRun }) => {
      simulator.queuePlans({ outcome: "failed", failMessage: "OBS_UPLOAD_FAILED" });
      const [failing, next] = [await postRun(), await postRun({ name: "run-2" })];
      await simulator.advance(9_000);
      const failed = (await client.get(`/task-runs/${failing}`)).json;
      assert.deepEqual(
        [failed.status, failed.fail_message, failed.completed_at, failed.line_count],
        ["failed", "OBS_UPLOAD_FAILED", null, null],
      );
      assert.equal((await client.get(`/task-runs/${next}`)).json.status, "completed");
    }));

  it("stays where it is when its plan says never", () =>
    withSimulator(async ({ simulator, client, postRun }) => {
      simulator.setDefaultPlan({ pendingMs: "never" });
      const id = await postRun();
      await simulator.advance(365 * 24 * 3600 * 1000);
      assert.equal((await client.get(`/task-runs/${id}`)).json.status, "pending");
      simulator.setPlan(id, { pendingMs: 0 });
      assert.equal((await client.get(`/task-runs/${id}`)).json.status, "completed");
      assert.throws(() => simulator.setPlan(id, { pendingMs: 1 }), /it has ended already/);
    }));

  it("can be failed, completed or deleted behind the client's back", () =>
    withSimulator(async ({ simulator, client, postRun }) => {
      const [a, b, c] = [
        await postRun({ name: "a" }),
        await postRun({ name: "b" }),
        await postRun({ name: "c" }),
      ];
      simulator.failJob(a, "COMMON_ERROR");
      await simulator.completeJob(b);
      simulator.deleteJob(c);
      assert.equal((await client.get(`/task-runs/${a}`)).json.fail_message, "COMMON_ERROR");
      assert.equal((await client.get(`/task-runs/${b}`)).json.status, "completed");
      assert.equal((await client.get(`/task-runs/${c}`)).status, 404);
      assert.equal((await simulator.jobs("task-runs")).length, 2);
      assert.equal(await simulator.job(c), undefined);
      assert.throws(() => simulator.failJob(c), /there is no job/);
    }));

  it("is deleted when registered, completed or failed, and not while at work", () =>
    withSimulator(async ({ simulator, client, postRun }) => {
      for (const [afterMs, status] of [
        [0, 200],
        [1_000, 409],
        [3_000, 409],
        [9_000, 200],
      ] as const) {
        const id = await postRun({ name: `deleted after ${afterMs} ms` });
        await simulator.advance(afterMs);
        const reply = await client.delete(`/task-runs/${id}`);
        assert.equal(reply.status, status);
        if (status === 200) assert.deepEqual(reply.json, { run_id: id });
        else assert.match(reply.text, /10111.*DELETE_NOT_ALLOWED/);
      }
      const failed = await postRun({ name: "failed" });
      simulator.failJob(failed);
      assert.equal((await client.delete(`/task-runs/${failed}`)).status, 200);
      assert.equal((await client.delete(`/task-runs/${failed}`)).status, 404);
    }));

  it("is refused on POST for the documented reasons, with the documented codes", () =>
    withSimulator(async ({ simulator, client, runRequest, postRun }) => {
      await postRun({ name: "taken" });
      const unfinished = simulator.seedTask({ plan: { inProgressMs: "never" } });
      for (const [changes, status, code] of [
        [{ name: "x".repeat(101) }, 422, 10101],
        [{ name: "taken" }, 409, 10102],
        [{ result_file_path: "runs/a%b" }, 422, 10103],
        [{ result_file_path: "runs/a b" }, 422, 10103],
        [{ result_file_path: "runs/a\tb" }, 422, 10103],
        [{ result_file_path: "runs/caf\u00e9" }, 422, 10103],
        [{ name: "" }, 422, 10113],
        [{ name: "  " }, 422, 10113],
        [{ name: 7 }, 422, 10113],
        [{ name: undefined }, 422, 10113],
        [{ task_id: null }, 422, 10113],
        [{ feature_id: "" }, 422, 10113],
        [{ result_bucket: undefined }, 422, 10113],
        [{ result_file_path: undefined }, 422, 10113],
        [{ task_id: "no-such-task" }, 404, 10110],
        [{ feature_id: runRequest.task_id }, 404, 10110],
        [{ task_id: unfinished.id }, 409, 10112],
      ] as const) {
        const reply = await client.post("/task-runs", { ...runRequest, ...changes });
        assert.equal(reply.status, status, JSON.stringify(changes));
        assert.ok(reply.text.includes(String(code)), `${JSON.stringify(changes)}: ${reply.text}`);
      }
      assert.equal((await simulator.jobs("task-runs")).length, 1);
    }));

  it("may have a name of exactly a hundred characters, Korean ones included", () =>
    withSimulator(async ({ client, postRun }) => {
      const name = "점".repeat(100);
      const id = await postRun({ name });
      assert.equal((await client.get(`/task-runs/${id}`)).json.run_name, name);
    }));

  it("keeps its task and feature from being deleted until it has ended", () =>
    withSimulator(async ({ simulator, client, postRun, task, feature }) => {
      const id = await postRun();
      const refusals = async () => [
        (await client.delete(`/tasks/${task.id}`)).status,
        (await client.delete(`/features/${feature.id}`)).status,
      ];
      assert.deepEqual(await refusals(), [409, 409]);
      await simulator.advance(3_000);
      assert.deepEqual(await refusals(), [409, 409]);
      await simulator.advance(6_000);
      assert.deepEqual(await refusals(), [200, 200]);
      const run = (await client.get(`/task-runs/${id}`)).json;
      assert.deepEqual([run.task_name, run.feature_name], ["spring-offer", "members"]);
    }));
});

describe("The list of task runs at the simulator", () => {
  it("is cut into pages by index and limit, 20 when nothing is said", () =>
    withSimulator(async ({ simulator, client, task }) => {
      for (let n = 0; n < 250; n++) simulator.seedTaskRun({ name: `run-${n}`, taskId: task.id });
      const page = async (query: string) => (await client.get(`/task-runs${query}`)).json;
      const first = await page("");
      assert.deepEqual([first.index, first.limit, first.total], [0, 20, 250]);
      assert.equal((first.runs as unknown[]).length, 20);
      const names: unknown[] = [];
      for (const index of [0, 100, 200, 300]) {
        const { runs } = await page(`?index=${index}&limit=100`);
        names.push(...(runs as { run_name: string }[]).map((run) => run.run_name));
      }
      assert.equal(names.length, 250);
      assert.equal(new Set(names).size, 250);
      assert.equal(names[0], "run-249");
    }));

  it("shows each run as GET does", () =>
    withSimulator(async ({ client, postRun }) => {
      const id = await postRun();
      const { runs } = (await client.get("/task-runs")).json;
      assert.deepEqual(runs, [(await client.get(`/task-runs/${id}`)).json]);
    }));

  it("refuses a limit outside 1 to 100 and an index that is no whole number from 0", () =>
    withSimulator(async ({ client }) => {
      for (const query of [
        "limit=0",
        "limit=101",
        "limit=ten",
        "index=-1",
        "index=1.5",
        "index=",
      ]) {
        assert.equal((await client.get(`/task-runs?${query}`)).status, 422, query);
      }
    }));
});
