import assert from "node:assert/strict";
import { withSimulator } from "./support/withSimulator";

describe("A held request at the simulator", () => {
  it("waits before the service knows of it, and gets the true answer on release", () =>
    withSimulator(async ({ simulator, client, runRequest }) => {
      simulator.holdRequest(1, "before");
      const reply = client.post("/task-runs", runRequest);
      const held = await simulator.held();
      assert.deepEqual([held.when, held.request.k, held.request.method], ["before", 1, "POST"]);
      assert.equal((await simulator.jobs("task-runs")).length, 0);
      held.release();
      assert.equal((await reply).status, 200);
      assert.deepEqual(simulator.heldRequests(), []);
    }));

  it("waits with its answer after the service has done its work", () =>
    withSimulator(async ({ simulator, client, runRequest }) => {
      simulator.holdRequest(1, "after");
      const reply = client.post("/task-runs", runRequest);
      const held = await simulator.held();
      const [run] = await simulator.jobs("task-runs");
      assert.equal(held.request.handled, true);
      held.release();
      assert.equal((await reply).json.run_id, run?.id);
    }));

  it("is cut off when dropped; dropped before, it never happened", async () => {
    for (const [when, runs] of [
      ["before", 0],
      ["after", 1],
    ] as const) {
      await withSimulator(async ({ simulator, client, runRequest }) => {
        simulator.holdRequest(1, when);
        const lost = assert.rejects(client.post("/task-runs", runRequest));
        (await simulator.held()).drop();
        await lost;
        assert.equal((await simulator.jobs("task-runs")).length, runs);
      });
    }
  });

  it("is still handled when its client is gone by the release", () =>
    withSimulator(async ({ simulator, client, runRequest }) => {
      simulator.holdRequest(1, "before");
      const killed = new AbortController();
      const lost = assert.rejects(client.post("/task-runs", runRequest, { signal: killed.signal }));
      const held = await simulator.held();
      killed.abort();
      await lost;
      held.release();
      await simulator.waitForRequests(1);
      assert.equal((await simulator.jobs("task-runs")).length, 1);
    }));

  it("can be met at every boundary of a client's work", () =>
    withSimulator(async ({ simulator, client, runRequest }) => {
      const work = async (name: string) => {
        const posted = await client.post("/task-runs", { ...runRequest, name });
        await client.get(`/task-runs/${posted.json.run_id}`);
        await client.delete(`/task-runs/${posted.json.run_id}`);
      };
      const boundaries: string[] = [];
      for (const k of [1, 2, 3]) {
        for (const when of ["before", "after"] as const) {
          simulator.clearLog();
          simulator.holdRequest(k, when);
          const lost = assert.rejects(work(`boundary ${k} ${when}`));
          const held = await simulator.held();
          boundaries.push(`${when} ${held.request.method}`);
          held.drop();
          await lost;
        }
      }
      assert.deepEqual(boundaries, [
        "before POST",
        "after POST",
        "before GET",
        "after GET",
        "before DELETE",
        "after DELETE",
      ]);
      const names = (await simulator.jobs("task-runs")).map((run) => run.name);
      assert.deepEqual(names, [
        "boundary 1 after",
        "boundary 2 before",
        "boundary 2 after",
        "boundary 3 before",
      ]);
    }));

  it("lets others pass, and is let go when the simulator closes", async () => {
    let lost: Promise<void> | undefined;
    await withSimulator(async ({ simulator, client }) => {
      simulator.holdRequest(1);
      lost = assert.rejects(client.get("/task-runs"));
      await simulator.held();
      assert.equal((await client.get("/task-runs")).status, 200);
    });
    await lost;
  });

  it("need not come: waiting for it ends with the signal or the simulator", async () => {
    let waiting: Promise<void> | undefined;
    await withSimulator(async ({ simulator }) => {
      const tired = new AbortController();
      const givenUp = assert.rejects(simulator.held(tired.signal), /given up/);
      tired.abort();
      await givenUp;
      await assert.rejects(simulator.held(tired.signal), /given up/);
      waiting = assert.rejects(simulator.held(), /the simulator was closed/);
    });
    await waiting;
  });
});
