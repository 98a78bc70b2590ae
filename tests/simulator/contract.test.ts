import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { skip } from "../support/skip";
import type { Reply } from "./support/client";
import { type ContractTarget, findContractTarget } from "./support/contractTarget";

/*
 * What the API guide promises, and nothing more: where it is silent or contradicts itself (bodies of
 * NCLUE's errors, codes from 10110 up, list order, the meaning of index and total) no test here looks.
 * It can be pointed at the service itself, or at another stand-in; see support/contractTarget.ts.
 */
describe("The NCLUE contract", function () {
  this.timeout(60_000);
  let target: ContractTarget;

  before(async () => {
    target = await findContractTarget();
  });
  after(() => target.stop());

  describe("signatures", () => {
    it("lets a signed request in", async () => {
      assert.equal((await target.client.get("/task-runs?index=0&limit=1")).status, 200);
    });

    it("refuses a wrong secret with the gateway's error", async () => {
      const reply = await target.withSecret("wrong").get("/task-runs");
      assert.equal(reply.status, 401);
      const { error } = reply.json as { error: { errorCode: unknown; message: unknown } };
      assert.equal(String(error.errorCode), "200");
      assert.equal(typeof error.message, "string");
    });

    it("refuses a timestamp that is more than five minutes old", async () => {
      const timestamp = Date.now() - 10 * 60_000;
      assertRefused(await target.client.get("/task-runs", { timestamp }));
    });

    it("takes header names in any case", async () => {
      const timestamp = Date.now();
      const reply = await target.client.get("/task-runs", {
        timestamp,
        headers: {
          "x-ncp-apigw-timestamp": undefined,
          "X-NCP-APIGW-TIMESTAMP": String(timestamp),
        },
      });
      assert.equal(reply.status, 200);
    });
  });

  describe("lists", () => {
    for (const [path, array, idField] of [
      ["/task-runs", "runs", "run_id"],
      ["/tasks", "tasks", "task_id"],
      ["/features", "features", "feature_id"],
    ] as const) {
      it(`of ${path} begin at index 0 with 20 items when nothing is asked`, async () => {
        const { status, json } = await target.client.get(path);
        assert.equal(status, 200);
        assert.deepEqual([json.index, json.limit], [0, 20]);
        assert.ok(Number.isInteger(json.total));
        assert.ok((json[array] as unknown[]).length <= 20);
      });

      it(`of ${path} hold no more items than the limit, each as GET shows it`, async () => {
        const { json } = await target.client.get(`${path}?index=0&limit=1`);
        const items = json[array] as Record<string, unknown>[];
        assert.ok(items.length <= 1);
        for (const item of items) {
          const { json: shown } = await target.client.get(`${path}/${item[idField]}`);
          assert.equal(shown[idField], item[idField]);
          assert.deepEqual(Object.keys(shown).sort(), Object.keys(item).sort());
        }
      });
    }
  });

  describe("features and tasks", () => {
    it("show a feature with its source", async function () {
      if (target.featureId === undefined) skip(this, "NCLUE_CONTRACT_FEATURE names no feature");
      const { status, json } = await target.client.get(`/features/${target.featureId}`);
      assert.equal(status, 200);
      assert.equal(json.feature_id, target.featureId);
      assertSuccessWord(json.status);
      assertTexts(json, ["feature_name", "source_bucket", "source_file_path"]);
      assertTimestamps(json, ["created_at", "completed_at"]);
      for (const field of ["user_count", "token_count", "disk_usage"]) {
        assert.ok(Number.isInteger(json[field]), field);
      }
    });

    it("show a task with the feature it was trained on and its quality", async function () {
      if (target.taskId === undefined) skip(this, "NCLUE_CONTRACT_TASK names no task");
      const { status, json } = await target.client.get(`/tasks/${target.taskId}`);
      assert.equal(status, 200);
      assert.equal(json.task_id, target.taskId);
      assertSuccessWord(json.status);
      assertTexts(json, ["task_name", "train_feature_id", "train_bucket", "train_file_path"]);
      assertTimestamps(json, ["created_at", "completed_at"]);
      assert.equal(typeof json.AUROC, "string");
      assert.ok(Number(json.AUROC) >= 0 && Number(json.AUROC) <= 1);
    });
  });

  describe("task runs", () => {
    /** A hundred characters, the longest name there may be. */
    const name = `contract-${randomUUID()}-`.padEnd(100, "x");
    let posted: Reply;

    const request = () => ({
      name,
      task_id: target.taskId,
      feature_id: target.featureId,
      result_bucket: target.bucket,
      result_file_path: "contract/",
    });

    before(async function () {
      if (target.taskId === undefined || target.featureId === undefined) {
        skip(this, "NCLUE_CONTRACT_TASK and NCLUE_CONTRACT_FEATURE name nothing to run");
      }
      posted = await target.client.post("/task-runs", request());
      assert.equal(posted.status, 200, posted.text);
    });

    it("are answered on POST with id, names and time, but without a status", () => {
      const { json } = posted;
      assertTexts(json, ["run_id", "task_name", "feature_name"]);
      assertTimestamps(json, ["created_at"]);
      const { run_name, task_id, feature_id, result_bucket, result_file_path } = json;
      assert.deepEqual(
        { name: run_name, task_id, feature_id, result_bucket, result_file_path },
        request(),
      );
      assert.ok(!("status" in json));
      assert.ok(!("name" in json));
    });

    it("are shown by GET with one of the five statuses", async () => {
      const { status, json } = await target.client.get(`/task-runs/${posted.json.run_id}`);
      assert.equal(status, 200);
      for (const field of ["run_id", "run_name", "task_id", "feature_id", "created_at"]) {
        assert.equal(json[field], posted.json[field], field);
      }
      assertStatusWord(json.status);
    });

    it("are in the list", async () => {
      const { json } = await target.client.get("/task-runs?index=0&limit=100");
      const runs = json.runs as { run_id: string }[];
      // A full page may hide it behind others, as no order is promised.
      if (runs.length < 100) {
        assert.ok(runs.some((run) => run.run_id === posted.json.run_id));
      }
    });

    it("cannot share a name", async () => {
      const reply = await target.client.post("/task-runs", request());
      assert.equal(reply.status, 409);
      assert.match(reply.text, /10102/);
    });

    it("cannot have a name of more than a hundred characters", async () => {
      const reply = await target.client.post("/task-runs", { ...request(), name: `${name}x` });
      assert.equal(reply.status, 422);
      assert.match(reply.text, /10101/);
    });

    it("cannot have a refused character in their path", async () => {
      const changes = { name: randomUUID(), result_file_path: "contract/a|b" };
      const reply = await target.client.post("/task-runs", { ...request(), ...changes });
      assert.equal(reply.status, 422);
      assert.match(reply.text, /10103/);
    });

    it("cannot be made without a name, a task or a feature, or from unknown ones", async () => {
      for (const changes of [
        { name: "" },
        { name: undefined },
        { task_id: undefined },
        { feature_id: undefined },
        { task_id: randomUUID() },
        { feature_id: randomUUID() },
      ]) {
        const body = { ...request(), name: randomUUID(), ...changes };
        assertRefused(await target.client.post("/task-runs", body));
      }
    });

    it("answer a DELETE with the id alone, or refuse it while they are at work", async () => {
      const path = `/task-runs/${posted.json.run_id}`;
      const reply = await target.client.delete(path);
      if (reply.status === 200) {
        assert.deepEqual(reply.json, { run_id: posted.json.run_id });
      } else {
        assertRefused(reply);
        const { status } = (await target.client.get(path)).json;
        assert.ok(["pending", "in_progress"].includes(String(status)), String(status));
      }
    });

    it("do not show an unknown id", async () => {
      assertRefused(await target.client.get(`/task-runs/${randomUUID()}`));
    });

    it("have no update", async () => {
      const body = JSON.stringify(request());
      assertRefused(await target.client.send("PUT", `/task-runs/${posted.json.run_id}`, { body }));
    });
  });
});

function assertRefused(reply: Reply): void {
  assert.ok(reply.status >= 400 && reply.status < 500, `${reply.status} ${reply.text}`);
  assert.notEqual(reply.text, "");
}

function assertStatusWord(status: unknown): void {
  const words = ["registered", "pending", "in_progress", "completed", "complete", "failed"];
  assert.ok(words.includes(String(status)), String(status));
}

/** The create pages print one word, all others the other. */
function assertSuccessWord(status: unknown): void {
  assert.ok(["completed", "complete"].includes(String(status)), String(status));
}

function assertTexts(json: Record<string, unknown>, fields: readonly string[]): void {
  for (const field of fields) {
    assert.equal(typeof json[field], "string", field);
    assert.notEqual(json[field], "", field);
  }
}

/** ISO 8601; only one sample shows an offset, so none is asked for. */
function assertTimestamps(json: Record<string, unknown>, fields: readonly string[]): void {
  for (const field of fields) {
    assert.match(String(json[field]), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/, field);
  }
}
