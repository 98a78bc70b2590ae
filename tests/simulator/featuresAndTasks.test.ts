import assert from "node:assert/strict";
import { withSimulator } from "./support/withSimulator";

describe("Features and tasks at the simulator", () => {
  it("are made, shown, listed and deleted like task runs", () =>
    withSimulator(async ({ simulator, client }) => {
      const posted = await client.post("/features", {
        name: "april",
        source_bucket: "acme-nclue",
        source_file_path: "seq/2026-04/",
      });
      assert.deepEqual(posted.json, {
        feature_id: posted.json.feature_id,
        feature_name: "april",
        created_at: "2026-04-01T09:00:00+09:00",
        source_bucket: "acme-nclue",
        source_file_path: "seq/2026-04/",
      });
      const path = `/features/${posted.json.feature_id}`;
      assert.equal((await client.get(path)).json.user_count, null);
      await simulator.advance(9_000);
      const shown = (await client.get(path)).json;
      assert.deepEqual([shown.status, shown.user_count], ["completed", 120]);
      const { features } = (await client.get("/features")).json;
      assert.deepEqual((features as unknown[])[0], shown);
      assert.equal((await client.delete(path)).status, 200);
    }));

  it("wait for one another: a task for its feature, a run for its task", () =>
    withSimulator(async ({ simulator, client, runRequest, feature }) => {
      const posted = await client.post("/tasks", {
        name: "summer-offer",
        train_feature_id: feature.id,
        train_bucket: "acme-nclue",
        train_file_path: "labels/train.tsv",
      });
      assert.equal(posted.status, 200);
      assert.equal(posted.json.test_feature_id, null);
      const request = { ...runRequest, task_id: posted.json.task_id };
      assert.equal((await client.post("/task-runs", request)).status, 409);
      await simulator.advance(9_000);
      const task = (await client.get(`/tasks/${posted.json.task_id}`)).json;
      assert.deepEqual([task.AUROC, task.line_count], ["0.8412", 120]);
      assert.equal((await client.post("/task-runs", request)).status, 200);
    }));

  it("refuse characters in the paths of labels with codes of their own", () =>
    withSimulator(async ({ client, feature }) => {
      const request = {
        name: "summer-offer",
        train_feature_id: feature.id,
        train_bucket: "acme-nclue",
        train_file_path: "labels/train.tsv",
      };
      const train = await client.post("/tasks", { ...request, train_file_path: "a|b" });
      assert.match(train.text, /10104/);
      const test = await client.post("/tasks", { ...request, test_file_path: "a|b" });
      assert.match(test.text, /10105/);
    }));

  it("are found only in their own family", () =>
    withSimulator(async ({ client, task, feature }) => {
      assert.equal((await client.get(`/tasks/${task.id}`)).status, 200);
      assert.equal((await client.get(`/features/${task.id}`)).status, 404);
      assert.equal((await client.get(`/task-runs/${feature.id}`)).status, 404);
    }));
});
