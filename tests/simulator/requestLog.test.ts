import assert from "node:assert/strict";
import type { LoggedRequest } from "../../simulator/src";
import { createChangeSignal } from "../../simulator/src/levers/changeSignal";
import { createRequestLog } from "../../simulator/src/levers/requestLog";
import { withSimulator } from "./support/withSimulator";

describe("The simulator's request log", () => {
  it("keeps each request with what came of it, and never a signature", () => {
    const nowMs = Date.UTC(2026, 3, 1);
    const told: LoggedRequest[] = [];
    return withSimulator(
      async ({ simulator, client, runRequest }) => {
        const posted = await client.post("/task-runs", runRequest, { timestamp: nowMs });
        await client.get("/task-runs?index=0&limit=5", { timestamp: nowMs });
        await client.get("/task-runs", { timestamp: 0 });
        const common = { atMs: nowMs, accessKey: simulator.accessKey, fault: null };
        assert.deepEqual(simulator.log(), [
          {
            ...common,
            k: 1,
            method: "POST",
            path: "/task-runs",
            query: "",
            body: runRequest,
            handled: true,
            status: posted.status,
            done: true,
          },
          {
            ...common,
            k: 2,
            method: "GET",
            path: "/task-runs",
            query: "index=0&limit=5",
            body: null,
            handled: true,
            status: 200,
            done: true,
          },
          {
            ...common,
            k: 3,
            method: "GET",
            path: "/task-runs",
            query: "",
            body: null,
            handled: true,
            status: 401,
            done: true,
          },
        ]);
        assert.deepEqual(told, simulator.log());
      },
      { clock: { source: () => nowMs }, onRequest: (request) => told.push(request) },
    );
  });

  it("counts from one again when cleared", () =>
    withSimulator(async ({ simulator, client }) => {
      await client.get("/tasks");
      simulator.clearLog();
      assert.deepEqual(simulator.log(), []);
      await client.get("/features");
      assert.deepEqual(
        simulator.log().map(({ k, path }) => [k, path]),
        [[1, "/features"]],
      );
    }));

  it("ends a wait as soon as enough requests are over", () =>
    withSimulator(async ({ simulator, client }) => {
      const three = simulator.waitForRequests(3);
      const deletion = simulator.waitForRequests((log) =>
        log.some((entry) => entry.method === "DELETE" && entry.status === 404),
      );
      await client.get("/tasks");
      await client.get("/tasks");
      await client.delete("/tasks/unknown");
      assert.equal((await three).length, 3);
      assert.equal((await deletion).length, 3);
    }));

  it("passes on what a predicate throws", () =>
    withSimulator(async ({ simulator }) => {
      await assert.rejects(
        simulator.waitForRequests(() => {
          throw new Error("predicate");
        }),
        /predicate/,
      );
    }));

  it("forgets the oldest entries rather than grow for ever", () => {
    const log = createRequestLog(createChangeSignal());
    const arrived = { atMs: 0, method: "GET", path: "/", query: "", accessKey: null, body: null };
    for (let n = 0; n < 50_000; n++) log.begin(arrived);
    assert.ok(log.entries().length <= 20_000);
    assert.equal(log.entries().at(-1)?.k, 50_000);
  });
});
