import assert from "node:assert/strict";
import type { Simulator } from "../../simulator/src";
import { createRecordingStore } from "./support/recordingStore";
import { withSimulator } from "./support/withSimulator";

/** Pulls a lever the way another process would. */
async function pull(
  { controlUrl }: Simulator,
  line: string,
  body?: unknown,
): Promise<{ status: number; json: never }> {
  const [method = "", path = ""] = line.split(" ");
  const response = await fetch(`${controlUrl}${path}`, {
    method,
    body: body === undefined ? null : JSON.stringify(body),
  });
  return { status: response.status, json: (await response.json()) as never };
}

describe("The simulator's control over HTTP", () => {
  it("says where the API is and with which key", () =>
    withSimulator(async ({ simulator, client }) => {
      await client.get("/tasks");
      const { json } = await pull(simulator, "GET /state");
      assert.deepEqual(json, {
        endpoint: simulator.endpoint,
        accessKey: simulator.accessKey,
        secretKey: simulator.secretKey,
        now: simulator.now(),
        requests: 1,
        held: 0,
      });
    }));

  it("seeds, shows, fails, completes and deletes jobs", () =>
    withSimulator(async ({ simulator, client }) => {
      const feature: { id: string } = (await pull(simulator, "POST /features", { userCount: 3 }))
        .json;
      const task: { id: string } = (
        await pull(simulator, "POST /tasks", { trainFeatureId: feature.id })
      ).json;
      const run: { id: string } = (
        await pull(simulator, "POST /task-runs", { name: "seeded", taskId: task.id })
      ).json;
      await pull(simulator, `POST /jobs/${run.id}/complete`);
      const shown = (await client.get(`/task-runs/${run.id}`)).json;
      assert.deepEqual(
        [shown.run_name, shown.status, shown.line_count],
        ["seeded", "completed", 3],
      );
      await pull(simulator, `POST /jobs/${run.id}/fail`, { failMessage: "COMMON_ERROR" });
      const failed: { status: string } = (await pull(simulator, `GET /jobs/${run.id}`)).json;
      assert.equal(failed.status, "failed");
      const listed: unknown[] = (await pull(simulator, "GET /jobs?family=task-runs")).json;
      assert.equal(listed.length, 1);
      await pull(simulator, `DELETE /jobs/${run.id}`);
      assert.equal((await pull(simulator, `GET /jobs/${run.id}`)).json, null);
    }));

  it("seeds jobs of every family, on the jobs that the seed names", () =>
    withSimulator(async ({ simulator, task, feature }) => {
      for (const [family, seed, shown] of [
        ["profile/custom-attributes", { featureId: feature.id, keywordSet: "a\nb" }, "a,b"],
        ["profile/shopping-intents", { taskId: task.id }, undefined],
      ] as const) {
        const job: { id: string; fields: Record<string, string> } = (
          await pull(simulator, `POST /${family}`, seed)
        ).json;
        assert.equal(job.fields.keyword_set, shown);
        const listed: { id: string }[] = (await pull(simulator, `GET /jobs?family=${family}`)).json;
        assert.deepEqual(
          listed.map(({ id }) => id),
          [job.id],
        );
      }
    }));

  it("says which fields a seed may have", () =>
    withSimulator(async ({ simulator }) => {
      const { status, json } = await pull(simulator, "POST /tasks", { feature_id: "x" });
      assert.equal(status, 400);
      assert.match((json as { message: string }).message, /no feature_id; use .*trainFeatureId/);
    }));

  it("shows the jobs of all families, or of one", () =>
    withSimulator(async ({ simulator, task, feature }) => {
      const idsAt = async (line: string) => {
        const jobs: { id: string }[] = (await pull(simulator, line)).json;
        return jobs.map(({ id }) => id);
      };
      assert.deepEqual(await idsAt("GET /jobs"), [feature.id, task.id]);
      assert.deepEqual(await idsAt("GET /jobs?family=tasks"), [task.id]);
      assert.equal((await pull(simulator, "GET /jobs?family=none")).status, 400);
    }));

  it("changes a list once it was read", () =>
    withSimulator(async ({ simulator, client, postRun }) => {
      const id = await postRun();
      await pull(simulator, "POST /list-changes", { family: "task-runs", remove: [id] });
      const totalOf = async () => (await client.get("/task-runs")).json.total;
      assert.deepEqual([await totalOf(), await totalOf()], [1, 0]);
      assert.equal((await pull(simulator, "POST /list-changes", {})).status, 400);
    }));

  it("sets plans and the clock", () =>
    withSimulator(async ({ simulator, client, postRun }) => {
      await pull(simulator, "PATCH /plan", { pendingMs: "never" });
      await pull(simulator, "POST /plans", [{ outcome: "failed", pendingMs: 0 }]);
      const [failing, stuck] = [await postRun(), await postRun({ name: "stuck" })];
      await pull(simulator, "POST /clock/advance", { ms: 7_000 });
      assert.equal((await client.get(`/task-runs/${failing}`)).json.status, "failed");
      assert.equal((await client.get(`/task-runs/${stuck}`)).json.status, "pending");
      await pull(simulator, `PATCH /jobs/${stuck}/plan`, { pendingMs: 1 });
      assert.equal((await client.get(`/task-runs/${stuck}`)).json.status, "in_progress");
      assert.equal((await pull(simulator, "PATCH /clock", { speed: 2 })).status, 200);
    }));

  it("settles results without a request to the API", () => {
    const resultStore = createRecordingStore();
    return withSimulator(
      async ({ simulator, postRun }) => {
        await postRun();
        simulator.setPlan((await simulator.jobs("task-runs"))[0]?.id ?? "", {
          registeredMs: 0,
          pendingMs: 0,
          inProgressMs: 0,
        });
        await pull(simulator, "POST /settle");
        assert.equal(resultStore.objects.size, 1);
      },
      { resultStore },
    );
  });

  it("reads, sets and resets switches, and says what is wrong with a change", () =>
    withSimulator(async ({ simulator }) => {
      await pull(simulator, "PATCH /switches", { listOrder: "oldest" });
      const read: { listOrder: string } = (await pull(simulator, "GET /switches")).json;
      assert.equal(read.listOrder, "oldest");
      await pull(simulator, "DELETE /switches");
      assert.equal(simulator.switches().listOrder, "newest");
      const wrong = await pull(simulator, "PATCH /switches", { listOrder: "sideways" });
      assert.equal(wrong.status, 400);
      assert.match((wrong.json as { message: string }).message, /newest \| oldest/);
    }));

  it("adds and takes away accounts and keys", () =>
    withSimulator(async ({ simulator, client }) => {
      await pull(simulator, "POST /accounts", { accessKey: "new", secretKey: "s" });
      await pull(simulator, `PATCH /keys/${simulator.accessKey}`, { access: "deniedByGateway" });
      assert.match((await client.get("/tasks")).text, /"210"/);
      await pull(simulator, `DELETE /keys/${simulator.accessKey}`);
      assert.match((await client.get("/tasks")).text, /"200"/);
    }));

  it("scripts faults", () =>
    withSimulator(async ({ simulator, client }) => {
      await pull(simulator, "POST /faults", { answer: { kind: "status", status: 500 } });
      assert.equal((await client.get("/tasks")).status, 500);
      const [fault]: { acted: number }[] = (await pull(simulator, "GET /faults")).json;
      assert.equal(fault?.acted, 1);
      await pull(simulator, "DELETE /faults");
      assert.deepEqual((await pull(simulator, "GET /faults")).json, []);
      assert.equal((await pull(simulator, "POST /faults", {})).status, 400);
    }));

  it("holds a request, waits for it and lets it go", () =>
    withSimulator(async ({ simulator, client }) => {
      await pull(simulator, "POST /holds", { k: 1, when: "after" });
      const next = pull(simulator, "GET /held/next");
      const reply = client.get("/tasks");
      const held: { id: string; when: string; request: { path: string } } = (await next).json;
      assert.deepEqual([held.when, held.request.path], ["after", "/tasks"]);
      assert.equal(((await pull(simulator, "GET /held")).json as unknown[]).length, 1);
      await pull(simulator, `POST /held/${held.id}/release`);
      assert.equal((await reply).status, 200);
      const again = await pull(simulator, `POST /held/${held.id}/drop`);
      assert.equal(again.status, 400);
    }));

  it("gives the log, waiting for as many requests as asked", () =>
    withSimulator(async ({ simulator, client, postRun }) => {
      const two = pull(simulator, "GET /log?min=2&method=GET&path=/tasks");
      await client.get("/tasks");
      await postRun();
      await client.get("/features");
      await client.get("/tasks");
      const entries: { k: number }[] = (await two).json;
      assert.deepEqual(
        entries.map((entry) => entry.k),
        [1, 4],
      );
      await pull(simulator, "DELETE /log");
      assert.deepEqual((await pull(simulator, "GET /log")).json, []);
    }));

  it("names its levers when asked for an unknown one, and refuses a body that is no JSON", () =>
    withSimulator(async ({ simulator }) => {
      const unknown = await pull(simulator, "GET /nowhere");
      assert.equal(unknown.status, 404);
      assert.ok((unknown.json as { levers: string[] }).levers.includes("GET /state"));
      assert.equal((await pull(simulator, "PATCH /switches", [1])).status, 400);
      assert.equal((await pull(simulator, "POST /plans", {})).status, 400);
      const response = await fetch(`${simulator.controlUrl}/switches`, {
        method: "PATCH",
        body: "{",
      });
      assert.equal(response.status, 400);
    }));

  it("does not show in the log of the API", () =>
    withSimulator(async ({ simulator }) => {
      await pull(simulator, "GET /state");
      assert.deepEqual(simulator.log(), []);
    }));
});
