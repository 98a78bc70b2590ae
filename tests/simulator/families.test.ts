import assert from "node:assert/strict";
import { type FamilyName, familyNames } from "../../simulator/src";
import { postJob, requestOf } from "./support/requests";
import { withSimulator } from "./support/withSimulator";

/** Id field, list field, and what a completed job shows beside its status. */
const families: Readonly<Record<FamilyName, readonly [string, string, object]>> = {
  features: ["feature_id", "features", { user_count: 120, token_count: 9600, disk_usage: 734003 }],
  tasks: ["task_id", "tasks", { AUROC: "0.8412", line_count: 120, disk_usage: 5242880 }],
  "task-runs": ["run_id", "runs", { line_count: 120 }],
  "profile/custom-attributes": ["profile_id", "profiles", { line_count: 120 }],
  "profile/shopping-intents": ["profile_id", "profiles", { line_count: 120, disk_usage: 2280 }],
};

describe("A job of every family at the simulator", () => {
  for (const family of familyNames) {
    const [idField, listField, measures] = families[family];

    it(`/${family} is posted without a status, shown, listed and deleted`, () =>
      withSimulator(async (bench) => {
        const { simulator, client } = bench;
        const request = requestOf(family, bench);
        const posted = (await client.post(`/${family}`, request)).json;
        const id = posted[idField];
        assert.equal(posted[idField.replace("_id", "_name")], request.name);
        assert.equal(posted.created_at, "2026-04-01T09:00:00+09:00");
        assert.ok(!("status" in posted) && !("name" in posted));

        const path = `/${family}/${id}`;
        const early = (await client.get(path)).json;
        assert.equal(early.status, "registered");
        for (const measure of Object.keys(measures)) assert.equal(early[measure], null, measure);

        await simulator.advance(9_000);
        const shown = (await client.get(path)).json;
        assert.deepEqual(shown, {
          ...posted,
          ...measures,
          status: "completed",
          completed_at: "2026-04-01T09:00:09+09:00",
          fail_message: null,
        });
        const jobs = (await client.get(`/${family}`)).json[listField] as unknown[];
        assert.deepEqual(jobs[0], shown);
        assert.deepEqual((await client.delete(path)).json, { [idField]: id });
        assert.equal((await client.get(path)).status, 404);
      }));

    it(`/${family} has no update, and is found in no other family`, () =>
      withSimulator(async (bench) => {
        const { client } = bench;
        const id = await postJob(bench, family);
        assert.equal((await client.send("PUT", `/${family}/${id}`, { body: "{}" })).status, 404);
        for (const other of familyNames.filter((name) => name !== family)) {
          assert.equal((await client.get(`/${other}/${id}`)).status, 404, other);
          assert.equal((await client.delete(`/${other}/${id}`)).status, 404, other);
        }
      }));

    it(`/${family} is refused without a name or with a name that is taken`, () =>
      withSimulator(async (bench) => {
        const { client } = bench;
        const request = requestOf(family, bench);
        await postJob(bench, family);
        assert.match((await client.post(`/${family}`, request)).text, /10102/);
        assert.equal((await client.post(`/${family}`, { ...request, name: "" })).status, 422);
      }));

    it(`/${family} is refused without any of its required fields`, () =>
      withSimulator(async (bench) => {
        const request = requestOf(family, bench);
        for (const field of Object.keys(request)) {
          const reply = await bench.client.post(`/${family}`, { ...request, [field]: undefined });
          assert.equal(reply.status, 422, field);
        }
      }));

    it(`/${family} is refused on a parent that is unknown or unfinished`, () =>
      withSimulator(async (bench) => {
        const { simulator, client } = bench;
        const unfinished = {
          task_id: simulator.seedTask({ plan: { inProgressMs: "never" } }).id,
          feature_id: simulator.seedFeature({ plan: { inProgressMs: "never" } }).id,
        };
        const request = requestOf(family, bench);
        for (const field of Object.keys(request).filter((name) => name.endsWith("_id"))) {
          const unknown = await client.post(`/${family}`, { ...request, [field]: "no-such-job" });
          assert.match(unknown.text, /10110/, field);
          const id = field === "task_id" ? unfinished.task_id : unfinished.feature_id;
          const early = await client.post(`/${family}`, { ...request, [field]: id });
          assert.match(early.text, /10112/, field);
        }
      }));

    it(`/${family} can be seeded, whatever the API would say`, () =>
      withSimulator(async ({ simulator, client }) => {
        const { id } = simulator.seed(family, { name: "seeded" });
        const { json } = await client.get(`/${family}/${id}`);
        assert.equal(json[idField.replace("_id", "_name")], "seeded");
        assert.ok((await simulator.jobs(family)).some((job) => job.id === id));
      }));
  }
});

describe("Jobs that are built on others at the simulator", () => {
  const dependents: readonly (readonly [parent: "task" | "feature", family: FamilyName])[] = [
    ["task", "task-runs"],
    ["task", "profile/shopping-intents"],
    ["feature", "tasks"],
    ["feature", "task-runs"],
    ["feature", "profile/custom-attributes"],
  ];

  for (const [parent, family] of dependents) {
    it(`keep a ${parent} from being deleted until a job of /${family} has ended`, () =>
      withSimulator(async (bench) => {
        const { simulator, client } = bench;
        const path =
          parent === "task" ? `/tasks/${bench.task.id}` : `/features/${bench.feature.id}`;
        await postJob(bench, family);
        for (const waitMs of [0, 1_000, 2_000, 5_999]) {
          await simulator.advance(waitMs);
          assert.match((await client.delete(path)).text, /10111/);
        }
        await simulator.advance(1);
        assert.equal((await client.delete(path)).status, 200);
      }));
  }

  it("do not keep a feature from being deleted for a shopping intent on its task", () =>
    withSimulator(async (bench) => {
      await postJob(bench, "profile/shopping-intents");
      assert.equal((await bench.client.delete(`/features/${bench.feature.id}`)).status, 200);
    }));

  it("still show the names of parents that were deleted meanwhile", () =>
    withSimulator(async (bench) => {
      const { simulator, client, feature } = bench;
      const id = await postJob(bench, "profile/custom-attributes");
      simulator.deleteJob(feature.id);
      const { json } = await client.get(`/profile/custom-attributes/${id}`);
      assert.deepEqual([json.feature_id, json.feature_name], [feature.id, "members"]);
    }));

  it("add up the lines of both features of a task", () =>
    withSimulator(async (bench) => {
      const { simulator, client } = bench;
      const test = simulator.seedFeature({ name: "test", userCount: 30 });
      const id = await postJob(bench, "tasks", {
        test_feature_id: test.id,
        test_bucket: "acme-nclue",
        test_file_path: "labels/test.tsv",
      });
      await simulator.advance(9_000);
      const { json } = await client.get(`/tasks/${id}`);
      assert.deepEqual([json.line_count, json.test_feature_name], [150, "test"]);
    }));
});

describe("The arguments of particular families at the simulator", () => {
  it("refuse characters in the paths of labels with codes of their own", () =>
    withSimulator(async (bench) => {
      const request = requestOf("tasks", bench);
      const train = await bench.client.post("/tasks", { ...request, train_file_path: "a|b" });
      assert.match(train.text, /10104/);
      const test = await bench.client.post("/tasks", { ...request, test_file_path: "a|b" });
      assert.match(test.text, /10105/);
    }));

  it("take keywords separated by line breaks and answer them with commas", () =>
    withSimulator(async (bench) => {
      const { json } = await bench.client.post(
        "/profile/custom-attributes",
        requestOf("profile/custom-attributes", bench),
      );
      assert.equal(json.keyword_set, "running,marathon");
    }));

  it("refuse keywords of more than a thousand characters in all", () =>
    withSimulator(async (bench) => {
      const request = requestOf("profile/custom-attributes", bench);
      const statusOf = async (keyword_set: string) =>
        (await bench.client.post("/profile/custom-attributes", { ...request, keyword_set })).status;
      assert.equal(await statusOf("가".repeat(1_001)), 422);
      assert.equal(await statusOf("가".repeat(1_000)), 200);
    }));

  it("let a plan say how good a model is", () =>
    withSimulator(async (bench) => {
      const { simulator, client } = bench;
      simulator.queuePlans({ auroc: "0.7012" }, { auroc: null });
      const ids = [await postJob(bench, "tasks"), await postJob(bench, "tasks", { name: "b" })];
      await simulator.advance(15_000);
      const seen = ids.map(async (id) => (await client.get(`/tasks/${id}`)).json.AUROC);
      assert.deepEqual(await Promise.all(seen), ["0.7012", null]);
    }));
});

describe("The service's own storage at the simulator", () => {
  it("fails new features, tasks and shopping intents once it is full, and others never", () =>
    withSimulator(async (bench) => {
      const { simulator, client } = bench;
      // Full with the bench's own feature and task.
      simulator.setSwitches({ storageFullAt: 2 });
      const seen: Record<string, unknown> = {};
      for (const family of familyNames) {
        const id = await postJob(bench, family);
        await simulator.advance(9_000);
        seen[family] = (await client.get(`/${family}/${id}`)).json.fail_message;
      }
      assert.deepEqual(seen, {
        features: "DISK_SPACE_SHORTAGE",
        tasks: "DISK_SPACE_SHORTAGE",
        "task-runs": null,
        "profile/custom-attributes": null,
        "profile/shopping-intents": "DISK_SPACE_SHORTAGE",
      });
    }));

  it("has room again once something in it is deleted", () =>
    withSimulator(async (bench) => {
      const { simulator } = bench;
      simulator.setSwitches({ storageFullAt: 2 });
      simulator.deleteJob(bench.task.id);
      const id = await postJob(bench, "features");
      await simulator.advance(9_000);
      assert.equal((await simulator.job(id))?.status, "completed");
    }));
});
