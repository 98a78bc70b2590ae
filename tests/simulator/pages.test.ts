import assert from "node:assert/strict";
import { type FamilyName, familyNames, type Switches } from "../../simulator/src";
import { type Bench, withSimulator } from "./support/withSimulator";

const withSwitches = (switches: Partial<Switches>, test: (bench: Bench) => Promise<void>) =>
  withSimulator(test, { switches });

async function page({ client }: Bench, index: number, limit = 100) {
  const { json } = await client.get(`/task-runs?index=${index}&limit=${limit}`);
  const runs = json.runs as { run_name: string }[];
  return { total: json.total, limit: json.limit, names: runs.map((run) => run.run_name) };
}

function seedRuns({ simulator, task }: Bench, count: number) {
  return Array.from({ length: count }, (_, n) =>
    simulator.seedTaskRun({ name: `run-${n}`, taskId: task.id }),
  );
}

describe("The pages of the simulator's lists", () => {
  it("hold fewer jobs than asked for when the service caps them", () =>
    withSwitches({ pageSizeCap: 50, listOrder: "oldest" }, async (bench) => {
      seedRuns(bench, 120);
      const [first, second] = [await page(bench, 0), await page(bench, 100)];
      assert.deepEqual([first.limit, first.total, first.names.length], [100, 120, 50]);
      assert.deepEqual([second.names[0], second.names.length], ["run-100", 20]);
    }));

  it("lose no job to a cap where the index counts pages", () =>
    withSwitches(
      { pageSizeCap: 50, firstPageCap: 30, indexMeaning: "page", listOrder: "oldest" },
      async (bench) => {
        seedRuns(bench, 120);
        const pages = [await page(bench, 0), await page(bench, 1), await page(bench, 2)];
        assert.deepEqual(
          pages.map(({ names }) => names.length),
          [30, 50, 40],
        );
        assert.equal(new Set(pages.flatMap(({ names }) => names)).size, 120);
      },
    ));

  it("may be shorter at the beginning only", () =>
    withSwitches({ firstPageCap: 3 }, async (bench) => {
      seedRuns(bench, 10);
      assert.equal((await page(bench, 0, 5)).names.length, 3);
      assert.equal((await page(bench, 3, 5)).names.length, 5);
    }));

  for (const family of familyNames) {
    it(`of /${family} have null or no array when nothing is there`, () =>
      withSwitches({ emptyList: "null" }, async ({ simulator, client }) => {
        for (const { id } of await simulator.jobs(family)) simulator.deleteJob(id);
        const { json } = await client.get(`/${family}`);
        const { index, limit, total, ...rest } = json;
        assert.deepEqual([index, limit, total, Object.values(rest)], [0, 20, 0, [null]]);
        simulator.setSwitches({ emptyList: "absent" });
        const absent = (await client.get(`/${family}`)).json;
        assert.deepEqual(absent, { index: 0, limit: 20, total: 0 });
      }));
  }

  it("leave out the total when the switch says so", () =>
    withSwitches({ totalMeaning: "absent", emptyList: "absent" }, async (bench) => {
      assert.deepEqual((await bench.client.get("/task-runs")).json, { index: 0, limit: 20 });
      seedRuns(bench, 1);
      assert.deepEqual(await page(bench, 0), { total: undefined, limit: 100, names: ["run-0"] });
    }));

  it("shift when others delete or create jobs between two of them", () =>
    withSwitches({ listOrder: "oldest" }, async (bench) => {
      const { simulator, task } = bench;
      const [first] = seedRuns(bench, 4);
      simulator.changeAfterList({
        family: "task-runs",
        nth: 2,
        remove: [first?.id ?? "", "no-such-job"],
        add: [{ name: "late" }],
      });
      await bench.client.get("/tasks");
      assert.deepEqual((await page(bench, 0, 2)).names, ["run-0", "run-1"]);
      assert.deepEqual((await page(bench, 0, 2)).names, ["run-0", "run-1"]);
      assert.deepEqual((await page(bench, 2, 2)).names, ["run-3", "late"]);
      assert.deepEqual((await page(bench, 0, 2)).names, ["run-1", "run-2"]);
      assert.equal((await simulator.job(task.id))?.status, "completed");
    }));

  it("shift for known families only", () =>
    withSimulator(async ({ simulator }) => {
      const family = "no-such-family" as FamilyName;
      assert.throws(() => simulator.changeAfterList({ family }), /there is no family/);
      assert.throws(() => simulator.seed(family), /there is no family/);
    }));
});

describe("A job whose plan hides it", () => {
  it("shows neither in GET nor in lists until then, though its POST took effect", () =>
    withSimulator(async (bench) => {
      const { simulator, client } = bench;
      simulator.addFault({
        match: { method: "POST" },
        when: "after",
        answer: { kind: "gateway", code: 510 },
      });
      simulator.queuePlans({ hiddenMs: 3_000 });
      const reply = await client.post("/task-runs", bench.runRequest);
      assert.equal(reply.status, 504);
      assert.deepEqual(reply.json, { error: { errorCode: "510", message: "Endpoint Timeout" } });
      const [job] = await simulator.jobs("task-runs");
      const seen = async () => [
        (await client.get(`/task-runs/${job?.id}`)).status,
        (await page(bench, 0)).total,
      ];
      assert.deepEqual(await seen(), [404, 0]);
      await simulator.advance(3_000);
      assert.deepEqual(await seen(), [200, 1]);
    }));
});
