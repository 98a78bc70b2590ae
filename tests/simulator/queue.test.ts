import assert from "node:assert/strict";
import { postJob } from "./support/requests";
import { type Bench, withSimulator } from "./support/withSimulator";

const statusesOf = (bench: Bench, ids: readonly string[]) =>
  Promise.all(ids.map(async (id) => (await bench.simulator.job(id))?.status));

async function postTasks(bench: Bench, count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n++) ids.push(await postJob(bench, "tasks", { name: `task-${n}` }));
  return ids;
}

describe("Tasks that are posted together at the simulator", () => {
  it("are trained one at a time, in the order of their requests", () =>
    withSimulator(async (bench) => {
      const ids = await postTasks(bench, 3);
      const seen: unknown[] = [];
      for (const stepMs of [3_000, 5_999, 1, 6_000, 6_000]) {
        await bench.simulator.advance(stepMs);
        seen.push(await statusesOf(bench, ids));
      }
      assert.deepEqual(seen, [
        ["in_progress", "pending", "pending"],
        ["in_progress", "pending", "pending"],
        ["completed", "in_progress", "pending"],
        ["completed", "completed", "in_progress"],
        ["completed", "completed", "completed"],
      ]);
    }));

  it("are trained all at once when the switch says so", () =>
    withSimulator(
      async (bench) => {
        const ids = await postTasks(bench, 3);
        await bench.simulator.advance(3_000);
        assert.deepEqual(await statusesOf(bench, ids), Array(3).fill("in_progress"));
      },
      { switches: { tasksAtOnce: "many" } },
    ));

  it("let the next one start when one fails or is deleted before its turn", () =>
    withSimulator(async (bench) => {
      const { simulator, client } = bench;
      simulator.setDefaultPlan({ registeredMs: 60_000, pendingMs: 0 });
      const [first = "", second = "", third = ""] = await postTasks(bench, 3);
      simulator.setPlan(first, { registeredMs: 0 });
      simulator.setPlan(third, { registeredMs: 0 });
      await simulator.advance(1_000);
      assert.equal((await client.delete(`/tasks/${second}`)).status, 200);
      assert.deepEqual(await statusesOf(bench, [first, third]), ["in_progress", "pending"]);
      simulator.failJob(first);
      assert.deepEqual(await statusesOf(bench, [first, third]), ["failed", "in_progress"]);
    }));

  it("do not wait for seeded tasks, nor for those of another account", () =>
    withSimulator(async (bench) => {
      const { simulator } = bench;
      simulator.seedTask({ plan: { inProgressMs: "never" } });
      simulator.addAccount({ accessKey: "other", secretKey: "s" });
      simulator.seedTask({ account: "other", plan: { inProgressMs: "never" } });
      const ids = await postTasks(bench, 1);
      await simulator.advance(9_000);
      assert.deepEqual(await statusesOf(bench, ids), ["completed"]);
    }));

  it("may be many, most of them deleted before their turn", () =>
    withSimulator(async (bench) => {
      const { simulator } = bench;
      simulator.setDefaultPlan({ registeredMs: 2_000, pendingMs: 0 });
      const ids = await postTasks(bench, 60);
      for (const id of ids.slice(1, -1)) simulator.deleteJob(id);
      await simulator.advance(8_000);
      const ends = [ids[0] ?? "", ids.at(-1) ?? ""];
      assert.deepEqual(await statusesOf(bench, ends), ["completed", "in_progress"]);
      await simulator.advance(6_000);
      assert.deepEqual(await statusesOf(bench, ends), ["completed", "completed"]);
    }));

  it("keep other families from nothing", () =>
    withSimulator(async (bench) => {
      await postTasks(bench, 2);
      const run = await postJob(bench, "task-runs");
      await bench.simulator.advance(9_000);
      assert.deepEqual(await statusesOf(bench, [run]), ["completed"]);
    }));
});
