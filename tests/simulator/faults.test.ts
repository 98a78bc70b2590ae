import assert from "node:assert/strict";
import type { Fault } from "../../simulator/src";
import { withSimulator } from "./support/withSimulator";

const postRuns = { method: "POST", path: "/task-runs" } as const;

describe("A fault at the simulator", () => {
  it("cuts the connection before the service knows of the request", () =>
    withSimulator(async ({ simulator, client, runRequest }) => {
      simulator.addFault({ match: postRuns, answer: { kind: "drop" } });
      await assert.rejects(client.post("/task-runs", runRequest));
      assert.equal((await simulator.jobs("task-runs")).length, 0);
      assert.equal((await client.post("/task-runs", runRequest)).status, 200);
    }));

  it("cuts the connection after the run was created, so that only the answer is lost", () =>
    withSimulator(async ({ simulator, client, runRequest }) => {
      simulator.addFault({ match: postRuns, when: "after", answer: { kind: "drop" } });
      await assert.rejects(client.post("/task-runs", runRequest));
      assert.equal((await simulator.jobs("task-runs")).length, 1);
      assert.equal((await client.post("/task-runs", runRequest)).status, 409);
    }));

  it("answers with any status, headers and body, before or after the run was created", async () => {
    for (const [when, runs] of [
      ["before", 0],
      ["after", 1],
    ] as const) {
      await withSimulator(async ({ simulator, client, runRequest }) => {
        simulator.addFault({
          match: postRuns,
          when,
          answer: {
            kind: "status",
            status: 429,
            headers: { "retry-after": "3" },
            body: { error: { errorCode: "420", message: "Rate Limited" } },
          },
        });
        const reply = await client.post("/task-runs", runRequest);
        assert.equal(reply.status, 429);
        assert.equal(reply.headers.get("retry-after"), "3");
        assert.deepEqual(reply.json, { error: { errorCode: "420", message: "Rate Limited" } });
        assert.equal((await simulator.jobs("task-runs")).length, runs);
      });
    }
  });

  it("answers with any error of the gateway, in the shape that the switch says", () =>
    withSimulator(async ({ simulator, client, runRequest }) => {
      for (const [code, status, when, runs] of [
        [500, 503, "before", 0],
        [400, 429, "before", 0],
        [510, 504, "after", 1],
      ] as const) {
        const headers = { "retry-after": "30" };
        simulator.addFault({ match: postRuns, when, answer: { kind: "gateway", code, headers } });
        const reply = await client.post("/task-runs", runRequest);
        assert.deepEqual([reply.status, reply.headers.get("retry-after")], [status, "30"]);
        assert.match(reply.text, new RegExp(`"errorCode":"${code}"`));
        assert.equal((await simulator.jobs("task-runs")).length, runs);
      }
      simulator.setSwitches({ gatewayErrorShape: "xml" });
      simulator.addFault({ answer: { kind: "gateway", code: 900 } });
      assert.match((await client.get("/tasks")).text, /^<Error><Code>900</);
    }));

  it("can be a proxy's HTML page", () =>
    withSimulator(async ({ simulator, client }) => {
      const body = "<html><h1>502 Bad Gateway</h1></html>";
      simulator.addFault({ answer: { kind: "status", status: 502, body } });
      const reply = await client.get("/task-runs");
      assert.deepEqual([reply.status, reply.text], [502, body]);
      assert.equal(reply.headers.get("content-type"), "text/html");
    }));

  it("sends garbage, or nothing, with a 200", () =>
    withSimulator(async ({ simulator, client, postRun }) => {
      const id = await postRun();
      simulator.addFault({ answer: { kind: "garbage" } });
      simulator.addFault({ answer: { kind: "empty" }, nth: 2 });
      const garbage = await client.get(`/task-runs/${id}`);
      assert.equal(garbage.status, 200);
      assert.throws(() => JSON.parse(garbage.text));
      const empty = await client.get(`/task-runs/${id}`);
      assert.deepEqual([empty.status, empty.text], [200, ""]);
    }));

  it("breaks off in the middle of the true answer", () =>
    withSimulator(async ({ simulator, client, runRequest }) => {
      simulator.addFault({ match: postRuns, answer: { kind: "truncated" } });
      await assert.rejects(client.post("/task-runs", runRequest));
      assert.equal((await simulator.jobs("task-runs")).length, 1);
    }));

  it("changes fields of the true answer, alone and in lists, and leaves errors alone", () =>
    withSimulator(async ({ simulator, client, postRun }) => {
      const id = await postRun();
      const fields = { status: "suspended", line_count: "many" };
      simulator.addFault({ times: "always", answer: { kind: "edit", fields } });
      const run = (await client.get(`/task-runs/${id}`)).json;
      assert.deepEqual([run.status, run.line_count, run.run_id], ["suspended", "many", id]);
      const list = (await client.get("/task-runs")).json;
      assert.deepEqual(list.runs, [run]);
      assert.equal(list.total, 1);
      const unknown = (await client.get("/task-runs/unknown")).json;
      assert.deepEqual(Object.keys(unknown), ["responseError"]);
    }));

  it("puts the gateway's clock wrong for one request", () => {
    const nowMs = Date.UTC(2026, 3, 1);
    return withSimulator(
      async ({ simulator, client }) => {
        simulator.addFault({ answer: { kind: "skew", skewMs: 3_600_000 } });
        const skewed = await client.get("/task-runs", { timestamp: nowMs });
        assert.equal(skewed.status, 401);
        assert.equal(skewed.headers.get("date"), "Wed, 01 Apr 2026 01:00:00 GMT");
        assert.equal((await client.get("/task-runs", { timestamp: nowMs })).status, 200);
      },
      { clock: { source: () => nowMs } },
    );
  });

  it("strikes the requests it matches, from the nth on, as often as it says, and keeps count", () =>
    withSimulator(async ({ simulator, client, postRun }) => {
      const id = await postRun();
      const fault = simulator.addFault({
        match: { method: "GET", path: "/task-runs/*" },
        nth: 2,
        times: 2,
        answer: { kind: "status", status: 500 },
      });
      const statuses: number[] = [];
      for (let n = 0; n < 5; n++) {
        await client.get("/task-runs");
        await client.get("/tasks/1");
        statuses.push((await client.get(`/task-runs/${id}`)).status);
      }
      assert.deepEqual(statuses, [200, 500, 500, 200, 200]);
      const [counted] = simulator.faults();
      assert.deepEqual([counted?.id, counted?.matched, counted?.acted], [fault.id, 5, 2]);
      assert.deepEqual(
        simulator
          .log()
          .filter((entry) => entry.fault === fault.id)
          .map((entry) => entry.status),
        [500, 500],
      );
    }));

  it("yields to the one added before it, and is gone when cleared", () =>
    withSimulator(async ({ simulator, client }) => {
      simulator.addFault({ answer: { kind: "status", status: 500 } });
      simulator.addFault({ times: "always", answer: { kind: "status", status: 503 } });
      assert.equal((await client.get("/tasks")).status, 500);
      assert.equal((await client.get("/tasks")).status, 503);
      simulator.clearFaults();
      assert.equal((await client.get("/tasks")).status, 200);
    }));

  it("is refused when it makes no sense", () =>
    withSimulator(async ({ simulator }) => {
      for (const [fault, message] of [
        [{ answer: { kind: "explode" } }, /answer.kind must be one of/],
        [{}, /answer.kind must be one of/],
        [{ answer: { kind: "gateway", code: 504 } }, /answer.code must be a code of the gateway/],
        [{ answer: { kind: "drop" }, when: "during" }, /before or after/],
        [{ answer: { kind: "drop" }, count: 3 }, /no field count/],
        [{ answer: { kind: "drop" }, match: { url: "/" } }, /no field match.url/],
        [{ answer: { kind: "drop" }, nth: 0 }, /nth/],
        [{ answer: { kind: "drop" }, times: "twice" }, /times/],
      ] as const) {
        assert.throws(() => simulator.addFault(fault as Fault), message);
      }
    }));
});
